//! Arguments, configuration, runtime; and the one line that stays on the normal screen.
//! Everything else is in the library.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

use pve_vm_setup::api::http::{Fingerprint, HttpTransport, KnownHosts, Trust};
use pve_vm_setup::api::{Client, ProxmoxApi, ServerAddress};
use pve_vm_setup::config::{Config, SETTINGS};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::domain::token::parse_token_secret;
use pve_vm_setup::runtime::log::Logged;
use pve_vm_setup::runtime::world::{
    OsRandom, SystemClock, config_folder, look, state_folder, variable,
};
use pve_vm_setup::runtime::{
    Disk, Journal, Screen, check_threads, install_panic_hook, output_of, protect, run,
    unusable_terminal,
};
use pve_vm_setup::sim::server::Server;
use pve_vm_setup::sim::{Series, Simulation, demo, demo_cluster};
use pve_vm_setup::steps::fields;
use pve_vm_setup::wizard::{Setup, Wizard};

const ABOUT: &str = "Creates a virtual machine on Proxmox VE, step by step, in the terminal.

The VM is created, not started. Then, as far as you chose these, its serial console is configured, it is registered for \
high availability and started. Nothing is sent before you press Create VM, and F4 shows the exact requests.";

const AFTER: &str = "Each setting can also be made in the configuration file, or in a variable: PVE_VM_SETUP_ and its name in capitals. \
Arguments win over variables, variables over the file; --print-config shows each value and its origin.

The secret of an API token comes from PVE_VM_SETUP_TOKEN_SECRET, --secret-file, --secret-command or the login page, never \
from an argument.

Exit status: 0 when every chosen stage succeeded or nothing was sent; 2 for wrong arguments, or a terminal that the wizard \
cannot be drawn on; else 1.";

const SECRET_VARIABLE: &str = "PVE_VM_SETUP_TOKEN_SECRET";

fn command() -> Command {
    let settings = SETTINGS.iter().map(|row| {
        Arg::new(row.key)
            .long(row.key)
            .value_name(row.value_name)
            .help(row.help)
    });
    Command::new("pve-vm-setup")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT.lines().next().unwrap_or_default())
        .long_about(ABOUT)
        .after_help(AFTER)
        .args(settings)
        .arg(
            Arg::new("demo")
                .long("demo")
                .value_name("VERSION")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("9.2")
                .value_parser(PossibleValuesParser::new(["7.4", "8.4", "9.2"]))
                .conflicts_with_all(["server", "ca-file", "fingerprint", "token-id"])
                .help("Try it on a simulated cluster of this version inside the program; nothing is real, nothing is kept"),
        )
        .arg(Arg::new("secret-file").long("secret-file").value_name("FILE").help("Read the token's secret from this file"))
        .arg(
            Arg::new("secret-command")
                .long("secret-command")
                .value_name("COMMAND")
                .conflicts_with("secret-file")
                .help("Run this command in a shell; its output is the token's secret"),
        )
        .arg(Arg::new("config").long("config").value_name("FILE").help("Read this configuration file instead of the default one"))
        .arg(
            Arg::new("print-config")
                .long("print-config")
                .action(ArgAction::SetTrue)
                .help("Show each setting and where it comes from, then exit"),
        )
        .subcommand(
            Command::new("resume")
                .about("Resume an interrupted creation right after the login")
                .after_help("Give the server, user or token before it: pve-vm-setup --server pve1.example.com resume"),
        )
        .arg(
            Arg::new("fields")
                .long("fields")
                .action(ArgAction::SetTrue)
                .help("Print every field, tab-separated: step, field, label, parameter, default, allowed values, first version"),
        )
}

fn main() -> ExitCode {
    match start(&command().get_matches()) {
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
            if error.is::<NoScreen>() {
                return ExitCode::from(2);
            }
            ExitCode::FAILURE
        }
    }
}

/// The normal screen may be gone with the terminal, so errors are ignored.
fn say(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn complain(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// The wizard cannot be drawn on this terminal.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoScreen(String);

type Outcome = anyhow::Result<(Option<String>, bool)>;

/// Runs the wizard. Returns the line for the normal screen, and whether everything succeeded.
fn start(arguments: &ArgMatches) -> Outcome {
    if arguments.get_flag("fields") {
        return Ok((Some(fields::table().trim_end().to_owned()), true));
    }
    let config = configuration(arguments)?;
    if arguments.get_flag("print-config") {
        return Ok((Some(printed(arguments, &config)), true));
    }
    install_panic_hook();
    protect();
    check_threads()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        match arguments.get_one::<String>("demo") {
            Some(version) => on_the_demo(version, &config).await,
            None => on_a_server(arguments, &config).await,
        }
    });
    // A pending request must not keep the program from ending.
    runtime.shutdown_background();
    result
}

fn configuration(arguments: &ArgMatches) -> anyhow::Result<Config> {
    let argument = |key: &str| arguments.get_one::<String>(key).cloned();
    if arguments.contains_id("demo") {
        return Config::of_arguments(argument).map_err(|message| anyhow!(message));
    }
    let named = arguments.get_one::<String>("config").map(PathBuf::from);
    let usual = config_folder()
        .map(|folder| folder.join("config.toml"))
        .filter(|path| path.exists());
    let path = named.or(usual);
    let text = path.as_ref().map(|path| read(path)).transpose()?;
    let shown = path
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    let file = text.as_deref().map(|text| (shown.as_str(), text));
    let config = Config::resolve(file, variable, argument).map_err(|message| anyhow!(message))?;
    Ok(config)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn printed(arguments: &ArgMatches, config: &Config) -> String {
    let mut lines = config.lines();
    let store = state_folder().map_or_else(
        || "(no home)".to_owned(),
        |folder| folder.join("known_hosts").display().to_string(),
    );
    lines.push(format!("{:<14}{store}", "known hosts"));
    let source = ["secret-file", "secret-command"]
        .into_iter()
        .find(|source| arguments.contains_id(source));
    let origin = source.map_or_else(
        || SECRET_VARIABLE.to_owned(),
        |source| format!("--{source}"),
    );
    let secret = if source.is_some() || variable(SECRET_VARIABLE).is_some() {
        "(set)"
    } else {
        "(not set)"
    };
    lines.push(format!("{:<14}{secret:<40}  {origin}", "token secret"));
    lines.join("\n")
}

async fn on_the_demo(version: &str, config: &Config) -> Outcome {
    let cluster = demo_cluster(match version {
        "7.4" => Series::V7_4,
        "8.4" => Series::V8_4,
        _ => Series::V9_2,
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
        user: config.non_empty("user").unwrap_or("root").to_owned(),
        password: Secret::new(demo::PASSWORD.to_owned()),
        site: config.site_defaults(),
        demo: Some(demo::users_sentence()),
        ..Setup::default()
    };
    wizard(
        setup,
        Trust {
            fingerprint: Some(fingerprint),
            ..Trust::default()
        },
        Journal::default(),
        config,
    )
    .await
}

async fn on_a_server(arguments: &ArgMatches, config: &Config) -> Outcome {
    if let Some(server) = config.non_empty("server") {
        let parsed = ServerAddress::parse(server);
        let shown = ServerAddress::repeatable(server);
        parsed.map_err(|message| anyhow!("server {shown}: {message}"))?;
    }
    let fingerprint = config
        .non_empty("fingerprint")
        .map(Fingerprint::parse)
        .transpose();
    let fingerprint = fingerprint.map_err(|message| anyhow!("fingerprint: {message}"))?;
    let ca_file = config
        .non_empty("ca-file")
        .map(|path| std::fs::read(path).with_context(|| format!("ca-file {path}")));
    let known_hosts = state_folder().map(|folder| KnownHosts::at(folder.join("known_hosts")));
    let trust = Trust {
        ca_file: ca_file.transpose()?,
        fingerprint,
        known_hosts,
        aside: Some(Arc::new(Disk::default())),
    };
    let token = config.non_empty("token-id").map(str::to_owned);
    let setup = Setup {
        server: config.get("server").to_owned(),
        user: config.get("user").to_owned(),
        password: token_secret(arguments, config)?,
        site: config.site_defaults(),
        token,
        demo: None,
        resume: arguments.subcommand_name() == Some("resume"),
    };
    let journal = state_folder().map(|folder| Journal::at(folder.join("creations")));
    let journal =
        journal.unwrap_or_else(|| Journal::nowhere("there is no home folder to keep it in"));
    wizard(setup, trust, journal, config).await
}

/// Empty when the login page should ask for it.
fn token_secret(arguments: &ArgMatches, config: &Config) -> anyhow::Result<Secret> {
    let file = arguments.get_one::<String>("secret-file");
    let command = arguments.get_one::<String>("secret-command");
    if config.non_empty("token-id").is_none() {
        if file.is_some() || command.is_some() {
            bail!("a secret needs the token that it belongs to; give --token-id as well");
        }
        return Ok(Secret::default());
    }
    let text = match (file, command) {
        (Some(path), _) => {
            warn_of_readers(Path::new(path));
            read(Path::new(path))?
        }
        (None, Some(command)) => output_of(command, SECRET_VARIABLE).context("--secret-command")?,
        (None, None) => variable(SECRET_VARIABLE).unwrap_or_default(),
    };
    let text = zeroize::Zeroizing::new(text);
    // `pass show` and the like print more than the secret.
    match text.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => parse_token_secret(line).map_err(|message| anyhow!(message)),
        None => Ok(config.token_secret().cloned().unwrap_or_default()),
    }
}

/// A secret that other users can read is not secret.
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_or(0, |about| about.permissions().mode());
    if mode & 0o077 != 0 {
        let (path, mode) = (path.display(), mode & 0o777);
        complain(&format!(
            "pve-vm-setup: warning: others can read {path} (mode {mode:o}); run  chmod 600 {path}"
        ));
    }
}

async fn wizard(setup: Setup, trust: Trust, journal: Journal, config: &Config) -> Outcome {
    let transport = HttpTransport::new(trust)?;
    let api: Arc<dyn ProxmoxApi> = match config.non_empty("log") {
        Some(path) => Arc::new(Client::new(
            Logged::to(path, transport).with_context(|| format!("log {path}"))?,
        )),
        None => Arc::new(Client::new(transport)),
    };
    let (mut wizard, effects) = Wizard::new(setup);
    if let Some(sentence) = unusable_terminal() {
        return Err(NoScreen(sentence).into());
    }
    let mut screen = Screen::enter()?;
    let outcome = run(
        &mut wizard,
        effects,
        api,
        Arc::new(journal),
        &mut screen,
        &look(),
    )
    .await;
    drop(screen);
    let words = wizard.last_words();
    if let Err(error) = outcome {
        // What exists on the cluster matters more than why the screen failed.
        if let Some(words) = words {
            say(&words);
        }
        return Err(error.into());
    }
    Ok((words, wizard.succeeded()))
}
