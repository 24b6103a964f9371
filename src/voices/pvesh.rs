//! The requests for `pvesh`, which calls the same API on a node: `POST` is `create`, `PUT` is `set`, and every parameter is
//! an option with the same name.

use crate::domain::params::SECRET;

use super::request::{Request, command, remark_on_secrets};

pub(super) fn say(requests: &[Request]) -> String {
    let mut text = "# As root on a node of the cluster.\n".to_owned();
    for request in requests {
        text.push_str(&one(request));
    }
    text
}

pub(super) fn one(request: &Request) -> String {
    let verb = match request.method.as_str() {
        "POST" => "create",
        "PUT" => "set",
        "DELETE" => "delete",
        _ => "get",
    };
    let command = command(&["pvesh", verb, &request.path], &request.params);
    if request.params.iter().any(|(_, value)| value == SECRET) {
        return remark_on_secrets() + &command;
    }
    command
}
