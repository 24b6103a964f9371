//! `Pilot` presses keys and reads the screen. It runs the wizard over the simulated cluster without sockets: every order is
//! carried out at once unless its kind is held, time moves only by hand, and keys go through the real key table.
#![allow(dead_code, reason = "each test file uses its part of the harness")]

pub mod photograph;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use async_trait::async_trait;
use pve_vm_setup::api::{
    ApiError, Certificate, Client, Content, Kept, Request, Response, ServerAddress, Transport,
};
use pve_vm_setup::catalog::Resource;
use pve_vm_setup::console::Place;
use pve_vm_setup::creation::{Entry, Fact, Order, Question};
use pve_vm_setup::domain::public_key::PublicKey;
use pve_vm_setup::domain::{FieldId, Secret, SiteDefaults, Step, VmConfig};
use pve_vm_setup::form::{RowView, Value};
use pve_vm_setup::plan_file::{PlanFile, read};
use pve_vm_setup::runtime::perform;
use pve_vm_setup::sim::{
    Failure, RecordedRequest, SeededRandom, Series, SimTransport, Simulation, TestClock, demo,
    demo_cluster,
};
use pve_vm_setup::steps;
use pve_vm_setup::wizard::{
    DownloadFact, DownloadOrder, Effect, Event, Key, Origin, Preset, Setup, Stop, Unfinished,
    Wizard, update,
};

/// The way to the cluster, with a certificate that the user may have to trust first.
#[derive(Clone)]
pub struct Door {
    cluster: SimTransport,
    certificate: Arc<Mutex<Option<Certificate>>>,
}

#[async_trait]
impl Transport for Door {
    async fn send(&self, server: &ServerAddress, request: Request) -> Result<Response, ApiError> {
        let certificate = self.certificate.lock().unwrap().clone();
        match certificate {
            Some(certificate) => Err(ApiError::Untrusted {
                server: server.to_string(),
                certificate: Box::new(certificate),
            }),
            None => self.cluster.send(server, request).await,
        }
    }

    async fn public_text(&self, url: &str) -> Result<String, String> {
        self.cluster.public_text(url).await
    }

    async fn trust(&self, _: &ServerAddress, fingerprint: &str) -> Result<Kept, String> {
        let mut certificate = self.certificate.lock().unwrap();
        let shown = certificate.as_ref().map(|shown| shown.fingerprint.as_str());
        if shown != Some(fingerprint) {
            return Err("another certificate was presented since.".to_owned());
        }
        *certificate = None;
        Ok(Kept::ForGood)
    }
}

pub struct Pilot {
    pub wizard: Wizard,
    simulation: Simulation,
    clock: TestClock,
    api: Client<Door>,
    door: Door,
    orders: VecDeque<Effect>,
    /// What pauses end with, and when each ends.
    later: Vec<(Duration, Event)>,
    /// The contents of a state directory.
    pub journal: BTreeMap<String, Entry>,
    /// The texts of presets, the user's before the site's.
    pub presets: BTreeMap<(bool, String), String>,
    /// What was chosen last, by server.
    pub last: BTreeMap<String, String>,
    /// The consoles that were opened.
    pub consoles: Vec<Place>,
    /// The public keys in `~/.ssh`.
    pub keys: Vec<PublicKey>,
    /// The text in the terminal's clipboard.
    pub copied: String,
    /// The logs that were saved.
    pub saved: Vec<(String, Vec<String>)>,
    held: Vec<&'static str>,
    started: Duration,
    /// The time that typing took.
    typed: Duration,
    /// Columns and rows of the window.
    size: (u16, u16),
    /// Without a screen nothing tells the wizard that it was seen.
    pub has_screen: bool,
    pub has_quit: bool,
    pub suspended: usize,
}

/// What the harness starts with; `Pilot::new` takes it.
pub struct Start {
    pub series: Series,
    pub setup: Setup,
    pub held: Vec<&'static str>,
    /// The certificate that the server presents until it is trusted.
    pub certificate: Option<Certificate>,
    /// What earlier runs left in the state directory.
    pub journal: BTreeMap<String, Entry>,
    /// Whether it is the site's, name and text.
    pub presets: BTreeMap<(bool, String), String>,
    pub last: BTreeMap<String, String>,
    /// What `~/.ssh` has.
    pub keys: Vec<PublicKey>,
}

impl Default for Start {
    fn default() -> Start {
        let setup = Setup {
            server: "pve1.lan".to_owned(),
            user: "root".to_owned(),
            password: Secret::new(demo::PASSWORD.to_owned()),
            site: SiteDefaults::default(),
            token: None,
            demo: None,
            resume: false,
            plans: Vec::new(),
            remember: true,
            login_name: "anna".to_owned(),
            cloud_password: Secret::default(),
            images: None,
            commands: vec!["create".to_owned(), "doctor".to_owned()],
        };
        Start {
            series: Series::V9_2,
            setup,
            held: Vec::new(),
            certificate: None,
            journal: BTreeMap::new(),
            presets: BTreeMap::new(),
            last: BTreeMap::new(),
            keys: Vec::new(),
        }
    }
}

impl Pilot {
    /// On the login page of the demo cluster, with everything filled in.
    pub fn at_login() -> Pilot {
        Pilot::new(Start::default())
    }

    /// On General, with all lists loaded.
    pub fn logged_in() -> Pilot {
        let mut pilot = Pilot::at_login();
        pilot.keys("<pgdn>");
        assert_eq!(
            pilot.step(),
            Step::General,
            "the login failed:\n{}",
            pilot.screen()
        );
        pilot
    }

    /// On General, over a cluster that was changed first.
    pub fn on(change: impl FnOnce(&mut pve_vm_setup::sim::Cluster)) -> Pilot {
        let mut pilot = Pilot::at_login();
        pilot.simulation.edit(change);
        pilot.keys("<pgdn>");
        pilot
    }

    pub fn new(start: Start) -> Pilot {
        let clock = TestClock::new();
        let simulation = Simulation::new(
            demo_cluster(start.series),
            Arc::new(clock.clone()),
            Box::new(SeededRandom::new(7)),
        );
        Pilot::over(simulation, clock, start)
    }

    /// Kills the program and starts it again: the cluster and the state directory stay as they were.
    pub fn started_again(self) -> Pilot {
        self.started_again_with(Vec::new())
    }

    /// The same with plans.
    pub fn started_again_with(self, plans: Vec<(PlanFile, Origin)>) -> Pilot {
        let Start { setup, .. } = Start::default();
        let start = Start {
            journal: self.journal,
            presets: self.presets,
            last: self.last,
            keys: self.keys,
            setup: Setup { plans, ..setup },
            ..Start::default()
        };
        Pilot::over(self.simulation, self.clock, start)
    }

    fn over(simulation: Simulation, clock: TestClock, start: Start) -> Pilot {
        let door = Door {
            cluster: SimTransport::new(&simulation),
            certificate: Arc::new(Mutex::new(start.certificate)),
        };
        let (wizard, effects) = Wizard::new(start.setup);
        let started = simulation.now();
        let mut pilot = Pilot {
            wizard,
            api: Client::new(door.clone()),
            door,
            simulation,
            clock,
            orders: effects.into(),
            later: Vec::new(),
            journal: start.journal,
            presets: start.presets,
            last: start.last,
            consoles: Vec::new(),
            keys: start.keys,
            copied: String::new(),
            saved: Vec::new(),
            held: start.held,
            started,
            size: (80, 24),
            has_screen: true,
            has_quit: false,
            suspended: 0,
            typed: Duration::ZERO,
        };
        pilot.carry_out();
        pilot
    }

    /// From now on the server presents this certificate.
    pub fn present(&mut self, certificate: Certificate) -> &mut Pilot {
        *self.door.certificate.lock().unwrap() = Some(certificate);
        self
    }

    pub fn cluster(&self) -> &Simulation {
        &self.simulation
    }

    /// Requests that change the cluster, as `POST /nodes/pve1/qemu`, in the order sent, without logins.
    pub fn changes(&self) -> Vec<RecordedRequest> {
        let sent = self.simulation.sent();
        sent.into_iter()
            .filter(|r| r.method.name() != "GET" && !r.path.starts_with("/access"))
            .collect()
    }

    pub fn change_lines(&self) -> Vec<String> {
        self.changes().iter().map(RecordedRequest::line).collect()
    }

    pub fn vm(&self) -> &VmConfig {
        &self.wizard.answers.vm
    }

    pub fn step(&self) -> Step {
        self.wizard.step
    }

    /// The name of the field under the focus.
    pub fn focus(&self) -> Option<&'static str> {
        match self.wizard.stop() {
            Stop::Field(field) => Some(field.name),
            _ => None,
        }
    }

    /// The problem at a field, as the user reads it.
    pub fn error(&self, step: Step, name: &'static str) -> Option<String> {
        self.wizard.errors().remove(&FieldId::new(step, name))
    }

    /// Presses keys: plain text is typed, `<pgdn>`, `<enter>`, `<c-c>`, `<f5>`, `<a-b>` and the like are keys.
    pub fn keys(&mut self, text: &str) -> &mut Pilot {
        self.draw();
        for key in parse_keys(text) {
            // A user takes longer between two Enters than a keyboard's repetition.
            if key == Key::Enter {
                self.typed += Duration::from_millis(250);
            }
            self.send(Event::Key(key));
        }
        self
    }

    /// Enter held down: it repeats every thirty milliseconds, and the screen is drawn in between.
    pub fn hold_enter(&mut self, times: usize) -> &mut Pilot {
        self.keys("<enter>").repeat_enter(times.saturating_sub(1))
    }

    /// It is still held down.
    pub fn repeat_enter(&mut self, times: usize) -> &mut Pilot {
        for _ in 0..times {
            self.typed += Duration::from_millis(30);
            self.send(Event::Key(Key::Enter));
        }
        self
    }

    /// By the program's clock.
    fn now(&self) -> Duration {
        self.simulation.now().saturating_sub(self.started) + self.typed
    }

    pub fn paste(&mut self, text: &str) -> &mut Pilot {
        self.send(Event::Paste(Secret::new(text.to_owned())));
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Pilot {
        self.size = (columns, rows);
        self.send(Event::Resized);
        self
    }

    pub fn send(&mut self, event: Event) {
        self.send_without_working(event);
        self.carry_out();
        self.draw();
    }

    /// The state directory, as the program reads it.
    pub fn unfinished(&self) -> Vec<Unfinished> {
        let left = self.journal.values().map(|entry| Unfinished {
            entry: entry.clone(),
            begun: "14:02".to_owned(),
        });
        left.collect()
    }

    /// The screen shows the current state, as after every event of the program's loop.
    fn draw(&mut self) {
        if self.has_screen && self.wizard.has_unseen() {
            self.send_without_working(Event::Drawn);
            self.carry_out();
        }
    }

    /// Takes an event without carrying out its orders, as when the next key comes before any answer.
    pub fn send_without_working(&mut self, event: Event) {
        let now = self.now();
        self.orders
            .extend(update(&mut self.wizard, Event::Ticked(now)));
        self.orders.extend(update(&mut self.wizard, event));
    }

    /// Presses keys while no answer comes.
    pub fn keys_ahead(&mut self, text: &str) -> &mut Pilot {
        for key in parse_keys(text) {
            self.send_without_working(Event::Key(key));
        }
        self
    }

    /// Answers arrive, and the next key comes before the screen shows them.
    pub fn work_without_drawing(&mut self) -> &mut Pilot {
        self.carry_out();
        self
    }

    /// Carries out the pending orders.
    pub fn work(&mut self) -> &mut Pilot {
        self.carry_out();
        self.draw();
        self
    }

    /// Holds orders of a kind: `login`, `create`, `storages`, `isos`, ... (see `kind`).
    pub fn hold(&mut self, kind: &'static str) -> &mut Pilot {
        self.held.push(kind);
        self
    }

    pub fn release(&mut self, kind: &'static str) -> &mut Pilot {
        self.held.retain(|held| *held != kind);
        self.work()
    }

    /// How many orders of a kind wait.
    pub fn waiting(&self, kind: &str) -> usize {
        self.orders
            .iter()
            .filter(|order| self::kind(order) == kind)
            .count()
    }

    /// Answers the newest held order of a kind first, the oldest last.
    pub fn release_backwards(&mut self, kind: &'static str) -> &mut Pilot {
        let (mut freed, kept): (Vec<Effect>, Vec<Effect>) = std::mem::take(&mut self.orders)
            .into_iter()
            .partition(|order| self::kind(order) == kind);
        freed.reverse();
        self.orders = kept.into();
        self.held.retain(|held| *held != kind);
        for order in freed {
            self.perform(order);
        }
        self.carry_out();
        self
    }

    /// Matching requests fail this way until `heal`: `"GET /nodes/*/storage"`.
    pub fn fail(&mut self, matcher: &'static str, failure: Failure) -> &mut Pilot {
        self.simulation.fail(matcher, failure);
        self
    }

    pub fn heal(&mut self) -> &mut Pilot {
        self.simulation.heal();
        self
    }

    /// Lets time pass, in steps of a quarter of a second, and does what is due.
    pub fn wait(&mut self, seconds: u64) -> &mut Pilot {
        for _ in 0..seconds * 4 {
            self.clock.advance(Duration::from_millis(250));
            let now = self.simulation.now();
            let due: Vec<Event> = {
                let (due, rest) = std::mem::take(&mut self.later)
                    .into_iter()
                    .partition::<Vec<_>, _>(|(at, _)| *at <= now);
                self.later = rest;
                due.into_iter().map(|(_, event)| event).collect()
            };
            self.send(Event::Ticked(self.now()));
            for event in due {
                self.send(event);
            }
        }
        self
    }

    /// Lets a long time pass at once, as when the user is away.
    pub fn skip(&mut self, seconds: u64) -> &mut Pilot {
        self.clock.advance(Duration::from_secs(seconds));
        self.send(Event::Ticked(self.now()));
        self
    }

    fn carry_out(&mut self) {
        let mut kept = VecDeque::new();
        while let Some(order) = self.orders.pop_front() {
            if let Effect::Abort(request) = order {
                let other = |order: &Effect| !matches!(order, Effect::Fetch { request: asked, .. } if *asked == request);
                kept.retain(other);
                self.orders.retain(other);
            } else if self.held.contains(&kind(&order)) {
                kept.push_back(order);
            } else {
                self.perform(order);
            }
        }
        self.orders = kept;
    }

    fn perform(&mut self, order: Effect) {
        match order {
            Effect::Quit => self.has_quit = true,
            Effect::Suspend => self.suspended += 1,
            Effect::Abort(_) | Effect::Redraw => {}
            Effect::Copy(text) => self.copied = text,
            Effect::OpenConsole(place) => self.consoles.push(place),
            Effect::Creation(Order::Wait(number, pause)) => {
                let due = self.simulation.now() + pause;
                let event = Event::Creation(Fact::Waited(number));
                self.later.push((due, event));
            }
            Effect::Download(DownloadOrder::Wait(number, pause)) => {
                let due = self.simulation.now() + pause;
                let event = Event::Download(DownloadFact::Waited(number));
                self.later.push((due, event));
            }
            Effect::Creation(Order::Record(number, entry)) => {
                let key = format!("{} {}", entry.server, entry.vmid);
                // Read back from its written form.
                let text = serde_json::to_string(&entry).unwrap();
                self.journal
                    .insert(key, serde_json::from_str(&text).unwrap());
                self.send_without_working(Event::Creation(Fact::Recorded(number, Ok(()))));
            }
            Effect::Creation(Order::Close(entry)) => {
                self.journal
                    .remove(&format!("{} {}", entry.server, entry.vmid));
            }
            Effect::ReadJournal => {
                let left = self.unfinished();
                self.send_without_working(Event::Unfinished(left));
            }
            Effect::ReadLast { server } => {
                let kept = self.last.get(&server).map(|text| read(text).unwrap());
                self.send_without_working(Event::Last(kept.unwrap_or_default()));
            }
            Effect::KeepLast { server, text } => {
                self.last.insert(server, text);
            }
            Effect::ReadPresets => {
                let found = self.presets.iter();
                let found = found.map(|((of_site, name), text)| Preset {
                    name: name.clone(),
                    of_site: *of_site,
                    plan: read(text).map_err(|faults| faults[0].to_string()),
                });
                let found = found.collect();
                self.send_without_working(Event::Presets(found));
            }
            Effect::ReadKeys => {
                let keys = self.keys.clone();
                self.send_without_working(Event::Keys(keys));
            }
            Effect::SavePreset { name, text } => {
                let path = format!("presets/{name}.toml");
                self.presets.insert((false, name), text);
                self.send_without_working(Event::Saved(Ok(path)));
            }
            Effect::Save { name, text } => {
                let lines = text.lines().map(str::to_owned).collect();
                self.saved.push((name.clone(), lines));
                self.send_without_working(Event::Saved(Ok(name)));
            }
            order => {
                let event = perform(&self.api, order)
                    .now_or_never()
                    .expect("the simulated cluster answers at once");
                if let Some(event) = event {
                    self.send_without_working(event);
                }
            }
        }
    }

    /// Goes to a step with PgDn and PgUp, as the user would.
    pub fn go_to(&mut self, step: Step) -> &mut Pilot {
        for _ in 0..20 {
            match self.step().cmp(&step) {
                std::cmp::Ordering::Less => self.keys("<pgdn>"),
                std::cmp::Ordering::Greater => self.keys("<pgup>"),
                std::cmp::Ordering::Equal => return self,
            };
        }
        panic!("{step:?} cannot be reached:\n{}", self.screen());
    }

    /// Moves the focus to a field of this page with Tab.
    /// An advanced field is unfolded first.
    pub fn focus_on(&mut self, name: &str) -> &mut Pilot {
        let rows = self.page_rows();
        let folded = |row: &RowView| row.id.name == name && row.advanced;
        if !self.wizard.advanced && rows.iter().any(folded) {
            self.keys("<f2>");
        }
        for _ in 0..60 {
            if self.focus() == Some(name) {
                return self;
            }
            self.keys("<tab>");
        }
        panic!("there is no field {name} here:\n{}", self.screen());
    }

    /// Replaces the text of a field.
    pub fn fill(&mut self, name: &str, text: &str) -> &mut Pilot {
        self.focus_on(name).keys("<end><c-u>");
        self.type_text(text)
    }

    pub fn type_text(&mut self, text: &str) -> &mut Pilot {
        for c in text.chars() {
            self.send(Event::Key(Key::Char(c)));
        }
        self
    }

    /// Chooses the option whose value or label is given.
    pub fn pick(&mut self, name: &str, option: &str) -> &mut Pilot {
        self.focus_on(name).keys("<enter>");
        let at = {
            let options = self.wizard.list_options().expect("a list is open");
            let found = options
                .iter()
                .position(|choice| choice.value == option || choice.label == option);
            found.unwrap_or_else(|| panic!("{name} does not offer {option}:\n{}", self.screen()))
        };
        for _ in 0..400 {
            self.keys("<up>");
        }
        for _ in 0..at {
            self.keys("<down>");
        }
        self.keys("<enter>")
    }

    /// Removes a disk or network device by its line in the list.
    pub fn remove(&mut self, part: usize) -> &mut Pilot {
        self.part(part).keys("<del>")
    }

    /// Moves the focus to the page's own button.
    pub fn focus_action(&mut self) -> &mut Pilot {
        for _ in 0..60 {
            if self.wizard.stop() == Stop::Action {
                return self;
            }
            self.keys("<tab>");
        }
        panic!("there is no button here:\n{}", self.screen());
    }

    /// Shows another disk or network device.
    pub fn part(&mut self, part: usize) -> &mut Pilot {
        for _ in 0..60 {
            if self.wizard.stop() == Stop::Part(part) {
                return self;
            }
            self.keys("<tab>");
        }
        panic!("there is no part {part} here:\n{}", self.screen());
    }

    /// Presses Save as preset on Confirm.
    pub fn press_save(&mut self) -> &mut Pilot {
        self.press_stop(Stop::Save)
    }

    /// Presses the line that adds a part.
    pub fn press_add(&mut self) -> &mut Pilot {
        self.press_stop(Stop::Add)
    }

    fn press_stop(&mut self, stop: Stop) -> &mut Pilot {
        for _ in 0..60 {
            if self.wizard.stop() == stop {
                return self.keys("<enter>");
            }
            self.keys("<tab>");
        }
        panic!("there is no {stop:?} here:\n{}", self.screen());
    }

    pub fn toggle(&mut self, name: &str) -> &mut Pilot {
        self.focus_on(name).keys("<space>")
    }

    /// A field's value as the page shows it.
    pub fn value(&self, name: &str) -> String {
        let rows = self.wizard.head().into_iter().chain(self.wizard.rows());
        let row = rows.into_iter().find(|row| row.id.name == name);
        match row
            .unwrap_or_else(|| panic!("there is no field {name}:\n{}", self.screen()))
            .value
        {
            Value::Text(text)
            | Value::Fixed(text)
            | Value::Lines(text)
            | Value::Choice { label: text, .. } => text,
            Value::Toggle(on) => if on { "on" } else { "off" }.to_owned(),
            Value::Many { labels, .. } => labels.join(" "),
            Value::Secret(secret) => "*".repeat(secret.expose().len()),
        }
    }

    pub fn note(&self, name: &str) -> String {
        let id = self.field(name);
        steps::note(&self.wizard.scope(), id).unwrap_or_default()
    }

    /// The reason for the value of a field of this page.
    pub fn reason(&self, name: &str) -> String {
        let reason = steps::defaults::reason(&self.wizard.scope(), self.field(name));
        reason.map(|preset| preset.why).unwrap_or_default()
    }

    #[track_caller]
    fn field(&self, name: &str) -> FieldId {
        let rows = self.page_rows();
        let row = rows.into_iter().find(|row| row.id.name == name);
        row.unwrap_or_else(|| panic!("there is no field {name}:\n{}", self.screen()))
            .id
    }

    /// The screen as text, lines trimmed at their ends.
    pub fn screen(&self) -> String {
        let (columns, rows) = self.size;
        photograph::text(&self.terminal(columns, rows))
    }

    pub fn terminal(&self, columns: u16, rows: u16) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal
            .draw(|frame| pve_vm_setup::ui::draw(&self.wizard, &photograph::LOOK, frame))
            .unwrap();
        terminal
    }

    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    #[track_caller]
    pub fn assert_shows(&self, text: &str) {
        assert!(
            self.shows(text),
            "the screen does not show {text:?}:\n{}",
            self.screen()
        );
    }

    /// All rows of the page, folded ones too.
    fn page_rows(&self) -> Vec<RowView> {
        let (scope, step) = (self.wizard.scope(), self.wizard.step);
        let rows = steps::rows(&scope, step, self.wizard.part());
        steps::head(&scope, step).into_iter().chain(rows).collect()
    }

    /// Fields of a page by name, hidden ones left out.
    pub fn field_names(&self) -> Vec<&'static str> {
        self.page_rows().iter().map(|row| row.id.name).collect()
    }
}

/// The name of an order for `hold`.
fn kind(effect: &Effect) -> &'static str {
    match effect {
        Effect::Fetch { resource, .. } => match resource {
            Resource::Realms(_) => "realms",
            Resource::Version => "version",
            Resource::Nodes => "nodes",
            Resource::Membership => "local node",
            Resource::NextVmId => "next id",
            Resource::VmIdIsFree(_) => "id check",
            Resource::Rights => "rights",
            Resource::Pools => "pools",
            Resource::Tags => "tags",
            Resource::ClusterResources => "resources",
            Resource::Storages(_) => "storages",
            Resource::Volumes(_, _, Content::Iso) => "isos",
            Resource::Volumes(_, _, Content::Import) => "imports",
            Resource::Volumes(_, _, Content::Images) => "volumes",
            Resource::Bridges(_) => "bridges",
            Resource::CpuModels(_) => "cpu models",
            Resource::CpuFlags(_) => "cpu flags",
            Resource::Processor(_) => "processor",
            Resource::GuestConfig(..) => "guest config",
            Resource::UrlMetadata(..) => "url metadata",
            Resource::ChecksumFile(_) => "checksums",
        },
        Effect::Download(DownloadOrder::Start(..)) => "download",
        Effect::Download(_) => "follow",
        Effect::LogIn { .. } => "login",
        Effect::AnswerChallenge { .. } => "code",
        Effect::UseToken { .. } => "token",
        Effect::Trust { .. } => "trust",
        Effect::Renew { .. } => "renew",
        Effect::Creation(order) => match order {
            Order::Ask(_, Question::Task { .. }) => "poll",
            Order::Ask(..) => "look",
            Order::Record(..) => "record",
            Order::Close(_) => "close",
            Order::Wait(..) => "pause",
            Order::Do(_, change) => match change.path.rsplit('/').next() {
                Some("qemu") => "create",
                Some("resize") => "grow",
                Some("config") if change.params.iter().any(|(name, _)| name == "cipassword") => {
                    "password"
                }
                Some("config") => "serial",
                Some("resources") => "ha",
                Some("start") => "start",
                _ => "change",
            },
        },
        Effect::ReadJournal => "journal",
        Effect::ReadPresets => "presets",
        Effect::ReadKeys => "keys",
        Effect::ReadLast { .. } | Effect::KeepLast { .. } => "last",
        Effect::Copy(_) => "copy",
        Effect::AskAddresses { .. } => "addresses",
        Effect::FindConsole { .. } | Effect::OpenConsole(_) => "console",
        Effect::Save { .. } | Effect::SavePreset { .. } => "save",
        Effect::Abort(_) => "abort",
        Effect::Suspend => "suspend",
        Effect::Redraw => "redraw",
        Effect::Quit => "quit",
    }
}

fn parse_keys(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = rest.strip_prefix('<').and_then(|tail| tail.split_once('>'));
        if let Some((name, after)) = name {
            keys.push(named_key(name));
            rest = after;
        } else {
            keys.push(Key::Char(c));
            rest = &rest[c.len_utf8()..];
        }
    }
    keys
}

fn named_key(name: &str) -> Key {
    match name {
        "enter" => Key::Enter,
        "tab" => Key::Tab,
        "s-tab" => Key::BackTab,
        "esc" => Key::Esc,
        "up" => Key::Up,
        "down" => Key::Down,
        "left" => Key::Left,
        "right" => Key::Right,
        "home" => Key::Home,
        "end" => Key::End,
        "pgup" => Key::PageUp,
        "pgdn" => Key::PageDown,
        "bs" => Key::Backspace,
        "del" => Key::Delete,
        "space" => Key::Char(' '),
        "lt" => Key::Char('<'),
        _ => match name.split_once('-') {
            Some(("c", c)) => Key::Ctrl(c.chars().next().unwrap()),
            Some(("a", c)) => Key::Alt(c.chars().next().unwrap()),
            _ => match name
                .strip_prefix('f')
                .and_then(|number| number.parse().ok())
            {
                Some(number) => Key::F(number),
                None => panic!("there is no key <{name}>"),
            },
        },
    }
}

/// A certificate as a Proxmox node creates it.
pub fn certificate() -> Certificate {
    Certificate {
        fingerprint: "AF:AB:8B:0E:7A:1A:37:AA:B9:1E:9A:E8:38:1E:9E:19:99:1C:E5:CA:0E:A4:C5:EF:F3:53:DB:CA:D5:DC:31:0E".to_owned(),
        store: Some("~/.local/state/pve-vm-setup/known_hosts".to_owned()),
        reason: "no known authority has signed it".to_owned(),
        subject: "pve1.lan".to_owned(),
        issuer: "Proxmox Virtual Environment".to_owned(),
        validity: "2026-03-01 to 2028-02-29".to_owned(),
        ..Certificate::default()
    }
}
