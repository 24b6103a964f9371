//! What users type as a server's address, and the message for each kind of server that is not a usable Proxmox VE.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod api_support;

use std::collections::BTreeSet;

use api_support::canned::{Canned, now, response, server};
use api_support::{Stub, http, plain_transport};
use pve_vm_setup::api::{ApiError, Cause, Client, ProxmoxApi, ServerAddress};
use rstest::rstest;

#[rstest]
#[case("pve1", "pve1:8006")]
#[case("  pve1\t", "pve1:8006")]
#[case("PVE1.Example.COM", "pve1.example.com:8006")]
#[case("pve1.example.com.", "pve1.example.com.:8006")]
#[case("pve_1-a", "pve_1-a:8006")]
#[case("pve1:443", "pve1:443")]
#[case("pve1:65535", "pve1:65535")]
#[case("https://pve1", "pve1:8006")]
#[case("HTTPS://pve1:8443", "pve1:8443")]
#[case("https://pve1:8006/", "pve1:8006")]
#[case("https://pve1/#v1:0:=node%2Fpve1:4:::::::", "pve1:8006")]
#[case("https://pve1?x=a:b@c", "pve1:8006")]
#[case("https://pve.example.com:443/pve/#v1:0:18:4", "pve.example.com:443")]
#[case("192.0.2.10", "192.0.2.10:8006")]
#[case("[2001:db8::10:8006]", "[2001:db8::10:8006]:8006")]
#[case("10.0.0.300.lan", "10.0.0.300.lan:8006")]
#[case("192.0.2.10:8007", "192.0.2.10:8007")]
#[case("::1", "[::1]:8006")]
#[case("2001:db8::10", "[2001:db8::10]:8006")]
#[case("2001:DB8::A", "[2001:db8::a]:8006")]
#[case("[2001:db8::10]", "[2001:db8::10]:8006")]
#[case("[2001:db8::10]:443", "[2001:db8::10]:443")]
#[case("https://[2001:db8::10]:443/", "[2001:db8::10]:443")]
#[case("::ffff:192.0.2.10", "[::ffff:192.0.2.10]:8006")]
fn an_address_is_read_as_people_write_it(#[case] typed: &str, #[case] meant: &str) {
    let address = ServerAddress::parse(typed).unwrap();
    assert_eq!(address.to_string(), meant);
    assert_eq!(ServerAddress::parse(meant), Ok(address.clone()));
    assert_eq!(
        ServerAddress::parse(&address.base_url()),
        Ok(address),
        "the URL means another server"
    );
}

#[rstest]
#[case("", "Enter the name")]
#[case(" \t", "Enter the name")]
#[case("http://pve1", "Plain http")]
#[case("HTTP://pve1:8006/", "Plain http")]
#[case("ftp://pve1", "Only https")]
#[case("://pve1", "Only https")]
#[case("pve1:0", "The port")]
#[case("pve1:65536", "The port")]
#[case("pve1:99999999999999999999", "The port")]
#[case("pve1:-1", "The port")]
#[case("pve1:+80", "The port")]
#[case("pve1:", "The port")]
#[case("pve1:https", "The port")]
#[case("[::1]:0", "The port")]
#[case("[::1", "The bracket")]
#[case("[::1]8006", "After the bracket")]
#[case("root@pve1", "Leave the user out")]
#[case("root:secret@pve1", "Leave the user out")]
#[case("https://root@pam:secret@pve1", "Leave the user out")]
#[case("root@pam@[::1]:8006", "Leave the user out")]
#[case("10.0.0.300", "This is not an IPv4 address")]
#[case("10.0.0", "This is not an IPv4 address")]
#[case("1.2.3.4.5", "This is not an IPv4 address")]
#[case("256.1.1.1:8006", "This is not an IPv4 address")]
#[case("2001:db8::10:8006", "Is 8006 the port? Write [2001:db8::10]:8006")]
#[case("fe80::1:443", "Is 443 the port?")]
#[case("pve 1", "This is not")]
#[case("https://", "This is not")]
#[case(":8006", "This is not")]
#[case(".", "This is not")]
#[case("..", "This is not")]
#[case("pve..lan", "This is not")]
#[case(".pve1", "This is not")]
#[case("[]", "This is not")]
#[case("[pve1]", "This is not")]
#[case("[192.0.2.10]", "This is not")]
#[case("2001:db8::10::1", "This is not")]
#[case("fe80::1%eth0", "This is not")]
#[case("pve\u{fc}.lan", "This is not")]
#[case("\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}", "This is not")]
#[case("\u{1f4a5}\u{1f4a5}", "This is not")]
#[case("pve1\u{7}", "This is not")]
#[case("pve1\\x", "This is not")]
fn an_invalid_address_is_refused_with_the_reason(#[case] typed: &str, #[case] begins: &str) {
    let sentence = ServerAddress::parse(typed).unwrap_err();
    assert!(sentence.starts_with(begins), "{typed:?}: {sentence}");
    assert!(!sentence.contains("secret"), "{sentence}");
}

#[test]
fn a_name_that_is_too_long_is_refused() {
    assert!(ServerAddress::parse(&"a.".repeat(127)).is_err());
    assert!(ServerAddress::parse(&"a.".repeat(10_000)).is_err());
}

/// The message when a server answers the first request this way.
fn said_of(status: u16, body: &str) -> String {
    let client = Client::new(Canned {
        response: response(status, body),
        logins_too: true,
    });
    let error = now(client.realms(&server())).unwrap_err();
    assert!(
        matches!(error, ApiError::Unreadable { .. }),
        "{status} {body}: {error:?}"
    );
    error.to_string()
}

#[rstest]
#[case(200, "<!DOCTYPE html><title>Router</title>")]
#[case(200, "\u{feff} <html>")]
#[case(404, "<html>Not Found")]
#[case(200, "")]
#[case(200, "OK")]
#[case(200, "[]")]
#[case(200, r#"{"status":"ok"}"#)]
#[case(200, r#"{"data":null}"#)]
#[case(200, r#"{"data":{"realms":[]}}"#)]
#[case(200, r#"{"data":[{"id":1},{"id":2}]}"#)]
#[case(200, r#"{"data":["pam","pve"]}"#)]
#[case(401, "")]
#[case(401, r#"{"error":"login required"}"#)]
#[case(403, "Forbidden")]
#[case(404, "")]
#[case(404, r#"{"message":"no such route"}"#)]
#[case(405, "")]
#[case(301, "")]
#[case(204, "")]
fn an_answer_that_is_not_of_proxmox_ve_is_called_so(#[case] status: u16, #[case] body: &str) {
    let said = said_of(status, body);
    assert!(said.contains("Proxmox VE"), "{said}");
    assert!(said.ends_with(&format!("({status})")), "{said}");
}

#[test]
fn a_proxmox_ve_server_in_trouble_is_not_mistaken_for_another_server() {
    for (status, body) in [(500, r#"{"data":null,"message":"no quorum"}"#), (596, "")] {
        let client = Client::new(Canned {
            response: response(status, body),
            logins_too: true,
        });
        let error = now(client.realms(&server())).unwrap_err();
        assert!(!matches!(error, ApiError::Unreadable { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_web_page_at_the_address_is_reported_over_the_wire_too() {
    let stub = Stub::answering(http("200 OK", "<html><body>It works!</body></html>")).await;
    let client = Client::new(plain_transport());
    let error = client.realms(&stub.address).await.unwrap_err();
    assert!(error.to_string().contains("web page"), "{error}");
}

#[test]
fn each_reason_for_an_unreachable_server_has_its_own_message() {
    let causes = [
        Cause::UnknownName,
        Cause::NoRoute,
        Cause::ConnectionRefused,
        Cause::TimedOut,
        Cause::Tls("what came back is not TLS".to_owned()),
        Cause::Other("x".to_owned()),
    ];
    let count = causes.len();
    let said: BTreeSet<String> = causes
        .into_iter()
        .map(|cause| {
            let server = "pve1:8006".to_owned();
            ApiError::Unreachable { server, cause }.to_string()
        })
        .chain([said_of(200, "<html>"), said_of(200, "{}")])
        .collect();
    assert_eq!(said.len(), count + 2, "{said:#?}");
}

#[rstest]
#[case("https://pve.example.com:443/pve/#v1:0:18:4", Some("/pve/#v1:0:18:4"))]
#[case("pve1/pve", Some("/pve"))]
#[case("https://pve1:8006/", None)]
#[case("pve1:8006", None)]
#[case("https://pve1:8006?x=1", Some("?x=1"))]
fn the_part_of_an_address_that_is_not_used_is_told(
    #[case] typed: &str,
    #[case] part: Option<&str>,
) {
    assert_eq!(ServerAddress::unused_part(typed), part);
}
