//! The parameters of the guest itself, one by one: general answers, media, hardware, firmware, console, CPU, memory, boot
//! order.

use pve_vm_setup::domain::params::Purpose;
use pve_vm_setup::domain::values::{
    Bios, Graphics, Machine, Media, OsType, Rng, ScsiController, SerialConsole, TpmVersion,
    VolumeFormat, Watchdog, WatchdogAction,
};
use pve_vm_setup::domain::{MiB, Milli, VmConfig, VmId};

use super::domain_support::{DRIVERS, V9_2, changed, usual};
use super::{planned, sent, table, written};

/// With the driver CD.
fn drivers(vm: &mut VmConfig) {
    vm.os.ostype = OsType::Win10;
    vm.os.driver_cd = true;
    vm.os.driver_storage = Some("cephfs".to_owned());
    vm.os.driver_iso = Some(DRIVERS.to_owned());
}

#[test]
fn general_answers_are_sent_when_given() {
    table(&[
        (
            "vmid",
            |vm| vm.general.vmid = VmId::new(999_999_999),
            "999999999",
        ),
        ("name", |_| {}, "-"),
        (
            "name",
            |vm| vm.general.name = "web-1.example.com".to_owned(),
            "web-1.example.com",
        ),
        ("pool", |_| {}, "-"),
        ("pool", |vm| vm.general.pool = Some("dev".to_owned()), "dev"),
        ("tags", |_| {}, "-"),
        ("tags", |vm| vm.general.tags = vec!["web".to_owned()], "web"),
        (
            "tags",
            |vm| vm.general.tags = vec!["web".to_owned(), "prod".to_owned()],
            "web;prod",
        ),
        ("onboot", |_| {}, "-"),
        ("onboot", |vm| vm.general.start_at_boot = true, "1"),
        ("startup", |_| {}, "-"),
        ("startup", |vm| vm.general.start_order = Some(0), "order=0"),
        ("startup", |vm| vm.general.startup_delay = Some(30), "up=30"),
        (
            "startup",
            |vm| vm.general.shutdown_timeout = Some(60),
            "down=60",
        ),
        (
            "startup",
            |vm| {
                vm.general.start_order = Some(3);
                vm.general.startup_delay = Some(0);
                vm.general.shutdown_timeout = Some(180);
            },
            "order=3,up=0,down=180",
        ),
        ("protection", |_| {}, "-"),
        ("protection", |vm| vm.general.protection = true, "1"),
        ("description", |_| {}, "-"),
        (
            "description",
            |vm| vm.general.notes = "# Web\n\n* 8 GiB, ü & = ; \"x\"\n".to_owned(),
            "# Web\n\n* 8 GiB, ü & = ; \"x\"\n",
        ),
        ("arch", |_| {}, "-"),
        ("kvm", |_| {}, "-"),
    ]);
}

#[test]
fn the_media_and_the_guest_are_sent_as_chosen() {
    table(&[
        (
            "ide2",
            |vm| vm.os.media = Media::Physical,
            "cdrom,media=cdrom",
        ),
        ("ide2", |vm| vm.os.media = Media::None, "none,media=cdrom"),
        (
            "ide2",
            |vm| vm.os.iso = Some("local:iso/a b;c.iso".to_owned()),
            "local:iso/a b;c.iso,media=cdrom",
        ),
        ("ostype", |vm| vm.os.ostype = OsType::Win11, "win11"),
        ("ostype", |vm| vm.os.ostype = OsType::Other, "other"),
        ("ide0", |_| {}, "-"),
        (
            "ide0",
            drivers,
            "cephfs:iso/virtio-win-0.1.271.iso,media=cdrom",
        ),
        (
            "ide0",
            |vm| {
                drivers(vm);
                vm.os.driver_cd = false;
            },
            "-",
        ),
        (
            "ide0",
            |vm| {
                drivers(vm);
                vm.os.ostype = OsType::L26;
            },
            "-",
        ),
    ]);
}

#[test]
fn every_part_of_the_system_is_sent_unless_left_to_proxmox() {
    table(&[
        ("vga", |_| {}, "-"),
        ("vga", |vm| vm.system.graphics = Graphics::Qxl2, "qxl2"),
        ("vga", |vm| vm.system.graphics = Graphics::None, "none"),
        ("machine", |vm| vm.system.machine = Machine::Default, "-"),
        ("bios", |vm| vm.system.bios = Bios::Default, "-"),
        ("bios", |vm| vm.system.bios = Bios::Seabios, "seabios"),
        ("efidisk0", |vm| vm.system.bios = Bios::Default, "-"),
        ("efidisk0", |vm| vm.system.bios = Bios::Seabios, "-"),
        ("efidisk0", |vm| vm.system.efi_disk = false, "-"),
        (
            "efidisk0",
            |vm| vm.system.pre_enrolled_keys = true,
            "ceph-pool:1,efitype=4m,pre-enrolled-keys=1",
        ),
        (
            "scsihw",
            |vm| vm.system.scsi_controller = ScsiController::Default,
            "-",
        ),
        (
            "scsihw",
            |vm| vm.system.scsi_controller = ScsiController::Pvscsi,
            "pvscsi",
        ),
        ("agent", |vm| vm.system.agent = false, "-"),
        ("tpmstate0", |_| {}, "-"),
        (
            "tpmstate0",
            |vm| vm.system.tpm = true,
            "ceph-pool:1,version=v2.0",
        ),
        (
            "tpmstate0",
            |vm| {
                vm.system.tpm = true;
                vm.system.tpm_version = TpmVersion::V12;
            },
            "ceph-pool:1,version=v1.2",
        ),
        (
            "efidisk0",
            |vm| vm.system.efi_format = VolumeFormat::Qcow2,
            "ceph-pool:1,efitype=4m,pre-enrolled-keys=0,format=qcow2",
        ),
        (
            "tpmstate0",
            |vm| {
                vm.system.tpm = true;
                vm.system.tpm_format = VolumeFormat::Raw;
            },
            "ceph-pool:1,version=v2.0,format=raw",
        ),
        ("rng0", |_| {}, "-"),
        (
            "rng0",
            |vm| {
                vm.system.rng_bytes = Some(1);
                vm.system.rng_period = Some(2);
            },
            "-",
        ),
        ("rng0", |vm| vm.system.rng = Rng::Hwrng, "source=/dev/hwrng"),
        (
            "rng0",
            |vm| {
                vm.system.rng = Rng::Urandom;
                vm.system.rng_bytes = Some(0);
                vm.system.rng_period = Some(500);
            },
            "source=/dev/urandom,max_bytes=0,period=500",
        ),
        ("watchdog", |_| {}, "-"),
        (
            "watchdog",
            |vm| vm.system.watchdog_action = WatchdogAction::Reset,
            "-",
        ),
        (
            "watchdog",
            |vm| vm.system.watchdog = Watchdog::I6300esb,
            "i6300esb",
        ),
        (
            "watchdog",
            |vm| {
                vm.system.watchdog = Watchdog::Ib700;
                vm.system.watchdog_action = WatchdogAction::Poweroff;
            },
            "ib700,action=poweroff",
        ),
        (
            "watchdog",
            |vm| {
                vm.system.watchdog = Watchdog::Ib700;
                vm.system.watchdog_action = WatchdogAction::None;
            },
            "ib700,action=none",
        ),
    ]);
}

/// The console, the card, and what the create request and the second request send.
#[test]
fn a_chosen_graphic_card_is_kept_and_the_serial_port_added_beside_it() {
    use SerialConsole::{Beside, Display, None};
    let cards = Graphics::ALL.iter().copied();
    for graphics in cards.filter(|card| *card != Graphics::Default) {
        for (serial, request) in [
            (Display, Some(vec!["serial0=socket".to_owned()])),
            (Beside, Some(vec!["serial0=socket".to_owned()])),
            (None, Option::None),
        ] {
            let vm = changed(|vm| {
                vm.system.graphics = graphics;
                vm.system.serial = serial;
            });
            assert_eq!(sent(&vm, V9_2, "vga"), graphics.value());
            let found = planned(&vm, V9_2).of(Purpose::SerialConsole).cloned();
            assert_eq!(
                found.map(|request| written(&request)),
                request,
                "{graphics:?} {serial:?}"
            );
        }
    }
    for (serial, request) in [
        (Display, Some(vec!["serial0=socket", "vga=serial0"])),
        (Beside, Some(vec!["serial0=socket"])),
        (None, Option::None),
    ] {
        let vm = changed(|vm| vm.system.serial = serial);
        assert_eq!(sent(&vm, V9_2, "vga"), "-");
        let found = planned(&vm, V9_2).of(Purpose::SerialConsole).map(written);
        let request = request.map(|pairs| pairs.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(found, request, "{serial:?}");
    }
}

#[test]
fn a_display_on_a_serial_port_brings_its_port() {
    for (graphics, port) in [
        (Graphics::Serial0, "serial0"),
        (Graphics::Serial1, "serial1"),
        (Graphics::Serial2, "serial2"),
        (Graphics::Serial3, "serial3"),
    ] {
        let vm = changed(|vm| vm.system.graphics = graphics);
        let ports: Vec<String> = written(&planned(&vm, V9_2).create)
            .into_iter()
            .filter(|param| param.starts_with("serial"))
            .collect();
        assert_eq!(ports, [format!("{port}=socket")]);
    }
    assert_eq!(
        sent(&usual(), V9_2, "serial0"),
        "-",
        "the default waits for its own request"
    );
}

#[test]
fn cpu_and_memory_are_sent_as_chosen() {
    table(&[
        ("cores", |vm| vm.cpu.cores = 256, "256"),
        ("sockets", |vm| vm.cpu.sockets = 4, "4"),
        (
            "cpu",
            |vm| vm.cpu.cpu_type = "x86-64-v2-AES".to_owned(),
            "x86-64-v2-AES",
        ),
        ("cpu", |vm| vm.cpu.cpu_type.clear(), "-"),
        (
            "cpu",
            |vm| vm.cpu.flags = vec!["+aes".to_owned(), "-pcid".to_owned()],
            "host,flags=+aes;-pcid",
        ),
        ("vcpus", |_| {}, "-"),
        ("vcpus", |vm| vm.cpu.vcpus = Some(1), "1"),
        ("cpulimit", |_| {}, "-"),
        ("cpulimit", |vm| vm.cpu.limit = Some(Milli(0)), "-"),
        ("cpulimit", |vm| vm.cpu.limit = Some(Milli(1500)), "1.5"),
        ("affinity", |_| {}, "-"),
        (
            "affinity",
            |vm| vm.cpu.affinity = "0,5,8-11".to_owned(),
            "0,5,8-11",
        ),
        ("cpuunits", |_| {}, "-"),
        ("cpuunits", |vm| vm.cpu.units = Some(100), "100"),
        ("numa", |_| {}, "0"),
        ("numa", |vm| vm.cpu.numa = true, "1"),
        ("shares", |_| {}, "-"),
        ("shares", |vm| vm.memory.shares = Some(0), "-"),
        (
            "shares",
            |vm| {
                vm.memory.minimum = Some(MiB(1024));
                vm.memory.shares = Some(0);
            },
            "0",
        ),
        (
            "shares",
            |vm| {
                vm.memory.minimum = Some(MiB(1024));
                vm.memory.shares = Some(2000);
                vm.memory.ballooning = false;
            },
            "-",
        ),
        ("memory", |vm| vm.memory.size = MiB(4_178_944), "4178944"),
        ("balloon", |_| {}, "-"),
        ("balloon", |vm| vm.memory.size = MiB(8192), "-"),
        ("balloon", |vm| vm.memory.minimum = Some(MiB(2048)), "-"),
        ("balloon", |vm| vm.memory.minimum = Some(MiB(1024)), "1024"),
        ("balloon", |vm| vm.memory.ballooning = false, "0"),
        (
            "balloon",
            |vm| {
                vm.memory.ballooning = false;
                vm.memory.minimum = Some(MiB(1024));
            },
            "0",
        ),
        ("allow-ksm", |_| {}, "-"),
        ("allow-ksm", |vm| vm.memory.allow_ksm = false, "0"),
    ]);
}

#[test]
fn the_boot_order_is_sent_where_proxmoxs_own_differs() {
    let chosen = |order: &[&str]| Some(order.iter().map(|&device| device.to_owned()).collect());
    let order = |change: &dyn Fn(&mut VmConfig)| sent(&changed(change), V9_2, "boot");
    assert_eq!(order(&|_| {}), "-");
    assert_eq!(order(&|vm| vm.nics.clear()), "-");
    assert_eq!(order(&|vm| vm.disks.clear()), "-");
    assert_eq!(order(&drivers), "order=scsi0;ide2;ide0;net0");
    assert_eq!(
        order(&|vm| vm.start.boot = chosen(&["scsi0", "ide2", "net0"])),
        "-",
        "what Proxmox makes by itself"
    );
    assert_eq!(
        order(&|vm| vm.start.boot = chosen(&["ide2", "scsi0"])),
        "order=ide2;scsi0"
    );
    assert_eq!(
        order(&|vm| vm.start.boot = chosen(&["net0", "scsi7", "scsi0"])),
        "order=net0;scsi0",
        "a device that is gone"
    );
}
