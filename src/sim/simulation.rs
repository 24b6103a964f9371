//! The simulated cluster as one handle: a request in, PVE's answer out, in PVE's order of checks; and the steering of tests.
//! Both faces carry requests here. Opens no socket.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::api::{Method, Request, Response};

use super::access::Identity;
use super::call::Call;
use super::cluster::Cluster;
use super::contract::{Contract, Found, Series};
use super::handlers;
use super::reply::{Outcome, Refusal, response};
use super::steering::{Failure, Matcher, RecordedRequest, Rule, is_secret};
use super::tickets::Signer;
use super::world::{Clock, Random, Sleep};

/// PVE lets every 401 take at least this long.
pub const DELAY_OF_401: Duration = Duration::from_secs(3);

/// A request as a face hands it over. `path` is below `/api2/json`.
pub struct Incoming {
    pub method: Method,
    pub path: String,
    pub params: Vec<(String, String)>,
    pub proof: Proof,
}

/// What a request brings to show who asks.
pub enum Proof {
    Nothing,
    Ticket {
        value: String,
        csrf: Option<String>,
    },
    /// `user@realm!name=secret`
    Token(String),
}

/// Values may be secrets: only the request line is told.
impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method.name(), self.path)
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Proof::Nothing => "Nothing",
            Proof::Ticket { .. } => "Ticket(..)",
            Proof::Token(_) => "Token(..)",
        })
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Played {
    Answer {
        response: Response,
        delay: Duration,
    },
    /// The connection ends without an answer.
    Dropped,
    Unreachable,
}

/// Cheap to clone; all clones are the same cluster.
#[derive(Clone)]
pub struct Simulation {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    released: Notify,
}

struct State {
    cluster: Cluster,
    random: Box<dyn Random>,
    signer: Signer,
    rules: Vec<Rule>,
    holds: Vec<Matcher>,
    sent: Vec<RecordedRequest>,
    latency: Duration,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Simulation(..)")
    }
}

impl Simulation {
    pub fn new(cluster: Cluster, clock: Arc<dyn Clock>, mut random: Box<dyn Random>) -> Simulation {
        let mut secret = [0_u8; 32];
        for chunk in secret.chunks_mut(8) {
            chunk.copy_from_slice(&random.next_u64().to_le_bytes());
        }
        Simulation {
            inner: Arc::new(Inner {
                clock,
                state: Mutex::new(State {
                    cluster,
                    random,
                    signer: Signer::new(secret),
                    rules: Vec::new(),
                    holds: Vec::new(),
                    sent: Vec::new(),
                    latency: Duration::ZERO,
                }),
                released: Notify::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub fn now(&self) -> Duration {
        self.inner.clock.now()
    }

    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.clock.sleep(duration)
    }

    /// The answer to a request, whatever failures and holds are set.
    pub fn answer(&self, request: &Request) -> Response {
        let incoming = Incoming::from(request);
        let mut state = self.state();
        state.record(&incoming);
        state.carry_out(&incoming, self.inner.clock.now())
    }

    /// What becomes of a request that is not held.
    pub fn play(&self, incoming: &Incoming) -> Played {
        let now = self.inner.clock.now();
        let mut state = self.state();
        state.record(incoming);
        let answer = match state.failure_for(incoming) {
            Some(Failure::Unreachable) => return Played::Unreachable,
            Some(Failure::Dropped) => return Played::Dropped,
            Some(Failure::Lost) => {
                state.carry_out(incoming, now);
                return Played::Dropped;
            }
            Some(Failure::Answer(response)) => response,
            None => state.carry_out(incoming, now),
        };
        let delay = if answer.status == 401 {
            DELAY_OF_401
        } else {
            Duration::ZERO
        };
        Played::Answer {
            response: answer,
            delay,
        }
    }

    /// Ready when the request is not held and its latency has passed.
    pub async fn wait_for_turn(&self, incoming: &Incoming) {
        let latency = self.state().latency;
        if !latency.is_zero() {
            self.sleep(latency).await;
        }
        loop {
            let released = self.inner.released.notified();
            tokio::pin!(released);
            released.as_mut().enable();
            if !self.is_held(incoming) {
                return;
            }
            released.await;
        }
    }

    fn is_held(&self, incoming: &Incoming) -> bool {
        self.state()
            .holds
            .iter()
            .any(|hold| hold.matches(incoming.method, &incoming.path))
    }

    /// Requests that match fail so until `heal`.
    pub fn fail(&self, matcher: impl Into<Matcher>, failure: Failure) {
        self.add_rule(matcher.into(), failure, false);
    }

    /// The next request that matches fails so.
    pub fn fail_once(&self, matcher: impl Into<Matcher>, failure: Failure) {
        self.add_rule(matcher.into(), failure, true);
    }

    fn add_rule(&self, matcher: Matcher, failure: Failure, once: bool) {
        self.state().rules.push(Rule {
            matcher,
            failure,
            once,
        });
    }

    /// No request fails on purpose any more.
    pub fn heal(&self) {
        self.state().rules.clear();
    }

    /// Requests that match wait, before they are carried out, until they are released.
    pub fn hold(&self, matcher: impl Into<Matcher>) {
        self.state().holds.push(matcher.into());
    }

    /// Lets one kind of held requests go on; others stay held.
    pub fn release(&self, matcher: impl Into<Matcher>) {
        let matcher = matcher.into();
        self.state().holds.retain(|hold| *hold != matcher);
        self.inner.released.notify_waiters();
    }

    pub fn release_all(&self) {
        self.state().holds.clear();
        self.inner.released.notify_waiters();
    }

    /// Every request takes this long, by the simulation's clock.
    pub fn set_latency(&self, latency: Duration) {
        self.state().latency = latency;
    }

    /// All requests so far, oldest first.
    pub fn sent(&self) -> Vec<RecordedRequest> {
        self.state().sent.clone()
    }

    /// Forgets the requests so far.
    pub fn forget_sent(&self) {
        self.state().sent.clear();
    }

    /// Changes the cluster by hand, or looks at it. Tasks that have ended by now have taken effect.
    pub fn edit<T>(&self, change: impl FnOnce(&mut Cluster) -> T) -> T {
        let now = self.inner.clock.now();
        let mut state = self.state();
        state.settle(now);
        change(&mut state.cluster)
    }
}

impl From<&Request> for Incoming {
    fn from(request: &Request) -> Incoming {
        let mut params = request.params.clone();
        params.extend(
            request
                .secrets
                .iter()
                .map(|(name, secret)| ((*name).to_owned(), secret.expose().to_owned())),
        );
        Incoming {
            method: request.method,
            path: request.path.clone(),
            params,
            proof: match &request.ticket {
                None => Proof::Nothing,
                Some(ticket) => Proof::Ticket {
                    value: ticket.value.expose().to_owned(),
                    csrf: Some(ticket.csrf.expose().to_owned()),
                },
            },
        }
    }
}

impl State {
    fn settle(&mut self, now: Duration) {
        self.cluster.settle(now, self.random.as_mut());
    }

    fn record(&mut self, incoming: &Incoming) {
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

    fn failure_for(&mut self, incoming: &Incoming) -> Option<Failure> {
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

    fn carry_out(&mut self, incoming: &Incoming, now: Duration) -> Response {
        self.settle(now);
        let series = self.cluster.series;
        let outcome = self.outcome(incoming, now);
        response(series, outcome, self.random.as_mut())
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

/// A call for a node is handed on to it.
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
