//! Carries out one order by asking the server, and says what came of it. Decides nothing and repeats nothing.
//! Shared by the event loop and the test harness.

use crate::api::{Login, ProxmoxApi};
use crate::catalog::fetch;
use crate::wizard::{Effect, Event};

/// `None` for orders that are no questions: those belong to the loop. The pause before a poll is the loop's as well.
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
            let remembered = api.trust(&server, &fingerprint).await;
            Event::Trusted { server, remembered }
        }
        Effect::Renew { request } => Event::Renewed {
            request,
            answer: api.renew().await,
        },
        Effect::Create { node, params } => Event::Created(api.create_vm(&node, &params).await),
        Effect::Poll {
            task,
            from_line,
            number,
            ..
        } => {
            // The state first: a log read after the end is complete.
            let state = api.task_state(&task).await;
            let log = api.task_log(&task, from_line).await;
            Event::Polled { number, state, log }
        }
        Effect::ConfigureSerial { node, vmid, params } => {
            let result = match api.set_config(&node, vmid, &params).await {
                Ok(()) => api.pending(&node, vmid).await,
                Err(error) => Err(error),
            };
            Event::SerialConfigured(result)
        }
        Effect::RegisterHa { params } => Event::HaRegistered(api.add_ha_resource(&params).await),
        Effect::Start { node, vmid } => Event::Started(api.start_vm(&node, vmid).await),
        Effect::Look { node, vmid } => Event::Looked(api.find_vm(&node, vmid).await),
        Effect::Abort(_) | Effect::Suspend | Effect::Redraw | Effect::Quit => return None,
    })
}
