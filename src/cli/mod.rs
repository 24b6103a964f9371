//! The command line: what can be said to the program, and which command carries it out. One file a command; what commands
//! share is in `globals` (arguments of all), `connect` (a server), `exit` (how it ended) and `print`. Draws nothing, decides
//! nothing about a VM.

mod completions;
mod config;
mod connect;
mod console;
pub mod create;
pub mod doctor;
pub mod exit;
mod fields;
mod globals;
mod headless;
mod man;
mod planned;
mod preset;
mod print;
mod secret;
mod wizard;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::ArgValueCandidates;

use crate::runtime::{check_threads, install_panic_hook, protect};

use completions::Shell;
use connect::connect;
use exit::Outcome;
use globals::Globals;
use planned::Planned;

const ABOUT: &str = "Creates a virtual machine on Proxmox VE, step by step, in the terminal.

The VM is created, not started. Then, as far as you chose these, its cloud image is grown to the size of the disk, its password \
is set, its serial console is configured, it is registered for high availability and started. Nothing is sent before you press Create VM, and F4 shows the exact requests.";

const USAGE: &str = "pve-vm-setup [OPTIONS] [PRESET]
       pve-vm-setup [OPTIONS] COMMAND";

const AFTER: &str = "Each setting can also be made in ~/.config/pve-vm-setup/config.toml, for all users of this machine in \
/etc/pve-vm-setup/config.toml, or in a variable: PVE_VM_SETUP_ and its name in capitals. Arguments win over variables, \
variables over the user's file, that over the machine's; the command config shows each value and its origin.

A password comes from PVE_VM_SETUP_PASSWORD, --password-file, --password-command or the login page, the secret of an API token \
from PVE_VM_SETUP_TOKEN_SECRET, --secret-file, --secret-command or the login page, never from an argument. The password of cloud-init's user comes from \
PVE_VM_SETUP_CI_PASSWORD or the page OS; no plan and no other file of this program holds it.";

#[derive(Debug, Parser)]
#[command(name = "pve-vm-setup", version, about = ABOUT.lines().next(), long_about = ABOUT)]
#[command(override_usage = USAGE, after_help = format!("{AFTER}\n\n{}", exit::table()))]
struct Cli {
    #[command(flatten)]
    globals: Globals,

    /// Open the wizard with the answers of this preset, or of a plan file (with / or .toml)
    #[arg(value_name = "PRESET", add = ArgValueCandidates::new(completions::presets))]
    preset: Option<String>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a VM from a plan or preset, without a screen
    Create(create::Create),
    /// Print a plan as commands, as code or as a whole plan; nothing is sent
    Export(create::Export),
    /// Print every field, tab-separated: step, field, label, parameter, default, allowed values, first version
    Fields,
    /// Show each setting and where it comes from
    Config,
    /// Resume an interrupted creation right after the login
    Resume,
    /// Check the way to the server, the login, and what a plan or the defaults need; nothing is asked or changed
    Doctor(Planned),
    /// Open the serial console of a VM in this terminal
    Console(console::Console),
    /// Print the script that completes commands, options, presets and servers with Tab
    Completions { shell: Shell },
    /// Print the manual page
    Man,
}

/// The names that a preset cannot have.
pub fn subcommand_names() -> Vec<String> {
    let mut command = Cli::command();
    command.build();
    let names = command.get_subcommands();
    names.map(|command| command.get_name().to_owned()).collect()
}

/// The command line with what completes it: `globals` knows nothing of completions.
fn described() -> clap::Command {
    Cli::command().mut_arg("server", |server| {
        server.add(ArgValueCandidates::new(completions::servers))
    })
}

/// Carries out what the arguments say.
pub fn main() -> ExitCode {
    completions::answer(described);
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(exit) => exit.into(),
        Err(failed) => {
            print::complain(&format!("pve-vm-setup: {:#}", failed.error));
            failed.exit.into()
        }
    }
}

fn dispatch(cli: Cli) -> Outcome {
    let Cli {
        globals,
        preset,
        command,
    } = cli;
    let refuse = |message: String| Cli::command().error(ErrorKind::ArgumentConflict, message);
    if let Some(message) = globals.contradiction() {
        refuse(message).exit();
    }
    if let (Some(preset), Some(_)) = (&preset, &command) {
        refuse(format!(
            "the preset {preset} and a command cannot be given together"
        ))
        .exit();
    }
    match command {
        None => in_the_runtime(async {
            wizard::run(connect(&globals, false).await?, preset, &subcommand_names()).await
        }),
        Some(Command::Resume) => in_the_runtime(async {
            wizard::run(connect(&globals, true).await?, None, &subcommand_names()).await
        }),
        Some(Command::Create(create)) => in_the_runtime(async {
            create::create(
                connect(&globals, false).await?,
                &create,
                &subcommand_names(),
            )
            .await
        }),
        Some(Command::Export(export)) => in_the_runtime(async {
            create::export(
                connect(&globals, false).await?,
                &export,
                &subcommand_names(),
            )
            .await
        }),
        Some(Command::Doctor(planned)) => in_the_runtime(async {
            let plans = planned.plans(&subcommand_names())?;
            doctor::run(connect(&globals, false).await?, plans).await
        }),
        Some(Command::Console(wanted)) => {
            in_the_runtime(async { console::run(connect(&globals, false).await?, wanted).await })
        }
        Some(Command::Fields) => fields::print(),
        Some(Command::Config) => config::print(&globals),
        Some(Command::Completions { shell }) => completions::print(shell),
        Some(Command::Man) => man::print(&Cli::command()),
    }
}

/// Runs what talks to a server.
fn in_the_runtime(command: impl Future<Output = Outcome>) -> Outcome {
    install_panic_hook();
    protect();
    check_threads()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(command);
    // A pending request must not keep the program from ending.
    runtime.shutdown_background();
    outcome
}
