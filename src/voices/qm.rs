//! The plan for `qm` and `ha-manager`, which root runs on the node of the VM. Their options are the API's parameters,
//! without the node.

use crate::domain::params::Purpose;

use super::pvesh;
use super::request::{Request, command, plain_keys, remark_on_secrets};

pub(super) fn say(requests: &[Request]) -> String {
    let node = requests.first().and_then(Request::node).unwrap_or_default();
    let mut text = format!("# As root on {node}.\n");
    for request in requests {
        text.push_str(&one(request));
    }
    text
}

fn one(request: &Request) -> String {
    let is = |purpose: Purpose| request.key == purpose.key();
    let vmid = request.vmid();
    match (vmid, take(&request.params, "sid")) {
        (Some(vmid), _) if is(Purpose::Create) => {
            let (_, options) = take(&request.params, "vmid");
            let (written, options) = keys_in_a_file(vmid, options);
            written + &command(&["qm", "create", vmid], &options)
        }
        (Some(vmid), _) if is(Purpose::Grow) => {
            let (disk, options) = take(&request.params, "disk");
            let (size, options) = take(&options, "size");
            let words = [disk, size].map(Option::unwrap_or_default);
            let [disk, size] = words.each_ref().map(String::as_str);
            command(&["qm", "disk", "resize", vmid, disk, size], &options)
        }
        (Some(vmid), _) if is(Purpose::Password) => {
            let set = command(&["qm", "set", vmid], &request.params);
            format!("{}{set}", remark_on_secrets())
        }
        (Some(vmid), _) if is(Purpose::SerialConsole) => {
            command(&["qm", "set", vmid], &request.params)
        }
        (Some(vmid), _) if is(Purpose::Start) => command(&["qm", "start", vmid], &request.params),
        (_, (Some(sid), options)) if is(Purpose::HighAvailability) => {
            command(&["ha-manager", "add", &sid], &options)
        }
        // A request without a `qm` command must not be left out.
        _ => format!(
            "# qm has no command for this; pvesh calls the API itself.\n{}",
            pvesh::one(request)
        ),
    }
}

/// `qm` reads the keys from a file, as they are.
fn keys_in_a_file(vmid: &str, options: Vec<(String, String)>) -> (String, Vec<(String, String)>) {
    const KEYS: &str = "sshkeys";
    let file = format!("vm-{vmid}-keys.pub");
    let mut written = String::new();
    let options = options.into_iter().map(|(name, value)| {
        if name != KEYS {
            return (name, value);
        }
        let keys = plain_keys(&value);
        let lines: Vec<_> = keys.lines().map(shell_words::quote).collect();
        written = format!("printf '%s\\n' {} > {file}\n", lines.join(" "));
        (name, file.clone())
    });
    let options = options.collect();
    (written, options)
}

/// The value of one parameter, and the others.
fn take(params: &[(String, String)], name: &str) -> (Option<String>, Vec<(String, String)>) {
    let (found, rest): (Vec<_>, Vec<_>) = params.iter().cloned().partition(|(key, _)| key == name);
    (found.into_iter().next().map(|(_, value)| value), rest)
}
