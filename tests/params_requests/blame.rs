//! A parameter or property that Proxmox refuses leads to its field.

use std::collections::BTreeSet;

use pve_vm_setup::api::Method;
use pve_vm_setup::domain::params::plan;
use pve_vm_setup::domain::values::Media;
use pve_vm_setup::domain::{FieldId, Step, VmConfig};
use pve_vm_setup::form::Answers;
use pve_vm_setup::sim::{Contract, Series};
use pve_vm_setup::steps;

use super::domain_support::{V9_2, changed, everything, everywhere, with_scope};
use super::planned;

/// Parameter, key inside it (empty: none named), its field.
const BLAMES: &[(&str, &str, FieldId)] = &[
    ("vmid", "", FieldId::new(Step::General, "vmid")),
    ("name", "", FieldId::new(Step::General, "name")),
    ("pool", "", FieldId::new(Step::General, "pool")),
    ("tags", "", FieldId::new(Step::General, "tags")),
    ("onboot", "", FieldId::new(Step::General, "onboot")),
    ("startup", "", FieldId::new(Step::General, "order")),
    ("startup", "order", FieldId::new(Step::General, "order")),
    ("startup", "up", FieldId::new(Step::General, "up")),
    ("startup", "down", FieldId::new(Step::General, "down")),
    ("arch", "", FieldId::new(Step::General, "arch")),
    ("kvm", "", FieldId::new(Step::General, "arch")),
    ("protection", "", FieldId::new(Step::General, "protection")),
    (
        "description",
        "",
        FieldId::new(Step::General, "description"),
    ),
    ("ostype", "", FieldId::new(Step::Os, "ostype")),
    ("ide2", "", FieldId::new(Step::Os, "iso")),
    ("ide2", "file", FieldId::new(Step::Os, "iso")),
    ("ide2", "media", FieldId::new(Step::Os, "media")),
    ("ide0", "", FieldId::new(Step::Os, "driver_iso")),
    ("ide0", "file", FieldId::new(Step::Os, "driver_iso")),
    ("ide0", "media", FieldId::new(Step::Os, "driver_cd")),
    ("scsi1", "", FieldId::new(Step::Os, "cloudinit")),
    ("ciuser", "", FieldId::new(Step::Os, "ciuser")),
    ("sshkeys", "", FieldId::new(Step::Os, "sshkeys")),
    ("nameserver", "", FieldId::new(Step::Os, "nameserver")),
    ("searchdomain", "", FieldId::new(Step::Os, "searchdomain")),
    ("ciupgrade", "", FieldId::new(Step::Os, "ciupgrade")),
    ("cicustom", "", FieldId::new(Step::Os, "cicustom")),
    ("ipconfig0", "", FieldId::new(Step::Network, "ip")),
    ("ipconfig0", "ip", FieldId::new(Step::Network, "ip")),
    ("ipconfig0", "gw", FieldId::new(Step::Network, "gw")),
    ("ipconfig0", "ip6", FieldId::new(Step::Network, "ip6")),
    ("ipconfig0", "gw6", FieldId::new(Step::Network, "gw6")),
    ("ipconfig1", "", FieldId::of_part(Step::Network, 1, "ipv4")),
    ("vga", "", FieldId::new(Step::System, "vga")),
    ("vga", "type", FieldId::new(Step::System, "vga")),
    ("serial1", "", FieldId::new(Step::System, "vga")),
    ("machine", "type", FieldId::new(Step::System, "machine")),
    ("bios", "", FieldId::new(Step::System, "bios")),
    ("efidisk0", "", FieldId::new(Step::System, "efi_storage")),
    (
        "efidisk0",
        "file",
        FieldId::new(Step::System, "efi_storage"),
    ),
    (
        "efidisk0",
        "efitype",
        FieldId::new(Step::System, "efi_disk"),
    ),
    (
        "efidisk0",
        "pre-enrolled-keys",
        FieldId::new(Step::System, "pre-enrolled-keys"),
    ),
    (
        "efidisk0",
        "format",
        FieldId::new(Step::System, "efi_format"),
    ),
    ("scsihw", "", FieldId::new(Step::System, "scsihw")),
    ("agent", "enabled", FieldId::new(Step::System, "agent")),
    (
        "tpmstate0",
        "file",
        FieldId::new(Step::System, "tpm_storage"),
    ),
    (
        "tpmstate0",
        "version",
        FieldId::new(Step::System, "tpm_version"),
    ),
    (
        "tpmstate0",
        "format",
        FieldId::new(Step::System, "tpm_format"),
    ),
    ("rng0", "", FieldId::new(Step::System, "rng")),
    ("rng0", "source", FieldId::new(Step::System, "rng")),
    ("rng0", "max_bytes", FieldId::new(Step::System, "max_bytes")),
    ("rng0", "period", FieldId::new(Step::System, "period")),
    ("watchdog", "", FieldId::new(Step::System, "watchdog")),
    ("watchdog", "model", FieldId::new(Step::System, "watchdog")),
    ("watchdog", "action", FieldId::new(Step::System, "action")),
    ("scsi0", "", FieldId::of_part(Step::Disks, 0, "storage")),
    ("scsi0", "file", FieldId::of_part(Step::Disks, 0, "storage")),
    ("scsi0", "cache", FieldId::of_part(Step::Disks, 0, "cache")),
    (
        "scsi0",
        "discard",
        FieldId::of_part(Step::Disks, 0, "discard"),
    ),
    (
        "scsi0",
        "iothread",
        FieldId::of_part(Step::Disks, 0, "iothread"),
    ),
    ("scsi0", "ssd", FieldId::of_part(Step::Disks, 0, "ssd")),
    (
        "scsi0",
        "format",
        FieldId::of_part(Step::Disks, 0, "format"),
    ),
    ("scsi0", "ro", FieldId::of_part(Step::Disks, 0, "ro")),
    (
        "scsi0",
        "mbps_rd",
        FieldId::of_part(Step::Disks, 0, "mbps_rd"),
    ),
    (
        "scsi0",
        "mbps_wr",
        FieldId::of_part(Step::Disks, 0, "mbps_wr"),
    ),
    (
        "scsi0",
        "iops_rd",
        FieldId::of_part(Step::Disks, 0, "iops_rd"),
    ),
    (
        "scsi0",
        "iops_wr",
        FieldId::of_part(Step::Disks, 0, "iops_wr"),
    ),
    (
        "scsi0",
        "mbps_rd_max",
        FieldId::of_part(Step::Disks, 0, "mbps_rd_max"),
    ),
    (
        "scsi0",
        "mbps_wr_max",
        FieldId::of_part(Step::Disks, 0, "mbps_wr_max"),
    ),
    (
        "scsi0",
        "iops_rd_max",
        FieldId::of_part(Step::Disks, 0, "iops_rd_max"),
    ),
    (
        "scsi0",
        "iops_wr_max",
        FieldId::of_part(Step::Disks, 0, "iops_wr_max"),
    ),
    ("sata3", "", FieldId::of_part(Step::Disks, 1, "storage")),
    (
        "sata3",
        "unknown",
        FieldId::of_part(Step::Disks, 1, "storage"),
    ),
    (
        "sata3",
        "backup",
        FieldId::of_part(Step::Disks, 1, "backup"),
    ),
    (
        "sata3",
        "replicate",
        FieldId::of_part(Step::Disks, 1, "replicate"),
    ),
    ("sata3", "aio", FieldId::of_part(Step::Disks, 1, "aio")),
    ("virtio5", "", FieldId::of_part(Step::Disks, 2, "storage")),
    (
        "virtio5",
        "file",
        FieldId::of_part(Step::Disks, 2, "storage"),
    ),
    (
        "virtio5",
        "import-from",
        FieldId::of_part(Step::Disks, 2, "import-from"),
    ),
    ("scsi7", "", FieldId::of_part(Step::Disks, 3, "volume")),
    ("scsi7", "file", FieldId::of_part(Step::Disks, 3, "volume")),
    ("sockets", "", FieldId::new(Step::Cpu, "sockets")),
    ("cores", "", FieldId::new(Step::Cpu, "cores")),
    ("cpu", "", FieldId::new(Step::Cpu, "cpu")),
    ("cpu", "cputype", FieldId::new(Step::Cpu, "cpu")),
    ("cpu", "flags", FieldId::new(Step::Cpu, "flags")),
    ("vcpus", "", FieldId::new(Step::Cpu, "vcpus")),
    ("cpulimit", "", FieldId::new(Step::Cpu, "cpulimit")),
    ("affinity", "", FieldId::new(Step::Cpu, "affinity")),
    ("cpuunits", "", FieldId::new(Step::Cpu, "cpuunits")),
    ("numa", "", FieldId::new(Step::Cpu, "numa")),
    ("memory", "", FieldId::new(Step::Memory, "memory")),
    ("memory", "current", FieldId::new(Step::Memory, "memory")),
    ("balloon", "", FieldId::new(Step::Memory, "balloon")),
    ("allow-ksm", "", FieldId::new(Step::Memory, "allow-ksm")),
    ("shares", "", FieldId::new(Step::Memory, "shares")),
    ("net0", "", FieldId::new(Step::Network, "model")),
    ("net0", "model", FieldId::new(Step::Network, "model")),
    ("net0", "macaddr", FieldId::new(Step::Network, "macaddr")),
    ("net0", "bridge", FieldId::new(Step::Network, "bridge")),
    ("net0", "tag", FieldId::new(Step::Network, "tag")),
    ("net0", "firewall", FieldId::new(Step::Network, "firewall")),
    ("net0", "rate", FieldId::new(Step::Network, "rate")),
    ("net0", "queues", FieldId::new(Step::Network, "queues")),
    (
        "net0",
        "link_down",
        FieldId::new(Step::Network, "link_down"),
    ),
    ("net0", "mtu", FieldId::new(Step::Network, "mtu")),
    ("net0", "trunks", FieldId::new(Step::Network, "trunks")),
    ("net1", "", FieldId::of_part(Step::Network, 1, "model")),
    (
        "net1",
        "bridge",
        FieldId::of_part(Step::Network, 1, "bridge"),
    ),
    ("boot", "", FieldId::new(Step::Confirm, "boot")),
    ("boot", "order", FieldId::new(Step::Confirm, "boot")),
];

#[test]
fn a_refused_parameter_leads_to_the_field_that_it_comes_from() {
    let plan = plan(&everything(), &everywhere());
    for (name, key, field) in BLAMES {
        let detail = if key.is_empty() {
            "invalid format - value does not look like a valid thing\n".to_owned()
        } else {
            format!(
                "invalid format - format error\n{name}.{key}: value must have a maximum value of 4094\n"
            )
        };
        assert_eq!(
            plan.blame(name, &detail),
            Some(*field),
            "{name}: {detail:?}"
        );
    }
}

#[test]
fn every_parameter_of_the_largest_create_request_has_a_line_in_the_table() {
    let known: BTreeSet<&str> = BLAMES.iter().map(|(name, _, _)| *name).collect();
    let plan = plan(&everything(), &everywhere());
    let sent: BTreeSet<&str> = plan
        .create
        .params
        .iter()
        .map(|param| param.name.as_str())
        .collect();
    assert_eq!(known, sent);
}

#[test]
fn every_blamed_field_is_a_row_of_its_step() {
    let answers = Answers {
        vm: everything(),
        ..Answers::default()
    };
    for (name, key, field) in BLAMES {
        let row = with_scope(&answers, |scope| steps::row(scope, *field));
        assert!(row.is_some(), "{name} {key}: {field:?}");
    }
}

#[test]
fn the_first_of_several_errors_decides_and_an_unknown_name_blames_no_field() {
    let plan = plan(&everything(), &everywhere());
    let several = "invalid format - format error\nnet0.rate: value must have a minimum value of 0\n\
                   net0.queues: value must have a maximum value of 64\n";
    assert_eq!(
        plan.blame("net0", several),
        Some(FieldId::new(Step::Network, "rate"))
    );
    for (name, detail) in [
        ("foo", "property is not defined in schema"),
        ("net7", "net0.tag: no"),
        ("scsi", "x"),
        ("", ""),
    ] {
        assert_eq!(plan.blame(name, detail), None, "{name}");
    }
}

#[test]
fn an_error_in_a_disabled_balloon_leads_to_its_checkbox_and_in_media_to_their_choice() {
    let at = |vm: &VmConfig, name: &str| planned(vm, V9_2).blame(name, "no");
    let off = changed(|vm| vm.memory.ballooning = false);
    assert_eq!(
        at(&off, "balloon"),
        Some(FieldId::new(Step::Memory, "ballooning"))
    );
    let physical = changed(|vm| vm.os.media = Media::Physical);
    assert_eq!(at(&physical, "ide2"), Some(FieldId::new(Step::Os, "media")));
}

/// Proxmox names no drive when a storage does not fit: the error is under `storage`, which is never sent.
#[test]
fn a_refused_storage_leads_to_its_drive() {
    let plan = plan(&everything(), &everywhere());
    let refused = |storage: &str| {
        plan.blame(
            "storage",
            &format!("storage '{storage}' does not support vm images"),
        )
    };
    for (storage, field) in [
        (
            "ceph-pool",
            Some(FieldId::of_part(Step::Disks, 0, "storage")),
        ),
        (
            "slow-pool",
            Some(FieldId::of_part(Step::Disks, 1, "storage")),
        ),
        ("efi-pool", Some(FieldId::new(Step::System, "efi_storage"))),
        ("tpm-pool", Some(FieldId::new(Step::System, "tpm_storage"))),
        ("ceph", None),
        ("elsewhere", None),
        ("cephfs", None),
    ] {
        assert_eq!(refused(storage), field, "{storage}");
    }
    assert_eq!(plan.blame("storage", "no"), None);
}

/// Makes one property of the plan's request invalid, checks it by the contract and follows the message to the field.
#[test]
fn the_contracts_own_messages_lead_to_the_field() {
    let vm = everything();
    let whole = plan(&vm, &everywhere());
    for (name, key, spoiled) in [
        ("vmid", "", "99"),
        ("name", "", "web_1"),
        ("tags", "", "-x"),
        ("startup", "", "later"),
        ("onboot", "", "yes"),
        ("ostype", "", "linux"),
        ("bios", "", "uefi"),
        ("scsihw", "", "ide"),
        ("machine", "", "q99"),
        ("agent", "", "perhaps"),
        ("vga", "", "cga"),
        ("cores", "", "0"),
        ("sockets", "", "0"),
        ("cpu", "", "z80"),
        ("memory", "", "8"),
        ("balloon", "", "-1"),
        ("net0", "tag", "9999"),
        ("net0", "macaddr", "01:00:00:00:00:00"),
        ("net0", "bridge", "vm br0"),
        ("net0", "mtu", "65521"),
        ("net0", "queues", "65"),
        ("scsi0", "cache", "foo"),
        ("sata3", "aio", "foo"),
        ("tpmstate0", "version", "v3.0"),
        ("efidisk0", "pre-enrolled-keys", "perhaps"),
        ("efidisk0", "format", "iso"),
        ("tpmstate0", "format", "qed"),
        ("arch", "", "riscv64"),
        ("affinity", "", "all"),
        ("vcpus", "", "0"),
        ("cpulimit", "", "129"),
        ("cpuunits", "", "262145"),
        ("shares", "", "50001"),
        ("numa", "", "perhaps"),
        ("protection", "", "perhaps"),
        ("rng0", "source", "/dev/null"),
        ("rng0", "max_bytes", "some"),
        ("watchdog", "action", "explode"),
        ("scsi0", "mbps_rd", "fast"),
        ("scsi0", "ro", "perhaps"),
        ("net0", "trunks", "2-"),
        ("boot", "order", "floppy"),
    ] {
        let mut pairs = whole.create.pairs();
        let (_, value) = pairs.iter_mut().find(|(sent, _)| sent == name).unwrap();
        *value = if key.is_empty() {
            spoiled.to_owned()
        } else {
            let parts = value.split(',').map(|part| match part.split_once('=') {
                Some((found, _)) if found == key => format!("{key}={spoiled}"),
                _ => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join(",")
        };
        let errors = Contract::of(Series::V9_2)
            .verify(Method::Post, &whole.create.path, &pairs)
            .expect_err(&format!("{name} {key} {spoiled} was accepted"));
        assert_eq!(errors.keys().collect::<Vec<_>>(), [name], "{key}");
        let expected = BLAMES
            .iter()
            .find(|(param, part, _)| *param == name && *part == key)
            .map(|(_, _, field)| *field);
        // `balloon`, `vga` and similar ones have a single key; the table also lists them without it.
        let expected = expected.or_else(|| {
            BLAMES
                .iter()
                .find(|(param, _, _)| *param == name)
                .map(|(_, _, field)| *field)
        });
        assert_eq!(
            whole.blame(name, &errors[name]),
            expected,
            "{name}: {}",
            errors[name]
        );
    }
}
