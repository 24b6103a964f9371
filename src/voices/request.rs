//! What every voice gets: the requests in order; and how a command is quoted for a shell. Knows no voice.

use percent_encoding::percent_decode_str;

use crate::domain::params::{Plan, SECRET};

/// One request as the voices see it. `key` names the stage that sends it, `path` is below `/api2/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub key: String,
    pub method: String,
    pub path: String,
    pub params: Vec<(String, String)>,
}

impl Request {
    /// The ID, in the parameters of a create or in the path of a later request: `/nodes/pve1/qemu/105/config`.
    pub(super) fn vmid(&self) -> Option<&str> {
        let named = self.params.iter().find(|(name, _)| name == "vmid");
        named
            .map(|(_, value)| value.as_str())
            .or_else(|| self.path.split('/').nth(4))
    }

    pub(super) fn node(&self) -> Option<&str> {
        self.path.split('/').nth(2)
    }

    /// Where the settings of the VM are read and written.
    pub(super) fn config_path(&self) -> String {
        let node = self.node().unwrap_or("<node>");
        format!(
            "/nodes/{node}/qemu/{}/config",
            self.vmid().unwrap_or("<vmid>")
        )
    }
}

pub fn of_plan(plan: &Plan) -> Vec<Request> {
    plan.requests()
        .map(|request| Request {
            key: request.purpose.key().to_owned(),
            method: request.method.to_owned(),
            path: request.path.clone(),
            params: request.pairs(),
        })
        .collect()
}

/// The keys of `sshkeys`, a line each: its value is percent-encoded.
pub(super) fn plain_keys(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

/// No voice holds a secret.
pub(super) fn remark_on_secrets() -> String {
    format!("# Write the password in place of {SECRET}.\n")
}

/// A command with its options, one per line, quoted for a POSIX shell.
pub(super) fn command(words: &[&str], options: &[(String, String)]) -> String {
    let words: Vec<_> = words.iter().map(|word| shell_words::quote(word)).collect();
    let mut text = words.join(" ");
    for (name, value) in options {
        text.push_str(" \\\n  --");
        text.push_str(&shell_words::quote(name));
        text.push(' ');
        text.push_str(&shell_words::quote(value));
    }
    text.push('\n');
    text
}
