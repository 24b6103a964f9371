//! The settings: which source wins, what a file may hold, and how a mistake in it is reported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeMap;
use std::process::Command;

use pve_vm_setup::config::{Config, SETTINGS};
use pve_vm_setup::domain::SiteDefaults;

const FILE: &str = r#"
server = "prod"
user = "everybody"
[defaults]
bridge = "vmbr7"
[servers.prod]
address = "pve1.example.com"
user = "root"
realm = "pve"
[servers.lab]
address = "192.0.2.10"
fingerprint = "AA"
"#;

fn resolve(
    file: &str,
    variables: &[(&str, &str)],
    arguments: &[(&str, &str)],
) -> Result<Config, String> {
    let look = |pairs: &[(&str, &str)]| {
        let map: BTreeMap<String, String> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        move |name: &str| map.get(name).cloned()
    };
    Config::resolve(&[("config.toml", file)], look(variables), look(arguments))
}

/// The site's file and the user's.
fn of_files(site: &str, user: &str) -> Result<Config, String> {
    let files = [("/etc/site.toml", site), ("user.toml", user)];
    Config::resolve(&files, |_| None, |_| None)
}

/// The line that the command `config` prints for a setting.
fn line(config: &Config, key: &str) -> String {
    let line = config
        .lines()
        .into_iter()
        .find(|line| line.starts_with(key));
    line.unwrap()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn without_any_setting_the_sites_defaults_hold() {
    let config = Config::resolve(&[], |_| None, |_| None).unwrap();
    assert_eq!(config.site_defaults(), SiteDefaults::default());
    assert!(config.lines().iter().all(|line| line.ends_with("default")));
}

#[test]
fn each_source_wins_over_those_below_it() {
    for row in &SETTINGS {
        if ["token-id", "ca-file", "fingerprint"].contains(&row.key) {
            continue;
        }
        let value = |config: &Config| config.get(row.key).to_owned();
        let table = if row.site { "[defaults]\n" } else { "" };
        let file = format!("{table}{} = \"from-file\"\n", row.key);
        assert_eq!(
            value(&resolve(&file, &[], &[]).unwrap()),
            "from-file",
            "{}",
            row.key
        );
        let variable = row.variable();
        let from_variable = [(variable.as_str(), "from-variable")];
        assert_eq!(
            value(&resolve(&file, &from_variable, &[]).unwrap()),
            "from-variable"
        );
        assert_eq!(
            value(&resolve(&file, &from_variable, &[(row.key, "from-argument")]).unwrap()),
            "from-argument"
        );
    }
}

#[test]
fn the_users_file_wins_over_the_sites_and_both_are_named() {
    for row in SETTINGS.iter().map(|row| (row.key, row.site)) {
        let (key, site) = row;
        if ["token-id", "ca-file", "fingerprint"].contains(&key) {
            continue;
        }
        let file = |value: &str| {
            let table = if site { "[defaults]\n" } else { "" };
            format!("{table}{key} = \"{value}\"\n")
        };
        let both = of_files(&file("theirs"), &file("mine")).unwrap();
        assert_eq!(line(&both, key), format!("{key} mine user.toml"));
        let site = of_files(&file("theirs"), "").unwrap();
        assert_eq!(line(&site, key), format!("{key} theirs /etc/site.toml"));
    }
}

#[test]
fn last_answers_are_remembered_only_where_a_file_says_so() {
    for (site, user, remember, origin) in [
        ("", "", false, "default"),
        ("remember = true\n", "", true, "/etc/site.toml"),
        (
            "remember = true\n",
            "remember = false\n",
            false,
            "user.toml",
        ),
        ("", "remember = true\n", true, "user.toml"),
    ] {
        let config = of_files(site, user).unwrap();
        assert_eq!(config.remember(), remember, "{site}{user}");
        assert_eq!(
            line(&config, "remember"),
            format!("remember {remember} {origin}")
        );
    }
    let wrong = of_files("remember = \"yes\"\n", "").unwrap_err();
    assert!(
        wrong.starts_with("/etc/site.toml, line 1, column 12"),
        "{wrong}"
    );
}

#[test]
fn a_server_of_the_site_is_known_and_the_user_adds_to_it() {
    let site = "[servers.prod]\naddress = \"pve1\"\nuser = \"root\"\nfingerprint = \"AA\"\n";
    let config = of_files(site, "server = \"prod\"\n[servers.prod]\nuser = \"ann\"\n").unwrap();
    assert_eq!(
        line(&config, "server"),
        "server pve1 /etc/site.toml [servers.prod]"
    );
    assert_eq!(line(&config, "user"), "user ann user.toml [servers.prod]");
    assert_eq!(
        line(&config, "fingerprint"),
        "fingerprint AA /etc/site.toml [servers.prod]"
    );
    let config = of_files(site, "server = \"prod\"\nuser = \"ann\"\n").unwrap();
    assert_eq!(line(&config, "user"), "user ann user.toml");
}

#[test]
fn a_server_of_the_users_with_the_name_of_a_sites_gets_none_of_its_credentials_and_trust() {
    let site =
        "[servers.prod]\naddress = \"pve1\"\ntoken-id = \"root@pam!x\"\nfingerprint = \"AA\"\n";
    let user = "server = \"prod\"\n[servers.prod]\naddress = \"elsewhere\"\n";
    let config = of_files(site, user).unwrap();
    assert_eq!(config.get("server"), "elsewhere");
    assert_eq!(
        (config.get("token-id"), config.get("fingerprint")),
        ("", "")
    );
}

#[test]
fn a_mistake_names_the_file_that_it_is_in() {
    for (site, user, path) in [
        ("brige = 1\n", "", "/etc/site.toml, line 1"),
        ("", "brige = 1\n", "user.toml, line 1"),
    ] {
        let wrong = of_files(site, user).unwrap_err();
        assert!(wrong.starts_with(path), "{wrong}");
    }
}

#[test]
fn a_server_is_chosen_by_its_name_with_its_own_settings() {
    let config = resolve(FILE, &[], &[]).unwrap();
    assert_eq!(
        (
            config.get("server"),
            config.get("user"),
            config.get("realm")
        ),
        ("pve1.example.com", "root", "pve")
    );
    assert_eq!(config.get("bridge"), "vmbr7");

    let config = resolve(FILE, &[], &[("server", "lab")]).unwrap();
    assert_eq!(
        (
            config.get("server"),
            config.get("user"),
            config.get("fingerprint")
        ),
        ("192.0.2.10", "everybody", "AA")
    );

    let config = resolve(FILE, &[], &[("server", "pve9.example.com"), ("user", "me")]).unwrap();
    assert_eq!(
        (config.get("server"), config.get("user")),
        ("pve9.example.com", "me")
    );
    let config = resolve(FILE, &[], &[("user", "me")]).unwrap();
    assert_eq!(config.get("user"), "me");
}

#[test]
fn credentials_and_trust_belong_to_one_server_and_are_never_used_for_another() {
    for key in ["token-id", "ca-file", "fingerprint"] {
        let [own, mine] = if key == "token-id" {
            ["root@pam!own", "root@pam!mine"]
        } else {
            ["own", "mine"]
        };
        assert!(resolve(&format!("{key} = \"x\"\n"), &[], &[]).is_err());
        let file =
            format!("server = \"prod\"\n[servers.prod]\naddress = \"a\"\n{key} = \"{own}\"\n");
        assert_eq!(resolve(&file, &[], &[]).unwrap().get(key), own);
        assert_eq!(
            resolve(&file, &[], &[("server", "elsewhere")])
                .unwrap()
                .get(key),
            ""
        );
        let variable = SETTINGS
            .iter()
            .find(|row| row.key == key)
            .unwrap()
            .variable();
        assert_eq!(
            resolve(&file, &[(&variable, mine)], &[]).unwrap().get(key),
            mine
        );
    }
}

#[test]
fn a_user_set_with_higher_priority_replaces_a_token() {
    let file = "server = \"prod\"\n[servers.prod]\ntoken-id = \"root@pam!x\"\n";
    assert_eq!(
        resolve(file, &[], &[]).unwrap().get("token-id"),
        "root@pam!x"
    );
    assert_eq!(
        resolve(file, &[], &[("user", "ann")])
            .unwrap()
            .get("token-id"),
        ""
    );
}

#[test]
fn an_unknown_key_is_reported_with_its_line_and_column() {
    for (file, place) in [
        ("user = \"a\"\nbrige = \"b\"\n", "line 2, column 1"),
        ("[defaults]\nbrdge = \"b\"\n", "line 2, column 1"),
        (
            "[servers.x]\naddress = \"a\"\nport = 1\n",
            "line 3, column 1",
        ),
        ("user = 7\n", "line 1, column 8"),
        ("user = \n", "line 1"),
    ] {
        let error = resolve(file, &[], &[]).unwrap_err();
        assert!(
            error.contains(place) && error.starts_with("config.toml, "),
            "{file}: {error}"
        );
    }
}

#[test]
fn secrets_are_not_allowed_in_the_file() {
    for key in ["password", "secret", "token-secret"] {
        let error = resolve(&format!("{key} = \"x\"\n"), &[], &[]).unwrap_err();
        assert!(
            error.contains("Secrets are not allowed in this file"),
            "{error}"
        );
    }
}

fn program(arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pve-vm-setup"));
    command
        .env_clear()
        .args(arguments)
        .envs(variables.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.success(), text)
}

#[test]
fn the_program_prints_each_setting_with_its_origin_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pve-vm-setup");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("config.toml"), FILE).unwrap();
    let (ok, text) = program(
        &["config", "--iso-storage", "images"],
        &[
            ("XDG_CONFIG_HOME", folder.path().to_str().unwrap()),
            ("HOME", "/nowhere"),
            ("PVE_VM_SETUP_CPU_TYPE", "x86-64-v3"),
            ("PVE_VM_SETUP_TOKEN_SECRET", "hush-hush"),
            ("PVE_VM_SETUP_PASSWORD", "hush-hush"),
        ],
    );
    assert!(ok, "{text}");
    for (key, value, origin) in [
        ("server", "pve1.example.com", "[servers.prod]"),
        ("iso-storage", "images", "--iso-storage"),
        ("cpu-type", "x86-64-v3", "PVE_VM_SETUP_CPU_TYPE"),
        ("disk-storage", "ceph-pool", "default"),
        ("bridge", "vmbr7", "config.toml"),
        ("token secret", "(set)", "PVE_VM_SETUP_TOKEN_SECRET"),
        ("password", "(set)", "PVE_VM_SETUP_PASSWORD"),
        (
            "known hosts",
            "/nowhere/.local/state/pve-vm-setup/known_hosts",
            "",
        ),
    ] {
        let line = text
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap_or_else(|| panic!("{key} is missing:\n{text}"));
        assert!(
            line.contains(value) && line.trim_end().ends_with(origin),
            "{line}"
        );
    }
    assert!(!text.contains("hush-hush"));
}

#[test]
fn a_token_with_its_secret_is_accepted_but_never_from_the_file() {
    const UUID: &str = "6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21";
    let pasted = format!("PVEAPIToken=root@pam!x={UUID}");
    let config = resolve("", &[("PVE_VM_SETUP_TOKEN_ID", &pasted)], &[]).unwrap();
    assert_eq!(config.get("token-id"), "root@pam!x");
    assert_eq!(config.token_secret().unwrap().expose(), UUID);
    assert!(!format!("{config:?}{:?}", config.lines()).contains(UUID));
    let file = format!("server = \"a\"\n[servers.a]\ntoken-id = \"root@pam!x={UUID}\"\n");
    let sentence = resolve(&file, &[], &[]).unwrap_err();
    assert!(
        sentence.contains("must not hold a secret") && !sentence.contains(UUID),
        "{sentence}"
    );
}

#[test]
fn a_password_in_an_address_is_never_repeated() {
    let address = "https://root:hush-hush@pve1";
    let (ok, text) = program(&["--server", address], &[]);
    assert!(!ok && text.contains("Leave the user out"), "{text}");
    assert!(!text.contains("hush-hush"), "{text}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let written = format!("server = \"lab\"\n[servers.lab]\naddress = \"{address}\"\n");
    std::fs::write(&file, written).unwrap();
    for arguments in [
        vec!["config", "--server", address],
        vec!["config", "--config", file.to_str().unwrap()],
    ] {
        let (ok, text) = program(&arguments, &[("PVE_VM_SETUP_SERVER", "")]);
        assert!(ok && text.contains("pve1"), "{text}");
        assert!(!text.contains("hush-hush"), "{text}");
    }
}

#[test]
fn a_broken_file_a_bad_address_and_a_secret_without_a_token_are_refused_before_anything_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.toml");
    std::fs::write(&broken, "what = 1\n").unwrap();
    for (arguments, words) in [
        (
            vec!["--config", broken.to_str().unwrap()],
            "line 1, column 1",
        ),
        (
            vec!["--config", "/nowhere/at/all.toml"],
            "/nowhere/at/all.toml",
        ),
        (vec!["--server", "http://pve1"], "Plain http"),
        (vec!["--secret-command", "echo x"], "--token-id"),
        (
            vec![
                "--token-id",
                "root@pam!x",
                "--password-command",
                "echo hush-hush",
            ],
            "leave out --password-command",
        ),
        (
            vec!["--password-file", "/nowhere/at/all"],
            "/nowhere/at/all",
        ),
        (vec!["--password-command", "true"], "gave no password"),
        (vec!["--password-command", "false"], "the command failed"),
        (
            vec!["--token-id", "root@pam!x=hush-hush"],
            "A token's secret is a UUID",
        ),
        (vec!["--demo=6.4"], "7.4"),
    ] {
        let (ok, text) = program(&arguments, &[]);
        assert!(
            !ok && text.contains(words) && !text.contains("hush-hush"),
            "{arguments:?}: {text}"
        );
    }
}

#[test]
fn only_the_first_line_of_a_secret_counts_and_a_readable_file_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(
        &file,
        "\u{feff}\"6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21\"\r\nurl: https://x\n",
    )
    .unwrap();
    let path = file.to_str().unwrap();
    let arguments = [
        "--server",
        "pve1",
        "--token-id",
        "root@pam!x",
        "--secret-file",
        path,
    ];
    for (mode, told) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        let (_, text) = program(&arguments, &[]);
        assert_eq!(text.contains("others can read"), told, "{text}");
        assert!(
            text.contains("needs a terminal"),
            "the secret was taken: {text}"
        );
    }
    std::fs::write(&file, "hush-hush\n").unwrap();
    let (ok, text) = program(&arguments, &[]);
    assert!(
        !ok && text.contains("is a UUID") && !text.contains("hush-hush"),
        "{text}"
    );
}

#[test]
fn a_password_in_a_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "hush-hush\n").unwrap();
    let arguments = [
        "--server",
        "pve1",
        "--password-file",
        file.to_str().unwrap(),
    ];
    for (mode, told) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        let (_, text) = program(&arguments, &[]);
        assert_eq!(text.contains("others can read"), told, "{text}");
        assert!(
            text.contains("needs a terminal") && !text.contains("hush-hush"),
            "{text}"
        );
    }
}

#[test]
fn the_command_that_prints_the_secret_does_not_inherit_it() {
    let arguments = [
        "--server",
        "pve1",
        "--token-id",
        "root@pam!x",
        "--secret-command",
        "echo ${PVE_VM_SETUP_TOKEN_SECRET:-6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21}; echo user: joe",
    ];
    let (_, text) = program(&arguments, &[("PVE_VM_SETUP_TOKEN_SECRET", "inherited")]);
    assert!(text.contains("needs a terminal"), "{text}");
}

#[test]
fn a_preferred_name_knows_where_it_was_set() {
    let config = of_files(
        "[defaults]\nbridge = \"vmbr1\"\n",
        "[defaults]\ndisk-storage = \"local-zfs\"\n",
    );
    let site = config.unwrap().site_defaults();
    assert_eq!(site.origin("vmbr1"), "Default of /etc/site.toml");
    assert_eq!(site.origin("local-zfs"), "Default of user.toml");
    assert_eq!(site.origin("cephfs"), "Site default");
}
