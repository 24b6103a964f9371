//! The wizard without a screen: carries its requests out and gives it the answers, until it waits for nothing. Presses no
//! key, and leaves alone what is not a question to the server.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::api::ProxmoxApi;
use crate::runtime::perform;
use crate::wizard::{Effect, Wizard, update};

/// Answers that are no longer wanted are dropped by the wizard itself.
pub(super) async fn settle(wizard: &mut Wizard, first: Vec<Effect>, api: &dyn ProxmoxApi) {
    let mut pending: FuturesUnordered<_> = first
        .into_iter()
        .map(|effect| perform(api, effect))
        .collect();
    while let Some(event) = pending.next().await {
        if let Some(event) = event {
            let effects = update(wizard, event);
            pending.extend(effects.into_iter().map(|effect| perform(api, effect)));
        }
    }
}
