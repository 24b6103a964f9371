//! The user's choices on a cluster that has everything that the site prefers: changed fields stay, all others follow.

use std::collections::{BTreeMap, BTreeSet};

use pve_vm_setup::api::{
    Bridge, ClusterResources, Content, CpuModel, Membership, Node, Storage, System, Volume,
};
use pve_vm_setup::catalog::{Answer, Catalog, Resource};
use pve_vm_setup::domain::params::{Plan, plan};
use pve_vm_setup::domain::{FieldId, Host, PveVersion, SiteDefaults, Step, VmConfig, VmId};
use pve_vm_setup::form::{Answers, Change, Person, Scope};
use pve_vm_setup::sim::contract::cpu_models;
use pve_vm_setup::sim::{Series, contract};
use pve_vm_setup::steps;
use pve_vm_setup::steps::defaults::{Scale, settle};

use super::{DRIVERS, IMAGE, ISO, LUN};

const NODE: &str = "pve1";

pub const ARM_ISO: &str = "cephfs:iso/nixos-minimal-25.11.1234.abcdef0-aarch64-linux.iso";
pub const WINDOWS_ISO: &str = "cephfs:iso/Win11_24H2_English_x64.iso";
pub const OPNSENSE_ISO: &str = "cephfs:iso/OPNsense-25.7-dvd-amd64.iso";

pub struct Story {
    pub answers: Answers,
    catalog: Catalog,
    site: SiteDefaults,
    touched: BTreeSet<FieldId>,
}

impl Story {
    /// On a node of this architecture, with every default applied.
    pub fn on(version: PveVersion, arch: &str) -> Story {
        let mut story = Story {
            answers: Answers::default(),
            catalog: catalog(version, arch),
            site: SiteDefaults::default(),
            touched: BTreeSet::new(),
        };
        story.settle();
        story
    }

    pub fn choose(self, step: Step, name: &'static str, value: &str) -> Story {
        self.change(FieldId::new(step, name), &Change::Choose(value))
    }

    pub fn tick(self, step: Step, name: &'static str) -> Story {
        self.change(FieldId::new(step, name), &Change::Toggle)
    }

    pub fn change(mut self, at: FieldId, change: &Change) -> Story {
        steps::write(&mut self.answers, at, change).expect("the field takes it");
        self.touched.insert(at);
        self.settle();
        self
    }

    /// Another disk or network device.
    pub fn add(mut self, step: Step) -> Story {
        let list = steps::page(step).list.expect("the step has a list");
        let host = self.host();
        (list.add)(&mut self.answers, &host).expect("there is room");
        self.settle();
        self
    }

    /// Applies the defaults; a second time changes nothing.
    fn settle(&mut self) {
        let (taken, person) = (BTreeSet::new(), Person::default());
        let mut answers = self.answers.clone();
        let scope = Scope {
            answers: &self.answers,
            catalog: &self.catalog,
            site: &self.site,
            touched: &self.touched,
            taken: &taken,
            presets: &[],
            last: &BTreeMap::new(),
            demo: false,
            user: Some("root@pam"),
            person: &person,
        };
        settle(&mut answers, scope, Scale::All);
        let mut again = answers.clone();
        assert_eq!(settle(&mut again, scope, Scale::All), [], "a second time");
        assert_eq!(again, answers, "a second time");
        self.answers = answers;
    }

    pub fn vm(&self) -> &VmConfig {
        &self.answers.vm
    }

    pub fn host(&self) -> Host {
        let (taken, person) = (BTreeSet::new(), Person::default());
        let scope = Scope {
            answers: &self.answers,
            catalog: &self.catalog,
            site: &self.site,
            touched: &self.touched,
            taken: &taken,
            presets: &[],
            last: &BTreeMap::new(),
            demo: false,
            user: Some("root@pam"),
            person: &person,
        };
        scope.host()
    }

    pub fn plan(&self) -> Plan {
        plan(self.vm(), &self.host())
    }
}

fn catalog(version: PveVersion, arch: &str) -> Catalog {
    let node = Node {
        name: NODE.to_owned(),
        online: true,
        silent: false,
        cpu_percent: Some(3),
        memory_used: Some(8 << 30),
        memory_total: Some(64 << 30),
        cpus: Some(16),
    };
    let system = System {
        arch: arch.to_owned(),
        ..System::default()
    };
    let series = match version.major {
        7 => Series::V7_4,
        8 => Series::V8_4,
        _ => Series::V9_2,
    };
    let models: Vec<&str> = if arch == "aarch64" {
        vec!["host", "max", "cortex-a53", "cortex-a57"]
    } else {
        cpu_models(series).map(|model| model.name).collect()
    };
    let model = |name: &str| CpuModel {
        name: name.to_owned(),
        vendor: "default".to_owned(),
        custom: false,
    };
    let storages = [
        storage("ceph-pool", "rbd", &["images"]),
        storage("cephfs", "cephfs", &["iso", "import"]),
        Storage {
            formats: ["raw", "qcow2", "vmdk"].map(str::to_owned).to_vec(),
            ..storage("files", "nfs", &["images"])
        },
        Storage {
            select_existing: true,
            ..storage("san", "iscsi", &["images"])
        },
    ];
    let bridge = |name: &str| Bridge {
        name: name.to_owned(),
        kind: "bridge".to_owned(),
        active: true,
        vlan_aware: true,
        vlans: Vec::new(),
        mtu: None,
        comment: None,
    };
    let mut catalog = Catalog::default();
    let mut know = |resource: Resource, answer| {
        let request = catalog.begin(&resource);
        assert!(catalog.settle(request, Ok(answer)));
    };
    let at = || NODE.to_owned();
    know(Resource::Version, Answer::Version(version));
    know(Resource::Nodes, Answer::Nodes(vec![node]));
    know(
        Resource::ClusterResources,
        Answer::ClusterResources(ClusterResources {
            systems: [(at(), system)].into(),
            ..ClusterResources::default()
        }),
    );
    know(
        Resource::Membership,
        Answer::Membership(Some(Membership {
            local: Some(at()),
            nodes: 3,
            ..Membership::default()
        })),
    );
    let id = VmId::new(101).expect("101 is an id");
    know(Resource::NextVmId, Answer::NextVmId(id));
    know(
        Resource::Storages(at()),
        Answer::Storages(storages.to_vec()),
    );
    for (content, volids) in [
        (
            Content::Iso,
            &[ISO, ARM_ISO, WINDOWS_ISO, OPNSENSE_ISO, DRIVERS][..],
        ),
        (Content::Import, &[IMAGE]),
        (Content::Images, &[LUN]),
    ] {
        let storage = volids[0].split(':').next().unwrap_or_default().to_owned();
        let volumes: Vec<Volume> = volids.iter().map(|volid| volume(volid)).collect();
        know(
            Resource::Volumes(at(), storage, content),
            Answer::Volumes(volumes.into()),
        );
    }
    let bridges = ["vmbr0", "vmbr9"].map(bridge).to_vec();
    know(Resource::Bridges(at()), Answer::Bridges(bridges));
    let models = models.into_iter().map(model).collect();
    know(Resource::CpuModels(at()), Answer::CpuModels(models));
    let flags = contract::cpu_flags(series).into_iter();
    let flags = flags.map(|name| pve_vm_setup::api::CpuFlag {
        name: name.to_owned(),
        description: String::new(),
        supported_on: vec![at()],
    });
    know(Resource::CpuFlags(at()), Answer::CpuFlags(flags.collect()));
    catalog
}

fn storage(id: &str, kind: &str, content: &[&str]) -> Storage {
    Storage {
        id: id.to_owned(),
        kind: kind.to_owned(),
        content: content.iter().map(|&kind| kind.to_owned()).collect(),
        shared: true,
        enabled: true,
        active: true,
        total: 2 << 40,
        available: 1 << 40,
        formats: vec!["raw".to_owned()],
        select_existing: false,
    }
}

fn volume(volid: &str) -> Volume {
    Volume {
        volid: volid.to_owned(),
        format: "iso".to_owned(),
        bytes: Some(1 << 30),
        created: Some(1_795_228_665),
        vmid: None,
    }
}
