//! Carries a `Creation` over the simulated cluster without a wizard, with time moved by hand, and causes faults in single
//! requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use pve_vm_setup::api::{
    ApiError, Cause, Change, Client, Credentials, Method, ProxmoxApi, Request, Response,
    ServerAddress, Transport,
};
use pve_vm_setup::creation::{Creation, Entry, Fact, Order, Way, carry_out};
use pve_vm_setup::domain::params::plan;
use pve_vm_setup::domain::values::Media;
use pve_vm_setup::domain::{Host, PveVersion, Secret, VmConfig, VmId};
use pve_vm_setup::sim::{
    SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};

pub const ID: u32 = 105;

/// The outcome of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No connection is made.
    Refused,
    ResetBefore,
    ResetAfter,
    HangBefore,
    HangAfter,
    /// Another answer, instead of carrying the request out or after it.
    Before(Foreign),
    After(Foreign),
    /// The real answer, cut off in the middle.
    Truncated,
    WrongShape,
    /// The real answer with other tasks in it.
    OtherTask,
    /// Delivered twice; the second answer comes back.
    Duplicate,
    /// The program is killed before the request goes out, or before the answer comes.
    KilledBefore,
    KilledAfter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    Json400,
    Empty401,
    Json403,
    Empty408,
    Json500,
    Empty500,
    Text524,
    Html503,
    Empty595,
    Empty596,
}

pub const FOREIGN: [Foreign; 10] = [
    Foreign::Json400,
    Foreign::Empty401,
    Foreign::Json403,
    Foreign::Empty408,
    Foreign::Json500,
    Foreign::Empty500,
    Foreign::Text524,
    Foreign::Html503,
    Foreign::Empty595,
    Foreign::Empty596,
];

impl Foreign {
    fn response(self) -> Response {
        let (status, reason, body) = match self {
            Foreign::Json400 => (
                400,
                "Parameter verification failed.",
                r#"{"data":null,"errors":{"vmid":"made up"},"message":"Parameter verification failed.\n"}"#,
            ),
            Foreign::Empty401 => (401, "permission denied - invalid PVE ticket", ""),
            Foreign::Json403 => (
                403,
                "Permission check failed",
                r#"{"data":null,"message":"Permission check failed (/, made up)\n"}"#,
            ),
            Foreign::Empty408 => (408, "Request Timeout", ""),
            Foreign::Json500 => (
                500,
                "something died",
                r#"{"data":null,"message":"something died\n"}"#,
            ),
            Foreign::Empty500 => (500, "Internal Server Error", ""),
            Foreign::Text524 => (524, "", "A timeout occurred"),
            Foreign::Html503 => (503, "Service Unavailable", "<html>down</html>"),
            Foreign::Empty595 => (595, "Connection refused", ""),
            Foreign::Empty596 => (596, "Connection timed out", ""),
        };
        Response {
            status,
            reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
            body: body.as_bytes().to_vec(),
            date: None,
        }
    }
}

/// The way to the cluster: counts the requests and causes the given faults.
#[derive(Clone)]
pub struct Wire {
    cluster: SimTransport,
    pub state: Arc<Mutex<OnTheWay>>,
}

#[derive(Default)]
pub struct OnTheWay {
    pub faults: Vec<(usize, Fault)>,
    /// Of the creation, in order.
    pub lines: Vec<String>,
    /// Logins are not counted.
    pub counting: bool,
    pub killed: bool,
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        let fault = {
            let mut state = self.state.lock().unwrap();
            if state.counting {
                let at = state.lines.len();
                let line = format!("{} {}", request.method.name(), request.path);
                state.lines.push(line);
                let found = state.faults.iter().find(|(nth, _)| *nth == at);
                found.map(|(_, fault)| *fault)
            } else {
                None
            }
        };
        let lost = |message: &str| {
            Err(ApiError::Lost {
                message: message.to_owned(),
            })
        };
        let carried = || self.cluster.send(server, request.clone());
        match fault {
            None => carried().await,
            Some(Fault::Refused) => Err(ApiError::Unreachable {
                server: server.to_string(),
                cause: Cause::ConnectionRefused,
            }),
            Some(Fault::ResetBefore) => lost("the connection was closed"),
            Some(Fault::HangBefore) => lost("it did not arrive in time"),
            Some(Fault::ResetAfter) => {
                carried().await?;
                lost("the connection was closed")
            }
            Some(Fault::HangAfter) => {
                carried().await?;
                lost("it did not arrive in time")
            }
            Some(Fault::Before(foreign)) => Ok(foreign.response()),
            Some(Fault::After(foreign)) => {
                carried().await?;
                Ok(foreign.response())
            }
            Some(Fault::Truncated) => {
                let mut answer = carried().await?;
                answer.body.truncate(answer.body.len() / 2);
                Ok(answer)
            }
            Some(Fault::WrongShape) => {
                let mut answer = carried().await?;
                answer.body = br#"{"data":{"odd":[1]}}"#.to_vec();
                Ok(answer)
            }
            Some(Fault::OtherTask) => {
                let mut answer = carried().await?;
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                let text = text.replace(":qmcreate:", ":qmclone:");
                let text = text.replace(":resize:105:", ":resize:106:");
                answer.body = text
                    .replace("start:105:root", "start:106:root")
                    .into_bytes();
                Ok(answer)
            }
            Some(Fault::Duplicate) => {
                carried().await?;
                carried().await
            }
            Some(Fault::KilledBefore) => {
                self.state.lock().unwrap().killed = true;
                lost("killed")
            }
            Some(Fault::KilledAfter) => {
                self.state.lock().unwrap().killed = true;
                carried().await?;
                lost("killed")
            }
        }
    }
}

pub struct Carrier {
    pub simulation: Simulation,
    clock: TestClock,
    api: Client<Wire>,
    pub way: Wire,
    pub creation: Creation,
    orders: VecDeque<Order>,
    later: Vec<(Duration, Fact)>,
    pub journal: Option<Entry>,
    started: Duration,
    /// What another client does when the next changing request is about to go out.
    before_sending: Option<fn(&mut Carrier)>,
    /// A killed program stays dead.
    halts: bool,
    /// A program that is started again is not told the password.
    pub forgets: bool,
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future
        .now_or_never()
        .expect("the simulated cluster answers at once")
}

/// Of cloud-init's user.
pub const PASSWORD: &str = "geheim-17";

fn password() -> Secret {
    Secret::new(PASSWORD.to_owned())
}

/// A VM with every stage after the creation.
pub fn wanted() -> VmConfig {
    let mut vm = VmConfig::default();
    vm.general.node = Some("pve1".to_owned());
    vm.general.vmid = VmId::new(ID);
    "web-01".clone_into(&mut vm.general.name);
    vm.system.efi_storage = Some("ceph-pool".to_owned());
    vm.disks[0].storage = Some("ceph-pool".to_owned());
    vm.nics[0].bridge = Some("vmbr9".to_owned());
    vm.os.media = Media::CloudImage;
    vm.os.image_storage = Some("nfs-images".to_owned());
    vm.os.image = Some("nfs-images:import/debian-13-genericcloud-amd64.qcow2".to_owned());
    vm.cloud.drive = true;
    vm.cloud.user.push_str("anna");
    vm.cloud.password = true;
    vm.start.start = true;
    vm
}

impl Carrier {
    pub fn new(vm: &VmConfig) -> Carrier {
        let clock = TestClock::new();
        let mut cluster = demo_cluster(Series::V9_2);
        // The rest would only cost time in thousands of creations.
        cluster.guests.retain(|id, _| *id == 100);
        cluster.nodes.truncate(2);
        let simulation = Simulation::new(
            cluster,
            Arc::new(clock.clone()),
            Box::new(SeededRandom::new(7)),
        );
        let way = Wire {
            cluster: SimTransport::new(&simulation),
            state: Arc::default(),
        };
        let host = Host::of_version(PveVersion::parse("9.2.11").unwrap());
        let creation = Creation::new(
            "pve1.lan:8006".to_owned(),
            "root@pam".to_owned(),
            "pve1".to_owned(),
            VmId::new(ID).unwrap(),
            &plan(vm, &host),
        )
        .with_password(password());
        let started = simulation.now();
        let carrier = Carrier {
            simulation,
            clock,
            api: Client::new(way.clone()),
            way,
            creation,
            orders: VecDeque::new(),
            later: Vec::new(),
            journal: None,
            started,
            before_sending: None,
            halts: false,
            forgets: false,
        };
        carrier.log_in();
        carrier
    }

    fn log_in(&self) {
        self.way.state.lock().unwrap().counting = false;
        let credentials = Credentials {
            server: ServerAddress::parse("pve1.lan").unwrap(),
            user: "root@pam".to_owned(),
            password: Secret::new(demo::PASSWORD.to_owned()),
        };
        now(self.api.login(&credentials)).unwrap();
        self.way.state.lock().unwrap().counting = true;
    }

    pub fn now(&self) -> Duration {
        self.simulation.now().saturating_sub(self.started)
    }

    pub fn begin(&mut self) -> &mut Carrier {
        let now = self.now();
        let orders = self.creation.begin(now);
        self.orders.extend(orders);
        self
    }

    pub fn choose(&mut self, way: &Way) -> &mut Carrier {
        let now = self.now();
        let orders = self.creation.choose(way, now);
        self.orders.extend(orders);
        self
    }

    fn take(&mut self, fact: Fact) {
        let now = self.now();
        let orders = self.creation.take(fact, now);
        self.orders.extend(orders);
    }

    /// Carries out the orders, and lets time pass until nothing is pending or `seconds` have gone by.
    pub fn run(&mut self, seconds: u64) -> &mut Carrier {
        let end = self.simulation.now() + Duration::from_secs(seconds);
        loop {
            while let Some(order) = self.orders.pop_front() {
                self.perform(order);
                if std::mem::take(&mut self.way.state.lock().unwrap().killed) {
                    if self.halts {
                        self.orders.clear();
                        self.later.clear();
                        return self;
                    }
                    self.start_again();
                }
            }
            if self.creation.needs_login {
                self.log_in();
                let orders = self.creation.logged_in();
                self.orders.extend(orders);
                continue;
            }
            let next = (0..self.later.len()).min_by_key(|at| self.later[*at].0);
            let Some(at) = next.filter(|at| self.later[*at].0 <= end) else {
                break;
            };
            let (due, fact) = self.later.remove(at);
            let pause = due.saturating_sub(self.simulation.now());
            self.clock.advance(pause);
            self.take(fact);
        }
        let rest = end.saturating_sub(self.simulation.now());
        self.clock.advance(rest);
        self
    }

    fn perform(&mut self, order: Order) {
        match order {
            Order::Wait(number, pause) => {
                let due = self.simulation.now() + pause;
                self.later.push((due, Fact::Waited(number)));
            }
            Order::Record(number, entry) => {
                assert!(!format!("{entry:?}").contains(PASSWORD));
                self.journal = Some(*entry);
                self.take(Fact::Recorded(number, Ok(())));
            }
            Order::Close(_) => self.journal = None,
            order => {
                if matches!(order, Order::Do(..))
                    && let Some(happens) = self.before_sending.take()
                {
                    happens(self);
                }
                if let Some(fact) = now(carry_out(&self.api, order)) {
                    // The answer for a killed program is dropped.
                    if !self.way.state.lock().unwrap().killed {
                        self.take(fact);
                    }
                }
            }
        }
    }

    /// This happens right before the next changing request.
    pub fn when_sending(&mut self, happens: fn(&mut Carrier)) -> &mut Carrier {
        self.before_sending = Some(happens);
        self
    }

    /// Until the program is killed; it is not started again.
    pub fn run_until_killed(&mut self) -> &mut Carrier {
        self.halts = true;
        self.run(300);
        self.halts = false;
        self
    }

    /// A change by another client.
    fn by_hand(&mut self, change: &Change) {
        let api = Client::new(SimTransport::new(&self.simulation));
        let credentials = Credentials {
            server: ServerAddress::parse("pve1.lan").unwrap(),
            user: "root@pam".to_owned(),
            password: Secret::new(demo::PASSWORD.to_owned()),
        };
        now(api.login(&credentials)).unwrap();
        now(api.change(change)).unwrap();
        self.clock.advance(Duration::from_secs(20));
    }

    /// Another client creates this VM.
    pub fn made_by_hand(&mut self, vm: &VmConfig) -> &mut Carrier {
        let host = Host::of_version(PveVersion::parse("9.2.11").unwrap());
        let create = plan(vm, &host).create;
        self.by_hand(&Change {
            method: Method::Post,
            path: create.path.clone(),
            params: create.pairs(),
            secrets: Vec::new(),
        });
        self
    }

    pub fn removed_by_hand(&mut self) -> &mut Carrier {
        let change = Change::new(Method::Delete, format!("/nodes/pve1/qemu/{ID}"));
        self.by_hand(&change.with("purge", "1"));
        self
    }

    pub fn started_by_hand(&mut self) -> &mut Carrier {
        let path = format!("/nodes/pve1/qemu/{ID}/status/start");
        self.by_hand(&Change::new(Method::Post, path));
        self
    }

    /// Starts the program again, which resumes the creation from the journal.
    pub fn start_again(&mut self) -> &mut Carrier {
        self.orders.clear();
        self.later.clear();
        self.api = Client::new(self.way.clone());
        self.log_in();
        if let Some(entry) = &self.journal {
            // Read back from its written form.
            let text = serde_json::to_string(entry).unwrap();
            let entry: Entry = serde_json::from_str(&text).unwrap();
            let restored = entry.restore().expect("the journal can be read");
            self.creation = if self.forgets {
                restored
            } else {
                restored.with_password(password())
            };
        } else if self.creation.stages.iter().any(|stage| stage.sent) {
            // It was finished, and its file is gone.
            return self;
        } else {
            return self.create_anew();
        }
        self.begin()
    }

    /// The user presses Create for the same plan.
    pub fn create_anew(&mut self) -> &mut Carrier {
        let job = self.creation.job.clone();
        self.creation = fresh(job);
        self.begin()
    }

    pub fn requests(&self) -> Vec<String> {
        self.way.state.lock().unwrap().lines.clone()
    }

    pub fn spoil(&mut self, nth: usize, fault: Fault) -> &mut Carrier {
        self.way.state.lock().unwrap().faults.push((nth, fault));
        self
    }

    pub fn heal(&mut self) -> &mut Carrier {
        self.way.state.lock().unwrap().faults.clear();
        self
    }

    /// How many create tasks for the VM there were, and how many of them ended OK.
    pub fn creates(&self) -> (usize, usize) {
        self.simulation.edit(|cluster| {
            let id = ID.to_string();
            let made = cluster
                .tasks
                .iter()
                .filter(|task| task.kind == "qmcreate" && task.id == id);
            let made: Vec<_> = made.collect();
            let ok = made.iter().filter(|task| task.exit == "OK").count();
            (made.len(), ok)
        })
    }
}

/// Nothing was recorded: the user begins again.
fn fresh(job: pve_vm_setup::creation::Job) -> Creation {
    let host = Host::of_version(PveVersion::parse("9.2.11").unwrap());
    Creation::new(
        job.server,
        job.user,
        job.node,
        job.vmid,
        &plan(&wanted(), &host),
    )
    .with_password(job.password)
}

pub fn is_change(line: &str) -> bool {
    !line.starts_with(Method::Get.name())
}
