//! The machine's transitions: which answer leads from which stage to which, and what is asked next.

use std::time::Duration;

use crate::api::{ApiError, LogLines, PendingOption, TaskState, Upid};
use crate::domain::params::PlannedRequest;

use super::{Outcome, RefusedField, Stage, Submission};
use crate::wizard::{Effect, Event};

/// Between two looks at a running task.
const POLL: Duration = Duration::from_secs(1);
/// The first look comes sooner: most tasks are short.
const FIRST_POLL: Duration = Duration::from_millis(250);
/// After a look that failed.
const POLL_AGAIN: Duration = Duration::from_secs(3);
/// Lines of the task log that are kept; a long import can write many.
const LOG_LINES: usize = 5_000;

impl Submission {
    /// Takes an answer that this stage waits for; any other changes nothing.
    pub fn take(&mut self, event: Event, now: Duration) -> Option<Effect> {
        match (&self.stage, event) {
            (Stage::Sending, Event::Created(answer)) => self.created(answer, now),
            (Stage::Creating, Event::Polled { state, log }) => self.polled(state, log, now),
            (Stage::ConfiguringSerial, Event::SerialConfigured(answer)) => {
                self.serial_configured(answer, now)
            }
            (Stage::RegisteringHa, Event::HaRegistered(answer)) => {
                match answer {
                    Ok(()) => self.ha_registered(now),
                    // An earlier attempt whose answer was lost did it.
                    Err(ApiError::Refused { message, .. })
                        if self.high_availability == Outcome::Unknown
                            && message.contains("already defined") =>
                    {
                        self.ha_registered(now);
                    }
                    Err(error) => {
                        self.high_availability = after_failure(&error);
                        self.enter(
                            Stage::HaFailed {
                                message: trouble(&error),
                            },
                            now,
                        );
                    }
                }
                None
            }
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
        let succeeded = match (&self.stage, &stage) {
            (Stage::Sending, Stage::Creating) => Some(0),
            (Stage::Creating, Stage::ConfiguringSerial) => Some(1),
            (Stage::ConfiguringSerial, Stage::RegisteringHa | Stage::Done) => Some(2),
            (Stage::RegisteringHa, Stage::Done) => Some(3),
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
            Stage::Creating => self.poll(FIRST_POLL),
            Stage::Unknown { found, .. } => {
                *found = None;
                self.button = 0;
                Some(self.look())
            }
            _ => None,
        }
    }

    fn poll(&self, pause: Duration) -> Option<Effect> {
        let task = self.task.clone()?;
        Some(Effect::Poll {
            task,
            from_line: self.seen,
            pause,
        })
    }

    fn lose(&mut self, message: String, now: Duration) -> Effect {
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

    fn polled(
        &mut self,
        state: Result<TaskState, ApiError>,
        log: Result<LogLines, ApiError>,
        now: Duration,
    ) -> Option<Effect> {
        self.poll_trouble = log.as_ref().err().map(ToString::to_string);
        if let Ok(log) = log {
            self.append(log);
        }
        match state {
            Ok(TaskState::Running) => self.poll(POLL),
            Ok(TaskState::Ok) => Some(self.exists(now)),
            Ok(TaskState::Warnings(count)) => {
                self.warnings = count;
                Some(self.exists(now))
            }
            Ok(TaskState::NoResult(reason)) => {
                Some(self.lose(format!("The task ended without a result ({reason})."), now))
            }
            Ok(TaskState::Failed(reason)) => {
                self.enter(Stage::CreateFailed { reason }, now);
                None
            }
            // Taken up again after the next login.
            Err(error @ ApiError::Unauthorized { .. }) => {
                self.poll_trouble = Some(error.to_string());
                None
            }
            // The server knows no such task, or will not say: watching it longer tells nothing.
            Err(
                error @ (ApiError::Refused { .. }
                | ApiError::Parameters { .. }
                | ApiError::Forbidden { .. }),
            ) => Some(self.lose(error.to_string(), now)),
            // The task does not care whether we can watch it.
            Err(error) => {
                self.poll_trouble = Some(error.to_string());
                self.poll(POLL_AGAIN)
            }
        }
    }

    fn append(&mut self, log: LogLines) {
        self.seen += log.lines.len();
        if self.scroll > 0 {
            self.scroll += log.lines.len();
        }
        self.log.extend(log.lines);
        let surplus = self.log.len().saturating_sub(LOG_LINES);
        self.log.drain(..surplus);
    }

    fn exists(&mut self, now: Duration) -> Effect {
        self.scroll = 0;
        self.configure_serial(now)
    }

    pub(super) fn configure_serial(&mut self, now: Duration) -> Effect {
        self.enter(Stage::ConfiguringSerial, now);
        self.serial = Outcome::Sent;
        Effect::ConfigureSerial {
            node: self.node.clone(),
            vmid: self.vmid,
            params: self.plan.serial.pairs(),
        }
    }

    fn serial_configured(
        &mut self,
        answer: Result<Vec<PendingOption>, ApiError>,
        now: Duration,
    ) -> Option<Effect> {
        let wrong = match answer {
            Ok(options) => {
                self.serial = Outcome::Waiting;
                unfulfilled(&self.plan.serial, &options)
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

    fn ha_registered(&mut self, now: Duration) {
        self.high_availability = Outcome::Done;
        self.enter(Stage::Done, now);
    }

    pub(super) fn after_serial(&mut self, now: Duration) -> Option<Effect> {
        let Some(request) = self.plan.high_availability.clone() else {
            self.enter(Stage::Done, now);
            return None;
        };
        self.enter(Stage::RegisteringHa, now);
        if self.high_availability == Outcome::Waiting {
            self.high_availability = Outcome::Sent;
        }
        Some(Effect::RegisterHa {
            params: request.pairs(),
        })
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
