//! The cost of a hostile answer: the most memory in use while it is read, including its own bytes, counted by the
//! allocator. Uses no clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use api_support::canned::{Canned, client_given, now, response, server, task};
use peak_alloc::PeakAlloc;
use pve_vm_setup::api::{ApiError, Client, Content, ProxmoxApi, Response};
use pve_vm_setup::domain::VmId;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Just below the limit of an answer.
const SIZE: usize = Response::MOST_BYTES - 100_000;

type Question = fn(&Client<Canned>) -> Result<(), ApiError>;

macro_rules! questions {
    ($($name:literal => |$client:ident| $ask:expr;)+) => {
        &[$(($name, |$client| now($ask).map(drop))),+]
    };
}

fn vmid() -> VmId {
    VmId::new(101).unwrap()
}

const QUESTIONS: &[(&str, Question)] = questions! {
    "realms" => |client| client.realms(&server());
    "version" => |client| client.version();
    "nodes" => |client| client.nodes();
    "membership" => |client| client.membership();
    "pools" => |client| client.pools();
    "tags" => |client| client.tags();
    "rights" => |client| client.rights();
    "resources" => |client| client.resources();
    "storages" => |client| client.storages("pve1");
    "images" => |client| client.volumes("pve1", "local", Content::Images);
    "bridges" => |client| client.bridges("pve1");
    "cpu models" => |client| client.cpu_models("pve1");
    "cpu flags" => |client| client.cpu_flags("pve1");
    "processor" => |client| client.processor("pve1");
    "task log" => |client| client.task_log(&task(), 0);
    "config" => |client| client.vm_config("pve1", vmid());
    "pending" => |client| client.pending("pve1", vmid());
    "ha service" => |client| client.ha_service(vmid());
};

/// A body of about `SIZE` bytes: `head`, as many parts as fit, and `tail`.
fn body(head: &str, part: impl Fn(usize) -> String, tail: &str) -> String {
    let mut body = String::with_capacity(SIZE + 1000);
    body.push_str(head);
    for number in 0.. {
        let part = part(number);
        if body.len() + part.len() > SIZE {
            break;
        }
        if number > 0 {
            body.push(',');
        }
        body.push_str(&part);
    }
    body.push_str(tail);
    body
}

fn list(part: impl Fn(usize) -> String) -> String {
    body(r#"{"data":["#, part, "]}")
}

/// The most memory in use while a request was answered, and its result.
fn measured(question: Question, client: &Client<Canned>) -> (usize, Result<(), ApiError>) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let answer = question(client);
    (MEMORY.peak_usage() - before, answer)
}

#[track_caller]
fn assert_cheap(what: &str, text: &str, question: &str) {
    let client = client_given(response(200, text));
    let (_, ask) = QUESTIONS
        .iter()
        .find(|(name, _)| *name == question)
        .unwrap();
    let (peak, answer) = measured(*ask, &client);
    let outcome = answer.map_or_else(|error| error.to_string(), |()| "read".to_owned());
    println!(
        "{what}, {question}: {} KiB for a body of {} KiB, {outcome}",
        peak >> 10,
        text.len() >> 10
    );
    assert!(text.len() > SIZE - 2000, "{what}: {}", text.len());
    assert!(peak < MOST * text.len(), "{what}, {question}: {peak}");
}

/// Times the body.
const MOST: usize = 10;

/// One test, so that nothing else uses memory in the meantime.
#[test]
fn a_list_of_a_million_useless_objects_costs_less_than_ten_times_its_bytes() {
    let junk = list(|_| r#"{"a":1}"#.to_owned());
    for question in ["resources", "storages", "images"] {
        assert_cheap("objects of no use", &junk, question);
    }
    let guests = list(|n| format!(r#"{{"vmid":{},"node":"a"}}"#, n + 100));
    assert_cheap("guests", &guests, "resources");
}

#[test]
#[ignore = "takes minutes in a debug build; --test-threads=1"]
fn no_answer_of_any_shape_costs_more() {
    let junk = list(|_| r#"{"a":1}"#.to_owned());
    for (question, _) in QUESTIONS {
        assert_cheap("objects of no use", &junk, question);
    }
    drop(junk);
    for (question, text) in hostile() {
        assert_cheap("a hostile answer", &text, question);
    }
}

/// Each for the request that costs most, found by trying all of them.
fn hostile() -> impl Iterator<Item = (&'static str, String)> {
    type Make = fn() -> String;
    let bodies: [(&str, Make); 24] = [
        ("nodes", || list(|_| "1".to_owned())),
        ("realms", || list(|n| format!(r#"{{"realm":"{n}"}}"#))),
        ("nodes", || list(|n| format!(r#"{{"node":"{n}"}}"#))),
        ("membership", || {
            list(|n| format!(r#"{{"type":"node","online":0,"name":"{n}"}}"#))
        }),
        ("resources", || {
            list(|n| format!(r#"{{"type":"node","node":"{n}"}}"#))
        }),
        ("resources", || {
            let content = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p";
            list(|n| {
                format!(r#"{{"type":"storage","node":"a","storage":"{n}","content":"{content}"}}"#)
            })
        }),
        ("storages", || list(|n| format!(r#"{{"storage":"{n}"}}"#))),
        ("storages", || {
            list(|n| format!(r#"{{"storage":"{n}","formats":{{"supported":["","",""]}}}}"#))
        }),
        ("storages", || {
            body(
                r#"{"data":[{"storage":"a","content":""#,
                |n| n.to_string(),
                r#""}]}"#,
            )
        }),
        ("pools", || list(|n| format!(r#"{{"poolid":"{n}"}}"#))),
        ("images", || list(|n| format!(r#"{{"volid":"{n}"}}"#))),
        ("bridges", || {
            list(|n| format!(r#"{{"iface":"{n}","bridge_vids":"1"}}"#))
        }),
        ("bridges", || {
            body(
                r#"{"data":[{"iface":"a","bridge_vids":""#,
                |_| "1".to_owned(),
                r#""}]}"#,
            )
        }),
        ("cpu models", || list(|n| format!(r#"{{"name":"{n}"}}"#))),
        ("cpu flags", || {
            list(|n| format!(r#"{{"name":"{n}","supported-on":["","","","",""]}}"#))
        }),
        ("cpu flags", || {
            body(
                r#"{"data":[{"name":"a","supported-on":["#,
                |_| r#""""#.to_owned(),
                "]}]}",
            )
        }),
        ("cpu flags", || {
            body(r#"{"data":[{"name":""#, |_| "x".repeat(1000), r#""}]}"#)
        }),
        ("task log", || list(|_| r#"{"t":""}"#.to_owned())),
        ("pending", || list(|n| format!(r#"{{"key":"{n}"}}"#))),
        ("tags", || {
            body(
                r#"{"data":{"allowed-tags":["#,
                |n| format!(r#""{n}""#),
                "]}}",
            )
        }),
        ("tags", || {
            body(r#"{"data":{"allowed-tags":""#, |n| n.to_string(), r#""}}"#)
        }),
        ("config", || {
            body(r#"{"data":{"#, |n| format!(r#""{n}":0"#), "}}")
        }),
        ("rights", || {
            body(r#"{"data":{"/":{"#, |n| format!(r#""{n}":1"#), "}}}")
        }),
        ("rights", || {
            body(
                r#"{"data":{"#,
                |n| format!(r#""{n}":{{"a":1,"b":1,"c":1,"d":1}}"#),
                "}}",
            )
        }),
    ];
    bodies
        .into_iter()
        .map(|(question, make)| (question, make()))
}
