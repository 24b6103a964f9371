//! The simulated cluster as one handle: a request in, PVE's answer out, in PVE's order of checks; and the control for
//! tests. Both faces carry requests here. Opens no socket.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::api::{Method, Request, Response};

use super::cluster::Cluster;
use super::dispatch::State;
use super::incoming::Incoming;
use super::steering::{Failure, Matcher, RecordedRequest, Rule};
use super::tickets::Signer;
use super::world::{Clock, Random, Sleep};

/// PVE delays every 401 at least this long.
pub const DELAY_OF_401: Duration = Duration::from_secs(3);

/// The outcome of a request.
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
    /// A console, or the VM behind one, has changed.
    consoles: Notify,
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
                consoles: Notify::new(),
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

    /// The answer to a request, ignoring failures and holds.
    pub fn answer(&self, request: &Request) -> Response {
        let incoming = Incoming::from(request);
        let mut state = self.state();
        state.record(&incoming);
        state.carry_out(&incoming, self.inner.clock.now())
    }

    /// Ready at the next change that may matter to a console.
    pub fn console_change(&self) -> tokio::sync::futures::Notified<'_> {
        self.inner.consoles.notified()
    }

    pub fn consoles_changed(&self) {
        self.inner.consoles.notify_waiters();
    }

    /// The outcome of a request that is not held.
    pub fn play(&self, incoming: &Incoming) -> Played {
        let played = self.played(incoming);
        if incoming.method != Method::Get {
            self.consoles_changed();
        }
        played
    }

    fn played(&self, incoming: &Incoming) -> Played {
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
            Some(Failure::After(response)) => {
                state.carry_out(incoming, now);
                response
            }
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

    /// Matching requests fail this way until `heal`.
    pub fn fail(&self, matcher: impl Into<Matcher>, failure: Failure) {
        self.add_rule(matcher.into(), failure, false);
    }

    /// The next matching request fails this way.
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

    /// No more requests fail on purpose.
    pub fn heal(&self) {
        self.state().rules.clear();
    }

    /// Matching requests wait before they are carried out, until they are released.
    pub fn hold(&self, matcher: impl Into<Matcher>) {
        self.state().holds.push(matcher.into());
    }

    /// Releases one kind of held requests; others stay held.
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

    /// A small file of the simulated Internet; `Err` is a sentence.
    pub fn public_text(&self, url: &str) -> Result<String, String> {
        let text = self.state().cluster.internet.texts.get(url).cloned();
        text.ok_or_else(|| format!("{url} cannot be reached from here."))
    }

    /// Changes or reads the cluster by hand. Tasks that are due by now have taken effect.
    pub fn edit<T>(&self, change: impl FnOnce(&mut Cluster) -> T) -> T {
        let now = self.inner.clock.now();
        let mut state = self.state();
        state.settle(now);
        change(&mut state.cluster)
    }
}
