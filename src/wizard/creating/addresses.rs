//! After a start: asks the guest's agent for the addresses until it tells some, for two minutes. Nothing waits for it.

use std::time::Duration;

use crate::api::{ApiError, GuestAddress, GuestInterface};
use crate::creation::{Creation, stages};
use crate::wizard::{Effect, GuestAddresses, Wizard};

/// Between two questions.
const PAUSE: Duration = Duration::from_secs(5);

impl Wizard {
    /// Asks when it is time to.
    pub(in crate::wizard) fn watch_addresses(&mut self, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(creating) = &mut self.creating else {
            return;
        };
        let creation = &creating.creation;
        if !creation.runs() || creation.is_running() || !has_agent(creation) {
            return;
        }
        let addresses = creating.addresses.get_or_insert(GuestAddresses::Waiting {
            since: now,
            ask_at: Some(now),
        });
        if let GuestAddresses::Waiting { ask_at, .. } = addresses
            && ask_at.is_some_and(|at| at <= now)
        {
            *ask_at = None;
            effects.push(Effect::AskAddresses {
                node: creation.node().to_owned(),
                vmid: creation.job.vmid,
            });
        }
    }

    /// An agent that does not answer yet is asked again.
    pub(in crate::wizard) fn addresses_told(
        &mut self,
        told: Result<Option<Vec<GuestInterface>>, ApiError>,
    ) {
        let now = self.now;
        let Some(creating) = &mut self.creating else {
            return;
        };
        let Some(GuestAddresses::Waiting { since, .. }) = creating.addresses else {
            return;
        };
        let interfaces = told.ok().flatten().unwrap_or_default();
        let addresses = interfaces.iter().flat_map(|interface| &interface.addresses);
        let reachable = addresses.filter(|address| GuestAddress::is_reachable(address));
        let reachable: Vec<String> = reachable.map(|found| found.address.to_string()).collect();
        creating.addresses = Some(if !reachable.is_empty() {
            GuestAddresses::Known(reachable)
        } else if now.saturating_sub(since) >= GuestAddresses::PATIENCE {
            GuestAddresses::Silent
        } else {
            GuestAddresses::Waiting {
                since,
                ask_at: Some(now + PAUSE),
            }
        });
    }

    /// When the agent is asked next.
    pub(in crate::wizard) fn next_question_to_agent(&self) -> Option<Duration> {
        match self.creating.as_ref()?.addresses.as_ref()? {
            GuestAddresses::Waiting { ask_at, .. } => *ask_at,
            GuestAddresses::Known(_) | GuestAddresses::Silent => None,
        }
    }
}

fn has_agent(creation: &Creation) -> bool {
    let params = creation.job.params(stages::CREATE).iter();
    let mut agent = params.filter(|(name, _)| name == "agent");
    agent.any(|(_, value)| value.starts_with('1') || value.contains("enabled=1"))
}
