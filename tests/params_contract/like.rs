//! A machine stored by Proxmox, taken as "like" and created again, is stored the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use pve_vm_setup::domain::content::Content;
use pve_vm_setup::domain::params::like::{Left, Like, Original, like};
use pve_vm_setup::domain::params::{Plan, PlannedRequest, Purpose, plan};
use pve_vm_setup::domain::values::{Media, OsType};
use pve_vm_setup::domain::{Disk, Host, VmConfig};
use pve_vm_setup::sim::Series;

use super::machines::{Machine, machine};
use super::runner;

type Options = BTreeMap<String, String>;

const BUSES: [&str; 4] = ["ide", "scsi", "virtio", "sata"];

/// Any size does for what brings its own.
const OWN_SIZE: &str = "3G";

fn numbered(name: &str, base: &str) -> bool {
    let number = name.strip_prefix(base).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// Decimal GiB in KiB, rounded up.
fn kib(gib: &str) -> u128 {
    let (whole, places) = gib.split_once('.').unwrap_or((gib, ""));
    let thousandths: u128 = format!("{whole}{places:0<3}").parse().unwrap();
    (thousandths << 20).div_ceil(1000)
}

fn size(kib: u128) -> String {
    let mut value = kib;
    for unit in ["K", "M", "G"] {
        if !value.is_multiple_of(1024) {
            return format!("{value}{unit}");
        }
        value /= 1024;
    }
    format!("{value}T")
}

/// A drive as Proxmox keeps it: the volume that it made, and its size.
fn drive(name: &str, value: &str) -> String {
    if let Some(storage) = value.strip_suffix(":cloudinit") {
        return format!("{storage}:101/vm-101-cloudinit.qcow2,media=cdrom");
    }
    let mut parts = value.split(',');
    let file = parts.next().unwrap();
    let (mut kept, mut format, mut imported) = (Vec::new(), None, false);
    for part in parts {
        match part.split_once('=').unwrap() {
            ("format", value) => format = Some(value),
            ("import-from", _) => imported = true,
            _ => kept.push(part),
        }
    }
    let small = ["efidisk0", "tpmstate0"].contains(&name);
    let (file, size) = match file.split_once(':') {
        Some((storage, gib)) if gib.parse::<f64>().is_ok() => {
            let end = format.filter(|_| small).map(|format| format!(".{format}"));
            let volume = format!("{storage}:vm-101-disk-7{}", end.unwrap_or_default());
            let size = match (small, imported) {
                (true, _) => "528K".to_owned(),
                (_, true) => OWN_SIZE.to_owned(),
                _ => size(kib(gib)),
            };
            (volume, Some(size))
        }
        _ => {
            let sized = file.contains(':').then(|| OWN_SIZE.to_owned());
            (file.to_owned(), sized)
        }
    };
    let size = size.map(|size| format!("size={size}"));
    let all = std::iter::once(file).chain(kept.into_iter().map(str::to_owned));
    all.chain(size).collect::<Vec<_>>().join(",")
}

/// `virtio,bridge=vmbr9` gets an address.
fn nic(value: &str) -> String {
    let mut parts: Vec<&str> = value.split(',').collect();
    parts.retain(|part| !part.starts_with("macaddr="));
    let model = format!("{}=BC:24:11:0A:1B:2C", parts[0]);
    parts[0] = &model;
    parts.join(",")
}

/// The order that Proxmox writes down when none is sent.
fn default_order(options: &Options) -> String {
    let is_cd = |name: &&String| options[*name].contains("media=cdrom");
    let number = |name: &str| -> u32 {
        let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse().unwrap()
    };
    let of = |base: &str| {
        let mut names: Vec<&String> = options.keys().filter(|name| numbered(name, base)).collect();
        names.sort_by_key(|name| number(name));
        names
    };
    let drives: Vec<&String> = BUSES.into_iter().flat_map(of).collect();
    let disk = drives.iter().copied().find(|name| !is_cd(name));
    let cd = drives.iter().copied().find(is_cd);
    let net = of("net").into_iter().next();
    let order: Vec<&str> = [disk, cd, net]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    format!("order={}", order.join(";"))
}

/// What `GET .../config` tells of the VM after all requests.
fn stored(plan: &Plan, ostype: OsType) -> Options {
    let mut options: Options = plan
        .requests()
        .filter(|request| request.path.contains("/qemu"))
        .filter(|request| !request.path.ends_with("/resize"))
        .flat_map(|request| request.pairs())
        .filter(|(name, _)| !["vmid", "pool", "cipassword"].contains(&name.as_str()))
        .collect();
    for (name, value) in &mut options {
        let small = ["efidisk0", "tpmstate0"].contains(&name.as_str());
        if small || BUSES.iter().any(|bus| numbered(name, bus)) {
            *value = drive(name, value);
            let grown = plan
                .of(Purpose::Grow)
                .map(PlannedRequest::pairs)
                .unwrap_or_default();
            if grown.iter().any(|(_, disk)| disk == name) {
                let size = format!("size={}", size(kib(grown[1].1.trim_end_matches('G'))));
                *value = value.replace(&format!("size={OWN_SIZE}"), &size);
            }
        } else if numbered(name, "net") {
            *value = nic(value);
        } else if name == "description" {
            value.truncate(value.trim_end_matches('\n').len());
        } else if name == "machine" && ostype.is_windows() {
            "pc-q35-11.0+pve2".clone_into(value);
        }
    }
    options.retain(|name, value| name != "description" || !value.is_empty());
    let order = default_order(&options);
    options.entry("boot".to_owned()).or_insert(order);
    options.insert("digest".to_owned(), "35df00ead".to_owned());
    options.insert("smbios1".to_owned(), "uuid=dd1fec85".to_owned());
    options
}

/// The ID, the name, and the LUNs, which the user has to choose.
fn with_its_own(like: &Like, original: &VmConfig) -> VmConfig {
    let mut vm = like.vm.clone();
    vm.general.node.clone_from(&original.general.node);
    vm.general.vmid = original.general.vmid;
    vm.general.name.clone_from(&original.general.name);
    vm.os.image.clone_from(&original.os.image);
    for disk in &mut vm.disks {
        let mut same = original.disks.iter().filter(|d| d.slot() == disk.slot());
        disk.volume = same.next().and_then(|disk| disk.volume.clone());
    }
    vm
}

fn created_again(vm: &VmConfig, host: &Host) -> (Options, Options, Like) {
    let before = stored(&plan(vm, host), vm.os.ostype);
    let original = Original {
        options: &before,
        pool: vm.general.pool.as_deref(),
        high_availability: vm.general.high_availability,
    };
    let like = like(&original, host);
    let again = with_its_own(&like, vm);
    let after = stored(&plan(&again, host), again.os.ostype);
    (before, after, like)
}

/// Only what a second VM cannot have, and the version that Windows is pinned to.
fn may_be_named(left: &Left) -> bool {
    left.what.ends_with(" volume") || ["machine", "image"].contains(&left.what.as_str())
}

fn the_same_is_stored(series: Series) {
    let check = |Machine { vm, host }: Machine| {
        // Without any CD drive nothing tells that it came from an image; it gets an empty one, which is named.
        if vm.os.media == Media::CloudImage && !vm.cloud.drive {
            return Ok(());
        }
        let (before, after, like) = created_again(&vm, &host);
        prop_assert_eq!(&before, &after, "{:?}", like.left);
        prop_assert_eq!(&like.vm.general.pool, &vm.general.pool);
        let ha = (
            like.vm.general.high_availability,
            vm.general.high_availability,
        );
        prop_assert_eq!(ha.0, ha.1);
        prop_assert!(like.left.iter().all(may_be_named), "{:?}", like.left);
        let disks = vm.disks.iter().enumerate();
        let is_lun =
            |(at, disk): &(usize, &Disk)| matches!(vm.content(*at, disk), Content::Volume(_));
        let luns = disks.filter(is_lun).count();
        let named = like
            .left
            .iter()
            .filter(|left| left.what.ends_with(" volume"));
        prop_assert_eq!(luns, named.count());
        prop_assert!(like.vm.nics.iter().all(|nic| nic.mac.is_none()));
        prop_assert_eq!(like.vm.general.vmid, None);
        prop_assert_eq!(&like.vm.general.name, "");
        Ok(())
    };
    if let Err(failure) = runner().run(&machine(series), check) {
        panic!("{failure}");
    }
}

#[test]
fn a_machine_like_any_other_is_stored_the_same_by_7_4() {
    the_same_is_stored(Series::V7_4);
}

#[test]
fn a_machine_like_any_other_is_stored_the_same_by_8_4() {
    the_same_is_stored(Series::V8_4);
}

#[test]
fn a_machine_like_any_other_is_stored_the_same_by_9_2() {
    the_same_is_stored(Series::V9_2);
}
