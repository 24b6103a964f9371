//! The direction of dependencies, read from the source: who may name whom, and who may touch clocks, tasks and the terminal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Each folder of `src`, and the folders that it may name.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("domain", &["domain"]),
    ("api", &["domain", "api"]),
    ("catalog", &["domain", "api", "catalog"]),
    ("form", &["domain", "api", "catalog", "form"]),
    ("steps", &["domain", "api", "catalog", "form", "steps"]),
    (
        "wizard",
        &["domain", "api", "catalog", "form", "steps", "wizard"],
    ),
    (
        "ui",
        &["domain", "api", "catalog", "form", "steps", "wizard", "ui"],
    ),
    (
        "runtime",
        &[
            "domain", "api", "catalog", "form", "steps", "wizard", "ui", "runtime", "sim",
        ],
    ),
    ("sim", &["domain", "api", "sim"]),
    ("config", &["domain", "api", "config"]),
];

/// What only some places may name: the words, and the paths that may.
const ONLY_IN: [(&[&str], &[&str]); 6] = [
    (&["ratatui::"], &["ui/", "runtime/"]),
    (&["crossterm::"], &["runtime/"]),
    (&["reqwest::"], &["api/http/"]),
    (
        &[
            "Instant::now",
            "SystemTime",
            "std::env",
            "ring::rand",
            "tokio::time::sleep",
            "tokio::time::timeout",
        ],
        &["runtime/", "main.rs"],
    ),
    (
        &["tokio::spawn", "thread::spawn", "JoinSet"],
        &["runtime/", "sim/server"],
    ),
    (&["crate::sim"], &["runtime/world.rs", "main.rs", "sim/"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every line of code of every source file: path below `src`, number, text without its comment.
fn lines() -> Vec<(String, usize, String)> {
    let mut lines = Vec::new();
    for path in sources(Path::new(ROOT)) {
        let name = path
            .strip_prefix(ROOT)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let code = if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            };
            lines.push((name.clone(), number + 1, code.to_owned()));
        }
    }
    lines
}

#[test]
fn dependencies_run_one_way() {
    let mut wrong = Vec::new();
    for (file, number, code) in lines() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(folder, _)| {
            file.starts_with(&format!("{folder}/")) || file == format!("{folder}.rs")
        }) else {
            continue;
        };
        for used in code.split("crate::").skip(1) {
            let name: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let is_folder = MAY_USE.iter().any(|(folder, _)| *folder == name);
            if is_folder && !allowed.contains(&name.as_str()) {
                wrong.push(format!("src/{file}:{number} names {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn terminal_network_clocks_and_tasks_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (file, number, code) in lines() {
        for (words, places) in ONLY_IN {
            let misplaced = words.iter().find(|word| code.contains(**word));
            if let Some(word) =
                misplaced.filter(|_| !places.iter().any(|place| file.starts_with(place)))
            {
                wrong.push(format!("src/{file}:{number} names {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_program_has_no_way_to_panic_on_purpose() {
    let mut wrong = Vec::new();
    for (file, number, code) in lines() {
        for word in [
            ".unwrap()",
            ".expect(",
            "panic!(",
            "todo!(",
            "unimplemented!(",
            "unreachable!(",
        ] {
            if code.contains(word) {
                wrong.push(format!("src/{file}:{number} has {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_opens_with_what_it_owns() {
    let mut wrong = Vec::new();
    for path in sources(Path::new(ROOT)) {
        let text = fs::read_to_string(&path).unwrap();
        let head = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .count();
        if !(1..=5).contains(&head) {
            wrong.push(format!("{} has a head of {head} lines", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_holds_more_than_one_idea_can_need() {
    let mut long = Vec::new();
    for path in sources(Path::new(ROOT)) {
        let count = fs::read_to_string(&path).unwrap().lines().count();
        if count > 400 {
            long.push(format!("{}: {count} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
