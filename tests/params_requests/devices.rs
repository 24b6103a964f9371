//! The parameters of disks and network devices.

use pve_vm_setup::domain::config::Limits;
use pve_vm_setup::domain::values::{AsyncIo, Bus, Cache, DiskSource, NicModel, ScsiController};
use pve_vm_setup::domain::{Disk, DiskSize, Milli, Nic};

use super::domain_support::{IMAGE, LUN, V9_2, changed, usual};
use super::{Change, planned, sent, written};

#[test]
fn a_disk_is_sent_with_its_options_that_the_bus_supports() {
    let disk = |change: fn(&mut Disk)| {
        let mut disk = usual().disks[0].clone();
        change(&mut disk);
        let slot = disk.slot();
        let vm = changed(|vm| vm.disks = vec![disk]);
        format!("{slot}={}", sent(&vm, V9_2, &slot))
    };
    let cases: &[(Change<Disk>, &str)] = &[
        (
            |_| {},
            "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.device = 30,
            "scsi30=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.bus = Bus::Virtio,
            "virtio0=ceph-pool:32,format=raw,iothread=1,aio=io_uring",
        ),
        (
            |disk| disk.bus = Bus::Sata,
            "sata0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.bus = Bus::Ide,
            "ide0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
        ),
        (
            |disk| disk.size = DiskSize::parse("0.125").unwrap(),
            "scsi0=ceph-pool:0.125,format=raw,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.io_thread = false;
                disk.ssd = false;
            },
            "scsi0=ceph-pool:32,format=raw,aio=io_uring",
        ),
        (
            |disk| disk.cache = Cache::None,
            "scsi0=ceph-pool:32,format=raw,cache=none,iothread=1,ssd=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.cache = Cache::Writeback;
                disk.discard = true;
                disk.backup = false;
                disk.skip_replication = true;
                disk.async_io = AsyncIo::Threads;
            },
            "scsi0=ceph-pool:32,format=raw,cache=writeback,discard=on,iothread=1,ssd=1,backup=0,\
             replicate=0,aio=threads",
        ),
        (
            |disk| disk.read_only = true,
            "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,ro=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.bus = Bus::Virtio;
                disk.read_only = true;
            },
            "virtio0=ceph-pool:32,format=raw,iothread=1,ro=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.bus = Bus::Sata;
                disk.read_only = true;
            },
            "sata0=ceph-pool:32,format=raw,ssd=1,aio=io_uring",
        ),
        (
            |disk| {
                disk.limits = Limits {
                    mbps_rd: Some(Milli(100_500)),
                    mbps_wr: Some(Milli(1000)),
                    iops_rd: Some(10),
                    iops_wr: Some(20),
                    mbps_rd_max: Some(Milli(200_000)),
                    mbps_wr_max: Some(Milli(2001)),
                    iops_rd_max: Some(30),
                    iops_wr_max: Some(40),
                };
            },
            "scsi0=ceph-pool:32,format=raw,iothread=1,ssd=1,aio=io_uring,mbps_rd=100.5,mbps_wr=1,\
             iops_rd=10,iops_wr=20,mbps_rd_max=200,mbps_wr_max=2.001,iops_rd_max=30,iops_wr_max=40",
        ),
        (
            |disk| {
                disk.source = DiskSource::Import;
                disk.import_storage = Some("cephfs".to_owned());
                disk.import_image = Some(IMAGE.to_owned());
            },
            "scsi0=ceph-pool:0,import-from=cephfs:import/debian.qcow2,format=raw,iothread=1,ssd=1,\
             aio=io_uring",
        ),
        (
            |disk| {
                disk.storage = Some("san".to_owned());
                disk.volume = Some(LUN.to_owned());
            },
            "scsi0=san:0.0.1.scsi-36001405,iothread=1,ssd=1,aio=io_uring",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(disk(*change), *expected);
    }
}

#[test]
fn an_io_thread_is_sent_only_where_it_has_an_effect() {
    for (bus, controller, expected) in [
        (Bus::Scsi, ScsiController::VirtioSingle, true),
        (Bus::Scsi, ScsiController::VirtioPci, false),
        (Bus::Scsi, ScsiController::Default, false),
        (Bus::Virtio, ScsiController::Default, true),
        (Bus::Sata, ScsiController::VirtioSingle, false),
        (Bus::Ide, ScsiController::VirtioSingle, false),
    ] {
        let vm = changed(|vm| {
            vm.system.scsi_controller = controller;
            vm.disks[0].bus = bus;
        });
        let drive = sent(&vm, V9_2, &vm.disks[0].slot());
        assert_eq!(
            drive.contains("iothread=1"),
            expected,
            "{bus:?} {controller:?}"
        );
    }
}

#[test]
fn every_disk_is_sent_under_its_own_slot_and_without_disks_there_is_no_parameter() {
    let vm = changed(|vm| {
        let more = [
            (Bus::Scsi, 1),
            (Bus::Virtio, 15),
            (Bus::Sata, 5),
            (Bus::Ide, 3),
        ];
        let first = vm.disks[0].clone();
        vm.disks.extend(more.map(|(bus, device)| Disk {
            bus,
            device,
            ..first.clone()
        }));
    });
    for slot in ["scsi0", "scsi1", "virtio15", "sata5", "ide3"] {
        assert!(
            sent(&vm, V9_2, slot).starts_with("ceph-pool:32,format=raw"),
            "{slot}"
        );
    }
    let none = changed(|vm| vm.disks.clear());
    let drives: Vec<String> = written(&planned(&none, V9_2).create)
        .into_iter()
        .filter(|param| param.contains("format=raw"))
        .collect();
    assert!(drives.is_empty(), "{drives:?}");
}

#[test]
fn the_network_device_is_sent_with_its_options() {
    let nic = |change: fn(&mut Nic)| sent(&changed(|vm| change(&mut vm.nics[0])), V9_2, "net0");
    let cases: &[(Change<Nic>, &str)] = &[
        (|_| {}, "virtio,bridge=vmbr9,firewall=1"),
        (|nic| nic.firewall = false, "virtio,bridge=vmbr9"),
        (
            |nic| nic.vlan = Some(4094),
            "virtio,bridge=vmbr9,tag=4094,firewall=1",
        ),
        (
            |nic| nic.mtu = Some(1),
            "virtio,bridge=vmbr9,firewall=1,mtu=1",
        ),
        (
            |nic| {
                nic.model = NicModel::E1000;
                nic.mtu = Some(9000);
            },
            "e1000,bridge=vmbr9,firewall=1",
        ),
        (
            |nic| {
                nic.mac = Some("BC:24:11:0A:1B:2C".to_owned());
                nic.rate = Some(Milli(12_500));
                nic.multiqueue = Some(4);
                nic.disconnected = true;
            },
            "virtio,macaddr=BC:24:11:0A:1B:2C,bridge=vmbr9,firewall=1,rate=12.5,queues=4,link_down=1",
        ),
        (
            |nic| nic.trunks = "2-10;20".to_owned(),
            "virtio,bridge=vmbr9,trunks=2-10;20,firewall=1",
        ),
        (
            |nic| nic.rate = Some(Milli(0)),
            "virtio,bridge=vmbr9,firewall=1,rate=0",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(nic(*change), *expected);
    }
}

#[test]
fn every_network_device_is_sent_under_its_own_number_and_without_devices_there_is_no_parameter() {
    let vm = changed(|vm| {
        let first = vm.nics[0].clone();
        vm.nics = (0..32)
            .map(|at| Nic {
                vlan: Some(at + 1),
                ..first.clone()
            })
            .collect();
    });
    for at in 0..32 {
        let expected = format!("virtio,bridge=vmbr9,tag={},firewall=1", at + 1);
        assert_eq!(sent(&vm, V9_2, &format!("net{at}")), expected);
    }
    let none = changed(|vm| vm.nics.clear());
    assert_eq!(sent(&none, V9_2, "net0"), "-");
}
