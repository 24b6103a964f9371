//! The simulated cluster's state behind the handle, and a request's way through PVE's order of checks to its handler. Knows
//! neither face.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::{Method, Response};

use super::access::Identity;
use super::call::Call;
use super::cluster::Cluster;
use super::contract::{Contract, Found, Series};
use super::handlers;
use super::incoming::{Incoming, Proof};
use super::reply::{Outcome, Refusal, response};
use super::steering::{Failure, Matcher, RecordedRequest, Rule, is_secret};
use super::tickets::Signer;
use super::world::Random;

pub struct State {
    pub cluster: Cluster,
    pub random: Box<dyn Random>,
    pub signer: Signer,
    pub rules: Vec<Rule>,
    pub holds: Vec<Matcher>,
    pub sent: Vec<RecordedRequest>,
    pub latency: Duration,
}

impl State {
    pub fn settle(&mut self, now: Duration) {
        self.cluster.settle(now, self.random.as_mut());
    }

    pub fn record(&mut self, incoming: &Incoming) {
        let params = incoming.params.iter().map(|(name, value)| {
            let value = if is_secret(name) { "<secret>" } else { value };
            (name.clone(), value.to_owned())
        });
        self.sent.push(RecordedRequest {
            method: incoming.method,
            path: incoming.path.clone(),
            params: params.collect(),
        });
    }

    pub fn failure_for(&mut self, incoming: &Incoming) -> Option<Failure> {
        let at = self
            .rules
            .iter()
            .position(|rule| rule.matcher.matches(incoming.method, &incoming.path))?;
        let rule = self.rules.get(at)?.clone();
        if rule.once {
            self.rules.remove(at);
        }
        Some(rule.failure)
    }

    pub fn carry_out(&mut self, incoming: &Incoming, now: Duration) -> Response {
        self.settle(now);
        let series = self.cluster.series;
        let outcome = self.outcome(incoming, now);
        Response {
            date: i64::try_from(now.as_secs()).ok(),
            ..response(series, outcome, self.random.as_mut())
        }
    }

    /// PVE's order: ticket, the call itself, declared permission, the node, parameters, then the call's own checks.
    fn outcome(&mut self, incoming: &Incoming, now: Duration) -> Outcome {
        let contract = Contract::of(self.cluster.series);
        let found = contract.find(incoming.method, &incoming.path);
        let world = found.as_ref().is_some_and(|found| found.endpoint.world);
        let who = if world {
            None
        } else {
            Some(self.authenticate(incoming, now)?)
        };
        let unknown = || Refusal::not_implemented(incoming.method.name(), &incoming.path);
        let found = found.ok_or_else(unknown)?;
        let handler = handlers::route(incoming.method, &found.endpoint.path).ok_or_else(unknown)?;
        let mut call = Call {
            cluster: &mut self.cluster,
            random: self.random.as_mut(),
            signer: &self.signer,
            now,
            who,
            in_path: found.in_path.iter().cloned().collect(),
            params: BTreeMap::new(),
        };
        if let Some(permission) = &found.endpoint.permission {
            call.need_declared(permission)?;
        }
        reach_node(&call, &found)?;
        contract
            .verify_call(&found, &incoming.params)
            .map_err(Refusal::parameters)?;
        call.params = incoming.params.iter().cloned().collect();
        handler(&mut call)
    }

    fn authenticate(&self, incoming: &Incoming, now: Duration) -> Result<Identity, Refusal> {
        let generation = self.cluster.key_generation;
        let refused = || {
            Refusal::unauthenticated(if self.cluster.series >= Series::V9_2 {
                "Authentication failed!"
            } else {
                "permission denied - invalid PVE ticket"
            })
        };
        match &incoming.proof {
            Proof::Nothing => Err(Refusal::unauthenticated("No ticket")),
            Proof::Ticket { value, csrf } => {
                let user = self
                    .signer
                    .check_ticket(generation, value, now)
                    .filter(|user| self.cluster.access.user(user).is_some_and(|u| u.enabled))
                    .ok_or_else(refused)?;
                let csrf_good = incoming.method == Method::Get
                    || csrf
                        .as_ref()
                        .is_some_and(|token| self.signer.check_csrf(generation, &user, token, now));
                if !csrf_good {
                    return Err(Refusal::unauthenticated(
                        "Permission denied - invalid csrf token",
                    ));
                }
                Ok(Identity { user, token: None })
            }
            Proof::Token(text) => {
                let (id, secret) = text.split_once('=').ok_or_else(refused)?;
                let token = self
                    .cluster
                    .access
                    .tokens
                    .iter()
                    .find(|token| token.id == id && token.secret.expose() == secret)
                    .ok_or_else(refused)?;
                let (user, _) = id.split_once('!').ok_or_else(refused)?;
                Ok(Identity {
                    user: user.to_owned(),
                    token: Some(token.id.clone()),
                })
            }
        }
    }
}

/// A call for another node is forwarded to it.
fn reach_node(call: &Call<'_>, found: &Found<'_>) -> Result<(), Refusal> {
    if !found.in_path.iter().any(|(name, _)| name == "node") {
        return Ok(());
    }
    let name = call.node();
    match call.cluster.node(&name) {
        None => Err(Refusal::died(format!(
            "hostname lookup '{name}' failed - failed to get address info for: {name}: Temporary failure in name resolution"
        ))),
        Some(node) if !node.online => Err(Refusal::no_route()),
        Some(_) => Ok(()),
    }
}
