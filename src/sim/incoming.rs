//! A request as a face passes it on, before any check. Knows neither face and no cluster.

use crate::api::{Method, Request};

/// `path` is below `/api2/json`.
pub struct Incoming {
    pub method: Method,
    pub path: String,
    pub params: Vec<(String, String)>,
    pub proof: Proof,
}

impl Incoming {
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How a request authenticates itself.
pub enum Proof {
    Nothing,
    Ticket {
        value: String,
        csrf: Option<String>,
    },
    /// `user@realm!name=secret`
    Token(String),
}

/// Values may be secrets: only the request line is shown.
impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method.name(), self.path)
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Proof::Nothing => "Nothing",
            Proof::Ticket { .. } => "Ticket(..)",
            Proof::Token(_) => "Token(..)",
        })
    }
}

impl From<&Request> for Incoming {
    fn from(request: &Request) -> Incoming {
        let mut params = request.params.clone();
        params.extend(
            request
                .secrets
                .iter()
                .map(|(name, secret)| ((*name).to_owned(), secret.expose().to_owned())),
        );
        Incoming {
            method: request.method,
            path: request.path.clone(),
            params,
            proof: match (&request.ticket, &request.token) {
                (None, None) => Proof::Nothing,
                (None, Some(token)) => Proof::Token(token.expose().to_owned()),
                (Some(ticket), _) => Proof::Ticket {
                    value: ticket.value.expose().to_owned(),
                    csrf: Some(ticket.csrf.expose().to_owned()),
                },
            },
        }
    }
}
