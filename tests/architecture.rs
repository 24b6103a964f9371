//! The direction of dependencies, read from the source: which layer may name which, and which files may use clocks, tasks
//! and the terminal. Every path counts, in `use` trees and in function bodies, under any imported name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/made_up.rs"]
mod made_up;
#[path = "architecture/reading.rs"]
mod reading;

use reading::{Source, paths, sources, tokens};

/// From the bottom up: each folder may name itself and those before it.
const LAYERS: [&str; 10] = [
    "domain",
    "api",
    "catalog",
    "form",
    "steps",
    "plan_file",
    "wizard",
    "ui",
    "runtime",
    "cli",
];

/// The layers that may name those beside them.
const ABOVE_CREATION: [&str; 4] = ["wizard", "ui", "runtime", "cli"];

/// Those beside the layers, and what they may name.
const BESIDE: [(&str, &[&str]); 5] = [
    ("voices", &["domain", "voices"]),
    ("creation", &["domain", "api", "creation"]),
    ("console", &["domain", "api", "console"]),
    ("sim", &["domain", "api", "sim"]),
    ("config", &["domain", "api", "config"]),
];

/// What only some places may name: the paths, and the files that may.
const ONLY_IN: [(&[&str], &[&str]); 9] = [
    (
        &["ratatui", "ratatui_core", "ratatui_widgets"],
        &["ui/", "runtime/"],
    ),
    (&["crossterm"], &["runtime/"]),
    (&["reqwest"], &["api/http/"]),
    (&["tokio_tungstenite"], &["api/http/", "sim/server"]),
    (&["vt100"], &["console/"]),
    (
        &[
            "Instant::now",
            "std::time::SystemTime",
            "std::time::UNIX_EPOCH",
            "std::env",
            "jiff::Timestamp::now",
            "jiff::Zoned::now",
            "ring::rand",
            "tokio::time",
            "std::thread::sleep",
            "std::process::Command",
        ],
        &["runtime/"],
    ),
    (
        &[
            "tokio::spawn",
            "tokio::task",
            "std::thread::spawn",
            "std::thread::Builder",
        ],
        &["runtime/", "sim/server"],
    ),
    (
        &["crate::sim", "pve_vm_setup::sim"],
        &["runtime/world.rs", "cli/", "sim/"],
    ),
    (&["crate::config"], &["config", "cli/"]),
];

/// The most lines of a file; a longer one holds two ideas.
const MOST_LINES: usize = 400;

fn folder(name: &str) -> &str {
    name.split('/').next().unwrap().trim_end_matches(".rs")
}

fn may_name(folder: &str, other: &str) -> bool {
    if let Some((_, allowed)) = BESIDE.iter().find(|(name, _)| *name == folder) {
        return allowed.contains(&other);
    }
    if ["creation", "console", "voices"].contains(&other) {
        return !LAYERS.contains(&folder) || ABOVE_CREATION.contains(&folder);
    }
    let layer = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    match (layer(folder), layer(other)) {
        (Some(own), Some(other)) => other <= own,
        // `sim` and `config` have rules of their own, by file.
        _ => true,
    }
}

fn wrong_directions(source: &Source) -> Vec<String> {
    paths(source)
        .into_iter()
        .filter_map(|(line, path)| {
            let other = path.strip_prefix("crate::")?.split("::").next()?;
            let wrong = !may_name(folder(&source.name), other);
            wrong.then(|| format!("src/{}:{line} names {path}", source.name))
        })
        .collect()
}

fn misplaced(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    for (line, path) in paths(source) {
        for (words, places) in ONLY_IN {
            let named = words.iter().any(|word| {
                path == *word
                    || path.starts_with(&format!("{word}::"))
                    || path.ends_with(&format!("::{word}"))
            });
            if named && !places.iter().any(|place| source.name.starts_with(place)) {
                wrong.push(format!("src/{}:{line} names {path}", source.name));
            }
        }
    }
    wrong
}

fn none_of(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dependencies_run_one_way() {
    none_of(
        &sources()
            .iter()
            .flat_map(wrong_directions)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn terminal_network_clocks_and_tasks_are_used_only_where_they_may() {
    none_of(&sources().iter().flat_map(misplaced).collect::<Vec<_>>());
}

#[test]
fn every_folder_has_a_place_in_the_order() {
    let known = |name: &str| {
        LAYERS.contains(&name)
            || BESIDE.iter().any(|(beside, _)| *beside == name)
            || matches!(name, "lib" | "main")
    };
    let sources = sources();
    let unknown = sources.iter().filter(|source| !known(folder(&source.name)));
    none_of(
        &unknown
            .map(|source| source.name.clone())
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_program_has_no_way_to_panic_on_purpose() {
    const METHODS: [&str; 4] = ["unwrap", "expect", "unwrap_err", "expect_err"];
    const MACROS: [&str; 5] = ["panic", "todo", "unimplemented", "unreachable", "dbg"];
    let mut wrong = Vec::new();
    for source in sources() {
        for words in tokens(&source.text).windows(3) {
            let [(line, first), (_, word), (_, third)] = words else {
                continue;
            };
            let method = first == "." && METHODS.contains(&word.as_str()) && third == "(";
            if method || (MACROS.contains(&word.as_str()) && third == "!") {
                wrong.push(format!("src/{}:{line} has {word}", source.name));
            }
        }
    }
    none_of(&wrong);
}

/// Where the terminal is used, the head has at least two lines.
#[test]
fn every_module_opens_with_what_it_owns() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines();
        let head = lines.take_while(|line| line.starts_with("//!")).count();
        let least = if ["runtime", "cli", "main"].contains(&folder(&source.name)) {
            2
        } else {
            1
        };
        if !(least..=5).contains(&head) {
            wrong.push(format!("src/{} has a head of {head} lines", source.name));
        }
    }
    none_of(&wrong);
}

#[test]
fn no_file_is_longer_than_one_idea_needs() {
    let lines = |source: &Source| source.text.lines().count();
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| lines(source) > MOST_LINES)
        .map(|source| format!("src/{}: {} lines", source.name, lines(source)))
        .collect();
    none_of(&long);
}

#[test]
fn a_forbidden_name_is_found_however_it_is_written() {
    for (name, text, wrong) in [
        ("domain/text.rs", "use crate::wizard::Wizard;", true),
        (
            "domain/text.rs",
            "use crate::{domain::Step, wizard as w};",
            true,
        ),
        (
            "domain/text.rs",
            "fn f() {\n    crate::form::edit();\n}",
            true,
        ),
        ("form/mod.rs", "use super::wizard::Wizard;", true),
        (
            "api/wire/path.rs",
            "fn f() { super::super::super::ui::draw() }",
            true,
        ),
        ("sim/face.rs", "use crate::catalog::Remote;", true),
        (
            "steps/os.rs",
            "use std::time::{self, Instant};\nfn f() { Instant::now(); }",
            true,
        ),
        (
            "steps/os.rs",
            "use tokio::{time::sleep as nap, sync};",
            true,
        ),
        ("steps/os.rs", "use std::{env, fmt};", true),
        ("api/client.rs", "fn f() { tokio::spawn(g()); }", true),
        ("api/client.rs", "use tokio::task::JoinSet;", true),
        ("wizard/keys.rs", "use crossterm::event::KeyCode;", true),
        ("ui/form.rs", "fn f() { crate::sim::demo() }", true),
        ("runtime/log.rs", "use crate::cli::exit::Exit;", true),
        ("runtime/log.rs", "use crate::config::Config;", true),
        ("cli/doctor.rs", "use std::time::SystemTime;", true),
        ("cli/connect.rs", "use crate::sim::Server;", false),
        ("wizard/keys.rs", "use crate::form::Edit;", false),
        (
            "ui/form.rs",
            "use ratatui::Frame; // crossterm::event",
            false,
        ),
        (
            "ui/form.rs",
            "fn f() -> &'static str { \"crate::runtime::x\" }",
            false,
        ),
        (
            "form/mod.rs",
            "use self::text::Text; use super::domain::Step;",
            false,
        ),
        (
            "runtime/world.rs",
            "use crate::sim::Clock; use std::env;",
            false,
        ),
    ] {
        let source = Source {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let found = [wrong_directions(&source), misplaced(&source)].concat();
        assert_eq!(!found.is_empty(), wrong, "{name}: {text}: {found:?}");
    }
}
