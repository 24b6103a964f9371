//! The requests as data for other programs: an array with an object for each.

use serde_json::{Map, Value, json};

use super::request::Request;

pub(super) fn say(requests: &[Request]) -> String {
    let requests: Vec<Value> = requests.iter().map(one).collect();
    format!("{:#}\n", Value::Array(requests))
}

fn one(request: &Request) -> Value {
    let Request {
        key,
        method,
        path,
        params,
    } = request;
    let params: Map<String, Value> = params
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    json!({ "stage": key, "method": method, "path": path, "params": params })
}
