//! The command line as the user types it: commands, options before and after them, exit statuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use pve_vm_setup::cli::exit::Exit;
use pve_vm_setup::cli::subcommand_names;
use pve_vm_setup::config::{Config, SETTINGS};

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
fn a_file_that_cannot_be_read_is_named_in_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("pve-vm-setup/config.toml");
    std::fs::create_dir_all(&config).unwrap();
    let said = program_with(
        &["config"],
        &[("XDG_CONFIG_HOME", home.path().to_str().unwrap())],
    );
    assert_eq!(
        (said.code, said.err.lines().count()),
        (2, 1),
        "{}",
        said.err
    );
    assert!(said.err.contains(config.to_str().unwrap()), "{}", said.err);

    let no_pem = home.path().join("ca.pem");
    std::fs::write(&no_pem, "no certificate\n").unwrap();
    for option in ["--ca-file", "--log", "--password-file"] {
        let path = match option {
            "--ca-file" => no_pem.to_str().unwrap(),
            _ => home.path().to_str().unwrap(),
        };
        let said = program(&["doctor", "--server", "127.0.0.1:1", option, path]);
        let errors: Vec<&str> = said
            .err
            .lines()
            .filter(|line| !line.contains("warning"))
            .collect();
        assert_eq!(
            (said.code, errors.len(), said.out.as_str()),
            (2, 1, ""),
            "{option}: {}",
            said.err
        );
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

/// What a shell offers at the end of a line.
fn offered(shell: &str, words: &[&str], home: &std::path::Path) -> Vec<String> {
    let at = (words.len() - 1).to_string();
    let mut arguments = vec!["--"];
    arguments.extend(words);
    let said = program_with(
        &arguments,
        &[
            ("PVE_VM_SETUP_COMPLETE", shell),
            ("_CLAP_COMPLETE_INDEX", &at),
            ("_CLAP_IFS", "\n"),
            ("XDG_CONFIG_HOME", home.to_str().unwrap()),
        ],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    let lines = said.out.lines();
    // zsh and fish show an explanation beside each.
    lines
        .map(|line| line.split(['\t', ':']).next().unwrap().to_owned())
        .collect()
}

#[test]
fn tab_offers_commands_presets_servers_and_shells_in_every_shell() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("pve-vm-setup");
    std::fs::create_dir_all(folder.join("presets")).unwrap();
    std::fs::write(folder.join("presets/web.toml"), "").unwrap();
    std::fs::write(folder.join("presets/notes.txt"), "").unwrap();
    let servers = "[servers.prod]\naddress = \"a\"\n[servers.lab]\naddress = \"b\"\n";
    std::fs::write(folder.join("config.toml"), servers).unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let offered = |words: &[&str]| offered(shell, words, home.path());
        let first = offered(&["pve-vm-setup", ""]);
        for name in ["web", "fields", "resume"] {
            assert!(first.contains(&name.to_owned()), "{shell}: {first:?}");
        }
        assert!(!first.contains(&"notes".to_owned()), "{shell}: {first:?}");
        assert_eq!(offered(&["pve-vm-setup", "w"]), ["web"], "{shell}");
        for words in [
            vec!["pve-vm-setup", "--server", ""],
            vec!["pve-vm-setup", "resume", "--server", ""],
        ] {
            assert_eq!(offered(&words), ["lab", "prod"], "{shell}");
        }
        let shells = offered(&["pve-vm-setup", "completions", ""]);
        assert_eq!(shells[..3], ["bash", "zsh", "fish"], "{shell}");
        let found = offered(&["pve-vm-setup", "--demo", "config", "--disk"]);
        assert_eq!(found, ["--disk-storage"], "{shell}");
    }
}

#[test]
fn the_script_for_bash_completes_in_bash() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("pve-vm-setup/presets");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("web.toml"), "").unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_pve-vm-setup"));
    let script = r#"
        source <(pve-vm-setup completions bash)
        COMP_WORDS=(pve-vm-setup w) COMP_CWORD=1 COMP_TYPE=9
        _clap_complete_pve_vm_setup pve-vm-setup w pve-vm-setup
        echo "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["--norc", "-c", script])
        .env_clear()
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", program.parent().unwrap().display()),
        )
        .env("XDG_CONFIG_HOME", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said.trim(),
        "web",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_manual_page_names_every_command_option_setting_variable_and_status() {
    let page = program(&["man"]).out.replace('\\', "");
    for title in [
        "COMMANDS",
        "OPTIONS",
        "CONFIGURATION",
        "ENVIRONMENT",
        "FILES",
        "EXIT STATUS",
    ] {
        assert!(
            page.contains(&format!(".SH {title}")) || page.contains(&format!(".SH \"{title}\"")),
            "{title}"
        );
    }
    for name in subcommand_names().iter().filter(|name| *name != "help") {
        assert!(page.contains(&format!("fB{name}fR")), "{name}");
    }
    for row in &SETTINGS {
        assert!(page.contains(&row.variable()), "{}", row.key);
        assert!(page.contains(&format!("fB--{}fR", row.key)), "{}", row.key);
        assert!(page.contains(&format!("#{} = ", row.key)), "{}", row.key);
    }
    for exit in Exit::ALL {
        assert!(page.contains(exit.sentence()), "{}", exit.sentence());
    }
    for name in [
        "PVE_VM_SETUP_PASSWORD",
        "PVE_VM_SETUP_TOKEN_SECRET",
        "known_hosts",
    ] {
        assert!(page.contains(name), "{name}");
    }
}

/// The file that the package installs sets nothing, and holds every setting in a comment.
#[test]
fn the_packaged_configuration_is_valid_with_and_without_its_comments() {
    let packaged = include_str!("../packaging/config.toml");
    let config =
        |text: &str| Config::resolve(&[("config.toml", text)], |_| None, |_| None).unwrap();
    assert_eq!(config(packaged), config(""));
    let said: Vec<&str> = packaged
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|line| !line.starts_with(' '))
                .unwrap_or("")
        })
        .collect();
    let config = config(&said.join("\n"));
    let lines = config.lines();
    for line in &lines {
        assert!(line.contains("config.toml"), "{line}");
    }
    assert_eq!(lines.len(), SETTINGS.len() + 1);
}

#[test]
fn the_packaged_page_and_scripts_are_those_that_the_program_prints() {
    for (file, packaged, arguments) in [
        (
            "pve-vm-setup.1",
            include_str!("../packaging/pve-vm-setup.1"),
            vec!["man"],
        ),
        (
            "completions.bash",
            include_str!("../packaging/completions.bash"),
            vec!["completions", "bash"],
        ),
        (
            "completions.zsh",
            include_str!("../packaging/completions.zsh"),
            vec!["completions", "zsh"],
        ),
        (
            "completions.fish",
            include_str!("../packaging/completions.fish"),
            vec!["completions", "fish"],
        ),
    ] {
        let printed = program(&arguments).out;
        assert_eq!(packaged, printed, "run packaging/generate.sh for {file}");
    }
}

/// Every file that the package takes is in the repository, but the program.
#[test]
fn the_package_takes_files_that_exist() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"]
        .as_array()
        .unwrap();
    let sources: Vec<&str> = assets
        .iter()
        .map(|asset| asset[0].as_str().unwrap())
        .collect();
    assert!(
        sources.contains(&"target/release/pve-vm-setup"),
        "{sources:?}"
    );
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for source in sources
        .iter()
        .filter(|source| !source.starts_with("target/"))
    {
        assert!(root.join(source).is_file(), "{source} is missing");
    }
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

/// The plan that README shows.
fn plan_of_the_readme() -> &'static str {
    let readme = include_str!("../README.md");
    let begin = readme.find("# web.toml").unwrap();
    let length = readme[begin..].find("```").unwrap();
    &readme[begin..begin + length]
}

#[test]
fn the_plan_of_the_readme_creates_its_vm_on_the_demo_and_tells_it_as_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.toml");
    std::fs::write(&file, plan_of_the_readme()).unwrap();
    let said = program(&["create", file.to_str().unwrap(), "--demo", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["name"], "web-01");
    assert_eq!(object["vmid"], 105);
    assert_eq!(object["differences"], serde_json::json!([]));
    assert!(said.err.lines().count() >= 5, "{}", said.err);
    // One shape, whatever happens.
    let keys = |text: &str| -> Vec<String> {
        let object: serde_json::Value = serde_json::from_str(text).unwrap();
        object.as_object().unwrap().keys().cloned().collect()
    };
    let dry = program(&["create", "--demo", "--dry-run", "--json"]);
    assert_eq!(keys(&dry.out), keys(&said.out));
    let wrong = program(&["create", "--demo", "--json", "--set", "disks.storage=gone"]);
    assert_eq!((wrong.code, keys(&wrong.out)), (3, keys(&said.out)));
}

#[test]
fn an_answer_that_could_not_be_written_is_no_success() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
        .env_clear()
        .args(["export", "--demo"])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_plan_is_exported_in_every_form_and_what_is_exported_as_a_plan_gives_the_same_requests() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.toml");
    std::fs::write(&file, plan_of_the_readme()).unwrap();
    let export = |file: &std::path::Path, form: &str| {
        let said = program(&["export", file.to_str().unwrap(), "--as", form, "--demo"]);
        assert_eq!(said.code, 0, "{form}: {}", said.err);
        said.out
    };
    let begins = [
        ("requests", "1. POST /nodes/pve1/qemu"),
        ("qm", "# As root on pve1."),
        ("pvesh", "# As root on a node of the cluster."),
        ("json", "["),
        ("plan", "# pve-vm-setup plan"),
    ];
    for (form, begin) in begins {
        let text = export(&file, form);
        assert!(text.starts_with(begin), "{form}: {text}");
    }
    assert!(export(&file, "ansible").contains("community.proxmox.proxmox_kvm"));
    assert!(export(&file, "terraform").contains("proxmox_virtual_environment_vm"));
    let whole = folder.path().join("whole.toml");
    std::fs::write(&whole, export(&file, "plan")).unwrap();
    assert_eq!(export(&whole, "requests"), export(&file, "requests"));
    let dry = program(&["create", file.to_str().unwrap(), "--demo", "--dry-run"]);
    assert_eq!(dry.out, export(&file, "requests"));
}

#[test]
fn the_status_of_a_run_that_sent_nothing_tells_why() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "[cpu]\ncores = 0\n[genral]\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    let cases: [(&[&str], i32, &str); 6] = [
        (
            &["create", wrong, "--demo"],
            2,
            "wrong.toml, line 2, column 9: Cores: Enter a whole number",
        ),
        (
            &["create", wrong, "--demo"],
            2,
            "wrong.toml, line 3, column 2: There is no table genral; did you mean general?",
        ),
        (
            &["create", "--demo", "--set", "general.naem=x"],
            2,
            "did you mean name?",
        ),
        (
            &["create", "--demo", "--set", "disks.storage=gone"],
            3,
            "Storage gone is not on pve1",
        ),
        (
            &["create", "--server", "127.0.0.1:9"],
            4,
            "PVE_VM_SETUP_PASSWORD",
        ),
        (
            &["create", "nothere", "--demo"],
            2,
            "neither a command nor a preset",
        ),
    ];
    for (arguments, code, told) in cases {
        let said = program(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.err);
        assert!(said.err.contains(told), "{arguments:?}: {}", said.err);
        assert_eq!(said.out, "", "{arguments:?}");
    }
}

#[test]
fn ctrl_c_leaves_the_task_running_and_says_so() {
    let mut run = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"))
        .env_clear()
        .args(["create", "--demo"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(run.stderr.take().unwrap()).lines();
    let begun = told
        .map(Result::unwrap)
        .find(|line| line.starts_with("Creating VM 105"));
    assert!(begun.is_some());
    let signalled = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(signalled.unwrap().success());
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("VM 105"), "{out}");
}

#[test]
fn a_mistake_in_the_users_list_of_images_is_told_before_the_login() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("pve-vm-setup");
    std::fs::create_dir_all(&folder).unwrap();
    let lists = [
        ("[[image]]\nname = \"Ours\"\n", "images.toml"),
        (
            "[[image]]\nname = \"Ours\"\nkind = \"iso\"\nx86_64 = \"https://images.lan/ours.iso\"\n",
            "PVE_VM_SETUP_PASSWORD",
        ),
    ];
    for (text, told) in lists {
        std::fs::write(folder.join("images.toml"), text).unwrap();
        let home = home.path().to_str().unwrap();
        let said = program_with(
            &["create", "--server", "127.0.0.1:9"],
            &[("XDG_CONFIG_HOME", home)],
        );
        assert!(said.err.contains(told), "{}", said.err);
    }
}
