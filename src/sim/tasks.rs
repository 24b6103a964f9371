//! Tasks: a script of log lines over time, an end, and its effect on the cluster. Plain data: `settle` runs them. Knows no
//! request and no cluster.

use std::collections::BTreeMap;
use std::time::Duration;

use super::volume::Volume;

#[derive(Debug, Clone)]
pub struct Task {
    pub upid: String,
    pub node: String,
    pub pid: u32,
    pub pstart: u32,
    pub kind: String,
    /// Usually the ID of a guest.
    pub id: String,
    /// `root@pam` or `root@pam!token`.
    pub user: String,
    pub start: Duration,
    /// Lines with their times; the last line is made from `exit`.
    pub lines: Vec<(Duration, String)>,
    pub end: Duration,
    /// `OK`, `WARNINGS: n`, or the error.
    pub exit: String,
    pub effect: Effect,
    pub settled: bool,
}

/// What happens at a task's end.
#[derive(Debug, Clone)]
pub enum Effect {
    None,
    Created(Box<Created>),
    /// Removes the placeholder configuration of the new guest, and its volumes.
    CreateFailed {
        vmid: u32,
    },
    Start {
        vmid: u32,
    },
    /// Asks the HA stack, which starts the guest in a task of its own.
    HaStart {
        vmid: u32,
    },
    Stop {
        vmid: u32,
    },
    Destroy {
        vmid: u32,
    },
    RemoveVolume {
        storage: String,
        name: String,
    },
    Resized(Box<Resized>),
    /// The file is there, under its final name.
    Downloaded {
        storage: String,
        volume: Box<Volume>,
    },
}

#[derive(Debug, Clone)]
pub struct Created {
    pub vmid: u32,
    pub config: BTreeMap<String, String>,
    pub pool: Option<String>,
    pub ha: bool,
    pub start: bool,
}

/// What a resize does to a guest and to its volume.
#[derive(Debug, Clone)]
pub struct Resized {
    pub vmid: u32,
    pub slot: String,
    /// The new value in the configuration.
    pub value: String,
    pub storage: String,
    pub volume: String,
    /// Bytes.
    pub size: u64,
}

impl Task {
    pub fn running(&self, now: Duration) -> bool {
        now < self.end
    }

    /// The log up to that time.
    pub fn log(&self, now: Duration) -> Vec<String> {
        let mut lines: Vec<String> = self
            .lines
            .iter()
            .filter(|(at, _)| *at <= now)
            .map(|(_, line)| line.clone())
            .collect();
        if !self.running(now) {
            lines.push(match self.exit.as_str() {
                "OK" => "TASK OK".to_owned(),
                warnings if warnings.starts_with("WARNINGS: ") => format!("TASK {warnings}"),
                error => format!("TASK ERROR: {error}"),
            });
        }
        lines
    }
}

/// A task before it has a UPID. Times are offsets from its start.
#[derive(Debug, Clone)]
pub struct Plan {
    pub kind: &'static str,
    pub id: String,
    pub lines: Vec<(Duration, String)>,
    pub takes: Duration,
    pub exit: String,
    pub effect: Effect,
}

impl Plan {
    pub fn new(kind: &'static str, vmid: u32, takes: Duration, effect: Effect) -> Plan {
        Plan {
            kind,
            id: vmid.to_string(),
            lines: Vec::new(),
            takes,
            exit: "OK".to_owned(),
            effect,
        }
    }

    #[must_use]
    pub fn line(mut self, at: Duration, text: impl Into<String>) -> Plan {
        self.lines.push((at, text.into()));
        self
    }

    #[must_use]
    pub fn failing(mut self, message: impl Into<String>) -> Plan {
        self.exit = message.into();
        self.effect = Effect::None;
        self
    }
}
