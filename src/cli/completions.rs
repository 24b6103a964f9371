//! `completions`: the script that makes a shell ask this program at each Tab, and the answer to that question.
//! Knows the command line only as clap describes it.

use clap::ValueEnum;
use clap_complete::CompleteEnv;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

use super::exit::{Exit, Outcome};
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

pub(super) fn print(shell: Shell) -> Outcome {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    say(String::from_utf8(script)?.trim_end());
    Ok(Exit::Done)
}
