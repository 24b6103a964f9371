//! Small public files, lists of checksums, over HTTPS from the machine that this program runs on. Trusts what the system
//! trusts, follows redirects to HTTPS alone, and uses the proxy of the environment. Knows no Proxmox server.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;

use super::names::Names;
use super::trust::TrustError;
use super::verify::authorities;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
const MOST_REDIRECTS: usize = 5;
/// The longest list of checksums of a distribution has some hundred lines.
const MOST_BYTES: usize = 1 << 20;

/// Makes its connection when it is first used.
#[derive(Debug, Default)]
pub struct Web {
    /// Instead of the system's authorities.
    authorities: Option<Arc<dyn ServerCertVerifier>>,
    client: OnceLock<Result<reqwest::Client, String>>,
}

impl Web {
    /// Trusts only these authorities (PEM), and uses no proxy.
    pub fn trusting(pem: &[u8]) -> Result<Web, TrustError> {
        let provider = Arc::new(ring::default_provider());
        Ok(Web {
            authorities: Some(authorities(pem, &provider)?),
            client: OnceLock::new(),
        })
    }

    /// The text at an address; `Err` is a sentence.
    pub async fn text(&self, url: &str) -> Result<String, String> {
        if !url.starts_with("https://") {
            return Err(format!("{url} is not an https address."));
        }
        let client = self.client.get_or_init(|| self.build()).clone()?;
        let mut answer = client
            .get(url)
            .send()
            .await
            .map_err(|error| unreached(url, error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("{url} answers {status}."));
        }
        let mut body = Vec::new();
        while let Some(part) = answer
            .chunk()
            .await
            .map_err(|error| unreached(url, error))?
        {
            if body.len() + part.len() > MOST_BYTES {
                return Err(format!(
                    "{url} is no list of checksums: it is larger than 1 MiB."
                ));
            }
            body.extend_from_slice(&part);
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    fn build(&self) -> Result<reqwest::Client, String> {
        let provider = Arc::new(ring::default_provider());
        let verifier = match &self.authorities {
            Some(own) => own.clone(),
            None => Arc::new(
                rustls_platform_verifier::Verifier::new(provider.clone())
                    .map_err(|error| error.to_string())?,
            ),
        };
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        let mut builder = reqwest::Client::builder();
        if self.authorities.is_some() {
            builder = builder.no_proxy();
        }
        builder
            .tls_backend_preconfigured(tls)
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .dns_resolver(Arc::new(Names))
            .https_only(true)
            .redirect(reqwest::redirect::Policy::limited(MOST_REDIRECTS))
            .connect_timeout(CONNECT_LIMIT)
            .timeout(ANSWER_LIMIT)
            .build()
            .map_err(|error| error.without_url().to_string())
    }
}

/// With the innermost reason, which says the most.
fn unreached(url: &str, error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut link = std::error::Error::source(&error);
    while let Some(found) = link {
        reason = found.to_string();
        link = found.source();
    }
    format!("{url} cannot be reached from here: {reason}.")
}
