//! Another VM like an existing one: what its configuration gives the new one, and what is named because it cannot.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use std::collections::BTreeMap;

use harness::Pilot;
use pve_vm_setup::api::Method;
use pve_vm_setup::domain::params::like::{Like, Original, like};
use pve_vm_setup::domain::params::plan;
use pve_vm_setup::domain::values::{
    Arch, Bios, Bus, Cache, Graphics, Machine, Media, NicModel, OsType, ScsiController,
    SerialConsole, TpmVersion, VolumeFormat,
};
use pve_vm_setup::domain::{DiskSize, Host, MiB, PveVersion, Step, VmConfig};
use pve_vm_setup::sim::{Contract, Series};

fn options(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.replace("\\n", "\n")))
        .collect()
}

fn on(host: Host, text: &str) -> Like {
    let original = Original {
        options: &options(text),
        pool: None,
        high_availability: false,
    };
    like(&original, &host)
}

fn of(text: &str) -> Like {
    on(Host::of_version(PveVersion::new(9, 2, 11)), text)
}

fn named(like: &Like) -> Vec<String> {
    like.left.iter().map(ToString::to_string).collect()
}

/// The sentence for a configuration without CD drive, where it is of no interest.
const EMPTY_CD: &str = "ide2: an empty CD drive is added";

/// What is named beside that.
fn named_of(text: &str) -> Vec<String> {
    let mut named = named(&of(text));
    named.retain(|sentence| sentence != EMPTY_CD);
    named
}

/// As qemu-server 9.2 stored it.
const RECORDED: &str = "
    agent: 1
    balloon: 1024
    bios: ovmf
    boot: order=scsi0;ide2;net0
    cores: 2
    cpu: x86-64-v2-AES
    description: hello world
    digest: dc002b2d8620ae049318a74b796a6722799b17d8
    efidisk0: local:100/vm-100-disk-0.raw,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K
    ide2: local:iso/test.iso,media=cdrom,size=4M
    machine: q35
    memory: 2048
    meta: creation-qemu=11.0.0,ctime=1795228745
    name: web01
    net0: virtio=BC:24:11:77:34:83,bridge=vmbr0,firewall=1,tag=20
    numa: 0
    onboot: 1
    ostype: l26
    protection: 0
    scsi0: local:100/vm-100-disk-1.qcow2,aio=io_uring,cache=writeback,discard=on,iothread=1,size=8G,ssd=1
    scsihw: virtio-scsi-single
    serial0: socket
    smbios1: uuid=ec2d4b80-0762-4ad8-88d0-54616190d8eb
    sockets: 1
    startup: order=1,up=30,down=60
    tablet: 1
    tags: prod;web
    tpmstate0: local:100/vm-100-disk-2.raw,size=4M,version=v2.0
    vga: serial0
    vmgenid: fac24a55-3d7b-45ba-a349-20d242f47d65";

#[test]
fn a_recorded_configuration_gives_everything_but_the_identity_of_its_vm() {
    let like = of(RECORDED);
    assert_eq!(
        named(&like),
        ["scsi0 format: qcow2 is not offered, raw is taken"]
    );
    let VmConfig {
        general,
        os,
        cloud,
        system,
        disks,
        cpu,
        memory,
        nics,
        start,
    } = like.vm;
    assert_eq!((general.vmid, general.name.as_str()), (None, ""));
    assert!(!cloud.drive);
    assert_eq!(general.node, None);
    assert_eq!(general.tags, ["prod", "web"]);
    assert_eq!(general.notes, "hello world");
    assert!(general.start_at_boot && !general.protection);
    let startup = (general.start_order, general.startup_delay);
    assert_eq!(startup, (Some(1), Some(30)));
    assert_eq!(general.shutdown_timeout, Some(60));
    assert_eq!((os.media, os.ostype), (Media::Iso, OsType::L26));
    assert_eq!(os.iso.as_deref(), Some("local:iso/test.iso"));
    assert_eq!(os.iso_storage.as_deref(), Some("local"));
    let display = (system.graphics, system.serial);
    assert_eq!(display, (Graphics::Default, SerialConsole::Display));
    assert_eq!((system.machine, system.bios), (Machine::Q35, Bios::Ovmf));
    assert!(system.efi_disk && system.pre_enrolled_keys && system.tpm && system.agent);
    assert_eq!(system.efi_storage.as_deref(), Some("local"));
    assert_eq!(system.efi_format, VolumeFormat::Raw);
    assert_eq!(system.tpm_version, TpmVersion::V20);
    assert_eq!(system.scsi_controller, ScsiController::VirtioSingle);
    assert_eq!(disks.len(), 1);
    assert_eq!((disks[0].bus, disks[0].device), (Bus::Scsi, 0));
    assert_eq!(disks[0].storage.as_deref(), Some("local"));
    assert_eq!(disks[0].size, DiskSize::gib(8));
    assert_eq!(disks[0].cache, Cache::Writeback);
    assert!(disks[0].discard && disks[0].io_thread && disks[0].ssd && disks[0].backup);
    assert_eq!((cpu.cores, cpu.sockets), (2, 1));
    assert_eq!(cpu.cpu_type, "x86-64-v2-AES");
    assert_eq!((memory.size, memory.minimum), (MiB(2048), Some(MiB(1024))));
    assert_eq!(nics.len(), 1);
    assert_eq!(
        (nics[0].model, nics[0].mac.as_deref()),
        (NicModel::Virtio, None)
    );
    assert_eq!(
        (nics[0].bridge.as_deref(), nics[0].vlan),
        (Some("vmbr0"), Some(20))
    );
    assert!(nics[0].firewall);
    let order = ["scsi0", "ide2", "net0"].map(str::to_owned).to_vec();
    assert_eq!((start.boot, start.start), (Some(order), false));
}

#[test]
fn what_a_configuration_does_not_say_is_the_default_of_proxmox_and_not_of_this_program() {
    let vm = of("digest: 35de9c97").vm;
    assert_eq!((vm.cpu.cores, vm.cpu.sockets), (1, 1));
    assert_eq!(vm.cpu.cpu_type, "");
    assert_eq!((vm.memory.size, vm.memory.minimum), (MiB(512), None));
    assert!(vm.memory.ballooning && vm.memory.allow_ksm);
    assert_eq!(vm.os.ostype, OsType::Other);
    assert_eq!(vm.os.media, Media::None);
    assert_eq!(
        (vm.system.machine, vm.system.bios),
        (Machine::Default, Bios::Default)
    );
    assert_eq!(vm.system.scsi_controller, ScsiController::Default);
    let display = (vm.system.graphics, vm.system.serial);
    assert_eq!(display, (Graphics::Default, SerialConsole::None));
    assert!(!vm.system.agent && !vm.system.tpm);
    assert!(vm.disks.is_empty() && vm.nics.is_empty());
    assert_eq!(vm.start.boot, None);
    let disk = &of("scsi0: local-lvm:vm-9-disk-0,size=32G").vm.disks[0];
    assert!(!disk.io_thread && !disk.ssd && !disk.discard && disk.backup);
    assert!(!of("net0: virtio=BC:24:11:77:34:83,bridge=vmbr0").vm.nics[0].firewall);
}

#[test]
fn pool_and_high_availability_come_from_the_cluster() {
    let original = Original {
        options: &options("digest: 1"),
        pool: Some("prod"),
        high_availability: true,
    };
    let general = like(&original, &Host::default()).vm.general;
    assert_eq!(general.pool.as_deref(), Some("prod"));
    assert!(general.high_availability);
}

#[test]
fn what_cannot_be_taken_over_is_named_with_its_reason() {
    for (text, expected) in [
        (
            "hostpci0: 0000:01:00,pcie=1",
            "hostpci0: a device of the node cannot be chosen here",
        ),
        (
            "usb1: host=1-4",
            "usb1: a device of the node cannot be chosen here",
        ),
        (
            "parallel0: /dev/parport0",
            "parallel0: a device of the node cannot be chosen here",
        ),
        (
            "args: -device x",
            "args: arguments of QEMU cannot be set here",
        ),
        (
            "hookscript: local:snippets/x.pl",
            "hookscript: a hook script cannot be set here",
        ),
        ("audio0: device=AC97", "audio0: cannot be chosen here"),
        (
            "virtiofs0: dirid=x",
            "virtiofs0: a shared directory cannot be chosen here",
        ),
        (
            "numa0: cpus=0-1,memory=512",
            "numa0: the NUMA topology cannot be set here",
        ),
        ("something-new: 7", "something-new: cannot be chosen here"),
        ("tablet: 0", "tablet: cannot be chosen here"),
        ("kvm: 0", "kvm: cannot be chosen here"),
        (
            "serial0: /dev/ttyS0",
            "serial0: this serial port cannot be chosen here",
        ),
        (
            "serial2: socket",
            "serial2: this serial port cannot be chosen here",
        ),
        (
            "smbios1: uuid=1,serial=abc",
            "smbios1 serial: cannot be chosen here",
        ),
        ("vga: cirrus", "vga type: cirrus cannot be chosen here"),
        ("vga: qxl,memory=32", "vga memory: cannot be chosen here"),
        (
            "agent: 1,fstrim_cloned_disks=1",
            "agent fstrim_cloned_disks: cannot be chosen here",
        ),
        ("cpu: host,hidden=1", "cpu hidden: cannot be chosen here"),
        (
            "machine: pc-q35-8.1",
            "machine: pc-q35-8.1 is not offered, the newest q35 is taken",
        ),
        (
            "machine: q35,viommu=intel",
            "machine viommu: cannot be chosen here",
        ),
        (
            "ostype: w2k3",
            "ostype: w2k3 is not offered, Microsoft Windows XP/2003 is taken",
        ),
        (
            "boot: cdn",
            "boot: its old form is not offered, the default order is taken",
        ),
        (
            "bootdisk: scsi0",
            "boot: its old form is not offered, the default order is taken",
        ),
        (
            "boot: order=usb0",
            "boot: none of its devices is taken over, the default order is taken",
        ),
        (
            "scsi0: ceph:vm-9-disk-0,size=8G,serial=X1",
            "scsi0 serial: cannot be chosen here",
        ),
        (
            "scsi0: ceph:vm-9-disk-0,size=8G,aio=new",
            "scsi0 aio: new cannot be chosen here",
        ),
        (
            "scsi0: ceph:vm-9-disk-0",
            "scsi0 size: it is not known, 32 GiB is taken",
        ),
        (
            "scsi0: lvm:vm-9-disk-0,size=3076M",
            "scsi0 size: 3076M becomes 3.004 GiB",
        ),
        (
            "scsi0: /dev/disk/by-id/ata-X,size=8G,ssd=1",
            "scsi0: a disk of the node cannot be shared",
        ),
        (
            "scsi0: san:0.0.1.scsi-360014,size=8G",
            "scsi0 volume: no two VMs can have it; choose another",
        ),
        (
            "net0: ne2k_pci=BC:24:11:77:34:83,bridge=vmbr0",
            "net0 model: ne2k_pci is not offered, e1000 is taken",
        ),
        (
            "net0: virtio=BC:24:11:77:34:83",
            "net0 bridge: it has none; choose one",
        ),
        ("net3: virtio,bridge=vmbr0", "net3: it becomes net0"),
        (
            "efidisk0: ceph:vm-9-disk-0,efitype=4m,size=528K",
            "efidisk0: only UEFI uses an EFI disk",
        ),
        ("ide0: none,media=cdrom", "ide0: this CD drive becomes ide2"),
        (
            "ide2: /mnt/x.iso,media=cdrom",
            "ide2 file: this image is on no storage",
        ),
    ] {
        assert_eq!(named_of(text), [expected], "{text}");
    }
    let uefi = "bios: ovmf\nefidisk0: ceph:vm-9-disk-0,size=128K";
    assert_eq!(
        named_of(uefi),
        ["efidisk0 efitype: 2m is not offered, 4m is taken"]
    );
    assert_eq!(named(&of("digest: 1")), [EMPTY_CD]);
}

/// Options that every VM has for itself.
const ITS_OWN: [&str; 7] = [
    "digest", "lock", "name", "smbios1", "template", "unused0", "vmgenid",
];

#[test]
fn every_option_of_every_version_is_taken_over_or_named_or_each_vms_own() {
    let nothing = of("");
    for series in Series::ALL {
        let path = "/nodes/{node}/qemu/{vmid}/config";
        let found = Contract::of(series).find(Method::Put, path).unwrap();
        let names = found.endpoint.parameters.keys();
        let names: Vec<String> = names.map(|name| name.replace("[n]", "0")).collect();
        let answers = ["acpi", "bootdisk", "hostpci0", "scsi0", "cores"];
        assert!(
            answers
                .iter()
                .all(|&known| names.iter().any(|name| name == known))
        );
        for name in names {
            let like = of(&format!("{name}: 7"));
            let is_lost = like == nothing;
            assert_eq!(
                is_lost,
                ITS_OWN.contains(&name.as_str()),
                "{series:?} {name}"
            );
        }
    }
}

#[test]
fn no_value_of_an_option_that_can_hold_a_secret_is_told() {
    let like = of("args: -secret\ncipassword: $6$secret\nsshkeys: secret\nsmbios1: serial=secret");
    assert_eq!(like.left.len(), 5);
    assert!(!format!("{like:?}").contains("secret"));
}

const CLOUD_GUEST: &str = "
        boot: order=scsi0;ide2
        cipassword: **********
        ciuser: joe
        ide2: ceph-pool:105/vm-105-cloudinit.qcow2,media=cdrom
        ipconfig0: ip=192.0.2.5/24,gw=192.0.2.1,ip6=auto
        nameserver: 192.0.2.53
        net0: virtio=BC:24:11:77:34:83,bridge=vmbr0
        scsi0: ceph-pool:vm-105-disk-0,size=2G
        sshkeys: ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q%20me%40host%0A";

#[test]
fn cloud_init_is_taken_over_without_its_password_and_the_image_is_left_to_be_chosen() {
    let like = of(CLOUD_GUEST);
    assert_eq!(
        named(&like),
        [
            "cipassword: a password is not shown; enter one",
            "image: the cloud image is not known; choose one"
        ]
    );
    let vm = like.vm;
    assert_eq!(
        (vm.os.media, vm.os.image.as_deref()),
        (Media::CloudImage, None)
    );
    assert_eq!(vm.start.boot, Some(vec!["scsi0".to_owned()]));
    assert!(vm.cloud.drive && !vm.cloud.password);
    assert_eq!(vm.cloud.user, "joe");
    assert!(vm.cloud.keys[0].ends_with(" me@host"));
    let host = Host::of_version(PveVersion::new(9, 2, 11));
    let pairs = plan(&vm, &host).create.pairs();
    for pair in [
        ("ide2", "ceph-pool:cloudinit"),
        ("ipconfig0", "ip=192.0.2.5/24,gw=192.0.2.1,ip6=auto"),
        ("nameserver", "192.0.2.53"),
    ] {
        let (name, value) = pair;
        assert!(
            pairs.contains(&(name.to_owned(), value.to_owned())),
            "{pair:?} in {pairs:?}"
        );
    }
}

#[test]
fn a_cloud_guest_on_a_version_without_imports_gets_an_empty_cd_drive() {
    let like = on(Host::of_version(PveVersion::new(7, 4, 16)), CLOUD_GUEST);
    assert_eq!(like.vm.os.media, Media::None);
    assert!(named(&like).contains(&EMPTY_CD.to_owned()));
    let moved = "ide2: the drive of cloud-init becomes scsi1".to_owned();
    assert!(named(&like).contains(&moved), "{:?}", named(&like));
}

#[test]
fn settings_of_cloud_init_without_its_drive_are_named() {
    let sentences = named_of("ciuser: joe\nipconfig0: ip=dhcp\nsshkeys: x");
    let why = "there is no drive of cloud-init that has it";
    let expected = ["ciuser", "ipconfig0", "sshkeys"].map(|what| format!("{what}: {why}"));
    assert_eq!(sentences, expected);
}

#[test]
fn a_linked_clone_and_a_template_give_new_disks() {
    for (file, storage) in [
        ("ceph-pool:base-9000-disk-0/vm-104-disk-0", "ceph-pool"),
        (
            "local:9000/base-9000-disk-0.raw/104/vm-104-disk-0.raw",
            "local",
        ),
        ("ceph-pool:base-7040-disk-0", "ceph-pool"),
    ] {
        let like = of(&format!(
            "ide2: none,media=cdrom\nscsi0: {file},size=1G\ntemplate: 1"
        ));
        assert_eq!(named(&like), [""; 0], "{file}");
        let disk = &like.vm.disks[0];
        assert_eq!(
            (disk.storage.as_deref(), &disk.volume),
            (Some(storage), &None)
        );
        assert_eq!(disk.size, DiskSize::gib(1));
    }
}

#[test]
fn cd_drives_move_to_their_places_and_the_boot_order_follows() {
    let like = of("
        boot: order=sata5;sata0;virtio1;net2
        net2: virtio=BC:24:11:77:34:83,bridge=vmbr0
        sata0: cephfs:iso/a.iso,media=cdrom
        sata5: cephfs:iso/b.iso,media=cdrom
        virtio1: ceph-pool:vm-9-disk-0,size=8G");
    let expected = [
        "net2: it becomes net0",
        "sata0: this CD drive becomes ide2",
        "sata5: a further CD drive cannot be chosen here",
    ];
    assert_eq!(named(&like), expected);
    let order = ["ide2", "virtio1", "net0"].map(str::to_owned);
    assert_eq!(like.vm.start.boot, Some(order.to_vec()));
    let first = of("sata0: cephfs:iso/a.iso,media=cdrom\nide2: cephfs:iso/b.iso,media=cdrom");
    assert_eq!(first.vm.os.iso.as_deref(), Some("cephfs:iso/b.iso"));
}

#[test]
fn a_disk_in_the_place_of_the_cd_drive_moves_and_the_boot_order_follows() {
    let like = of("
        boot: order=ide2;ide1
        ide1: none,media=cdrom
        ide2: ceph-pool:vm-9-disk-0,size=8G
        ide3: ceph-pool:vm-9-disk-1,size=9G");
    let moved = ["ide1: this CD drive becomes ide2", "ide2: it becomes ide0"];
    assert_eq!(named(&like), moved);
    let order = ["ide0", "ide2"].map(str::to_owned);
    assert_eq!(like.vm.start.boot, Some(order.to_vec()));
    let slots: Vec<String> = like.vm.disks.iter().map(|disk| disk.slot()).collect();
    assert_eq!(slots, ["ide3", "ide0"]);
}

#[test]
fn a_disk_that_has_to_move_where_every_slot_is_taken_is_named() {
    let slots = Bus::ALL
        .iter()
        .flat_map(|bus| (0..bus.slots()).map(move |at| (bus.value(), at)));
    let lines: Vec<String> = slots
        .map(|(bus, at)| format!("{bus}{at}: ceph-pool:vm-9-disk-{at},size=1G"))
        .collect();
    let like = of(&lines.join("\n"));
    assert_eq!(like.vm.disks.len(), lines.len() - 1);
    assert_eq!(named(&like), [EMPTY_CD, "ide2: no slot is free for it"]);
}

#[test]
fn windows_keeps_its_cd_of_drivers_and_a_lone_cd_is_the_media() {
    let two = of("
        ide0: cephfs:iso/virtio-win.iso,media=cdrom
        ide2: cephfs:iso/win.iso,media=cdrom
        ostype: win11");
    assert!(two.vm.os.driver_cd && named(&two).is_empty());
    assert_eq!(two.vm.os.iso.as_deref(), Some("cephfs:iso/win.iso"));
    assert_eq!(
        two.vm.os.driver_iso.as_deref(),
        Some("cephfs:iso/virtio-win.iso")
    );
    assert_eq!(two.vm.os.driver_storage.as_deref(), Some("cephfs"));
    let one = of("ide0: cephfs:iso/win.iso,media=cdrom\nostype: win11");
    assert!(!one.vm.os.driver_cd);
    assert_eq!(one.vm.os.iso.as_deref(), Some("cephfs:iso/win.iso"));
}

#[test]
fn the_serial_port_is_the_display_beside_it_or_not_there() {
    use Graphics::{Default, Serial1, Std};
    use SerialConsole::{Beside, Display, None};
    for (text, graphics, serial) in [
        ("serial0: socket\nvga: serial0", Default, Display),
        ("vga: serial0", Default, Display),
        ("serial0: socket\nvga: std", Std, Beside),
        ("serial0: socket", Default, Beside),
        ("vga: std", Std, None),
        (
            "serial0: socket\nserial1: socket\nvga: serial1",
            Serial1,
            Beside,
        ),
    ] {
        let system = of(text).vm.system;
        assert_eq!(
            (system.graphics, system.serial),
            (graphics, serial),
            "{text}"
        );
        assert_eq!(named_of(text), [""; 0], "{text}");
    }
}

#[test]
fn an_emulated_architecture_brings_its_own_kvm_switch() {
    let text = "arch: aarch64\nide2: none,media=cdrom\nkvm: 0\nscsi2: none,media=cdrom";
    let newest = Host::of_version(PveVersion::new(9, 2, 11));
    let here = on(newest, text);
    assert_eq!(here.vm.general.arch, Arch::Aarch64);
    assert_eq!(
        named(&here),
        ["ide2: a further CD drive cannot be chosen here"]
    );
    let there = on(
        Host {
            arch: Arch::Aarch64,
            ..newest
        },
        text,
    );
    assert!(named(&there).contains(&"kvm: cannot be chosen here".to_owned()));
}

#[test]
fn a_disk_is_never_smaller_than_the_original() {
    for (text, gib) in [
        ("32G", "32"),
        ("1.5T", "1536"),
        ("512M", "0.5"),
        ("528K", "0.001"),
        ("1049K", "0.001"),
        ("1050K", "0.002"),
        ("34359738369", "32"),
        ("34359739393", "32.001"),
    ] {
        let disk = &of(&format!("scsi0: x:vm-9-disk-0,size={text}")).vm.disks[0];
        assert_eq!(disk.size.to_string(), gib, "{text}");
    }
    for text in ["131073G", "x", "99999999999999999999T"] {
        let named = named_of(&format!("scsi0: x:vm-9-disk-0,size={text}"));
        assert_eq!(
            named,
            ["scsi0 size: it is not known, 32 GiB is taken"],
            "{text}"
        );
    }
}

/// The requests without what every VM has for itself.
fn requests(vm: &VmConfig, host: &Host) -> Vec<(String, Vec<(String, String)>)> {
    let its_own = |(name, _): &(String, String)| ["vmid", "name"].contains(&name.as_str());
    let plan = plan(vm, host);
    let requests = plan.requests().map(|request| {
        let mut params = request.pairs();
        params.retain(|param| !its_own(param));
        (request.path.clone(), params)
    });
    requests.collect()
}

#[test]
fn a_vm_like_one_that_the_wizard_created_is_planned_the_same() {
    let mut pilot = Pilot::logged_in();
    pilot.fill("name", "web-01").go_to(Step::Disks);
    pilot.fill("size", "64").go_to(Step::Confirm);
    let made = pilot.vm().clone();
    pilot.keys("<enter>").wait(10);
    pilot.assert_shows("VM 105 created");
    let stored = pilot
        .cluster()
        .edit(|cluster| cluster.guests[&105].config.clone());
    let options: BTreeMap<String, String> = stored.into_iter().collect();
    assert_eq!(options["name"], "web-01");

    let original = Original {
        options: &options,
        pool: made.general.pool.as_deref(),
        high_availability: true,
    };
    let host = Host::of_version(PveVersion::new(9, 2, 11));
    let Like { mut vm, left } = like(&original, &host);
    assert_eq!(left, []);
    assert_eq!((vm.general.vmid, vm.general.name.as_str()), (None, ""));
    vm.general.node.clone_from(&made.general.node);
    vm.general.vmid = made.general.vmid;
    assert_eq!(requests(&vm, &host), requests(&made, &host));
}
