//! A download as `wget --progress=dot:giga` does it: its log lines over time, and how it ends. Pure arithmetic; knows no
//! task and no storage.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::{Internet, Reached, RemoteFile, host_and_port};

/// Until the server answers.
const CONNECTING: Duration = Duration::from_millis(200);
/// One dot of the progress.
const DOT: u64 = 1 << 20;
const DOTS_IN_LINE: u64 = 32;
const DOTS_IN_GROUP: u64 = 8;

/// `part` is the file that it writes to; `room` the bytes that fit there.
#[derive(Debug, Clone, Copy)]
pub struct Fetch<'a> {
    pub url: &'a str,
    pub part: &'a str,
    /// Since the epoch.
    pub start: Duration,
    pub room: u64,
}

/// Times are offsets from the start.
#[derive(Debug)]
pub struct Fetched {
    pub lines: Vec<(Duration, String)>,
    pub takes: Duration,
    /// Why it failed, in PVE's words.
    pub end: Result<(), String>,
}

pub fn fetch(internet: &Internet, wanted: &Fetch<'_>) -> Fetched {
    let mut log = Fetched {
        lines: Vec::new(),
        takes: CONNECTING,
        end: Ok(()),
    };
    let (host, port) = host_and_port(wanted.url);
    let began = clock(wanted.start);
    log.say(Duration::ZERO, format!("--{began}--  {}", wanted.url));
    let file = match internet.reach(wanted.url) {
        Reached::Unresolved => {
            log.end = Err(format!("wget: unable to resolve host address '{host}'"));
            return log.failed();
        }
        Reached::Refused => {
            log.end = Err(format!(
                "Connecting to {host}:{port}... failed: Connection refused."
            ));
            return log.failed();
        }
        Reached::NotFound => None,
        Reached::File(file) => Some(file),
    };
    log.say(
        CONNECTING / 2,
        format!("Connecting to {host}:{port}... connected."),
    );
    let sent = "HTTP request sent, awaiting response...";
    if let Some(file) = file {
        log.say(CONNECTING, format!("{sent} 200 OK"));
        log.receive(file, internet.rate.max(1), wanted);
    } else {
        let phrase = &internet.not_found;
        log.say(CONNECTING, format!("{sent} 404 {phrase}"));
        let at = clock(wanted.start + CONNECTING);
        log.say(CONNECTING, format!("{at} ERROR 404: {phrase}."));
        log.end = Err("exit code 8".to_owned());
    }
    log.failed()
}

impl Fetched {
    fn say(&mut self, at: Duration, line: String) {
        self.lines.push((at, line));
    }

    /// With PVE's words before those of wget.
    fn failed(mut self) -> Fetched {
        self.end = self
            .end
            .map_err(|message| format!("download failed: {message}"));
        self
    }

    fn receive(&mut self, file: &RemoteFile, rate: u64, wanted: &Fetch<'_>) {
        self.say(
            CONNECTING,
            format!(
                "Length: {} ({}) [{}]",
                file.size,
                short(file.size),
                file.mime
            ),
        );
        self.say(CONNECTING, format!("Saving to: '{}'", wanted.part));
        let row = DOT * DOTS_IN_LINE;
        let mut begin = 0;
        while begin + row < file.size && begin + row <= wanted.room {
            let done = begin + row;
            let at = CONNECTING + time_for(done, rate);
            let left = time_for(file.size - done, rate).as_secs();
            let speed = speed(rate);
            let line = format!(
                "{} {}{:>3}% {speed} {}",
                kib(begin),
                dots(DOTS_IN_LINE),
                done.saturating_mul(100) / file.size,
                eta(left)
            );
            self.say(at, line);
            begin = done;
        }
        if file.size > wanted.room {
            self.takes = CONNECTING + time_for(wanted.room, rate);
            self.end = Err(format!(
                "Cannot write to '{}' (No space left on device).",
                wanted.part
            ));
            return;
        }
        let whole = time_for(file.size, rate);
        self.takes = CONNECTING + whole;
        let last = (file.size - begin) / DOT;
        let line = format!(
            "{} {:<35}{:>3}% {}={}",
            kib(begin),
            dots(last),
            100,
            speed(rate),
            taken(whole)
        );
        self.say(self.takes, line);
        let at = clock(wanted.start + self.takes);
        let size = file.size;
        self.say(
            self.takes,
            format!(
                "{at} ({}) - '{}' saved [{size}/{size}]",
                long_speed(rate),
                wanted.part
            ),
        );
    }
}

fn time_for(bytes: u64, rate: u64) -> Duration {
    let millis = u128::from(bytes) * 1000 / u128::from(rate);
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

/// `2026-11-27 02:45:42`
fn clock(at: Duration) -> String {
    let seconds = i64::try_from(at.as_secs()).unwrap_or(0);
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| String::new(),
        |moment| {
            let moment = moment.to_zoned(TimeZone::UTC);
            moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
        },
    )
}

fn kib(bytes: u64) -> String {
    format!("{:>6}K", bytes >> 10)
}

fn dots(count: u64) -> String {
    (0..count).fold(String::new(), |text, at| {
        let gap = if at > 0 && at % DOTS_IN_GROUP == 0 {
            " ."
        } else {
            "."
        };
        text + gap
    })
}

/// Hundredths of the largest unit, and its name.
fn scaled(bytes: u64) -> (u64, &'static str) {
    let units = ["", "K", "M", "G", "T"];
    let mut scale = 1_u64;
    let mut name = "";
    for unit in units {
        name = unit;
        if bytes / scale < 1024 {
            break;
        }
        scale = scale.saturating_mul(1024);
    }
    (bytes.saturating_mul(100) / scale, name)
}

/// `6.0M`, `192K`
fn short(bytes: u64) -> String {
    let (hundredths, unit) = scaled(bytes);
    if hundredths < 1000 && !unit.is_empty() {
        format!("{}.{}{unit}", hundredths / 100, hundredths / 10 % 10)
    } else {
        format!("{}{unit}", hundredths / 100)
    }
}

/// `1.00M`, `98.1M`, ` 343M`
fn speed(rate: u64) -> String {
    let (hundredths, unit) = scaled(rate);
    format!("{:>4}{unit}", number(hundredths))
}

fn long_speed(rate: u64) -> String {
    let (hundredths, unit) = scaled(rate);
    format!("{} {unit}B/s", number(hundredths))
}

/// With three digits.
fn number(hundredths: u64) -> String {
    match hundredths {
        0..1000 => format!("{}.{:02}", hundredths / 100, hundredths % 100),
        1000..10_000 => format!("{}.{}", hundredths / 100, hundredths / 10 % 10),
        _ => (hundredths / 100).to_string(),
    }
}

/// `3s`, `2m5s`, `1h40m`
fn eta(seconds: u64) -> String {
    match seconds {
        0..100 => format!("{seconds}s"),
        100..6000 => format!("{}m{}s", seconds / 60, seconds % 60),
        6000..172_800 => format!("{}h{}m", seconds / 3600, seconds / 60 % 60),
        _ => format!("{}d{}h", seconds / 86_400, seconds / 3600 % 24),
    }
}

fn taken(time: Duration) -> String {
    match time.as_millis() {
        0 => "0s".to_owned(),
        millis @ 1..10 => format!("0.00{millis}s"),
        millis @ 10..100 => format!("0.0{}s", millis / 10),
        millis @ 100..10_000 => format!("{}.{}s", millis / 1000, millis / 100 % 10),
        _ => eta(time.as_secs()),
    }
}
