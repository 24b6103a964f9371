//! The request log: one line per request, without any secret. Wraps a transport and knows no endpoint; a log that cannot be
//! written disturbs nothing.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;

use crate::api::{ApiError, Kept, Request, Response, ServerAddress, Transport, Upgrade};

/// Appends `time method path status milliseconds`. Parameters, headers and bodies are never written.
#[derive(Debug)]
pub struct Logged<T> {
    inner: T,
    file: Mutex<File>,
}

impl<T: Transport> Logged<T> {
    /// The file is only for its owner, even if it existed before. A device or a pipe keeps its mode: `/dev/null` is shared.
    pub fn to(path: impl AsRef<Path>, inner: T) -> io::Result<Logged<T>> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)?;
        if file.metadata()?.is_file() {
            file.set_permissions(PermissionsExt::from_mode(0o600))?;
        }
        Ok(Logged {
            inner,
            file: Mutex::new(file),
        })
    }

    fn write(&self, line: &str) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(file, "{line}");
    }
}

#[async_trait]
impl<T: Transport> Transport for Logged<T> {
    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        let asked = Asked::of(server, &request);
        let answer = self.inner.send(server, request).await;
        let status = answer.as_ref().map(|response| response.status);
        self.write(&asked.answered(status));
        answer
    }

    async fn upgrade(&self, server: &ServerAddress, request: Request) -> Result<Upgrade, ApiError> {
        let asked = Asked::of(server, &request);
        let answer = self.inner.upgrade(server, request).await;
        let status = answer.as_ref().map(|answer| match answer {
            Upgrade::Line(_) => 101,
            Upgrade::Answer(response) => response.status,
        });
        self.write(&asked.answered(status));
        answer
    }

    async fn trust(&self, server: &ServerAddress, fingerprint: &str) -> Result<Kept, String> {
        self.inner.trust(server, fingerprint).await
    }

    async fn public_text(&self, url: &str) -> Result<String, String> {
        self.inner.public_text(url).await
    }

    fn accepted(&self, server: &ServerAddress) -> Option<String> {
        self.inner.accepted(server)
    }
}

/// A request that waits for its answer.
struct Asked {
    line: String,
    begun: Instant,
}

impl Asked {
    fn of(server: &ServerAddress, request: &Request) -> Asked {
        Asked {
            line: format!("{} {} {}", server, request.method.name(), request.path),
            begun: Instant::now(),
        }
    }

    fn answered(&self, status: Result<u16, &ApiError>) -> String {
        let status = match status {
            Ok(status) => status.to_string(),
            Err(ApiError::Unreachable { .. }) => "unreachable".to_owned(),
            Err(ApiError::Untrusted { .. }) => "untrusted".to_owned(),
            Err(_) => "lost".to_owned(),
        };
        let taken = self.begun.elapsed().as_millis();
        format!("{} {} {status} {taken} ms", time_of_day(), self.line)
    }
}

/// `2026-11-21T05:02:12Z`
fn time_of_day() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
