//! Network: one network device, or none.

use crate::catalog::Resource;
use crate::domain::text::{parse_mac, visible};
use crate::domain::values::NicModel;
use crate::domain::{FieldId, Milli, Network, Nic, Step};
use crate::form::{Choice, Field, Kind, Options, Scope, Section, State};

use super::{Page, enumeration, name_choice, optional_number, toggle};

pub(super) static PAGE: Page = Page {
    sections: &[&NETWORK, &NIC],
    list: None,
    needs: |scope| {
        scope
            .vm()
            .general
            .node
            .iter()
            .map(|node| Resource::Bridges(node.clone()))
            .collect()
    },
};

pub(crate) const BRIDGE: FieldId = FieldId::new(Step::Network, "bridge");

static NETWORK: Section<Network> = Section {
    step: Step::Network,
    rows: &NETWORK_ROWS,
    part: |answers, _| Some(&answers.vm.network),
    part_mut: |answers, _| Some(&mut answers.vm.network),
};

static NIC: Section<Nic> = Section {
    step: Step::Network,
    rows: &NIC_ROWS,
    part: |answers, _| Some(&answers.vm.network.nic),
    part_mut: |answers, _| Some(&mut answers.vm.network.nic),
};

static NETWORK_ROWS: [Field<Network>; 1] = [Field::<Network>::new(
    "none",
    "No network device",
    "The VM gets no network at all.",
    toggle!(Network.none),
)
.brief("no network device")];

fn present(scope: &Scope, _: &Nic) -> State {
    State::off_unless(!scope.vm().network.none, "no device")
}

static NIC_ROWS: [Field<Nic>; 9] = [
    Field::<Nic>::new(
        "bridge",
        "Bridge",
        "The bridge of the node that the device is plugged into.",
        name_choice!(Nic.bridge, |scope, _| {
            let node = visible(scope.node());
            let bridges = scope
                .catalog
                .bridges(scope.node())
                .map(|bridges| bridges.iter().collect());
            let empty = scope.nothing_or_hidden(
                &format!("{node} has no bridge."),
                &format!("No bridge on {node} that you may see"),
                &["SDN.Use", "SDN.Audit"],
                "/sdn/zones/localnetwork",
            );
            Options::fetched(
                format!("Bridges of {node}"),
                empty,
                bridges,
                |bridge: &crate::api::Bridge| {
                    let words = [
                        Some(bridge.kind.as_str()).filter(|kind| *kind != "bridge"),
                        (!bridge.active).then_some("not active"),
                        bridge.vlan_aware.then_some("VLAN aware"),
                        bridge.comment.as_deref(),
                    ];
                    let detail: Vec<&str> = words.into_iter().flatten().collect();
                    Choice::new(bridge.name.as_str(), &bridge.name).detail(detail.join(", "))
                },
            )
        }),
    )
    .brief("bridge")
    .when(present)
    .note(|scope, nic, _| {
        let bridges = scope.catalog.bridges(scope.node()).known()?;
        let wanted = &scope.site.bridge;
        let replaced = !scope.touched.contains(&BRIDGE) && nic.bridge.as_ref() != Some(wanted);
        if replaced && !bridges.iter().any(|bridge| bridge.name == *wanted) {
            return Some(format!("{wanted} is not on {}", visible(scope.node())));
        }
        bridges
            .iter()
            .find(|bridge| Some(&bridge.name) == nic.bridge.as_ref())?
            .comment
            .as_deref()
            .map(visible)
    }),
    Field::<Nic>::new(
        "tag",
        "VLAN tag",
        "1 to 4094; empty means no VLAN. The bridge must know VLANs.",
        optional_number!(Nic.vlan, 1, 4094, "no VLAN"),
    )
    .brief("VLAN")
    .hint("no VLAN")
    .when(present),
    Field::<Nic>::new(
        "model",
        "Model",
        "VirtIO is fast and needs a driver in the guest; Linux has it.",
        enumeration!(Nic.model: NicModel),
    )
    .brief("")
    .when(present),
    Field::<Nic>::new(
        "macaddr",
        "MAC address",
        "Empty: the server makes one.",
        Kind::Text {
            read: |nic| nic.mac.clone().unwrap_or_default(),
            write: |nic, text| parse_mac(text).map(|mac| nic.mac = mac),
        },
    )
    .brief("MAC")
    .hint("auto")
    .when(present),
    Field::<Nic>::new(
        "firewall",
        "Firewall",
        "Proxmox's firewall may filter this device.",
        toggle!(Nic.firewall),
    )
    .brief("firewall")
    .when(present),
    Field::<Nic>::new(
        "link_down",
        "Disconnected",
        "The cable is unplugged until you plug it in.",
        toggle!(Nic.disconnected),
    )
    .brief("disconnected")
    .when(present),
    Field::<Nic>::new(
        "mtu",
        "MTU",
        "576 to 65520 bytes, 1 for the bridge's own; empty leaves it to Proxmox. VirtIO only.",
        Kind::Text {
            read: |nic| nic.mtu.map(|mtu| mtu.to_string()).unwrap_or_default(),
            write: |nic, text| {
                let refusal = "Enter 576 to 65520, 1 for the bridge's own MTU, or leave it empty.";
                let mtu = crate::domain::text::optional_number(text, 1, 65_520, "")
                    .map_err(|_| refusal)?;
                if mtu.is_some_and(|mtu| (2..576).contains(&mtu)) {
                    return Err(refusal.to_owned());
                }
                nic.mtu = mtu;
                Ok(())
            },
        },
    )
    .hint("same as bridge")
    .when(|scope, nic| match present(scope, nic) {
        State::Shown => State::off_unless(nic.has_mtu(), "needs the VirtIO model"),
        off => off,
    }),
    Field::<Nic>::new(
        "rate",
        "Rate limit",
        "0 to 10240 MB/s with at most three decimals; empty means unlimited.",
        Kind::Text {
            read: |nic| nic.rate.map(|rate| rate.to_string()).unwrap_or_default(),
            write: |nic, text| {
                if text.is_empty() {
                    nic.rate = None;
                    return Ok(());
                }
                let rate = Milli::parse(text).filter(|rate| rate.0 <= 10_240_000);
                nic.rate = Some(rate.ok_or(
                    "Enter 0 to 10240 MB/s with at most three decimals, or leave it empty.",
                )?);
                Ok(())
            },
        },
    )
    .brief("at most")
    .unit("MB/s")
    .hint("unlimited")
    .when(present),
    Field::<Nic>::new(
        "queues",
        "Multiqueue",
        "1 to 64 packet queues, at best one a core; empty means one.",
        optional_number!(Nic.multiqueue, 1, 64, "one queue"),
    )
    .brief("queues")
    .hint("one")
    .when(present),
];
