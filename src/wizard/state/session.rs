//! Who is logged in, or about to be.

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
        /// The login that this one takes up again, with its step and answers.
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
        /// As it was asked for, to see whether the form now means somebody else.
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
