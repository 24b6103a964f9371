//! `completions`: the script that makes a shell ask this program at each Tab, and the answer to that question. The names in
//! files of the user and the machine are read at that moment.

use std::ffi::OsStr;

use clap::ValueEnum;
use clap_complete::engine::ValueCompleter;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};
use clap_complete::{CompleteEnv, CompletionCandidate, PathCompleter};

use crate::config::server_names;

use super::exit::{Exit, Outcome};
use super::globals::files;
use super::preset;
use super::print::say;

const NAME: &str = "pve-vm-setup";

/// The script asks with this variable.
const VARIABLE: &str = "PVE_VM_SETUP_COMPLETE";

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Answers a shell's question and exits; does nothing when the user has started the program.
pub(super) fn answer(command: fn() -> clap::Command) {
    CompleteEnv::with_factory(command).var(VARIABLE).complete();
}

/// What can stand for a preset.
pub(super) fn presets() -> Vec<CompletionCandidate> {
    let presets = preset::presets().paths().into_iter();
    presets
        .map(|(name, ..)| CompletionCandidate::new(name).help(Some("a preset".into())))
        .collect()
}

/// What can stand for a plan: a preset or a file.
pub(super) fn plans(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed_so_far = typed.to_string_lossy();
    let presets = presets().into_iter();
    let presets = presets.filter(|preset| {
        let name = preset.get_value().to_string_lossy();
        name.starts_with(&*typed_so_far)
    });
    presets
        .chain(PathCompleter::file().complete(typed))
        .collect()
}

/// What can stand for a server: those that have a name in the usual configuration files.
pub(super) fn servers() -> Vec<CompletionCandidate> {
    let files = files(None).unwrap_or_default();
    let mut names: Vec<String> = files
        .iter()
        .flat_map(|(_, text)| server_names(text))
        .collect();
    names.sort();
    names.dedup();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// In a folder for completions zsh runs the script as the completion itself, for the first Tab.
const FIRST_TAB_IN_ZSH: &str = r#"
if [ "$funcstack[1]" = "_pve-vm-setup" ]; then
    _clap_dynamic_completer_pve_vm_setup "$@"
fi
"#;

pub(super) fn print(shell: Shell) -> Outcome {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    if matches!(shell, Shell::Zsh) {
        script.extend_from_slice(FIRST_TAB_IN_ZSH.as_bytes());
    }
    say(String::from_utf8(script)?.trim())?;
    Ok(Exit::Done)
}
