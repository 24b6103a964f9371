//! The machine's transitions: which answer leads from which stage to which, and what is asked next.

use std::time::Duration;

use crate::api::{ApiError, PendingOption, Upid};
use crate::domain::params::PlannedRequest;

use super::watch::FIRST_POLL;
use super::{Outcome, RefusedField, Stage, Submission};
use crate::wizard::{Effect, Event};

impl Submission {
    /// Takes an answer that this stage waits for; any other changes nothing.
    pub fn take(&mut self, event: Event, now: Duration) -> Option<Effect> {
        match (&self.stage, event) {
            (Stage::Sending, Event::Created(answer)) => self.created(answer, now),
            (Stage::Creating | Stage::Starting, Event::Polled { number, state, log })
                if number == self.polls =>
            {
                self.polled(state, log, now)
            }
            (Stage::Starting, Event::Started(answer)) => self.started(answer, now),
            (Stage::ConfiguringSerial, Event::SerialConfigured(answer)) => {
                self.serial_configured(answer, now)
            }
            (Stage::RegisteringHa, Event::HaRegistered(answer)) => self.ha_registered(answer, now),
            (
                Stage::Unknown {
                    message,
                    found: None,
                },
                Event::Looked(found),
            ) => {
                let message = message.clone();
                self.enter(
                    Stage::Unknown {
                        message,
                        found: Some(found),
                    },
                    now,
                );
                None
            }
            _ => None,
        }
    }

    pub(super) fn enter(&mut self, stage: Stage, now: Duration) {
        use Stage::{ConfiguringSerial, Creating, Done, RegisteringHa, Sending, Starting};
        let succeeded = match (&self.stage, &stage) {
            (Sending, Creating) => Some(0),
            (Creating, ConfiguringSerial | RegisteringHa | Starting | Done) => Some(1),
            (ConfiguringSerial, RegisteringHa | Starting | Done) => Some(2),
            (RegisteringHa, Starting | Done) => Some(3),
            (Starting, Done) => Some(4),
            _ => None,
        };
        if let Some(took) = succeeded.and_then(|at: usize| self.took.get_mut(at)) {
            *took = Some(now.saturating_sub(self.began));
        }
        self.began = now;
        self.stage = stage;
        self.button = 0;
    }

    fn created(&mut self, answer: Result<Upid, ApiError>, now: Duration) -> Option<Effect> {
        match answer {
            Ok(task) => {
                self.enter(Stage::Creating, now);
                self.task = Some(task);
                self.poll(FIRST_POLL)
            }
            Err(error) if error.outcome_unknown() => Some(self.lose(error.to_string(), now)),
            Err(error) => {
                let fields = self.blamed(&error);
                self.enter(
                    Stage::Refused {
                        reached: !matches!(
                            error,
                            ApiError::Unreachable { .. } | ApiError::Untrusted { .. }
                        ),
                        message: error.to_string(),
                        fields,
                    },
                    now,
                );
                None
            }
        }
    }

    fn blamed(&self, error: &ApiError) -> Vec<RefusedField> {
        match error {
            ApiError::Parameters { fields, .. } => fields
                .iter()
                .map(|(name, text)| RefusedField {
                    at: self.plan.blame(name, text),
                    name: name.clone(),
                    text: text.clone(),
                })
                .collect(),
            ApiError::Refused { message, .. } if self.says_taken(message) => {
                let text = format!("{} is already in use.", self.vmid);
                vec![RefusedField {
                    at: self.plan.blame("vmid", ""),
                    name: "vmid".to_owned(),
                    text,
                }]
            }
            _ => Vec::new(),
        }
    }

    /// `unable to create VM 105 - VM 105 already exists on node 'pve2'`, or `CT 105 ...`.
    fn says_taken(&self, message: &str) -> bool {
        message.contains("already exists") && message.contains(&format!(" {} ", self.vmid))
    }

    /// Whether PVE refused because somebody took the id meanwhile.
    pub fn id_was_taken(&self) -> bool {
        matches!(&self.stage, Stage::Refused { message, .. } if self.says_taken(message))
    }

    /// After a login: goes on with what the lost one interrupted.
    pub fn resume(&mut self) -> Option<Effect> {
        match &mut self.stage {
            Stage::Creating | Stage::Starting => self.poll(FIRST_POLL),
            Stage::Unknown { found, .. } => {
                *found = None;
                self.button = 0;
                Some(self.look())
            }
            _ => None,
        }
    }

    pub(super) fn lose(&mut self, message: String, now: Duration) -> Effect {
        self.enter(
            Stage::Unknown {
                message,
                found: None,
            },
            now,
        );
        self.look()
    }

    pub(super) fn look(&self) -> Effect {
        Effect::Look {
            node: self.node.clone(),
            vmid: self.vmid,
        }
    }

    /// The VM is there: what was chosen for it follows, one stage after the other.
    pub(super) fn exists(&mut self, now: Duration) -> Option<Effect> {
        self.scroll = 0;
        self.configure_serial(now)
    }

    pub(super) fn configure_serial(&mut self, now: Duration) -> Option<Effect> {
        let Some(request) = &self.plan.serial else {
            return self.after_serial(now);
        };
        let params = request.pairs();
        self.enter(Stage::ConfiguringSerial, now);
        self.serial = Outcome::Sent;
        Some(Effect::ConfigureSerial {
            node: self.node.clone(),
            vmid: self.vmid,
            params,
        })
    }

    fn serial_configured(
        &mut self,
        answer: Result<Vec<PendingOption>, ApiError>,
        now: Duration,
    ) -> Option<Effect> {
        let wrong = match answer {
            Ok(options) => {
                self.serial = Outcome::Waiting;
                let request = self.plan.serial.as_ref();
                request.and_then(|request| unfulfilled(request, &options))
            }
            Err(error) => {
                self.serial = after_failure(&error);
                Some(trouble(&error))
            }
        };
        if let Some(message) = wrong {
            self.enter(Stage::SerialFailed { message }, now);
            return None;
        }
        self.serial = Outcome::Done;
        self.after_serial(now)
    }

    pub(super) fn after_serial(&mut self, now: Duration) -> Option<Effect> {
        let Some(request) = &self.plan.high_availability else {
            return self.after_ha(now);
        };
        let params = request.pairs();
        self.enter(Stage::RegisteringHa, now);
        if self.high_availability == Outcome::Waiting {
            self.high_availability = Outcome::Sent;
        }
        Some(Effect::RegisterHa { params })
    }

    fn ha_registered(&mut self, answer: Result<(), ApiError>, now: Duration) -> Option<Effect> {
        match answer {
            Ok(()) => {}
            // An earlier attempt whose answer was lost did it.
            Err(ApiError::Refused { message, .. })
                if self.high_availability == Outcome::Unknown
                    && message.contains("already defined") => {}
            Err(error) => {
                self.high_availability = after_failure(&error);
                let message = trouble(&error);
                self.enter(Stage::HaFailed { message }, now);
                return None;
            }
        }
        self.high_availability = Outcome::Done;
        self.after_ha(now)
    }

    pub(super) fn after_ha(&mut self, now: Duration) -> Option<Effect> {
        if self.plan.start.is_none() {
            self.enter(Stage::Done, now);
            return None;
        }
        self.enter(Stage::Starting, now);
        self.task = None;
        self.polls += 1;
        self.log.clear();
        self.seen = 0;
        self.scroll = 0;
        if self.start == Outcome::Waiting {
            self.start = Outcome::Sent;
        }
        Some(Effect::Start {
            node: self.node.clone(),
            vmid: self.vmid,
        })
    }

    fn started(&mut self, answer: Result<Upid, ApiError>, now: Duration) -> Option<Effect> {
        match answer {
            Ok(task) => {
                self.task = Some(task);
                self.poll(FIRST_POLL)
            }
            Err(error) => {
                self.start = after_failure(&error);
                self.start_failed(trouble(&error), now);
                None
            }
        }
    }

    pub(super) fn start_failed(&mut self, message: String, now: Duration) {
        self.enter(Stage::StartFailed { message }, now);
    }
}

/// What of a request has not come into force: a value that is not set, or that waits for a stop and start.
fn unfulfilled(request: &PlannedRequest, options: &[PendingOption]) -> Option<String> {
    for (name, wanted) in request.pairs() {
        let option = options.iter().find(|option| option.key == name);
        match option {
            Some(option) if option.pending.is_some() || option.delete => {
                return Some(format!("{name} waits for the VM to be stopped and started"));
            }
            Some(option) if option.value.as_ref() == Some(&wanted) => {}
            _ => {
                return Some(format!(
                    "{name} is not set although Proxmox took the request"
                ));
            }
        }
    }
    None
}

/// How a stage stands when its request failed: for certain, or nobody knows.
fn after_failure(error: &ApiError) -> Outcome {
    if error.outcome_unknown() {
        Outcome::Unknown
    } else {
        Outcome::Waiting
    }
}

/// Of a request that can be repeated without harm, an unknown outcome is a failure that says so.
fn trouble(error: &ApiError) -> String {
    if error.outcome_unknown() {
        format!("{error}; it is not known whether it came into force")
    } else {
        error.to_string()
    }
}
