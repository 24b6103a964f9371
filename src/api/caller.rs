//! A transport with the login and CSRF token that its requests carry. Logs in, completes a login, renews it. Knows the
//! calls of `/access` only; requests behind the login belong to `client`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::wire::{self, Answer, Reading, catalog, login};
use super::{
    ApiError, Change, ConsoleLine, Credentials, Kept, Login, Method, Request, Response,
    SecondFactor, ServerAddress, Session, Ticket, Transport, Upgrade,
};
use crate::domain::Secret;

#[derive(Debug)]
pub struct Caller<T: Transport> {
    transport: T,
    entry: Mutex<Option<Entry>>,
    /// The number of the last login that was begun.
    attempts: AtomicU64,
}

/// A complete login.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    server: ServerAddress,
    user: String,
    proof: Proof,
}

/// What a request carries to authenticate itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Proof {
    Ticket(Ticket),
    Token(Secret),
}

impl<T: Transport> Caller<T> {
    pub fn new(transport: T) -> Caller<T> {
        Caller {
            transport,
            entry: Mutex::new(None),
            attempts: AtomicU64::new(0),
        }
    }

    pub async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<Kept, String> {
        self.transport.trust(server, fingerprint).await
    }

    pub async fn public_text(&self, url: &str) -> Result<String, String> {
        self.transport.public_text(url).await
    }

    /// The fingerprint of the certificate that the server was last accepted with.
    pub fn accepted(&self, server: &ServerAddress) -> Option<String> {
        self.transport.accepted(server)
    }

    /// Without a login, or with the one that the request already carries.
    pub async fn ask<R: Reading>(
        &self,
        server: &ServerAddress,
        request: Request,
        reading: &R,
    ) -> Result<Answer<R::Kept>, ApiError> {
        let secrets = request.every_secret();
        let outcome = match self.send(server, request).await {
            Ok(response) => wire::outcome(&response, reading),
            Err(error) => Err(error),
        };
        outcome.map_err(|error| error.without(&secrets))
    }

    /// Whatever carries the answers, one that is too large is rejected.
    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        let line = request.line();
        let response = self.transport.send(server, request).await?;
        if response.body.len() > Response::MOST_BYTES {
            return Err(Response::too_large(server, &line, response.status));
        }
        Ok(response)
    }

    /// With the remembered login.
    pub async fn get<R: Reading>(
        &self,
        path: impl Into<String>,
        params: &[(&str, &str)],
        reading: &R,
    ) -> Result<Answer<R::Kept>, ApiError> {
        let request = Request::new(Method::Get, path);
        let request = params
            .iter()
            .fold(request, |request, (name, value)| request.with(name, *value));
        let (server, request) = self.signed(request)?;
        self.ask(&server, request, reading).await
    }

    /// Only Proxmox's own answer counts here.
    pub async fn change<R: Reading>(
        &self,
        change: &Change,
        reading: &R,
    ) -> Result<Answer<R::Kept>, ApiError> {
        self.change_with(change, change.secrets.clone(), reading)
            .await
    }

    /// With parameters that stand in no plan and no log.
    pub async fn change_with<R: Reading>(
        &self,
        change: &Change,
        secrets: Vec<(&'static str, Secret)>,
        reading: &R,
    ) -> Result<Answer<R::Kept>, ApiError> {
        let mut request = Request::new(change.method, wire::path::encode(&change.path));
        request.params.clone_from(&change.params);
        request.secrets = secrets;
        let (server, request) = self.signed(request)?;
        let secrets = request.every_secret();
        let outcome = match self.send(&server, request).await {
            Ok(response) => wire::outcome_of_change(&response, reading),
            Err(error) => Err(error),
        };
        outcome.map_err(|error| error.without(&secrets))
    }

    /// A connection that stays open both ways, with the remembered login.
    pub async fn upgrade(&self, request: Request) -> Result<ConsoleLine, ApiError> {
        let (server, request) = self.signed(request)?;
        let secrets = request.every_secret();
        let outcome = match self.transport.upgrade(&server, request).await {
            Ok(Upgrade::Line(line)) => Ok(line),
            Ok(Upgrade::Answer(response)) => Err(wire::refusal(&response)),
            Err(error) => Err(error),
        };
        outcome.map_err(|error| error.without(&secrets))
    }

    fn signed(&self, mut request: Request) -> Result<(ServerAddress, Request), ApiError> {
        let entry = self.entry()?;
        match entry.proof {
            Proof::Ticket(ticket) => request.ticket = Some(ticket),
            Proof::Token(token) => request.token = Some(token),
        }
        Ok((entry.server, request))
    }

    fn entry(&self) -> Result<Entry, ApiError> {
        self.entry
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| ApiError::Unauthorized {
                message: "not logged in".to_owned(),
            })
    }

    /// Replaces the login, unless `instead_of` names one that has been replaced in the meantime.
    fn remember(&self, entry: Entry, instead_of: Option<&Entry>) {
        let mut current = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        if instead_of.is_none() || current.as_ref() == instead_of {
            *current = Some(entry);
        }
    }

    fn begin_attempt(&self) -> u64 {
        self.attempts.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Remembers a new login, unless another one was begun since: the late answer to one that was cancelled must not put
    /// another server or user in its place.
    fn remember_new(&self, entry: Entry, attempt: u64) {
        if self.attempts.load(Ordering::SeqCst) == attempt {
            self.remember(entry, None);
        }
    }

    pub async fn log_in(&self, credentials: &Credentials) -> Result<Login, ApiError> {
        let attempt = self.begin_attempt();
        let secrets = vec![("password", credentials.password.clone())];
        let granted = self
            .request_ticket(&credentials.server, &credentials.user, secrets)
            .await?;
        Ok(self.complete(&credentials.server, granted, attempt))
    }

    pub async fn second_factor(&self, answer: &SecondFactor) -> Result<Login, ApiError> {
        let attempt = self.begin_attempt();
        let response = login::factor_response(answer.kind, &answer.code);
        let secrets = vec![
            ("tfa-challenge", answer.challenge.clone()),
            ("password", response),
        ];
        let granted = self
            .request_ticket(&answer.server, &answer.user, secrets)
            .await?;
        Ok(self.complete(&answer.server, granted, attempt))
    }

    pub async fn use_token(
        &self,
        server: &ServerAddress,
        id: &str,
        secret: &Secret,
    ) -> Result<Session, ApiError> {
        let attempt = self.begin_attempt();
        let token = Secret::new(format!("{id}={}", secret.expose()));
        let mut request = Request::new(Method::Get, "/version");
        request.token = Some(token.clone());
        let version = self.ask(server, request, &catalog::version()).await?.data;
        let entry = Entry {
            server: server.clone(),
            user: id.to_owned(),
            proof: Proof::Token(token),
        };
        self.remember_new(entry, attempt);
        Ok(Session {
            user: id.to_owned(),
            version: Some(version),
        })
    }

    pub async fn renew(&self) -> Result<(), ApiError> {
        let old = self.entry()?;
        // Tokens do not expire.
        let Proof::Ticket(ticket) = &old.proof else {
            return Ok(());
        };
        let secrets = vec![("password", ticket.value.clone())];
        let granted = self.request_ticket(&old.server, &old.user, secrets).await?;
        let Some(ticket) = granted.ticket else {
            return Err(ApiError::Unauthorized {
                message: "the server asks for the second factor again".to_owned(),
            });
        };
        let renewed = Entry {
            proof: Proof::Ticket(ticket),
            ..old.clone()
        };
        self.remember(renewed, Some(&old));
        Ok(())
    }

    async fn request_ticket(
        &self,
        server: &ServerAddress,
        user: &str,
        secrets: Vec<(&'static str, Secret)>,
    ) -> Result<login::Granted, ApiError> {
        let mut request = Request::new(Method::Post, "/access/ticket")
            .with("username", user)
            .with("new-format", "1");
        request.secrets = secrets;
        let answer = self.ask(server, request, &login::granted(user)).await?;
        Ok(answer.data)
    }

    fn complete(&self, server: &ServerAddress, granted: login::Granted, attempt: u64) -> Login {
        if let (Login::Complete(session), Some(ticket)) = (&granted.login, granted.ticket) {
            let entry = Entry {
                server: server.clone(),
                user: session.user.clone(),
                proof: Proof::Ticket(ticket),
            };
            self.remember_new(entry, attempt);
        }
        granted.login
    }
}
