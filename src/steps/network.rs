//! Network: none to many network devices, each with the same table of rows.

use crate::api::Bridge;
use crate::catalog::Resource;
use crate::domain::boot;
use crate::domain::text::{number, parse_mac, parse_trunks, visible};
use crate::domain::values::NicModel;
use crate::domain::{FieldId, Nic, PveVersion, Step};
use crate::form::{Answers, Choice, Field, Kind, Options, PartList, Preset, Scope, Section, State};

use super::kinds::{decimal, enumeration, name_choice, toggle, whole};
use super::{Page, addresses, system};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION, &addresses::SECTION],
    list: Some(&LIST),
    head: &[&HEAD],
    needs: |scope| {
        let node = scope.vm().general.node.iter();
        node.map(|node| Resource::Bridges(node.clone())).collect()
    },
};

/// The toggle that empties the list, and brings its devices back.
const NONE: FieldId = FieldId::new(Step::Network, "no_device");

static HEAD: Section<Answers> = Section {
    step: NONE.step,
    of: "",
    rows: &[Field::<Answers>::new(
        NONE.name,
        "No network device",
        "On: the VM gets no network at all. Off again, or + add: the devices come back as they were.",
        Kind::Toggle {
            read: |answers| answers.vm.nics.is_empty(),
            write: set_none,
        },
    )
    .allowed("on, off; a plan says networks = []")
    .param("")],
    part: |answers, _| Some(answers),
    part_mut: |answers, _| Some(answers),
};

/// A chosen boot order keeps the names: missing devices are skipped.
fn set_none(answers: &mut Answers, none: bool) {
    if none {
        answers.nics_aside = std::mem::take(&mut answers.vm.nics);
        return;
    }
    answers.vm.nics = std::mem::take(&mut answers.nics_aside);
    if answers.vm.nics.is_empty() {
        answers.vm.nics.push(Nic::default());
    }
}

pub(super) static LIST: PartList = PartList {
    noun: "network device",
    param: "net[n]",
    most: Nic::MOST,
    emptied_by: Some(NONE.name),
    count: |answers| answers.vm.nics.len(),
    line: |answers, part| {
        let nic = answers.vm.nics.get(part)?;
        let mut text = describe(nic);
        let addresses = addresses::describe(nic).filter(|_| answers.vm.cloud.drive);
        if let Some(addresses) = addresses {
            text.push_str(", ");
            text.push_str(&addresses);
        }
        Some((format!("net{part}"), text))
    },
    none: "The VM gets no network at all.",
    // A copy of the last one, but with a MAC address of its own.
    add: |answers, _| {
        let nics = &mut answers.vm.nics;
        if nics.len() >= Nic::MOST {
            return Err(format!("A VM has {} network devices at most.", Nic::MOST));
        }
        let last = nics.last();
        let like = Nic {
            model: last.map_or(NicModel::Virtio, |nic| nic.model),
            bridge: last.and_then(|nic| nic.bridge.clone()),
            ..Nic::default()
        };
        nics.push(like);
        Ok(())
    },
    remove: |answers, part| {
        if part < answers.vm.nics.len() {
            answers.vm.nics.remove(part);
            boot::rename(&mut answers.vm, |device| renumbered(device, part));
        }
    },
};

static SECTION: Section<Nic> = Section {
    step: Step::Network,
    of: "net[n]",
    rows: ROWS,
    part: |answers, part| answers.vm.nics.get(part),
    part_mut: |answers, part| answers.vm.nics.get_mut(part),
};

static ROWS: &[Field<Nic>] = &[
    Field::<Nic>::new(
        "bridge",
        "Bridge",
        "The bridge of the node that the device is plugged into.",
        name_choice!(Nic.bridge, |scope, _| bridges(scope)),
    )
    .default("vmbr9")
    .remembered()
    .preset(bridge_preset)
    .note(|scope, nic, _| {
        let bridges = scope.catalog.bridges(scope.node()).known()?;
        let chosen = bridges
            .iter()
            .find(|known| Some(&known.name) == nic.bridge.as_ref())?;
        chosen.comment.as_deref().map(visible)
    }),
    Field::<Nic>::new(
        "tag",
        "VLAN tag",
        "1 to 4094; empty means no VLAN. The bridge must be VLAN aware.",
        whole!(Nic.vlan, 1, 4094, "no VLAN"),
    )
    .hint("no VLAN"),
    Field::<Nic>::new(
        "model",
        "Model",
        "VirtIO is fast and needs a driver in the guest; Linux has it.",
        enumeration!(Nic.model: NicModel),
    )
    .preset(|scope, _, _| {
        let model = scope.guest().nic_model.value();
        Some(Preset::new(model, system::why(scope)))
    }),
    Field::<Nic>::new(
        "macaddr",
        "MAC address",
        "Empty: the server makes one.",
        Kind::Text {
            read: |nic| nic.mac.clone().unwrap_or_default(),
            write: |nic, text| parse_mac(text).map(|mac| nic.mac = mac),
        },
    )
    .allowed("a unicast MAC address, or empty")
    .own()
    .hint("auto"),
    Field::<Nic>::new(
        "firewall",
        "Firewall",
        "Lets Proxmox's firewall filter this device.",
        toggle!(Nic.firewall),
    ),
    Field::<Nic>::new(
        "link_down",
        "Disconnected",
        "The cable is unplugged until you plug it in.",
        toggle!(Nic.disconnected),
    )
    .advanced(),
    Field::<Nic>::new(
        "mtu",
        "MTU",
        "576 to 65520 bytes, 1 for the bridge's own; empty leaves it to Proxmox. VirtIO only.",
        Kind::Text {
            read: |nic| nic.mtu.map(|mtu| mtu.to_string()).unwrap_or_default(),
            write: |nic, text| {
                let mtu = number(text, 1, 65_520).ok();
                let fits = mtu.filter(|mtu| *mtu == 1 || *mtu >= 576);
                if fits.is_none() && !text.is_empty() {
                    return Err(
                        "Enter 576 to 65520, 1 for the bridge's own MTU, or leave it empty."
                            .to_owned(),
                    );
                }
                nic.mtu = fits;
                Ok(())
            },
        },
    )
    .allowed("1, 576 to 65520, or empty")
    .hint("left to Proxmox")
    .note(|scope, nic, _| {
        let inherits = scope.host().has(PveVersion::inherits_mtu);
        let meant = if inherits { "same as bridge" } else { "1500" };
        nic.mtu.is_none().then(|| meant.to_owned())
    })
    .when(|_, nic| State::off_unless(nic.has_mtu(), "needs the VirtIO model"))
    .advanced(),
    Field::<Nic>::new(
        "rate",
        "Rate limit",
        "0 to 10240 MB/s with at most three decimals; empty means unlimited.",
        decimal!(Nic.rate, 0, 10_240, "no limit"),
    )
    .unit("MB/s")
    .hint("unlimited")
    .advanced(),
    Field::<Nic>::new(
        "queues",
        "Multiqueue",
        "1 to 64 packet queues, ideally one per core; empty means one.",
        whole!(Nic.multiqueue, 1, 64, "one queue"),
    )
    .hint("one")
    .advanced(),
    Field::<Nic>::new(
        "trunks",
        "VLAN trunks",
        "VLANs that the guest may tag itself, like 2-10;20; empty means all.",
        Kind::Text {
            read: |nic| nic.trunks.clone(),
            write: |nic, text| parse_trunks(text).map(|trunks| nic.trunks = trunks),
        },
    )
    .allowed("VLANs 1 to 4094 like 2-10;20, or empty")
    .hint("all")
    .advanced(),
];

fn bridges<'a>(scope: &Scope<'a>) -> Options<'a> {
    let node = visible(scope.node());
    let bridges = scope.catalog.bridges(scope.node());
    let empty = scope.nothing_or_hidden(
        &format!("{node} has no bridge."),
        &format!("No bridge on {node} that you may see"),
        &["SDN.Use", "SDN.Audit"],
        "/sdn/zones/localnetwork",
    );
    Options::fetched(
        format!("Bridges of {node}"),
        empty,
        bridges.map(|bridges| bridges.iter().collect()),
        |bridge: &Bridge| {
            let words = [
                Some(bridge.kind.as_str()).filter(|kind| *kind != "bridge"),
                Some(if bridge.active {
                    "active"
                } else {
                    "not active"
                }),
                bridge.vlan_aware.then_some("VLAN aware"),
                bridge.comment.as_deref(),
            ];
            let detail: Vec<&str> = words.into_iter().flatten().collect();
            Choice::new(bridge.name.as_str(), &bridge.name).detail(detail.join(", "))
        },
    )
}

/// This site's bridge, else the first one that is active, else the first.
fn bridge_preset(scope: &Scope, _: &Nic, _: FieldId) -> Option<Preset> {
    let crate::catalog::Remote::Ready(bridges) = scope.catalog.bridges(scope.node()) else {
        return None;
    };
    let wanted = &scope.site.bridge;
    if bridges.iter().any(|bridge| bridge.name == *wanted) {
        let why = format!("{} for the bridge.", scope.site.origin(wanted));
        return Some(Preset::new(wanted.as_str(), why));
    }
    let missing = format!("{} is not on {}", visible(wanted), visible(scope.node()));
    let found = bridges
        .iter()
        .find(|bridge| bridge.active)
        .or(bridges.first());
    let (value, why) = match found {
        Some(bridge) => {
            let why = format!(
                "{missing}: {} is the first bridge there.",
                visible(&bridge.name)
            );
            (bridge.name.clone(), why)
        }
        None => (String::new(), format!("{missing}, nor any other bridge.")),
    };
    Some(Preset {
        value,
        why,
        instead_of: Some(missing),
    })
}

/// The name of a device after a network device before it is removed; `None` for the removed one.
fn renumbered(device: &str, removed: usize) -> Option<String> {
    let number = device
        .strip_prefix("net")
        .and_then(|at| at.parse::<usize>().ok());
    match number {
        Some(at) if at == removed => None,
        Some(at) if at > removed => Some(format!("net{}", at - 1)),
        _ => Some(device.to_owned()),
    }
}

fn describe(nic: &Nic) -> String {
    let bridge = nic.bridge.as_deref();
    let bridge = bridge.map_or_else(|| "(no bridge)".to_owned(), visible);
    let words = [
        Some(format!("{} on {bridge}", nic.model.value())),
        nic.vlan.map(|tag| format!("VLAN {tag}")),
        (!nic.trunks.is_empty()).then(|| format!("trunks {}", nic.trunks)),
        nic.mac.as_ref().map(|mac| format!("MAC {mac}")),
        nic.firewall.then(|| "firewall".to_owned()),
        nic.disconnected.then(|| "disconnected".to_owned()),
        nic.mtu
            .filter(|_| nic.has_mtu())
            .map(|mtu| format!("MTU {mtu}")),
        nic.rate.map(|rate| format!("at most {rate} MB/s")),
        nic.multiqueue.map(|queues| format!("{queues} queues")),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    words.join(", ")
}
