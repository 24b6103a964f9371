//! The direction of dependencies, read from the source: who may name whom, and who may touch clocks, tasks and the terminal.
//! Every path counts, in `use` trees as in function bodies, under whatever name it was imported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// From the ground up: each folder may name itself and those before it.
const LAYERS: [&str; 8] = [
    "domain", "api", "catalog", "form", "steps", "wizard", "ui", "runtime",
];

/// The layers that may name what stands beside them.
const ABOVE_CREATION: [&str; 3] = ["wizard", "ui", "runtime"];

/// Beside the layers: what they may name.
const BESIDE: [(&str, &[&str]); 3] = [
    ("creation", &["domain", "api", "creation"]),
    ("sim", &["domain", "api", "sim"]),
    ("config", &["domain", "api", "config"]),
];

/// What only some places may name: the paths, and the files that may.
const ONLY_IN: [(&[&str], &[&str]); 7] = [
    (
        &["ratatui", "ratatui_core", "ratatui_widgets"],
        &["ui/", "runtime/"],
    ),
    (&["crossterm"], &["runtime/"]),
    (&["reqwest"], &["api/http/"]),
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
        &["runtime/", "main.rs"],
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
        &["runtime/world.rs", "main.rs", "sim/"],
    ),
    (&["crate::config"], &["config", "main.rs"]),
];

/// Most lines of a file; one that needs more holds two ideas.
const MOST_LINES: usize = 400;

struct Source {
    /// Below `src`.
    name: String,
    text: String,
}

fn sources() -> Vec<Source> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    collect(Path::new(ROOT), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| Source {
            name: path
                .strip_prefix(ROOT)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
            text: fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

/// Words and signs of code with their lines. Comments, texts and characters are no code.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    let is = |at: usize, c: char| chars.get(at) == Some(&c);
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        if c == '/' && is(at + 1, '/') {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if c == '/' && is(at + 1, '*') {
            while at < chars.len() && !(chars[at] == '*' && is(at + 1, '/')) {
                at += 1;
            }
            at += 2;
        } else if c == 'r'
            && (is(at + 1, '"') || (is(at + 1, '#') && (is(at + 2, '"') || is(at + 2, '#'))))
        {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            at += hashes + 2;
            while at < chars.len()
                && !(chars[at] == '"' && (1..=hashes).all(|ahead| is(at + ahead, '#')))
            {
                at += 1;
            }
            at += hashes + 1;
        } else if c == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c == '\'' && (is(at + 1, '\\') || is(at + 2, '\'')) {
            at += if is(at + 1, '\\') { 3 } else { 2 };
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
        } else if c.is_alphanumeric() || c == '_' {
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
            found.push((line, chars[start..at].iter().collect()));
        } else if c == ':' && is(at + 1, ':') {
            at += 2;
            found.push((line, "::".to_owned()));
        } else {
            at += 1;
            if !c.is_whitespace() {
                found.push((line, c.to_string()));
            }
        }
        let end = at.min(chars.len());
        line += chars[start..end].iter().filter(|c| **c == '\n').count();
    }
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The paths of a tree after `use`, with the names that they get here. Returns where the tree ends.
fn tree(
    tokens: &[(usize, String)],
    mut at: usize,
    prefix: &[String],
    found: &mut Vec<(usize, Vec<String>, String)>,
) -> usize {
    let mut path = prefix.to_vec();
    let mut line = 0;
    while let Some((here, token)) = tokens.get(at) {
        line = *here;
        at += 1;
        match token.as_str() {
            "::" => {}
            "{" => {
                while tokens[at].1 != "}" {
                    at = tree(tokens, at, &path, found);
                    if tokens[at].1 == "," {
                        at += 1;
                    }
                }
                return at + 1;
            }
            "as" => {
                found.push((line, path, tokens[at].1.clone()));
                return at + 1;
            }
            "," | "}" | ";" => {
                at -= 1;
                break;
            }
            "self" if path.len() > prefix.len() || !prefix.is_empty() => {}
            word => path.push(word.to_owned()),
        }
    }
    let name = path.last().cloned().unwrap_or_default();
    found.push((line, path, name));
    at
}

/// `self` and `super` in words from the root of the crate.
fn rooted(source: &str, path: Vec<String>) -> Vec<String> {
    let mut module: Vec<String> = source
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if module
        .last()
        .is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main"))
    {
        module.pop();
    }
    let mut rest = path.as_slice();
    if !matches!(rest.first().map(String::as_str), Some("self" | "super")) {
        return path;
    }
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "self" => {}
            "super" => {
                module.pop();
            }
            _ => break,
        }
        rest = after;
    }
    let crate_root = std::iter::once("crate".to_owned());
    crate_root
        .chain(module)
        .chain(rest.iter().cloned())
        .collect()
}

/// Every path that a file names, from its root, with the line.
fn paths(source: &Source) -> Vec<(usize, String)> {
    let tokens = tokens(&source.text);
    let (mut imported, mut named) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = &tokens[at];
        if token == "use" {
            at = tree(&tokens, at + 1, &[], &mut imported);
        } else if is_word(token) && tokens.get(at + 1).is_some_and(|next| next.1 == "::") {
            let mut path = vec![token.clone()];
            at += 1;
            while tokens.get(at).is_some_and(|next| next.1 == "::")
                && tokens.get(at + 1).is_some_and(|next| is_word(&next.1))
            {
                path.push(tokens[at + 1].1.clone());
                at += 2;
            }
            named.push((*line, path));
            at += usize::from(tokens.get(at).is_some_and(|next| next.1 == "::"));
        } else {
            at += 1;
        }
    }
    let aliases: BTreeMap<String, Vec<String>> = imported
        .iter()
        .map(|(_, path, name)| (name.clone(), path.clone()))
        .collect();
    let imported = imported.into_iter().map(|(line, path, _)| (line, path));
    let named = named.into_iter().map(|(line, mut path)| {
        if let Some(long) = aliases.get(&path[0]) {
            path.splice(..1, long.iter().cloned());
        }
        (line, path)
    });
    imported
        .chain(named)
        .map(|(line, path)| (line, rooted(&source.name, path).join("::")))
        .collect()
}

fn folder(name: &str) -> &str {
    name.split('/').next().unwrap().trim_end_matches(".rs")
}

fn may_name(folder: &str, other: &str) -> bool {
    if let Some((_, allowed)) = BESIDE.iter().find(|(name, _)| *name == folder) {
        return allowed.contains(&other);
    }
    if other == "creation" {
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
fn terminal_network_clocks_and_tasks_stay_where_they_belong() {
    none_of(&sources().iter().flat_map(misplaced).collect::<Vec<_>>());
}

#[test]
fn every_folder_has_its_place_in_the_order() {
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

/// Where the terminal is touched, the head says more than a name: two lines at least.
#[test]
fn every_module_opens_with_what_it_owns() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines();
        let head = lines.take_while(|line| line.starts_with("//!")).count();
        let least = if source.name.starts_with("runtime/") || source.name == "main.rs" {
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
fn no_file_holds_more_than_one_idea_can_need() {
    let lines = |source: &Source| source.text.lines().count();
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| lines(source) > MOST_LINES)
        .map(|source| format!("src/{}: {} lines", source.name, lines(source)))
        .collect();
    none_of(&long);
}

#[test]
fn a_wrong_name_is_seen_however_it_is_written() {
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
