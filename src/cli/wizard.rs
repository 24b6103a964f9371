//! No command: the wizard on the screen, and the lines about what exists on the normal screen after it.
//! What the wizard does is decided in `wizard` of the library.

use anyhow::anyhow;

use crate::runtime::world::look;
use crate::runtime::{Screen, run as run_on, unusable_terminal};
use crate::wizard::Wizard;

use super::connect::Connection;
use super::exit::{Exit, Failed, Outcome};
use super::preset::Preset;
use super::print::say;

pub(super) async fn run(connection: Connection, preset: Option<Preset>) -> Outcome {
    let Connection {
        setup,
        api,
        journal,
        ..
    } = &connection;
    if let Some(preset) = preset {
        return Err(Failed::usage(anyhow!(
            "the preset {} ({}) cannot be opened",
            preset.name,
            preset.path.display()
        )));
    }
    let (mut wizard, effects) = Wizard::new(setup.clone());
    if let Some(sentence) = unusable_terminal() {
        return Err(Failed::usage(anyhow!(sentence)));
    }
    let mut screen = Screen::enter().map_err(Failed::usage)?;
    let outcome = run_on(
        &mut wizard,
        effects,
        api.clone(),
        journal.clone(),
        &mut screen,
        &look(),
    )
    .await;
    drop(screen);
    // What exists on the cluster matters more than why the screen failed.
    if let Some(words) = wizard.last_words() {
        say(&words);
    }
    outcome?;
    Ok(if wizard.succeeded() {
        Exit::Done
    } else {
        Exit::Wizard
    })
}
