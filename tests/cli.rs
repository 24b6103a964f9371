//! The command line as the user types it: commands, options before and after them, exit statuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::process::{Command, Output, Stdio};

use pve_vm_setup::cli::exit::Exit;
use pve_vm_setup::cli::subcommand_names;

struct Said {
    code: i32,
    out: String,
    err: String,
}

fn program(arguments: &[&str]) -> Said {
    program_with(arguments, &[])
}

fn program_with(arguments: &[&str], variables: &[(&str, &str)]) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
        .env_clear()
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Said {
        code: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// The text with every run of white space as one blank.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_help_and_the_readme_say_what_each_exit_status_means() {
    let readme = include_str!("../README.md");
    let help = flat(&program(&["--help"]).out);
    for exit in Exit::ALL {
        let (code, sentence) = (exit.code(), exit.sentence());
        assert!(
            help.contains(&format!("{code} {sentence}")),
            "{code}: {help}"
        );
        let row = format!("| {code} | {sentence} |");
        assert!(readme.contains(&row), "README lacks {row}");
    }
    let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
    assert!(codes.is_sorted(), "{codes:?}");
}

#[test]
fn the_readme_names_every_command() {
    let readme = include_str!("../README.md");
    for name in subcommand_names().iter().filter(|name| *name != "help") {
        assert!(readme.contains(&format!("`pve-vm-setup {name}")), "{name}");
    }
}

#[test]
fn a_word_that_is_neither_a_command_nor_a_preset_is_refused_with_what_there_is() {
    let said = program(&["fieldz"]);
    assert_eq!(said.code, 2, "{}", said.err);
    for words in [
        "fieldz is neither a command nor a preset",
        "fields",
        "resume",
        "no presets in",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
}

#[test]
fn an_option_works_before_and_after_every_command() {
    for arguments in [
        ["--bridge", "vmbr7", "config"],
        ["config", "--bridge", "vmbr7"],
    ] {
        let said = program(&arguments);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(
            flat(&said.out).contains("bridge vmbr7 --bridge"),
            "{}",
            said.out
        );
    }
    for name in subcommand_names().iter().filter(|name| *name != "help") {
        for arguments in [[name, "--demo", "--help"], ["--demo", name, "--help"]] {
            assert_eq!(program(&arguments).code, 0, "{arguments:?}");
        }
    }
}

#[test]
fn options_that_contradict_each_other_are_refused_wherever_they_stand() {
    for (arguments, words) in [
        (vec!["--demo", "--server", "pve1"], "leave out --server"),
        (
            vec!["--demo", "config", "--fingerprint", "AA"],
            "leave out --fingerprint",
        ),
        (
            vec!["--token-id", "a@pam!b", "config", "--demo"],
            "leave out --token-id",
        ),
        (
            vec!["--secret-file", "a", "resume", "--secret-command", "b"],
            "--secret-file or --secret-command",
        ),
        (
            vec!["--secret-file", "a", "config", "--password-file", "b"],
            "--secret-file or --password-file",
        ),
        (
            vec!["--demo", "config", "--password-file", "b"],
            "leave out --password-file",
        ),
        (vec!["web", "fields"], "the preset web and a command"),
        (vec!["--demo=6.4"], "7.4"),
        (vec!["--server", "http://pve1"], "Plain http"),
        (
            vec!["--config", "/nowhere/at/all.toml"],
            "/nowhere/at/all.toml",
        ),
    ] {
        let said = program(&arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
        assert_eq!(said.out, "", "{arguments:?}");
    }
}

#[test]
fn fields_prints_a_table_without_any_configuration() {
    let said = program(&["fields"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let widths: Vec<usize> = said
        .out
        .lines()
        .map(|line| line.split('\t').count())
        .collect();
    assert!(
        widths.len() > 50 && widths.iter().all(|width| *width == 7),
        "{widths:?}"
    );
}

#[test]
fn the_scripts_for_tab_and_the_manual_page_go_to_standard_output_alone() {
    for (arguments, words) in [
        (vec!["completions", "bash"], "complete -o"),
        (vec!["completions", "zsh"], "#compdef pve-vm-setup"),
        (vec!["completions", "fish"], "complete --keep-order"),
        (vec!["man"], ".TH pve-vm-setup 1"),
    ] {
        let said = program(&arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}");
        assert!(said.out.contains(words), "{arguments:?}: {}", said.out);
    }
}
