//! Arguments, configuration, runtime. Everything else is the library's.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Parser;

use pve_vm_setup::api::http::{Fingerprint, HttpTransport, KnownHosts, Trust};
use pve_vm_setup::api::{Client, ProxmoxApi, ServerAddress};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::runtime::world::{OsRandom, SystemClock, look, state_folder};
use pve_vm_setup::runtime::{Screen, install_panic_hook, run};
use pve_vm_setup::sim::server::Server;
use pve_vm_setup::sim::{Series, Simulation, demo, demo_cluster};
use pve_vm_setup::wizard::{Setup, Wizard};

/// Creates a virtual machine on Proxmox VE, step by step, in the terminal.
///
/// The VM is created without starting it; then its serial console is configured, and it is registered for high
/// availability when that is chosen. Nothing is sent before you press Create VM, and F4 shows the exact requests.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit status: 0 when every chosen stage succeeded or nothing was sent, else 1."
)]
struct Arguments {
    /// A node of the cluster: host, host:port or https address; the port is 8006 unless given
    #[arg(long, value_name = "ADDRESS")]
    server: Option<String>,

    /// User to log in as, without or with its realm (root, root@pam)
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Trust the authorities in this PEM file instead of the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Trust the server's certificate by its SHA-256 fingerprint, as `pvenode cert info` shows it
    #[arg(long, value_name = "SHA256")]
    fingerprint: Option<String>,

    /// Try it on a simulated cluster of this version (9.2) inside the program; nothing is real, nothing is kept
    #[arg(long, value_name = "VERSION", num_args = 0..=1, require_equals = true, default_missing_value = "9.2",
        conflicts_with_all = ["server", "user", "ca_file", "fingerprint"])]
    demo: Option<DemoVersion>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DemoVersion {
    #[value(name = "7.4")]
    V7_4,
    #[value(name = "8.4")]
    V8_4,
    #[value(name = "9.2")]
    V9_2,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match start(arguments) {
        Ok((words, succeeded)) => {
            if let Some(words) = words {
                say(&words);
            }
            if succeeded {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            complain(&format!("pve-vm-setup: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The normal screen may be gone with the terminal; then nobody reads this.
fn say(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn complain(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Runs the wizard. Returns the line for the normal screen, and whether all went as asked.
fn start(arguments: Arguments) -> anyhow::Result<(Option<String>, bool)> {
    install_panic_hook();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        match arguments.demo {
            Some(version) => wizard_on_the_demo(version).await,
            None => wizard_on_a_server(arguments).await,
        }
    });
    // A request that still hangs must not keep a program that is done.
    runtime.shutdown_background();
    result
}

async fn wizard_on_the_demo(version: DemoVersion) -> anyhow::Result<(Option<String>, bool)> {
    let cluster = demo_cluster(match version {
        DemoVersion::V7_4 => Series::V7_4,
        DemoVersion::V8_4 => Series::V8_4,
        DemoVersion::V9_2 => Series::V9_2,
    });
    let simulation = Simulation::new(
        cluster,
        Arc::new(SystemClock),
        Box::new(OsRandom::default()),
    );
    let server = Server::start(&simulation)
        .await
        .context("the simulated cluster could not start")?;
    let fingerprint =
        Fingerprint::parse(server.fingerprint()).map_err(|message| anyhow!(message))?;
    let setup = Setup {
        server: server.address().to_string(),
        user: "root".to_owned(),
        password: Secret::new(demo::PASSWORD.to_owned()),
        demo: Some(demo::users_sentence()),
        ..Setup::default()
    };
    wizard(
        setup,
        Trust {
            fingerprint: Some(fingerprint),
            ..Trust::default()
        },
    )
    .await
}

async fn wizard_on_a_server(arguments: Arguments) -> anyhow::Result<(Option<String>, bool)> {
    let server = arguments.server.unwrap_or_default();
    if !server.is_empty() {
        ServerAddress::parse(&server).map_err(|message| anyhow!("--server {server}: {message}"))?;
    }
    let fingerprint = arguments
        .fingerprint
        .as_deref()
        .map(Fingerprint::parse)
        .transpose();
    let fingerprint = fingerprint.map_err(|message| anyhow!("--fingerprint: {message}"))?;
    let ca_file = arguments
        .ca_file
        .map(|path| std::fs::read(&path).with_context(|| format!("--ca-file {}", path.display())));
    let known_hosts = state_folder().map(|folder| KnownHosts::at(folder.join("known_hosts")));
    let trust = Trust {
        ca_file: ca_file.transpose()?,
        fingerprint,
        known_hosts,
    };
    let setup = Setup {
        server,
        user: arguments.user.unwrap_or_default(),
        ..Setup::default()
    };
    wizard(setup, trust).await
}

async fn wizard(setup: Setup, trust: Trust) -> anyhow::Result<(Option<String>, bool)> {
    let api: Arc<dyn ProxmoxApi> = Arc::new(Client::new(HttpTransport::new(trust)?));
    let (mut wizard, effects) = Wizard::new(setup);
    let mut screen = Screen::enter()?;
    let outcome = run(&mut wizard, effects, api, &mut screen, &look()).await;
    drop(screen);
    let words = wizard.last_words();
    if let Err(error) = outcome {
        // What exists on the cluster is worth more than why the screen failed.
        if let Some(words) = words {
            say(&words);
        }
        return Err(error.into());
    }
    Ok((words, wizard.succeeded()))
}
