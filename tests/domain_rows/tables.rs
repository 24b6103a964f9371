//! Every row of every step by its kind, with what it accepts and what it refuses.

use pve_vm_setup::domain::{FieldId, Step};

/// A text row: the step and name, texts it keeps as typed, texts it refuses.
pub struct TextRow {
    pub at: FieldId,
    pub good: &'static [&'static str],
    pub bad: &'static [&'static str],
}

const fn text(
    step: Step,
    name: &'static str,
    good: &'static [&'static str],
    bad: &'static [&'static str],
) -> TextRow {
    TextRow {
        at: FieldId::new(step, name),
        good,
        bad,
    }
}

const SECONDS: &[&str] = &["", "0", "1", "30", "999999999"];
const NO_SECONDS: &[&str] = &["-1", "1000000000", "4294967296", "1.5", "30s", " 30", "x"];

const MEGABYTES: &[&str] = &["", "1", "1.5", "100.001", "1000000"];
const NO_MEGABYTES: &[&str] = &["0", "0.999", "1000000.001", "-1", "1.2345", "1,5", "x", " "];

const OPS: &[&str] = &["", "10", "1000", "2000000000"];
const NO_OPS: &[&str] = &["0", "9", "2000000001", "-10", "10.5", "x"];

/// One character more than Proxmox accepts.
const TOO_LONG: &str = match std::str::from_utf8(&[b'x'; 8193]) {
    Ok(text) => text,
    Err(_) => "",
};

/// Every text row, in the order of the steps.
pub const TEXTS: &[TextRow] = &[
    text(
        Step::Login,
        "server",
        &[
            "pve1",
            "pve1.example.com:8007",
            "192.0.2.10",
            "[2001:db8::1]:8006",
            "https://pve1:8006/",
        ],
        &[
            "",
            "  ",
            "http://pve1",
            "ftp://pve1",
            "pve1:0",
            "pve1:65536",
            "pve1:x",
            "root@pve1",
            "a b",
        ],
    ),
    text(
        Step::Login,
        "user",
        &["root", "bob@pve", "a.b-c_d", "jörg"],
        &["", "a b", "a:b", "a/b", "a\tb", " root"],
    ),
    text(
        Step::General,
        "vmid",
        &["100", "101", "999999999"],
        &[
            "",
            "99",
            "0",
            "1000000000",
            "0101",
            "+101",
            "-101",
            "101.0",
            " 101",
            "x",
        ],
    ),
    text(
        Step::General,
        "name",
        &["", "web1", "web-1.example.com", "1"],
        &["web_1", "-web", "web-", "a..b", ".", "a b", "é"],
    ),
    text(
        Step::General,
        "description",
        &["", "one", "# Title\n\none\ntwo ü\n"],
        &[TOO_LONG],
    ),
    text(Step::General, "order", SECONDS, NO_SECONDS),
    text(Step::General, "up", SECONDS, NO_SECONDS),
    text(Step::General, "down", SECONDS, NO_SECONDS),
    text(
        Step::System,
        "max_bytes",
        &["", "0", "1024", "2147483647"],
        &["-1", "2147483648", "1.5", "x", " "],
    ),
    text(
        Step::System,
        "period",
        &["", "1", "1000", "2147483647"],
        &["0", "-1", "2147483648", "1.5", "x"],
    ),
    text(
        Step::Disks,
        "device",
        &["0", "1", "29", "30"],
        &["", "31", "-1", "256", "1.0", "x"],
    ),
    text(
        Step::Disks,
        "size",
        &["0.001", "0.5", "32", "131072"],
        &[
            "",
            "0",
            "0.0",
            "131072.001",
            "0.0001",
            "300M",
            "129T",
            "32X",
            "-1",
            "1e3",
        ],
    ),
    text(Step::Disks, "mbps_rd", MEGABYTES, NO_MEGABYTES),
    text(Step::Disks, "mbps_wr", MEGABYTES, NO_MEGABYTES),
    text(Step::Disks, "mbps_rd_max", MEGABYTES, NO_MEGABYTES),
    text(Step::Disks, "mbps_wr_max", MEGABYTES, NO_MEGABYTES),
    text(Step::Disks, "iops_rd", OPS, NO_OPS),
    text(Step::Disks, "iops_wr", OPS, NO_OPS),
    text(Step::Disks, "iops_rd_max", OPS, NO_OPS),
    text(Step::Disks, "iops_wr_max", OPS, NO_OPS),
    text(
        Step::Cpu,
        "cores",
        &["1", "2", "256"],
        &["", "0", "257", "-1", "1.5", "x"],
    ),
    text(
        Step::Cpu,
        "sockets",
        &["1", "4", "5", "4096"],
        &["", "0", "-1", "4097", "1.5", "x"],
    ),
    text(
        Step::Cpu,
        "vcpus",
        &["", "1", "2", "1048576"],
        &["0", "-1", "1048577", "1.5", "x"],
    ),
    text(
        Step::Cpu,
        "cpulimit",
        &["", "0", "0.001", "1.5", "128"],
        &["128.001", "129", "-1", "0.0001", "1,5", "x"],
    ),
    text(
        Step::Cpu,
        "affinity",
        &["", "0", "0,5,8-11", "8191"],
        &[",", "1-", "4-2", "8192", "0;1", "x"],
    ),
    text(
        Step::Cpu,
        "cpuunits",
        &["", "1", "10000", "262144"],
        &["0", "262145", "-1", "1.5", "x"],
    ),
    text(
        Step::Memory,
        "memory",
        &["16", "17", "2048", "4178944"],
        &["", "0", "15", "4178945", "-1", "2048.5", "4T", "2X"],
    ),
    text(
        Step::Memory,
        "balloon",
        &["1", "2048", "4178944"],
        &["0", "4178945", "-1", "0.5", "4T", "2X"],
    ),
    text(
        Step::Memory,
        "shares",
        &["", "0", "1000", "50000"],
        &["50001", "-1", "1.5", "x"],
    ),
    text(
        Step::Network,
        "tag",
        &["", "1", "2", "4094"],
        &["0", "4095", "-1", "1.0", "trunk", " "],
    ),
    text(
        Step::Network,
        "macaddr",
        &["", "BC:24:11:0A:1B:2C", "00:00:00:00:00:00"],
        &[
            "BC:24:11:0A:1B",
            "BD:24:11:0A:1B:2C",
            "BC-24-11-0A-1B-2C",
            "x",
        ],
    ),
    text(
        Step::Network,
        "mtu",
        &["", "1", "576", "1500", "9000", "65520"],
        &["0", "2", "575", "65521", "-1", "1500.0", "x"],
    ),
    text(
        Step::Network,
        "rate",
        &["", "0", "0.001", "12.5", "10240"],
        &["10240.001", "10241", "-1", "0.0001", "1,5", "1e3", "x", " "],
    ),
    text(
        Step::Network,
        "queues",
        &["", "1", "2", "64"],
        &["0", "65", "-1", "1.0", "x"],
    ),
    text(
        Step::Network,
        "trunks",
        &["", "1", "4094", "2-10;20"],
        &["0", "4095", "10-2", "2-", ";", "x"],
    ),
    text(
        Step::Os,
        "ciuser",
        &["", "anna", "_web", "a.b-c_1"],
        &[
            "1web",
            "an na",
            "-x",
            "anna:x",
            "änna",
            "x/y",
            "abcdefghijabcdefghijabcdefghijabc",
        ],
    ),
    text(
        Step::Os,
        "nameserver",
        &["", "192.0.2.53", "192.0.2.53 2001:db8::53"],
        &["dns.example.org", "192.0.2", "192.0.2.53/24", "x"],
    ),
    text(
        Step::Os,
        "searchdomain",
        &["", "lan", "example.org"],
        &["a b", "-x", "a_b", "x..y"],
    ),
    text(
        Step::Os,
        "cicustom",
        &[
            "",
            "user=local:snippets/user.yaml",
            "meta=local:snippets/m,network=cephfs:snippets/n.yaml",
        ],
        &[
            "local:snippets/user.yaml",
            "user=local:iso/user.yaml",
            "users=local:snippets/u",
            "user=local:snippets/a,user=local:snippets/b",
            "user=local:snippets/a b",
            "user=:snippets/a",
            "x",
        ],
    ),
    text(
        Step::Network,
        "ip",
        &["", "192.0.2.77/24", "10.0.0.1/8", "192.0.2.1/32"],
        &[
            "192.0.2.77",
            "192.0.2.77/7",
            "192.0.2.77/33",
            "2001:db8::1/64",
            "web/24",
            "192.0.2/24",
            "dhcp",
        ],
    ),
    text(
        Step::Network,
        "gw",
        &["", "192.0.2.1"],
        &["192.0.2.1/24", "router", "2001:db8::1", "x"],
    ),
    text(
        Step::Network,
        "ip6",
        &["", "2001:db8::77/64", "fd00::1/8", "2001:db8::1/128"],
        &[
            "2001:db8::77",
            "2001:db8::77/7",
            "2001:db8::77/129",
            "192.0.2.1/24",
            "auto",
        ],
    ),
    text(
        Step::Network,
        "gw6",
        &["", "2001:db8::1", "fe80::1"],
        &["2001:db8::1/64", "router", "192.0.2.1", "fe80::1%eth0"],
    ),
];

/// Choices built into the program: every value, and how many there are.
pub const CLOSED: &[(Step, &str, &[&str])] = &[
    (Step::General, "arch", &["default", "x86_64", "aarch64"]),
    (Step::Os, "media", &["iso", "cloud", "cdrom", "none"]),
    (Step::Os, "guest", &["linux", "windows", "solaris", "other"]),
    (
        Step::Os,
        "ostype",
        &[
            "l26", "l24", "win11", "win10", "win8", "win7", "w2k8", "wxp", "w2k", "solaris",
            "other",
        ],
    ),
    (
        Step::System,
        "vga",
        &[
            "default",
            "std",
            "vmware",
            "qxl",
            "qxl2",
            "qxl3",
            "qxl4",
            "serial0",
            "serial1",
            "serial2",
            "serial3",
            "virtio",
            "virtio-gl",
            "none",
        ],
    ),
    (Step::System, "serial0", &["display", "beside", "none"]),
    (Step::System, "machine", &["default", "q35"]),
    (Step::System, "bios", &["default", "seabios", "ovmf"]),
    (
        Step::System,
        "scsihw",
        &[
            "default",
            "lsi",
            "lsi53c810",
            "megasas",
            "virtio-scsi-pci",
            "virtio-scsi-single",
            "pvscsi",
        ],
    ),
    (
        Step::System,
        "efi_format",
        &["default", "raw", "qcow2", "vmdk"],
    ),
    (Step::System, "tpm_version", &["v2.0", "v1.2"]),
    (
        Step::System,
        "tpm_format",
        &["default", "raw", "qcow2", "vmdk"],
    ),
    (
        Step::System,
        "rng",
        &["none", "/dev/urandom", "/dev/random", "/dev/hwrng"],
    ),
    (Step::System, "watchdog", &["none", "i6300esb", "ib700"]),
    (
        Step::System,
        "action",
        &[
            "default", "reset", "shutdown", "poweroff", "pause", "debug", "none",
        ],
    ),
    (Step::Disks, "source", &["new", "import"]),
    (Step::Disks, "bus", &["scsi", "virtio", "sata", "ide"]),
    (
        Step::Disks,
        "cache",
        &[
            "default",
            "directsync",
            "writethrough",
            "writeback",
            "unsafe",
            "none",
        ],
    ),
    (Step::Disks, "aio", &["io_uring", "native", "threads"]),
    (
        Step::Network,
        "model",
        &["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"],
    ),
    (Step::Network, "ipv4", &["dhcp", "static", "none"]),
    (Step::Network, "ipv6", &["auto", "dhcp", "static", "none"]),
];

/// Choices among what the cluster has: the row does not check that it exists.
pub const FETCHED: &[(Step, &str)] = &[
    (Step::Login, "realm"),
    (Step::General, "node"),
    (Step::General, "pool"),
    (Step::Os, "iso_storage"),
    (Step::Os, "iso"),
    (Step::Os, "image_storage"),
    (Step::Os, "image"),
    (Step::Os, "driver_storage"),
    (Step::Os, "driver_iso"),
    (Step::System, "efi_storage"),
    (Step::System, "tpm_storage"),
    (Step::Disks, "import_storage"),
    (Step::Disks, "import-from"),
    (Step::Disks, "storage"),
    (Step::Disks, "volume"),
    (Step::Cpu, "cpu"),
    (Step::Network, "bridge"),
];

/// Checkboxes and their defaults.
pub const TOGGLES: &[(Step, &str, bool)] = &[
    (Step::General, "ha", true),
    (Step::General, "onboot", false),
    (Step::General, "protection", false),
    (Step::Os, "all_storages", false),
    (Step::Os, "driver_cd", false),
    (Step::Os, "cloudinit", false),
    (Step::Os, "ciupgrade", true),
    (Step::System, "efi_disk", true),
    (Step::System, "pre-enrolled-keys", false),
    (Step::System, "agent", true),
    (Step::System, "tpm", false),
    (Step::Disks, "discard", false),
    (Step::Disks, "iothread", true),
    (Step::Disks, "ssd", true),
    (Step::Disks, "backup", true),
    (Step::Disks, "replicate", false),
    (Step::Disks, "ro", false),
    (Step::Cpu, "numa", false),
    (Step::Memory, "ballooning", true),
    (Step::Memory, "allow-ksm", true),
    (Step::Network, "no_device", false),
    (Step::Network, "firewall", true),
    (Step::Network, "link_down", false),
    (Step::Confirm, "start", false),
];

pub const OTHERS: &[(Step, &str)] = &[
    (Step::General, "start_from"),
    (Step::Login, "password"),
    (Step::Login, "secret"),
    (Step::General, "tags"),
    (Step::Os, "cipassword"),
    (Step::Os, "sshkeys"),
    (Step::Disks, "format"),
    (Step::Cpu, "flags"),
    (Step::Confirm, "boot"),
];
