//! What the forms of a plan may never do: run a text of the user, hold a secret, or lose a request that they do not know.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use pve_vm_setup::voices::{Request, Voice};
use serde_json::Value;

fn create(params: &[(&str, &str)]) -> Request {
    let params = params.iter();
    Request {
        key: "create".to_owned(),
        method: "POST".to_owned(),
        path: "/nodes/pve1/qemu".to_owned(),
        params: params
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

/// Texts that a language could take for its own signs.
const HOSTILE: [&str; 12] = [
    "{{ lookup('pipe', 'id') }}",
    "{% raw %}${path.module}%{ if true }",
    "$${not} %%{this}",
    "yes",
    "2026-01-02",
    "1:30:00",
    "0x1f",
    "",
    " - a: b # c ",
    "'\"\\\n\r\t",
    "a\u{85}b\u{2028}c\u{feff}d\u{7f}e\u{1b}[31m",
    "é日\u{1f600}",
];

#[test]
fn every_text_of_the_user_comes_out_of_a_playbook_as_it_was_and_is_never_a_template() {
    for text in HOSTILE {
        let playbook = Voice::Ansible.say(&[create(&[("vmid", "105"), ("description", text)])]);
        let plays: Vec<Value> = serde_saphyr::from_str(&playbook).unwrap();
        let options = &plays[0]["tasks"][0]["community.proxmox.proxmox_kvm"];
        assert_eq!(options["description"], text, "{playbook}");
        let line = playbook.lines().find(|line| line.contains("description:"));
        let unsafe_text = line.unwrap().contains("description: !unsafe ");
        assert_eq!(unsafe_text, text.contains("{{") || text.contains("{%"));
    }
}

#[test]
fn a_comment_never_ends_before_its_text_does() {
    for text in HOSTILE {
        let playbook = Voice::Ansible.say(&[create(&[("vmid", "105"), ("new", text)])]);
        let plays: Vec<Value> = serde_saphyr::from_str(&playbook).unwrap();
        let options = plays[0]["tasks"][0]["community.proxmox.proxmox_kvm"].as_object();
        let names: Vec<&String> = options.unwrap().keys().collect();
        assert_eq!(names, ["node", "state", "timeout", "vmid"], "{playbook}");
        assert!(playbook.contains("# not in this module: new="));
        assert!(!playbook.contains(['\r', '\u{85}', '\u{2028}', '\u{feff}', '\u{1b}']));
    }
}

#[test]
fn a_parameter_without_an_option_is_named_with_the_command_that_sets_it() {
    let request = create(&[
        ("vmid", "105"),
        ("cpulimit", "1.5"),
        ("affinity", "0-3"),
        ("tpmstate0", "ceph-pool:1,version=v2.0,format=raw"),
    ]);
    let playbook = Voice::Ansible.say(&[request]);
    let comments: Vec<&str> = playbook
        .lines()
        .skip_while(|line| !line.contains("tasks:"))
        .filter_map(|line| line.trim().strip_prefix("# "))
        .collect();
    assert_eq!(
        comments,
        [
            "not in this module: cpulimit=1.5",
            "not in this module: affinity=0-3",
            "not in this module: tpmstate0=ceph-pool:1,version=v2.0,format=raw",
            "As root on a node, while the VM is stopped:",
            "pvesh set /nodes/pve1/qemu/105/config \\",
            "  --cpulimit 1.5 \\",
            "  --affinity 0-3 \\",
            "  --tpmstate0 'ceph-pool:1,version=v2.0,format=raw'",
        ]
    );
}

#[test]
fn a_request_that_a_form_does_not_know_is_in_it_as_a_command() {
    let request = Request {
        key: "grow".to_owned(),
        method: "PUT".to_owned(),
        path: "/nodes/pve1/qemu/105/resize".to_owned(),
        params: vec![("disk".to_owned(), "scsi0".to_owned())],
    };
    for voice in Voice::ALL {
        let text = voice.say(&[create(&[("vmid", "105")]), request.clone()]);
        assert!(
            text.contains("/nodes/pve1/qemu/105/resize"),
            "{voice:?}: {text}"
        );
        assert!(text.contains("scsi0"), "{voice:?}: {text}");
        assert!(text.ends_with('\n'), "{voice:?}");
    }
}

#[test]
fn each_form_has_a_title_and_a_file_name_of_its_own() {
    let titles = Voice::ALL.map(|voice| (voice.title(), voice.ending()));
    for (at, (title, ending)) in titles.iter().enumerate() {
        assert!(!title.is_empty() && !ending.is_empty());
        let others = titles.iter().skip(at + 1);
        assert!(
            others
                .clone()
                .all(|other| other.0 != *title && other.1 != *ending)
        );
    }
}
