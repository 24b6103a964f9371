//! Secrets stay where they belong: after a whole run over TLS the log, the photographs and every `Debug` output are
//! searched for its secrets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use pve_vm_setup::api::http::{Fingerprint, HttpTransport, Trust};
use pve_vm_setup::api::{
    ApiError, Change, Client, Credentials, FactorKind, Login, Method, ProxmoxApi, SecondFactor,
    ServerAddress,
};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::runtime::log::Logged;
use pve_vm_setup::sim::server::Server;
use pve_vm_setup::sim::{
    SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};

const PASSWORD: &str = "a-password-like-no-other";

struct Run {
    api: Client<Logged<HttpTransport>>,
    address: ServerAddress,
    log: std::path::PathBuf,
    _folder: tempfile::TempDir,
    _server: Server,
}

async fn run() -> Run {
    let mut cluster = demo_cluster(Series::V9_2);
    for user in &mut cluster.access.users {
        user.password = Secret::new(PASSWORD.to_owned());
    }
    let simulation = Simulation::new(
        cluster,
        Arc::new(TestClock::new()),
        Box::new(SeededRandom::new(7)),
    );
    let server = Server::start(&simulation).await.unwrap();
    let trust = Trust {
        fingerprint: Some(Fingerprint::parse(server.fingerprint()).unwrap()),
        ..Trust::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("requests.log");
    Run {
        api: Client::new(Logged::to(&log, HttpTransport::new(trust).unwrap()).unwrap()),
        address: ServerAddress::parse(&server.address().to_string()).unwrap(),
        log,
        _folder: folder,
        _server: server,
    }
}

#[tokio::test]
async fn the_log_names_every_request_and_no_secret() {
    let run = run().await;
    let mut printed = String::new();
    let login = Credentials {
        server: run.address.clone(),
        user: "totp@pve".to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
    };
    let Login::NeedsSecondFactor {
        user, challenge, ..
    } = run.api.login(&login).await.unwrap()
    else {
        panic!()
    };
    let answer = SecondFactor {
        server: run.address.clone(),
        user,
        challenge: challenge.clone(),
        kind: FactorKind::Totp,
        code: Secret::new(demo::TOTP_CODE.to_owned()),
    };
    let complete = run.api.second_factor(&answer).await.unwrap();
    run.api.renew().await.unwrap();
    run.api.nodes().await.unwrap();
    let params = vec![("vmid".to_owned(), "105".to_owned())];
    run.api
        .change(&Change {
            method: Method::Post,
            path: "/nodes/pve1/qemu".to_owned(),
            params,
            secrets: vec![("cipassword", Secret::new(PASSWORD.to_owned()))],
        })
        .await
        .unwrap();
    printed.push_str(
        &[
            format!("{login:?}"),
            format!("{answer:?}"),
            format!("{complete:?}"),
            format!("{:?}", run.api),
        ]
        .concat(),
    );
    run.api
        .use_token(
            &run.address,
            demo::TOKEN_ID,
            &Secret::new(demo::TOKEN_SECRET.to_owned()),
        )
        .await
        .unwrap();
    run.api.pools().await.unwrap();
    write!(printed, "{:?}", run.api).unwrap();

    let log = fs::read_to_string(&run.log).unwrap();
    for line in [
        "POST /access/ticket 200",
        "GET /nodes 200",
        "POST /nodes/pve1/qemu 200",
        "GET /version 200",
        "GET /pools 200",
    ] {
        assert!(log.contains(line), "{line} is missing:\n{log}");
    }
    assert_eq!(
        fs::metadata(&run.log).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let secrets = [
        PASSWORD,
        demo::TOTP_CODE,
        demo::TOKEN_SECRET,
        challenge.expose(),
        "PVE:",
        "cipassword",
        "?",
    ];
    for secret in secrets {
        assert!(!log.contains(secret), "the log holds {secret}:\n{log}");
    }
    for secret in [PASSWORD, demo::TOTP_CODE, demo::TOKEN_SECRET, "PVE:"] {
        assert!(
            !printed.contains(secret),
            "Debug shows {secret}:\n{printed}"
        );
    }
}

#[tokio::test]
async fn a_wrong_token_is_a_401_and_is_not_kept() {
    let clock = Arc::new(TestClock::new());
    let simulation = Simulation::new(
        demo_cluster(Series::V9_2),
        clock,
        Box::new(SeededRandom::new(7)),
    );
    let api = Client::new(SimTransport::new(&simulation));
    let server = ServerAddress::parse("pve1.lan").unwrap();
    let error = api
        .use_token(&server, demo::TOKEN_ID, &Secret::new("wrong".to_owned()))
        .await
        .unwrap_err();
    assert!(matches!(error, ApiError::Unauthorized { .. }), "{error}");
    assert!(matches!(
        api.nodes().await,
        Err(ApiError::Unauthorized { .. })
    ));
}

#[test]
fn no_photograph_holds_a_secret() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for secret in [
            "PVE:",
            demo::TOTP_CODE,
            demo::RECOVERY_KEY,
            demo::TOKEN_SECRET,
        ] {
            assert!(!text.contains(secret), "{} shows {secret}", path.display());
        }
    }
}
