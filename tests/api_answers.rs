//! How the client handles answers from a proxy, an old server or a broken connection, written byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use api_support::{Stub, ask, http};
use pve_vm_setup::api::{ApiError, Change, Method, ProxmoxApi};
use rstest::rstest;
use serde_json::json;

async fn error_of(answer: impl Into<Vec<u8>>) -> ApiError {
    ask(&Stub::answering(answer).await).await.unwrap_err()
}

fn refused(status: u16, message: &str) -> ApiError {
    ApiError::Refused {
        status,
        message: message.to_owned(),
    }
}

fn lost(message: &str) -> ApiError {
    ApiError::Lost {
        message: message.to_owned(),
    }
}

#[tokio::test]
async fn a_bad_gateway_between_nodes_leaves_the_outcome_unknown() {
    for (status, reason, message) in [
        (595, "Connection refused", "Connection refused"),
        (595, "No route to host", "No route to host"),
        (596, "Connection timed out", "Connection timed out"),
        (596, "", "the connection to the node broke off or timed out"),
        (597, "", "the connection to the node failed"),
        (599, "Too many redirections", "Too many redirections"),
        (504, "", "Gateway Timeout"),
    ] {
        let error = error_of(http(&format!("{status} {reason}"), "")).await;
        let message = message.to_owned();
        assert_eq!(error, ApiError::Proxied { status, message });
        assert!(error.outcome_unknown());
    }
}

#[tokio::test]
async fn without_message_and_reason_the_status_is_shown() {
    for (line, body) in [
        ("500 Internal Server Error", r#"{"data":null}"#),
        ("500", r#"{"data":null,"message":"\n"}"#),
        ("500 ", ""),
        ("500 ", "[]"),
    ] {
        let error = error_of(http(line, body)).await;
        assert_eq!(error, refused(500, "Internal Server Error"));
    }
    assert_eq!(
        error_of(http("401 Unauthorized", "")).await,
        ApiError::Unauthorized {
            message: "Unauthorized".to_owned()
        }
    );
    assert_eq!(
        error_of(http("418 ", "")).await,
        refused(418, "the server gave no reason")
    );
}

#[tokio::test]
async fn a_message_with_umlauts_comes_from_the_body_because_the_reason_phrase_loses_it() {
    let body = r#"{"data":null,"message":"Speicher 'größe' fehlt\n"}"#;
    let error = error_of(http("500 Speicher 'größe' fehlt", body)).await;
    assert_eq!(error, refused(500, "Speicher 'größe' fehlt"));
    let old = error_of(http("500 Speicher 'größe' fehlt", r#"{"data":null}"#)).await;
    assert_eq!(old, refused(500, "Internal Server Error"));
}

#[tokio::test]
async fn the_whole_message_is_preferred_to_its_first_line() {
    let body = r#"{"data":null,"message":"first line\nsecond line\n"}"#;
    let error = error_of(http("500 first line", body)).await;
    assert_eq!(error, refused(500, "first line\nsecond line"));
}

#[tokio::test]
async fn a_reason_phrase_of_nine_thousand_characters_is_kept_whole() {
    let long = "x".repeat(9000);
    assert_eq!(
        error_of(http(&format!("500 {long}"), "")).await,
        refused(500, &long)
    );
}

#[tokio::test]
async fn a_400_without_fields_is_a_refusal() {
    for body in [
        "",
        r#"{"data":null}"#,
        r#"{"errors":{}}"#,
        r#"{"errors":"x"}"#,
    ] {
        assert_eq!(
            error_of(http("400 too bad", body)).await,
            refused(400, "too bad")
        );
    }
}

#[tokio::test]
async fn field_errors_of_any_type_are_kept() {
    let body = json!({"errors": {"a": "text\n\n", "b": 5, "c": null, "d": ["x"]}}).to_string();
    let ApiError::Parameters { fields, .. } = error_of(http("400 no", &body)).await else {
        panic!("not a parameter error");
    };
    let expected = [("a", "text"), ("b", "5"), ("c", ""), ("d", r#"["x"]"#)];
    assert_eq!(fields, expected.map(|(k, v)| (k.into(), v.into())).into());
}

#[tokio::test]
async fn a_web_page_is_named_as_such_with_any_status() {
    let page = "\r\n<!DOCTYPE html><html><body>Sign in</body></html>";
    for (line, status) in [("200 OK", 200), ("403 Forbidden", 403), ("502 Bad", 502)] {
        match error_of(http(line, page)).await {
            ApiError::Unreadable { status: s, message } => {
                assert_eq!(s, status);
                assert!(message.contains("a web page, not an answer of Proxmox VE's API"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_success_without_the_form_of_pve_is_never_taken_for_data() {
    for (body, words) in [
        ("", "it is empty"),
        (" \r\n", "it is empty"),
        (r#"{"data":[{"node":"pve"#, "it is cut off"),
        ("pong", "it is not JSON"),
        ("[1,2]", "it does not have the form of a Proxmox VE answer"),
        (r#"{"success":1}"#, "it holds no data"),
    ] {
        let message = words.to_owned();
        let error = error_of(http("200 OK", body)).await;
        assert_eq!(
            error,
            ApiError::Unreadable {
                status: 200,
                message
            },
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_reported_and_not_followed() {
    let answer = "HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/\r\n\r\n";
    let stub = Stub::answering(answer).await;
    match ask(&stub).await.unwrap_err() {
        ApiError::Unreadable { status, message } => {
            assert_eq!(status, 301);
            assert!(message.contains("another address"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_lost() {
    assert_eq!(error_of("").await, lost("the connection was closed"));
}

#[tokio::test]
async fn a_connection_closed_within_the_answer_is_lost() {
    let mut cut = http(
        "200 OK",
        r#"{"data":"UPID:pve1:0:0:0:qmcreate:101:root@pam:"}"#,
    );
    cut.truncate(cut.len() - 5);
    assert!(matches!(error_of(cut).await, ApiError::Lost { .. }));
    let head = error_of("HTTP/1.1 200 OK\r\nContent-Le").await;
    assert!(matches!(head, ApiError::Lost { .. }), "{head:?}");
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_lost_and_reported() {
    let not_http = lost("what came back is not HTTP");
    assert_eq!(error_of("SSH-2.0-OpenSSH_9.2p1\r\n\r\n").await, not_http);
    assert_eq!(
        error_of(b"\x00\xff\x16\x03\r\n\r\n".as_slice()).await,
        not_http
    );
    assert_eq!(error_of(http("500 bell\u{7}", "")).await, not_http);
    assert_eq!(error_of("HTTP/9.9 200 OK\r\n\r\n").await, not_http);
}

#[tokio::test]
async fn a_broken_chunk_is_lost() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let error = error_of(format!("{head}5\r\n{{\"dat\r\nzz\r\n")).await;
    assert!(matches!(error, ApiError::Lost { .. }), "{error:?}");
}

/// Announced with a length, or sent without one until the connection ends.
#[rstest]
#[case("Content-Length: 9000000\r\n")]
#[case("")]
#[tokio::test]
async fn an_answer_beyond_eight_mebibytes_is_given_up_with_its_server_and_path(
    #[case] length: &str,
) {
    let mut answer = format!("HTTP/1.1 200 OK\r\n{length}\r\n").into_bytes();
    answer.resize(answer.len() + 9_000_000, b' ');
    let stub = Stub::answering(answer).await;
    let server = &stub.address;
    let too_large = |line: &str| ApiError::Unreadable {
        status: 200,
        message: format!("{server} answers {line} with more than 8 MiB"),
    };
    assert_eq!(ask(&stub).await.unwrap_err(), too_large("GET /version"));

    let client = stub.client().await;
    let change = Change::new(Method::Post, "/nodes/pve1/qemu");
    let error = client.change(&change).await.unwrap_err();
    assert_eq!(error, too_large("POST /nodes/pve1/qemu"));
    assert!(error.outcome_unknown(), "the VM may be there all the same");
}

#[tokio::test]
async fn an_answer_of_eight_mebibytes_is_read() {
    let body = format!("{{\"data\":[]}}{}", " ".repeat(8 * 1024 * 1024 - 11));
    assert_eq!(body.len(), 8 * 1024 * 1024);
    let stub = Stub::answering(http("200 OK", &body)).await;
    assert_eq!(ask(&stub).await.unwrap().data, json!([]));
}

#[tokio::test]
async fn a_lost_answer_to_a_create_counts_as_unknown() {
    let stub = Stub::answering("").await;
    let client = stub.client().await;
    let error = client
        .change(&Change::new(Method::Post, "/nodes/pve1/qemu"))
        .await
        .unwrap_err();
    assert!(error.outcome_unknown());
    let creates = stub
        .seen()
        .iter()
        .filter(|seen| seen.line().contains("/qemu"))
        .count();
    assert_eq!(creates, 1, "a create must never be sent twice");
}

#[tokio::test]
async fn a_user_who_may_not_read_the_cluster_status_gets_no_membership() {
    let stub = Stub::answering(http("403 Permission check failed (/, Sys.Audit)", "")).await;
    let client = stub.client().await;
    assert_eq!(client.membership().await, Ok(None));
    stub.now_answer(http("500 cluster not ready - no quorum?", ""));
    assert!(client.membership().await.is_err());
}
