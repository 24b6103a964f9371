//! What is to be created, for which user and where: everything that a stage needs from the plan. Never changes.

use crate::api::{Change, Method};
use crate::domain::params::{Plan, Purpose};
use crate::domain::{Secret, VmId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// As the user would enter it.
    pub server: String,
    /// As the server spells it in its tasks: `root@pam`, `root@pam!token`.
    pub user: String,
    pub node: String,
    pub vmid: VmId,
    /// May be empty.
    pub name: String,
    /// The planned requests by the key of their stage, in order.
    pub requests: Vec<(String, Change)>,
    /// Of cloud-init's user. Never written down: a creation that is resumed has none.
    pub password: Secret,
}

impl Job {
    pub fn new(server: String, user: String, node: String, vmid: VmId, plan: &Plan) -> Job {
        let requests: Vec<(String, Change)> = plan
            .requests()
            .map(|request| {
                let change = Change {
                    method: method(request.method),
                    path: request.path.clone(),
                    params: request.pairs(),
                    secrets: Vec::new(),
                };
                (request.purpose.key().to_owned(), change)
            })
            .collect();
        let mut job = Job {
            server,
            user,
            node,
            vmid,
            name: String::new(),
            requests,
            password: Secret::default(),
        };
        job.name = job
            .param(Purpose::Create.key(), "name")
            .unwrap_or_default()
            .to_owned();
        job
    }

    pub fn request(&self, key: &str) -> Option<&Change> {
        self.requests
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, change)| change)
    }

    pub fn params(&self, key: &str) -> &[(String, String)] {
        self.request(key).map_or(&[], |change| &change.params)
    }

    pub fn param(&self, key: &str, name: &str) -> Option<&str> {
        param(self.params(key), name)
    }

    pub fn wants(&self, purpose: Purpose) -> bool {
        self.request(purpose.key()).is_some()
    }

    /// ` web-01`, or nothing.
    pub fn named(&self) -> String {
        match self.name.as_str() {
            "" => String::new(),
            name => format!(" {name}"),
        }
    }
}

pub fn param<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

pub fn method(name: &str) -> Method {
    match name {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        _ => Method::Get,
    }
}
