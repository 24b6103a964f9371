//! Carries out one order as a request to the server, and returns the result. Decides nothing and repeats nothing. Shared by
//! the event loop and the test harness.

use crate::api::{Login, ProxmoxApi};
use crate::catalog::fetch;
use crate::console::Place;
use crate::creation::carry_out;
use crate::domain::VmId;
use crate::domain::text::visible;
use crate::wizard::{DownloadFact, DownloadOrder, Effect, Event};

use super::console::{self, NoPlace};

/// `None` for orders that are not requests: the loop carries those out.
pub async fn perform(api: &dyn ProxmoxApi, effect: Effect) -> Option<Event> {
    Some(match effect {
        Effect::Fetch { request, resource } => Event::Answered {
            request,
            answer: fetch(api, &resource).await,
        },
        Effect::LogIn {
            request,
            credentials,
        } => Event::LoggedIn {
            request,
            login: api.login(&credentials).await,
        },
        Effect::AnswerChallenge { request, answer } => Event::LoggedIn {
            request,
            login: api.second_factor(&answer).await,
        },
        Effect::UseToken {
            request,
            server,
            id,
            secret,
        } => {
            let login = api
                .use_token(&server, &id, &secret)
                .await
                .map(Login::Complete);
            Event::LoggedIn { request, login }
        }
        Effect::Trust {
            server,
            fingerprint,
        } => {
            let kept = api.trust(&server, &fingerprint).await;
            Event::Trusted { server, kept }
        }
        Effect::Renew { request } => Event::Renewed {
            request,
            answer: api.renew().await,
        },
        Effect::AskAddresses { node, vmid } => Event::Addresses(api.interfaces(&node, vmid).await),
        Effect::FindConsole { vmid, user } => {
            Event::ConsoleFound(console_of(api, vmid, &user).await)
        }
        Effect::Download(order) => return download(api, order).await.map(Event::Download),
        Effect::Creation(order) => return carry_out(api, order).await.map(Event::Creation),
        Effect::ReadJournal
        | Effect::ReadPresets
        | Effect::ReadKeys
        | Effect::ReadLast { .. }
        | Effect::KeepLast { .. }
        | Effect::SavePreset { .. }
        | Effect::Save { .. }
        | Effect::Abort(_)
        | Effect::Copy(_)
        | Effect::OpenConsole(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => return None,
    })
}

async fn console_of(api: &dyn ProxmoxApi, vmid: VmId, user: &str) -> Result<Place, String> {
    let told = |error: NoPlace| visible(&error.to_string());
    let guest = console::find(api, &vmid.to_string()).await.map_err(told)?;
    console::place(api, user, &guest).await.map_err(told)
}

/// `None` for a pause: the caller carries it out.
async fn download(api: &dyn ProxmoxApi, order: DownloadOrder) -> Option<DownloadFact> {
    match order {
        DownloadOrder::Start(number, download) => {
            let task = api.download(&download).await;
            Some(DownloadFact::Started(number, task))
        }
        DownloadOrder::Look(number, task, from_line) => {
            // The state first: a log that is read after the end of the task is complete.
            let state = api.task_state(&task).await;
            let log = api.task_log(&task, from_line).await;
            let seen = state.and_then(|state| log.map(|log| (state, log)));
            Some(DownloadFact::Looked(number, seen))
        }
        DownloadOrder::Wait(..) => None,
    }
}
