//! From the configuration to what talks to a server, the same for every command: the address, the trust, the credentials,
//! the journal. Nothing is sent here. For the demo the server is a simulated one inside the program.

use std::io::ErrorKind;
use std::sync::Arc;

use anyhow::{Context, anyhow};

use crate::api::http::{Fingerprint, HttpTransport, KnownHosts, Trust};
use crate::api::{Client, ProxmoxApi, ServerAddress, Transport};
use crate::config::Config;
use crate::console::EscapeKey;
use crate::domain::Secret;
use crate::domain::media::KnownImages;
use crate::runtime::log::Logged;
use crate::runtime::world::{
    OsRandom, SystemClock, config_folder, login_name, site_folder, ssh_folder, state_folder,
};
use crate::runtime::{Disk, Files, Journal, LastChoices, PublicKeys};
use crate::sim::{OwnInternet, Series, Server, Simulation, demo, demo_cluster};
use crate::wizard::Setup;

use super::exit::Failed;
use super::globals::Globals;
use super::preset::presets;
use super::secret::{credential, of_cloud_init};

/// All that a command needs to talk to its server.
pub(super) struct Connection {
    pub(super) setup: Setup,
    pub(super) api: Arc<dyn ProxmoxApi>,
    pub(super) files: Arc<Files>,
    /// Leads back from a console.
    pub(super) escape: EscapeKey,
    /// It answers until it is dropped.
    _demo: Option<Server>,
}

/// `resume`: an unfinished creation goes on right after the login.
pub(super) async fn connect(globals: &Globals, resume: bool) -> Result<Connection, Failed> {
    let config = globals.configuration()?;
    let escape = EscapeKey::parse(config.get("escape-key"))
        .map_err(|message| Failed::usage_says(format!("escape-key: {message}")))?;
    let demo = match globals.demo {
        Some(series) => Some(simulated(series).await?),
        None => None,
    };
    let keys = PublicKeys {
        // The demo takes nothing of this machine.
        folder: ssh_folder().filter(|_| demo.is_none()),
    };
    let (setup, api, journal) = if let Some((server, simulation)) = &demo {
        let (setup, trust) = of_the_demo(server, &config)?;
        let api = api(OwnInternet::over(http(trust)?, simulation), &config)?;
        (setup, api, Journal::default())
    } else {
        let trust = trust(&config).map_err(Failed::usage)?;
        let setup = of_a_server(globals, &config).map_err(Failed::usage)?;
        (setup, api(http(trust)?, &config)?, journal())
    };
    Ok(Connection {
        setup: Setup {
            resume,
            cloud_password: of_cloud_init(),
            ..setup
        },
        api,
        files: Arc::new(Files {
            journal,
            presets: presets(),
            last: LastChoices {
                folder: state_folder().map(|folder| folder.join("last")),
            },
            keys,
        }),
        escape,
        _demo: demo.map(|(server, _)| server),
    })
}

async fn simulated(series: Series) -> anyhow::Result<(Server, Simulation)> {
    let simulation = Simulation::new(
        demo_cluster(series),
        Arc::new(SystemClock),
        Box::new(OsRandom::default()),
    );
    let server = Server::start(&simulation).await;
    let server = server.context("the simulated cluster could not start")?;
    Ok((server, simulation))
}

fn of_the_demo(server: &Server, config: &Config) -> anyhow::Result<(Setup, Trust)> {
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
    let trust = Trust {
        fingerprint: Some(fingerprint),
        ..Trust::default()
    };
    Ok((setup, trust))
}

/// The images that can be downloaded by name: the program's own, then the site's, then the user's.
fn images() -> anyhow::Result<KnownImages> {
    let mut images = KnownImages::built_in();
    let folders = [Some(site_folder()), config_folder()];
    for path in folders
        .into_iter()
        .flatten()
        .map(|folder| folder.join(IMAGES))
    {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let more = images.with(&text).map_err(|message| anyhow!(message));
                images = more.with_context(|| path.display().to_string())?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
    }
    Ok(images)
}

/// The file of known images in each folder.
const IMAGES: &str = "images.toml";

fn of_a_server(globals: &Globals, config: &Config) -> anyhow::Result<Setup> {
    if let Some(server) = config.non_empty("server") {
        let parsed = ServerAddress::parse(server);
        let shown = ServerAddress::repeatable(server);
        parsed.map_err(|message| anyhow!("server {shown}: {message}"))?;
    }
    Ok(Setup {
        server: config.get("server").to_owned(),
        user: config.get("user").to_owned(),
        password: credential(globals, config)?,
        site: config.site_defaults(),
        token: config.non_empty("token-id").map(str::to_owned),
        remember: config.remember(),
        images: Some(images()?),
        login_name: login_name(),
        ..Setup::default()
    })
}

fn trust(config: &Config) -> anyhow::Result<Trust> {
    let fingerprint = config
        .non_empty("fingerprint")
        .map(Fingerprint::parse)
        .transpose();
    let fingerprint = fingerprint.map_err(|message| anyhow!("fingerprint: {message}"))?;
    let ca_file = config
        .non_empty("ca-file")
        .map(|path| std::fs::read(path).with_context(|| format!("ca-file {path}")));
    Ok(Trust {
        ca_file: ca_file.transpose()?,
        fingerprint,
        known_hosts: state_folder().map(|folder| KnownHosts::at(folder.join("known_hosts"))),
        aside: Some(Arc::new(Disk::default())),
    })
}

fn journal() -> Journal {
    match state_folder() {
        Some(folder) => Journal::at(folder.join("creations")),
        None => Journal::nowhere("there is no home folder to keep it in"),
    }
}

fn http(trust: Trust) -> Result<HttpTransport, Failed> {
    HttpTransport::new(trust).map_err(Failed::usage)
}

fn api<T: Transport + 'static>(
    transport: T,
    config: &Config,
) -> Result<Arc<dyn ProxmoxApi>, Failed> {
    let Some(path) = config.non_empty("log") else {
        return Ok(Arc::new(Client::new(transport)));
    };
    let logged = Logged::to(path, transport).with_context(|| format!("log {path}"));
    Ok(Arc::new(Client::new(logged.map_err(Failed::usage)?)))
}
