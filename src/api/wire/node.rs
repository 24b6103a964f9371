//! Readers for what one node offers a VM: bridges, CPU types and flags, its processor. Rows without their key are skipped;
//! every list comes sorted.

use super::members::{Object, Texts, members};
use super::reading::{Reading, each, object, rows};
use super::scalar::Scalar;
use crate::api::{Bridge, CpuFlag, CpuModel};

members!(Interface {
    iface: Scalar,
    kind = "type": Scalar,
    active: Scalar,
    bridge_vlan_aware: Scalar,
    vlanaware: Scalar,
    bridge_vids: Scalar,
    mtu: Scalar,
    comments: Scalar,
    alias: Scalar,
});

pub fn bridges() -> impl Reading<Kept = Vec<Bridge>> {
    rows(|row: Interface| {
        let kind = row.kind.text().unwrap_or_default();
        Some(Bridge {
            name: row.iface.text()?,
            active: row.active.flag(),
            vlan_aware: row.bridge_vlan_aware.flag() || row.vlanaware.flag() || kind == "OVSBridge",
            kind,
            vlans: vlans(&row.bridge_vids.text().unwrap_or_default()),
            mtu: row.mtu.count(),
            comment: row.comments.words().or_else(|| row.alias.words()),
        })
    })
    .then(|mut bridges| {
        bridges.sort_by(|a, b| natord::compare_ignore_case(&a.name, &b.name));
        Ok(bridges)
    })
}

/// The number of possible VLANs.
const MOST_VLANS: usize = 4096;

/// `2-4094`, or `10 20 100-200`. A list that cannot be read completely counts as missing.
fn vlans(list: &str) -> Vec<(u32, u32)> {
    let mut parts = list.split([' ', ',', ';']).filter(|part| !part.is_empty());
    let ranges = parts.by_ref().take(MOST_VLANS).map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
    });
    let ranges = ranges.collect::<Option<_>>().unwrap_or_default();
    if parts.next().is_some() {
        return Vec::new();
    }
    ranges
}

members!(Model {
    name: Scalar,
    vendor: Scalar,
    custom: Scalar,
});

pub fn cpu_models() -> impl Reading<Kept = Vec<CpuModel>> {
    rows(|row: Model| {
        Some(CpuModel {
            name: row.name.text()?,
            vendor: row.vendor.text().unwrap_or_default(),
            custom: row.custom.flag(),
        })
    })
    .then(|mut models| {
        models.sort_by_cached_key(|model| (model.name.to_lowercase(), model.name.clone()));
        Ok(models)
    })
}

members!(Flag {
    name: Scalar,
    description: Scalar,
    supported_on = "supported-on": Texts,
});

pub fn cpu_flags() -> impl Reading<Kept = Vec<CpuFlag>> {
    each(|flags: &mut Vec<CpuFlag>, row: Flag| {
        let Some(name) = row.name.text() else {
            return 0;
        };
        let mut supported_on = row.supported_on.listed().unwrap_or_default();
        supported_on.sort_by(|a, b| natord::compare_ignore_case(a, b));
        let rows = 1 + supported_on.len();
        flags.push(CpuFlag {
            name,
            description: row.description.words().unwrap_or_default(),
            supported_on,
        });
        rows
    })
    .then(|mut flags| {
        flags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(flags)
    })
}

members!(Status {
    cpuinfo: Object<Processor>,
});
members!(Processor { model: Scalar });

pub fn processor() -> impl Reading<Kept = Option<String>> {
    object("the state of a node was expected", |row: Status| {
        Some(row.cpuinfo.0.and_then(|cpu| cpu.model.words()))
    })
}
