//! What the forms of a plan may never do: run a text of the user, hold a secret, or lose a request that they do not know.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use hcl_edit::parser::parse_body;
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
const HOSTILE: [&str; 16] = [
    "{{ lookup('pipe', 'id') }}",
    "{% raw %}${path.module}%{ if true }",
    "$${not} %%{this}",
    "${a}%${path.module}$${b}%%%{c}",
    "${",
    "%${{${${%{%{",
    "EOT\n<<EOT\n\\${x} \\",
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
        let template = ["{{", "{%"].iter().any(|mark| text.contains(mark));
        assert_eq!(unsafe_text, template, "{playbook}");
    }
}

#[test]
fn every_text_of_the_user_comes_out_of_a_configuration_as_it_was_and_is_never_a_template() {
    for text in HOSTILE {
        let written = Voice::Terraform.say(&[create(&[("vmid", "105"), ("description", text)])]);
        let document = parse_body(&written).unwrap();
        let vm = document.get_blocks("resource").next().unwrap();
        let description = vm.body.get_attribute("description").unwrap();
        assert_eq!(description.value.as_str(), Some(text), "{written}");
        // A mark of a template is always doubled.
        let line = written.lines().find(|line| line.contains("description"));
        let line = line.unwrap().replace("$${", " ").replace("%%{", " ");
        assert!(!line.contains("${") && !line.contains("%{"), "{written}");
    }
}

#[test]
fn a_comment_in_a_configuration_never_ends_before_its_text_does() {
    for text in HOSTILE {
        let written = Voice::Terraform.say(&[create(&[("vmid", "105"), ("new", text)])]);
        let document = parse_body(&written).unwrap();
        let vm = document.get_blocks("resource").next().unwrap();
        assert!(vm.body.get_attribute("new").is_none());
        assert!(written.contains("# not in this provider: new="));
        assert!(!written.contains(['\r', '\u{85}', '\u{2028}', '\u{feff}', '\u{1b}']));
    }
}

#[test]
fn a_comment_in_a_playbook_never_ends_before_its_text_does() {
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

/// The comments of a resource, in order.
fn comments(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .skip_while(|line| !line.starts_with("resource"))
        .filter_map(|line| line.strip_prefix("# "))
        .collect()
}

#[test]
fn a_configuration_names_what_the_provider_cannot_express_adds_or_changes() {
    let request = create(&[
        ("vmid", "105"),
        ("scsi0", "ceph-pool:32.5,format=raw,ro=1"),
        ("ide0", "cephfs:iso/a.iso,media=cdrom"),
        ("ide1", "cephfs:iso/b.iso,media=cdrom"),
        ("net0", "virtio,bridge=vmbr9,trunks=2-4"),
        ("onboot", "1"),
        ("scsihw", "lsi"),
        ("cpu", "host"),
        ("cpuunits", "50"),
        ("vga", "std"),
        ("boot", "order=scsi0"),
        ("watchdog", "i6300esb"),
        ("shares", "900"),
    ]);
    assert_eq!(
        comments(&Voice::Terraform.say(&[request])),
        [
            "replaced here: scsi0.size=32.5 (the provider takes whole GiB)",
            "not in this provider: scsi0.ro=1",
            "To be added, with pvesh set, to the value that was made; this shows it:",
            "pvesh get /nodes/pve1/qemu/105/config",
            "not in this provider: net0.trunks=2-4",
            "To be added, with pvesh set, to the value that was made; this shows it:",
            "pvesh get /nodes/pve1/qemu/105/config",
            "added here: watchdog.action=reset (what QEMU does without one; the provider's default is none)",
            "not in this provider: ide1=cephfs:iso/b.iso,media=cdrom",
            "not in this provider: shares=900",
            "As root on a node, while the VM is stopped:",
            "pvesh set /nodes/pve1/qemu/105/config \\",
            "  --ide1 'cephfs:iso/b.iso,media=cdrom' \\",
            "  --shares 900",
        ]
    );
}

#[test]
fn a_configuration_writes_the_defaults_of_proxmox_where_the_provider_has_others() {
    let request = create(&[
        ("scsi1", "ceph-pool:32"),
        ("ide0", "ceph-pool:8"),
        ("ide2", "none,media=cdrom"),
        ("memory", "2048"),
    ]);
    let written = Voice::Terraform.say(&[request]);
    let added: Vec<&str> = comments(&written)
        .into_iter()
        .filter_map(|comment| comment.strip_prefix("added here: "))
        .filter_map(|comment| comment.split_once(" ("))
        .map(|(pair, _)| pair)
        .collect();
    assert_eq!(
        added,
        [
            "onboot=0",
            "scsihw=lsi",
            "boot=order=ide0;ide2",
            "cpuunits=100",
            "cpu=kvm64",
            "balloon=2048",
            "vga=std",
        ]
    );
    assert!(written.contains(r#"boot_order = ["ide0", "ide2"]"#));
}

#[test]
fn a_vm_of_high_availability_that_is_started_stays_started() {
    let after = |key: &str, path: &str, params: &[(&str, &str)]| Request {
        key: key.to_owned(),
        path: path.to_owned(),
        ..create(params)
    };
    let ha = after(
        "high-availability",
        "/cluster/ha/resources",
        &[("sid", "vm:105"), ("state", "stopped")],
    );
    let start = after("start", "/nodes/pve1/qemu/105/status/start", &[]);
    let vm = create(&[("vmid", "105")]);
    let states = |requests: &[Request]| {
        let written = Voice::Terraform.say(requests);
        let document = parse_body(&written).unwrap();
        let resources: Vec<_> = document.get_blocks("resource").collect();
        let word = |at: usize, name: &str| {
            let attribute = resources[at].body.get_attribute(name).unwrap();
            attribute.value.to_string().trim().to_owned()
        };
        [word(0, "started"), word(1, "state")]
    };
    let stopped = states(&[vm.clone(), ha.clone()]);
    assert_eq!(stopped, ["false", "\"stopped\""]);
    let started = states(&[vm, ha, start]);
    assert_eq!(started, ["true", "\"started\""]);
}

#[test]
fn a_request_that_a_form_does_not_know_is_in_it_as_a_command() {
    let request = Request {
        key: "of-another-version".to_owned(),
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
