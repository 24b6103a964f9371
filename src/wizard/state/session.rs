//! The current login, or the pending one.

use crate::api::ServerAddress;
use crate::catalog::RequestId;

use super::FactorQuestion;
use crate::wizard::Event;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    Out,
    LoggingIn {
        request: RequestId,
        server: ServerAddress,
        /// The login that this one renews, with its step and answers.
        resumes: Option<String>,
        /// The question that this attempt answers; asked again when the code is wrong.
        factor: Option<Box<FactorQuestion>>,
        /// Typed ahead.
        queued: Vec<Event>,
    },
    In {
        server: ServerAddress,
        /// As the server spells it.
        user: String,
        /// As requested, to see whether the form now names another user.
        asked: String,
        expired: bool,
    },
}

impl Session {
    /// The server as the user would enter it, and the user as the server spells it.
    pub(in crate::wizard) fn who(&self) -> Option<(String, String)> {
        match self {
            Session::In { server, user, .. } => Some((server.to_string(), user.clone())),
            Session::Out | Session::LoggingIn { .. } => None,
        }
    }
}
