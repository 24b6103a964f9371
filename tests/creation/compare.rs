//! The plan compared with real configurations: what Proxmox adds is no difference, everything else is one.

use std::collections::BTreeMap;

use pve_vm_setup::creation::differences;

fn params(text: &str) -> Vec<(String, String)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

fn told(asked: &str, is: &str) -> Vec<String> {
    let is: BTreeMap<String, String> = params(is).into_iter().collect();
    let found = differences(&params(asked), &is);
    found.iter().map(ToString::to_string).collect()
}

/// As qemu-server 9.2 stored it.
const STORED: &str = "
    agent: 1
    bios: ovmf
    boot: order=scsi0;ide2;net0
    cores: 2
    cpu: host
    efidisk0: local:101/vm-101-disk-0.raw,efitype=4m,pre-enrolled-keys=0,size=528K
    ide2: local:iso/test.iso,media=cdrom,size=4M
    machine: q35
    memory: 2048
    meta: creation-qemu=11.0.0,ctime=1795229752
    name: nixos
    net0: virtio=BC:24:11:4E:49:56,bridge=vmbr0,firewall=1
    numa: 0
    ostype: l26
    scsi0: local:101/vm-101-disk-1.raw,aio=io_uring,iothread=1,size=32G,ssd=1
    scsihw: virtio-scsi-single
    sockets: 1
    startup: order=1
    tags: a;b
    serial0: socket
    vga: serial0";

const ASKED: &str = "
    vmid: 101
    pool: lab
    name: nixos
    tags: b;A;a
    startup: order=1
    ostype: l26
    ide2: local:iso/test.iso,media=cdrom
    machine: q35
    bios: ovmf
    efidisk0: local:1,efitype=4m,pre-enrolled-keys=0
    scsihw: virtio-scsi-single
    agent: 1
    scsi0: local:32,format=raw,iothread=1,ssd=1,aio=io_uring
    sockets: 1
    cores: 2
    cpu: host
    numa: 0
    memory: 2048
    net0: virtio,bridge=vmbr0,firewall=1";

#[test]
fn what_a_real_server_stored_is_as_planned() {
    assert_eq!(told(ASKED, STORED), [""; 0]);
}

#[test]
fn what_proxmox_adds_or_spells_differently_is_no_difference() {
    for (asked, is) in [
        ("machine: q35", "machine: pc-q35-11.0+pve2"),
        ("machine: pc", "machine: pc-i440fx-9.2+pve1"),
        ("memory: 2048", "memory: current=2048"),
        ("agent: 1", "agent: enabled=1"),
        ("agent: enabled=1,type=isa", "agent: 1,type=isa"),
        ("cpulimit: 1.5", "cpulimit: 1.50"),
        ("onboot: 1", "onboot: 1"),
        ("description: two\\nlines", "description: two\\nlines\n"),
        ("cpu: cputype=host,flags=+aes", "cpu: host,flags=+aes"),
        (
            "net0: virtio,macaddr=bc:24:11:0a:1b:2c,bridge=vmbr9,tag=20",
            "net0: virtio=BC:24:11:0A:1B:2C,bridge=vmbr9,tag=20",
        ),
        (
            "net1: e1000,trunks=2-4;7",
            "net1: e1000=BC:24:11:0A:1B:2C,trunks=2-4;7",
        ),
        (
            "scsi0: ceph-pool:0.5,format=raw",
            "scsi0: ceph-pool:vm-105-disk-0,size=512M",
        ),
        (
            "scsi0: local-lvm:3,format=raw",
            "scsi0: local-lvm:vm-105-disk-0,size=3076M",
        ),
        (
            "scsi0: local:0,import-from=local:import/x.qcow2,format=qcow2",
            "scsi0: local:105/vm-105-disk-0.qcow2,size=3G",
        ),
        (
            "scsi2: san:0.0.1.scsi-360014",
            "scsi2: san:0.0.1.scsi-360014,size=8G",
        ),
        (
            "ide2: ceph-pool:cloudinit",
            "ide2: ceph-pool:vm-105-cloudinit,media=cdrom",
        ),
        ("ide2: none,media=cdrom", "ide2: none,media=cdrom"),
        (
            "tpmstate0: local:1,version=v2.0",
            "tpmstate0: local:100/vm-100-disk-2.raw,size=4M,version=v2.0",
        ),
        ("rng0: /dev/urandom", "rng0: source=/dev/urandom"),
        (
            "watchdog: i6300esb,action=reset",
            "watchdog: model=i6300esb,action=reset",
        ),
        ("cipassword: $6$x", "cipassword: **********"),
    ] {
        // A real description has line ends in it.
        let is = is.replace("\\n", "\n");
        let pair = is.split_once(": ").unwrap();
        let is = BTreeMap::from([(pair.0.to_owned(), pair.1.to_owned())]);
        let (name, value) = asked.split_once(": ").unwrap();
        let asked = [(name.to_owned(), value.replace("\\n", "\n"))];
        assert_eq!(differences(&asked, &is), [], "{asked:?}");
    }
}

#[test]
fn every_other_difference_is_reported_with_the_planned_and_the_actual_value() {
    for (asked, is, words) in [
        ("agent: 1", "name: x", "agent: planned 1, is not set"),
        ("agent: 1", "agent: 0", "agent: planned 1, is 0"),
        (
            "memory: 2048",
            "memory: 1024",
            "memory: planned 2048, is 1024",
        ),
        (
            "machine: q35",
            "machine: pc-i440fx-9.2",
            "machine type: planned q35, is pc-i440fx-9.2",
        ),
        (
            "net0: virtio,bridge=vmbr9",
            "net0: virtio=BC:24:11:0A:1B:2C,bridge=vmbr0",
            "net0 bridge: planned vmbr9, is vmbr0",
        ),
        (
            "net0: virtio,firewall=1",
            "net0: virtio=BC:24:11:0A:1B:2C",
            "net0 firewall: planned 1, is not set",
        ),
        (
            "net0: virtio,macaddr=BC:24:11:00:00:01",
            "net0: virtio=BC:24:11:00:00:02",
            "net0 macaddr: planned BC:24:11:00:00:01, is BC:24:11:00:00:02",
        ),
        (
            "scsi0: ceph-pool:32,ssd=1",
            "scsi0: ceph-pool:vm-105-disk-0,size=32G",
            "scsi0 ssd: planned 1, is not set",
        ),
        (
            "scsi0: ceph-pool:32",
            "scsi0: ceph-pool:vm-105-disk-0,size=16G",
            "scsi0 size: planned 32 GiB, is 16G",
        ),
        (
            "scsi0: ceph-pool:32",
            "scsi0: local-lvm:vm-105-disk-0,size=32G",
            "scsi0 storage: planned ceph-pool:32, is local-lvm:vm-105-disk-0",
        ),
        (
            "ide2: cephfs:iso/a.iso,media=cdrom",
            "ide2: cephfs:iso/b.iso,media=cdrom",
            "ide2: planned cephfs:iso/a.iso, is cephfs:iso/b.iso",
        ),
        ("tags: a;b", "tags: a", "tags: planned a;b, is a"),
        (
            "boot: order=scsi0;net0",
            "boot: order=net0",
            "boot: planned order=scsi0;net0, is order=net0",
        ),
    ] {
        assert_eq!(told(asked, is), [words]);
    }
}
