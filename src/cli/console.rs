//! `console`: the serial console of a VM in this terminal. Logs in, finds the VM, says why there is no console where there is
//! none, and what exists afterwards. The console itself is the runtime's.

use std::io::IsTerminal;

use anyhow::anyhow;
use clap::Args;

use crate::api::{
    ApiError, Credentials, FactorKind, Login, ProxmoxApi, SecondFactor, ServerAddress,
};
use crate::console::{Ended, WhyNot};
use crate::domain::text::visible;
use crate::domain::{Secret, SiteDefaults};
use crate::runtime::ask_secret;
use crate::runtime::console::{self, NoPlace};
use crate::wizard::Setup;

use super::connect::Connection;
use super::exit::{Exit, Failed, Outcome};
use super::print::say;

#[derive(Debug, Args)]
pub(super) struct Console {
    /// The ID of the VM, or its name
    #[arg(value_name = "VMID|NAME")]
    vm: String,

    /// Start the VM first when it is stopped
    #[arg(long)]
    start: bool,
}

pub(super) async fn run(connection: Connection, wanted: Console) -> Outcome {
    let api = &connection.api;
    let user = log_in(api.as_ref(), &connection.setup).await?;
    let problem = |error: NoPlace| Failed {
        exit: Exit::Problems,
        error: error.into(),
    };
    let guest = console::find(api.as_ref(), &wanted.vm)
        .await
        .map_err(problem)?;
    let place = match console::place(api.as_ref(), &user, &guest).await {
        Err(NoPlace::WhyNot(WhyNot::Stopped {
            may_start: true, ..
        })) if wanted.start => {
            say(&format!("Starting VM {} on {} ...", guest.vmid, guest.node))?;
            let started = console::start(api, &guest).await;
            started.map_err(|why| anyhow!("VM {} did not start: {why}", guest.vmid))?;
            console::place(api.as_ref(), &user, &guest)
                .await
                .map_err(problem)?
        }
        other => other.map_err(problem)?,
    };
    let closed = console::open(api.clone(), place, connection.escape)
        .await
        .map_err(Failed::usage)?;
    say(&closed.words)?;
    Ok(match closed.ended {
        Ended::ByUser => Exit::Done,
        Ended::Closing => Exit::Interrupted,
        Ended::Refused(_) | Ended::TokenRefused | Ended::ByServer | Ended::Gone => Exit::Wizard,
    })
}

fn no_login(error: anyhow::Error) -> Failed {
    Failed {
        exit: Exit::NoLogin,
        error,
    }
}

/// The user's whole name, as the server spells it. What is missing is asked for on the terminal.
async fn log_in(api: &dyn ProxmoxApi, setup: &Setup) -> Result<String, Failed> {
    let server = ServerAddress::parse(&setup.server).map_err(Failed::usage_says)?;
    if let Some(id) = &setup.token {
        let secret = given_or_asked(&setup.password, &format!("Secret of the token {id}")).await?;
        let session = api.use_token(&server, id, &secret).await;
        return Ok(session.map_err(|error| refused(&server, &error))?.user);
    }
    let user = full_user(&setup.user, &setup.site)
        .ok_or_else(|| Failed::usage_says("no user to log in as; give --user"))?;
    let question = format!("Password of {user} at {server}");
    let credentials = Credentials {
        server: server.clone(),
        password: given_or_asked(&setup.password, &question).await?,
        user,
    };
    let login = api.login(&credentials).await;
    match login.map_err(|error| refused(&server, &error))? {
        Login::Complete(session) => Ok(session.user),
        Login::NeedsSecondFactor {
            user,
            kinds,
            challenge,
        } => {
            let (kind, question) = factor(&kinds).ok_or_else(|| {
                no_login(anyhow!(
                    "this login needs a second factor that only a browser can serve; use an API token"
                ))
            })?;
            let answer = SecondFactor {
                server: server.clone(),
                user,
                challenge,
                kind,
                code: asked(question).await?,
            };
            match api.second_factor(&answer).await {
                Ok(Login::Complete(session)) => Ok(session.user),
                Ok(Login::NeedsSecondFactor { .. }) => Err(no_login(anyhow!(
                    "the server asks for the second factor again"
                ))),
                Err(error) => Err(refused(&server, &error)),
            }
        }
    }
}

fn full_user(user: &str, site: &SiteDefaults) -> Option<String> {
    match user {
        "" => None,
        full if full.contains('@') => Some(full.to_owned()),
        bare => Some(format!("{bare}@{}", site.realm)),
    }
}

/// The first that a terminal can serve, and what is asked for.
fn factor(kinds: &[FactorKind]) -> Option<(FactorKind, &'static str)> {
    kinds.iter().find_map(|kind| {
        let question = match kind {
            FactorKind::Totp => "TOTP code",
            FactorKind::Recovery { .. } => "Recovery key",
            FactorKind::Yubico => "YubiKey OTP",
            FactorKind::WebAuthn | FactorKind::U2f => return None,
        };
        Some((*kind, question))
    })
}

async fn given_or_asked(given: &Secret, question: &str) -> Result<Secret, Failed> {
    if given.is_empty() {
        asked(question).await
    } else {
        Ok(given.clone())
    }
}

async fn asked(question: &str) -> Result<Secret, Failed> {
    if !std::io::stdin().is_terminal() {
        return Err(Failed::usage_says(format!(
            "{question}: not given, and there is no terminal to ask on"
        )));
    }
    let answer = ask_secret(&visible(question))
        .await
        .map_err(Failed::usage)?;
    answer.ok_or_else(|| Failed {
        exit: Exit::Interrupted,
        error: anyhow!("no answer"),
    })
}

fn refused(server: &ServerAddress, error: &ApiError) -> Failed {
    no_login(match error {
        ApiError::Untrusted { certificate, .. } => anyhow!(
            "{server} presents a certificate that is not trusted ({}). Compare its fingerprint {} with  pvenode cert info  on the node; then log in once with the wizard, which remembers it, or give --fingerprint",
            certificate.reason,
            certificate.fingerprint
        ),
        other => anyhow!("{}", visible(&other.to_string())),
    })
}
