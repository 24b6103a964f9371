//! Another VM like an existing one: its stored configuration is read back into the document, the inverse of `plan`. Whatever
//! the new VM will not have is named. Knows texts alone: whether the cluster has what they name is judged elsewhere.

mod board;
mod cds;
mod cloud;
mod disks;
mod drives;
mod general;
mod nics;
mod order;
mod processor;
mod property;
mod reader;
mod volume;

use std::collections::BTreeMap;

use crate::domain::config::VmConfig;
use crate::domain::guest::GuestDefaults;
use crate::domain::host::Host;
use crate::domain::version::PveVersion;

use drives::Drives;
use order::Places;
use reader::Reader;

pub use property::Left;

/// What the cluster knows of an existing VM.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// `GET .../config`
    pub options: &'a BTreeMap<String, String>,
    pub pool: Option<&'a str>,
    pub high_availability: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// Without node, ID, name and MAC addresses, and with new volumes. A storage, bridge or image may be missing where the
    /// original names none that can be used twice.
    pub vm: VmConfig,
    /// What the new VM will not have, or have otherwise; sorted.
    pub left: Vec<Left>,
}

/// `host` is the new VM's.
pub fn like(original: &Original<'_>, host: &Host) -> Like {
    let mut reader = Reader::new(original.options);
    let mut places = Places::default();
    let mut vm = VmConfig {
        general: general::general(&mut reader, host),
        system: board::system(&mut reader),
        cpu: processor::cpu(&mut reader),
        memory: processor::memory(&mut reader),
        ..VmConfig::default()
    };
    vm.general.pool = original.pool.map(str::to_owned);
    vm.general.high_availability = original.high_availability;
    let arch = vm.arch(host);
    let ostype = general::ostype(&mut reader);
    let Drives { cds, disks, cloud } = drives::drives(&mut reader);
    let may_be_image = !cloud.is_empty() && host.has(PveVersion::has_import);
    vm.os = cds::os(&mut reader, cds, (ostype, arch), may_be_image, &mut places);
    let taken = vm.os.cd_slots(arch);
    vm.disks = disks::disks(&mut reader, disks, &taken, &mut places);
    let guest = GuestDefaults::of(ostype, arch, vm.os.has_driver_cd(arch));
    vm.nics = nics::nics(&mut reader, guest.nic_model, !cloud.is_empty(), &mut places);
    vm.cloud = cloud::settings(&mut reader, &cloud);
    vm.start.boot = order::boot(&mut reader, &places);
    cloud::put_its_disk_first(&cloud, &mut vm);
    cloud::place(&mut reader, cloud, &vm, arch);
    vm.start.start = false;
    Like {
        vm,
        left: reader.finish(),
    }
}
