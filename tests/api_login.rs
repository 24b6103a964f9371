//! Logging in, the second factor, renewing, and where the ticket is sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use api_support::cluster::Cluster;
use api_support::{LOGIN, Stub, http, plain_transport, root};
use pve_vm_setup::api::{
    ApiError, Change, Client, Credentials, FactorKind, Login, Method, ProxmoxApi, Request,
    SecondFactor, ServerAddress, Session, Ticket, Transport, Upid,
};
use pve_vm_setup::domain::Secret;
use rstest::rstest;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_login_sends_the_full_user_name_and_never_the_realm() {
    let mut cluster = Cluster::new().await;
    cluster.answer("POST", "/access/ticket", 200, LOGIN).await;
    let client = Client::new(plain_transport());
    let login = client.login(&root(&cluster.address())).await;
    let user = "root@pam".to_owned();
    assert_eq!(
        login,
        Ok(Login::Complete(Session {
            user,
            version: None,
        }))
    );
    assert_eq!(
        cluster.came(),
        ["POST /access/ticket username=root%40pam&new-format=1&password=pve-test-root"]
    );
}

#[tokio::test]
async fn a_second_factor_sends_the_challenge_and_the_kind_with_the_code() {
    let mut cluster = Cluster::new().await;
    let half = r#"{"data":{"username":"root@pam","NeedTFA":1,"CSRFPreventionToken":"6B01041D:x","ticket":"PVE:!tfa!%7B%22totp%22%3Atrue%2C%22recovery%22%3A%5B0%2C3%5D%2C%22webauthn%22%3A%7B%7D%7D:6B01041D::c2ln"}}"#;
    cluster.answer("POST", "/access/ticket", 200, half).await;
    let client = Client::new(plain_transport());
    let Ok(Login::NeedsSecondFactor {
        user,
        kinds,
        challenge,
    }) = client.login(&root(&cluster.address())).await
    else {
        panic!("no second factor asked for");
    };
    let offered = [
        FactorKind::Totp,
        FactorKind::Recovery { left: 2 },
        FactorKind::WebAuthn,
    ];
    assert_eq!(kinds, offered);

    let unused = client.version().await.unwrap_err();
    assert!(matches!(unused, ApiError::Unauthorized { .. }));
    assert_eq!(cluster.came().len(), 1, "a half ticket must never be used");

    cluster.answer("POST", "/access/ticket", 200, LOGIN).await;
    let answer = SecondFactor {
        server: cluster.address(),
        user,
        challenge,
        kind: FactorKind::Totp,
        code: Secret::new("123456".to_owned()),
    };
    let complete = client.second_factor(&answer).await;
    assert!(matches!(complete, Ok(Login::Complete(_))));
    assert_eq!(
        cluster.came()[1],
        "POST /access/ticket username=root%40pam&new-format=1&tfa-challenge=\
         PVE%3A%21tfa%21%257B%2522totp%2522%253Atrue%252C%2522recovery%2522%253A%255B0%252C3%255D\
         %252C%2522webauthn%2522%253A%257B%257D%257D%3A6B01041D%3A%3Ac2ln&password=totp%3A123456"
    );
}

#[tokio::test]
async fn a_renewal_sends_the_ticket_as_the_password_and_uses_the_new_one_from_then_on() {
    let (mut cluster, client) = Cluster::logged_in().await;
    let fresh = LOGIN.replace("6B01041D::c2ln+/==", "6B010442::bmV3");
    cluster.answer("POST", "/access/ticket", 200, &fresh).await;
    client.renew().await.unwrap();
    assert_eq!(
        cluster.came(),
        [
            "POST /access/ticket username=root%40pam&new-format=1&password=PVE%3Aroot%40pam%3A6B01041D%3A%3Ac2ln%2B%2F%3D%3D"
        ]
    );
    let with_new_ticket = cluster
        .server
        .mock("GET", "/api2/json/pools")
        .match_header("cookie", "PVEAuthCookie=PVE:root@pam:6B010442::bmV3")
        .with_body(r#"{"data":[]}"#)
        .create_async()
        .await;
    assert_eq!(client.pools().await, Ok(Vec::new()));
    with_new_ticket.assert_async().await;
}

#[tokio::test]
async fn a_refused_renewal_leaves_the_old_ticket_in_use() {
    let (mut cluster, client) = Cluster::logged_in().await;
    cluster.answer("POST", "/access/ticket", 401, "").await;
    assert!(client.renew().await.is_err());
    cluster.answer("GET", "/pools", 200, r#"{"data":[]}"#).await;
    assert!(client.pools().await.is_ok());
}

#[tokio::test]
async fn a_refused_login_leaves_the_earlier_one_in_use() {
    let (mut cluster, client) = Cluster::logged_in().await;
    cluster.answer("POST", "/access/ticket", 401, "").await;
    let refused = client.login(&root(&cluster.address())).await;
    assert!(matches!(refused, Err(ApiError::Unauthorized { .. })));
    cluster.answer("GET", "/pools", 200, r#"{"data":[]}"#).await;
    assert!(client.pools().await.is_ok());
}

#[tokio::test]
async fn nothing_is_sent_before_a_login() {
    let client = Client::new(plain_transport());
    let task = Upid::parse("UPID:pve1:0:0:0:qmcreate:101:root@pam:").unwrap();
    let errors = [
        client.version().await.unwrap_err(),
        client.renew().await.unwrap_err(),
        client
            .change(&Change::new(Method::Post, "/nodes/pve1/qemu"))
            .await
            .unwrap_err(),
        client.task_state(&task).await.unwrap_err(),
    ];
    let message = "not logged in".to_owned();
    assert_eq!(
        errors,
        [(); 4].map(|()| ApiError::Unauthorized {
            message: message.clone()
        })
    );
}

#[tokio::test]
async fn the_ticket_is_a_cookie_of_every_request_and_the_csrf_token_only_of_changes() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let client = stub.client().await;
    client.pools().await.unwrap();
    client
        .change(&Change::new(Method::Post, "/cluster/ha/resources"))
        .await
        .unwrap_err();
    client.realms(&stub.address).await.unwrap();
    let seen = stub.seen();
    let ticket = Some("PVEAuthCookie=PVE:root@pam:6B01041D::c2ln+/==");
    assert_eq!(
        [
            seen[0].header("cookie"),
            seen[0].header("csrfpreventiontoken")
        ],
        [None; 2]
    );
    assert_eq!(
        [
            seen[1].header("cookie"),
            seen[1].header("csrfpreventiontoken")
        ],
        [ticket, None]
    );
    assert_eq!(seen[2].header("cookie"), ticket);
    assert_eq!(
        seen[2].header("csrfpreventiontoken"),
        Some("6B01041D:dG9rZW4")
    );
    assert_eq!(seen[3].header("cookie"), None, "realms need no login");
}

#[tokio::test]
async fn a_user_name_with_special_characters_of_cookies_still_logs_in() {
    let stub = Stub::answering(http("200 OK", r#"{"data":[]}"#)).await;
    let transport = plain_transport();
    let mut request = Request::new(Method::Get, "/pools");
    request.ticket = Some(Ticket {
        value: Secret::new("PVE:50%;\u{e4}\r\n@pve:6B01041D::x".to_owned()),
        csrf: Secret::default(),
    });
    transport.send(&stub.address, request).await.unwrap();
    let cookie = Some("PVEAuthCookie=PVE:50%25%3B%C3%A4%0D%0A@pve:6B01041D::x");
    assert_eq!(stub.seen()[0].header("cookie"), cookie);
}

#[tokio::test]
async fn debug_output_shows_no_secret() {
    let stub = Stub::answering(http("401 Authentication failed!", "")).await;
    let client = stub.client().await;
    let error = client.version().await.unwrap_err();
    let request = Request {
        secrets: vec![("password", Secret::new("pve-test-root".to_owned()))],
        ..Request::new(Method::Post, "/access/ticket")
    };
    let printed = format!(
        "{client:?} {error:?} {error} {request:?} {:?}",
        root(&stub.address)
    );
    for secret in ["pve-test-root", "c2ln", "dG9rZW4"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

/// A secret that a server repeats anywhere in its answer is never passed on.
#[rstest]
#[case("401 wrong password 'hush-hush=7'", "")]
#[case("500 no", r#"{"data":null,"message":"hush-hush=7 is not right"}"#)]
#[case(
    "400 no",
    r#"{"data":null,"errors":{"password":"'hush-hush=7' is too short","hush-hush=7":"?"}}"#
)]
#[case("403 no", r#"{"data":null,"message":"no hush-hush=7"}"#)]
#[case("596 hush-hush=7", "")]
#[case("502 hush-hush=7", "<html>hush-hush=7</html>")]
#[tokio::test]
async fn a_password_that_a_server_repeats_in_an_error_is_hidden(
    #[case] status: &str,
    #[case] body: &str,
) {
    let answer = http(status, body);
    let error = error_of_login(answer, "hush-hush=7").await;
    let told = format!("{error} {error:?}");
    assert!(
        told.contains("<secret>") && !told.contains("hush"),
        "{told}"
    );
}

/// Answers even a login with these bytes.
async fn error_of_login(answer: Vec<u8>, password: &str) -> ApiError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        api_support::read_request(&mut connection).await.unwrap();
        connection.write_all(&answer).await.unwrap();
        connection.shutdown().await.unwrap();
    });
    let credentials = Credentials {
        server,
        user: "root@pam".to_owned(),
        password: Secret::new(password.to_owned()),
    };
    let client = Client::new(plain_transport());
    client.login(&credentials).await.unwrap_err()
}
