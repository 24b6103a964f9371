//! No command: the wizard on the screen, and the lines about what exists on the normal screen after it.
//! What the wizard does is decided in `wizard` of the library.

use anyhow::anyhow;

use crate::runtime::world::look;
use crate::runtime::{Screen, run as run_on, unusable_terminal};
use crate::wizard::Wizard;

use super::connect::Connection;
use super::exit::{Exit, Failed, Outcome};
use super::planned::source;
use super::print::say;

pub(super) async fn run(
    connection: Connection,
    preset: Option<String>,
    commands: &[String],
) -> Outcome {
    let Connection {
        setup,
        api,
        files,
        escape,
        ..
    } = &connection;
    let mut setup = setup.clone();
    setup.commands = commands.to_vec();
    if let Some(given) = preset {
        setup.plans.push(source(&given, commands)?);
    }
    let (mut wizard, effects) = Wizard::new(setup);
    if let Some(sentence) = unusable_terminal() {
        return Err(Failed::usage(anyhow!(sentence)));
    }
    let mut screen = Screen::enter().map_err(Failed::usage)?;
    let outcome = run_on(
        &mut wizard,
        effects,
        api.clone(),
        files.clone(),
        &mut screen,
        &look(),
        *escape,
    )
    .await;
    drop(screen);
    // What exists on the cluster matters more than why the screen failed.
    if let Some(words) = wizard.last_words() {
        say(&words)?;
    }
    outcome?;
    Ok(if wizard.succeeded() {
        Exit::Done
    } else {
        Exit::Wizard
    })
}
