//! The stages of a creation, one row each: those of a plan, in order, and those that the user starts afterwards. A new
//! stage is its file and its row here.

mod create;
mod destroy;
mod grow;
mod high_availability;
mod keys;
mod password;
mod power;
mod serial;
mod verify;
mod volume;

use crate::domain::params::Purpose;

use super::job::Job;
use super::stage::Stage;

pub(super) use destroy::STAGE as DESTROY_STAGE;
pub use keys::{CREATE, DESTROY, REMOVE_VOLUME, SERIAL_CONSOLE, START, STOP};
pub(super) use power::{START as START_STAGE, STOP as STOP_STAGE};
pub(super) use volume::REMOVE as REMOVE_VOLUME_STAGE;

/// A stage and whether a plan asks for it.
#[derive(Debug)]
pub struct Planned {
    pub stage: &'static Stage,
    pub wanted: fn(&Job) -> bool,
}

pub static STAGES: &[Planned] = &[
    Planned {
        stage: &create::STAGE,
        wanted: |_| true,
    },
    Planned {
        stage: &grow::STAGE,
        wanted: |job| job.wants(Purpose::Grow),
    },
    Planned {
        stage: &password::STAGE,
        wanted: |job| job.wants(Purpose::Password),
    },
    Planned {
        stage: &serial::STAGE,
        wanted: |job| job.wants(Purpose::SerialConsole),
    },
    Planned {
        stage: &high_availability::STAGE,
        wanted: |job| job.wants(Purpose::HighAvailability),
    },
    Planned {
        stage: &power::START,
        wanted: |job| job.wants(Purpose::Start),
    },
    Planned {
        stage: &verify::STAGE,
        wanted: |_| true,
    },
];

/// What the user can start once the plan is carried out, or has failed.
static LATER: [&Stage; 4] = [
    &START_STAGE,
    &STOP_STAGE,
    &DESTROY_STAGE,
    &REMOVE_VOLUME_STAGE,
];

pub fn stage(key: &str) -> Option<&'static Stage> {
    let planned = STAGES.iter().map(|row| row.stage);
    planned.chain(LATER).find(|stage| stage.key == key)
}
