//! `doctor`: what stands between this machine and a new VM, check by check, each ok, a warning or wrong with its remedy. Asks
//! the user nothing, changes nothing. `way` and `cluster` judge, `seen` gathers.

mod cluster;
mod line;
mod seen;
mod way;

use crate::api::{ProxmoxApi, ServerAddress};
use crate::plan_file::PlanFile;
use crate::runtime::world::{SystemClock, addresses_of};
use crate::sim::Clock;
use crate::wizard::{Origin, Setup};

use super::connect::Connection;
use super::exit::{Exit, Outcome};
use super::print::say;
use seen::{Seen, Stage};

pub use line::{Line, Mark};
pub use seen::Subject;

struct Check {
    name: &'static str,
    needs: Stage,
    judge: fn(&Seen) -> Vec<Line>,
}

const fn check(name: &'static str, needs: Stage, judge: fn(&Seen) -> Vec<Line>) -> Check {
    Check { name, needs, judge }
}

/// Every check, in order; a stage comes only when those before have not ended it.
static CHECKS: [Check; 12] = [
    check("server", Stage::Settings, way::server),
    check("name", Stage::Settings, way::name),
    check("connection", Stage::Contact, way::connection),
    check("certificate", Stage::Contact, way::certificate),
    check("clock", Stage::Contact, way::clock),
    check("login", Stage::Login, way::login),
    check("version", Stage::Login, cluster::version),
    check("rights", Stage::Login, cluster::rights),
    check("node", Stage::Login, cluster::node),
    check("storages", Stage::Login, cluster::storages),
    check("bridges", Stage::Login, cluster::bridges),
    check("next ID", Stage::Login, cluster::next_id),
];

pub(super) async fn run(connection: Connection, plans: Vec<(PlanFile, Origin)>) -> Outcome {
    let setup = Setup {
        plans,
        ..connection.setup.clone()
    };
    let addresses = match ServerAddress::parse(&setup.server) {
        Ok(server) => addresses_of(server.host())
            .await
            .map_err(|error| error.to_string()),
        Err(message) => Err(message),
    };
    let subject = Subject { setup, addresses };
    let clock = || i64::try_from(SystemClock.now().as_secs()).unwrap_or(i64::MAX);
    let mut written = Ok(());
    let tell = |check: &str, line: &Line| {
        let said = say(&line.shown(check));
        written = std::mem::replace(&mut written, Ok(())).and(said);
    };
    let exit = examine(connection.api.as_ref(), subject, &clock, tell).await;
    written?;
    Ok(exit)
}

/// Runs the checks and tells each line at once. `clock` gives seconds since the epoch.
pub async fn examine(
    api: &dyn ProxmoxApi,
    subject: Subject,
    clock: &(dyn Fn() -> i64 + Sync),
    mut tell: impl FnMut(&str, &Line),
) -> Exit {
    let mut seen = Seen::new(subject);
    let mut reached = Stage::Settings;
    let mut exit = Exit::Done;
    for check in &CHECKS {
        if check.needs > reached {
            reached = check.needs;
            seen.gather(reached, api, clock).await;
        }
        for line in (check.judge)(&seen) {
            tell(check.name, &line);
            if let Some(end) = line.ends {
                return end;
            }
            if line.mark == Mark::Wrong {
                exit = Exit::Problems;
            }
        }
    }
    exit
}
