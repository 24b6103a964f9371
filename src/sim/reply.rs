//! The result of a handler, and how it becomes PVE's status line and body. Knows no endpoint.

use serde_json::{Map, Value, json};

use crate::api::Response;

use super::contract::{Errors, Series};
use super::world::{Random, shuffle};

/// A call carried out.
#[derive(Debug, Clone)]
pub struct Reply {
    pub data: Value,
    /// Beside `data`: how many there are in all.
    pub total: Option<usize>,
    /// PVE's lists are unordered.
    pub unordered: bool,
}

/// A refused call. `message` is the whole text, usually with its line end; the first line is the reason phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    pub errors: Errors,
    /// Answers of the web server itself, not of the API, have none.
    pub body: bool,
}

pub type Outcome = Result<Reply, Refusal>;

impl Reply {
    pub fn new(data: impl Into<Value>) -> Reply {
        Reply {
            data: data.into(),
            total: None,
            unordered: false,
        }
    }

    pub fn null() -> Reply {
        Reply::new(Value::Null)
    }

    pub fn list(items: Vec<Value>) -> Reply {
        Reply {
            unordered: true,
            ..Reply::new(items)
        }
    }

    pub fn ordered(items: Vec<Value>, total: usize) -> Reply {
        Reply {
            total: Some(total),
            ..Reply::new(items)
        }
    }
}

impl Refusal {
    fn new(status: u16, message: String) -> Refusal {
        Refusal {
            status,
            message,
            errors: Errors::new(),
            body: true,
        }
    }

    /// 400 with what is wrong with each parameter.
    pub fn parameters(errors: Errors) -> Refusal {
        Refusal {
            errors,
            ..Refusal::new(400, "Parameter verification failed.\n".to_owned())
        }
    }

    pub fn parameter(name: &str, message: impl Into<String>) -> Refusal {
        Refusal::parameters(Errors::from([(name.to_owned(), message.into())]))
    }

    /// 500: PVE's code failed with these words.
    pub fn died(message: impl Into<String>) -> Refusal {
        Refusal::new(500, message.into() + "\n")
    }

    /// 403 with PVE's text in parentheses; empty where it gives no detail.
    pub fn forbidden(detail: &str) -> Refusal {
        let text = if detail.is_empty() {
            "Permission check failed\n".to_owned()
        } else {
            format!("Permission check failed ({detail})\n")
        };
        Refusal::new(403, text)
    }

    pub fn login_failed() -> Refusal {
        Refusal::new(401, "authentication failure\n".to_owned())
    }

    /// 401 of the web server: only the reason phrase.
    pub fn unauthenticated(message: &str) -> Refusal {
        Refusal {
            body: false,
            ..Refusal::new(401, message.to_owned())
        }
    }

    /// 401 of a call that checks a ticket of its own.
    pub fn console_ticket() -> Refusal {
        Refusal::new(
            401,
            "permission denied - invalid PVEVNC ticket\n".to_owned(),
        )
    }

    /// 595: the node in between could not reach the target node.
    pub fn no_route() -> Refusal {
        Refusal {
            body: false,
            ..Refusal::new(595, "No route to host".to_owned())
        }
    }

    pub fn not_implemented(method: &str, path: &str) -> Refusal {
        Refusal::new(501, format!("Method '{method} {path}' not implemented"))
    }
}

/// The answer as sent. From 8.4 on, messages are in the body.
pub fn response(series: Series, outcome: Outcome, random: &mut dyn Random) -> Response {
    match outcome {
        Ok(mut reply) => {
            if let (true, Value::Array(items)) = (reply.unordered, &mut reply.data) {
                shuffle(items, random);
            }
            let mut body = Map::new();
            body.insert("data".to_owned(), reply.data);
            if let Some(total) = reply.total {
                body.insert("total".to_owned(), json!(total));
            }
            Response {
                status: 200,
                reason: Some("OK".to_owned()),
                body: Value::Object(body).to_string().into_bytes(),
                date: None,
            }
        }
        Err(refusal) => {
            let mut body = Map::new();
            body.insert("data".to_owned(), Value::Null);
            if series >= Series::V8_4 {
                body.insert("message".to_owned(), json!(refusal.message));
            }
            if !refusal.errors.is_empty() {
                body.insert("errors".to_owned(), json!(refusal.errors));
            }
            let reason = refusal.message.lines().next().unwrap_or_default();
            Response {
                status: refusal.status,
                reason: (!reason.is_empty()).then(|| reason.to_owned()),
                body: if refusal.body {
                    Value::Object(body).to_string().into_bytes()
                } else {
                    Vec::new()
                },
                date: None,
            }
        }
    }
}
