//! Every field is sent as its row says: changing it changes its own parameter, in a part that names the field, and no other
//! parameter except those that depend on it.

use std::collections::{BTreeMap, BTreeSet};

use pve_vm_setup::domain::params::{Plan, plan};
use pve_vm_setup::domain::values::Media;
use pve_vm_setup::domain::{FieldId, Secret, Step, VmConfig};
use pve_vm_setup::form::{Answers, Change, Value};
use pve_vm_setup::steps::{self, fields};

use super::domain_support::sent::{keys, template};
use super::domain_support::{IMAGE, everything, everywhere, with_scope};

/// Fields that are part of another field's parameter: the choices they offer, or the part that their value is.
const UNDER: &[(&str, &str)] = &[
    ("iso_storage", "iso"),
    ("driver_storage", "driver_iso"),
    ("tpm", "tpm_storage"),
    ("source", "import-from"),
    ("import_storage", "import-from"),
    ("image_storage", "image"),
    ("size", "storage"),
];

/// The other parameters that change with a field.
const FOLLOWS: &[(&str, &[&str])] = &[
    // High availability uses the VM's ID.
    ("vmid", &["sid"]),
    // Another architecture is emulated, and an ARM guest has its CD drive on another bus.
    ("arch", &["kvm", "ide2", "ide0", "scsi2", "boot"]),
    // Drivers are for Windows, and add a device to the boot order.
    ("ostype", &["ide0", "boot"]),
    ("driver_cd", &["boot"]),
    // A cloud image needs no CD drive, becomes the first disk and is grown.
    ("media", &["boot", "scsi[n]", "disk", "size"]),
    // The settings are read from the drive.
    (
        "cloudinit",
        &[
            "ciuser",
            "sshkeys",
            "nameserver",
            "searchdomain",
            "ciupgrade",
            "cicustom",
            "ipconfig[n]",
        ],
    ),
    // A gateway is for a static address.
    ("ipv4", &["ipconfig[n]"]),
    ("ipv6", &["ipconfig[n]"]),
    // A display on a serial port needs its port.
    ("vga", &["serial0", "serial1", "serial2", "serial3"]),
    ("bios", &["efidisk0"]),
    // An IO thread needs its controller.
    ("scsihw", &["scsi[n]"]),
    // A new disk has a size, an imported one has none.
    ("source", &["scsi[n]"]),
    // Shares need ballooning.
    ("ballooning", &["shares"]),
    // An MTU is for VirtIO devices.
    ("model", &["net[n]"]),
];

/// The part of the full machine that the field is tested on: the disks are new, new, imported, and a volume.
fn part(name: &str) -> usize {
    match name {
        "source" | "import_storage" | "import-from" => 2,
        "volume" => 3,
        _ => 0,
    }
}

/// The full machine; fields of a cloud image are tried on one that is made from it.
fn machine(name: &str) -> VmConfig {
    let mut vm = everything();
    if ["image", "image_storage", "cloudinit"].contains(&name) {
        vm.os.media = Media::CloudImage;
        vm.os.image_storage = Some("cephfs".to_owned());
        vm.os.image = Some(IMAGE.to_owned());
    }
    vm
}

/// Texts; every field accepts at least one that it does not have yet.
const TEXTS: [&str; 17] = [
    "3",
    "12",
    "500",
    "2000",
    "web-2",
    "4-9",
    "BC:24:11:0A:1B:2D",
    "1-2",
    "16",
    "101",
    "999",
    "one\ntwo\nthree",
    "192.0.2.9/25",
    "192.0.2.2",
    "2001:db8::9/65",
    "2001:db8::2",
    "user=local:snippets/user.yaml",
];

/// The full machine with one field changed, in each possible way.
fn changed(id: FieldId) -> Vec<VmConfig> {
    let answers = Answers {
        vm: machine(id.name),
        ..Answers::default()
    };
    let (value, plain, options) = with_scope(&answers, |scope| {
        let options = steps::options(scope, id).map(|options| {
            let choices = options.iter().map(|choice| choice.value);
            choices.collect::<Vec<String>>()
        });
        let row = steps::row(scope, id).expect("the row is there");
        (row.value, steps::plain(scope, id).unwrap(), options)
    });
    let try_all = |changes: Vec<Change>| -> Vec<VmConfig> {
        let one = |change: Change| {
            let mut answers = answers.clone();
            steps::write(&mut answers, id, &change).ok()?;
            Some(answers.vm)
        };
        let vms = changes.into_iter().filter_map(one);
        vms.filter(|vm| *vm != answers.vm).collect()
    };
    match value {
        Value::Text(_) | Value::Lines(_) => try_all(TEXTS.into_iter().map(Change::Text).collect()),
        Value::Toggle(_) => try_all(vec![Change::Toggle]),
        Value::Choice { fixed: true, .. } => {
            let options = options.unwrap();
            let others = options.iter().filter(|other| **other != plain);
            try_all(others.map(|other| Change::Choose(other)).collect())
        }
        Value::Choice { .. } => try_all(vec![Change::Choose("other:x/y")]),
        Value::Many { .. } => {
            let many = ["scsi0", "net0"].map(str::to_owned).to_vec();
            try_all(vec![Change::Many(many)])
        }
        Value::Secret(_) => try_all(vec![Change::Secret(Secret::new("x".to_owned()))]),
        Value::Fixed(_) => Vec::new(),
    }
}

/// Parameter and key to value, for all requests; those of the create by name, the others with their path.
fn sent(plan: &Plan) -> BTreeMap<(String, String), String> {
    let mut all = BTreeMap::new();
    for request in plan.requests() {
        for (name, value) in request.pairs() {
            for (key, value) in keys(&name, &value) {
                let again = all.insert((name.clone(), key), value);
                // `serial0` and `vga` can be in either request.
                assert!(again.is_none() || matches!(name.as_str(), "vga" | "serial0"));
            }
        }
    }
    all
}

/// The differences between two plans: parameter and key.
fn differences(before: &Plan, after: &Plan) -> BTreeSet<(String, String)> {
    let (before, after) = (sent(before), sent(after));
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|at| before.get(*at) != after.get(*at));
    differing.cloned().collect()
}

/// Whether a part of the parameter comes from the field.
fn names_field(plan: &Plan, param: &str, id: FieldId) -> bool {
    let mut params = plan.requests().flat_map(|request| &request.params);
    params.any(|known| known.name == param && known.fields().any(|field| field == id))
}

/// The row's parameters, each as name and key.
fn of_row(param: &str) -> Vec<(&str, &str)> {
    let one = |param: &'static str| param.split_once('.').unwrap_or((param, ""));
    let params: &'static str = param.to_owned().leak();
    params.split(", ").map(one).collect()
}

fn fits(row: &[(&str, &str)], (name, key): &(String, String)) -> bool {
    row.iter().any(|(of, part)| {
        (*of == name || *of == template(name)) && (part.is_empty() || part == key)
    })
}

#[test]
fn a_changed_field_changes_its_own_part_of_its_parameter() {
    for spec in fields::specs() {
        let name = spec.id.name;
        let before = plan(&machine(name), &everywhere());
        if ["", "-"].contains(&spec.param.as_str()) || name == "format" {
            continue;
        }
        let id = FieldId {
            part: part(name),
            ..spec.id
        };
        let row = of_row(&spec.param);
        let under = UNDER.iter().find(|(field, _)| *field == name);
        let named = FieldId {
            name: under.map_or(name, |(_, other)| other),
            ..id
        };
        let lands = |vm: &VmConfig| {
            let after = plan(vm, &everywhere());
            differences(&before, &after).iter().any(|at| {
                fits(&row, at)
                    && (names_field(&before, &at.0, named) || names_field(&after, &at.0, named))
            })
        };
        let vms = changed(id);
        assert!(
            vms.iter().any(lands),
            "{name} does not land in {}",
            spec.param
        );
    }
}

#[test]
fn a_changed_field_changes_only_its_parameter_and_those_that_depend_on_it() {
    for spec in fields::specs() {
        let name = spec.id.name;
        let before = plan(&machine(name), &everywhere());
        if ["", "-"].contains(&spec.param.as_str()) {
            continue;
        }
        let id = FieldId {
            part: part(name),
            ..spec.id
        };
        let row = of_row(&spec.param);
        let follows = FOLLOWS.iter().find(|(field, _)| *field == name);
        let follows = follows.map_or(&[][..], |(_, follows)| follows);
        let sends = |plan: &Plan, param: &str| sent(plan).keys().any(|at| at.0 == param);
        for vm in changed(id) {
            let after = plan(&vm, &everywhere());
            for at in differences(&before, &after) {
                let param = at.0.as_str();
                let own = row
                    .iter()
                    .any(|(of, _)| [param, template(param)].contains(of));
                // A parameter appears and disappears with all of its keys.
                let whole = own && !(sends(&before, param) && sends(&after, param));
                let follow = [param, template(param)];
                let follow = follow.iter().any(|name| follows.contains(name));
                assert!(
                    fits(&row, &at) || whole || follow,
                    "{name} also changes {at:?}"
                );
            }
        }
    }
}

/// Fields without a parameter of their own.
#[test]
fn a_field_without_a_parameter_changes_what_it_is_for() {
    let before = plan(&everything(), &everywhere());
    let after = |step, name| {
        let vms = changed(FieldId::new(step, name));
        plan(vms.first().expect("it changes"), &everywhere())
    };
    let paths = |plan: &Plan| -> Vec<String> {
        plan.requests()
            .map(|request| request.path.clone())
            .collect()
    };
    let node = after(Step::General, "node");
    assert!(paths(&node).iter().all(|path| !path.contains("pve1")));
    assert_eq!(differences(&before, &node), BTreeSet::new());

    // How a list is shown is not part of the VM.
    assert_eq!(changed(FieldId::new(Step::Os, "all_storages")), []);

    let guest = after(Step::Os, "guest");
    let changes = differences(&before, &guest);
    assert!(changes.contains(&("ostype".to_owned(), String::new())));

    for (name, slot) in [("bus", "virtio0"), ("device", "scsi3")] {
        let moved = differences(&before, &after(Step::Disks, name)).into_iter();
        let names: BTreeSet<String> = moved.map(|at| at.0).collect();
        // A disk in another slot is another boot device, and the drive of cloud-init takes its place.
        let expected = ["boot", "scsi0", "scsi1", slot];
        assert_eq!(names, expected.map(str::to_owned).into());
    }

    let without_nics = differences(&before, &after(Step::Network, "no_device"));
    assert!(!without_nics.is_empty());
    // The boot order has one device less.
    assert!(
        without_nics
            .iter()
            .all(|(name, _)| ["net[n]", "ipconfig[n]"].contains(&template(name)) || name == "boot")
    );

    let start = after(Step::Confirm, "start");
    assert_eq!(paths(&start).len() + 1, paths(&before).len());
    assert_eq!(differences(&before, &start), BTreeSet::new());
    let without: Vec<String> = fields::specs()
        .into_iter()
        .filter(|spec| ["", "-"].contains(&spec.param.as_str()))
        .map(|spec| spec.id.name.to_owned())
        .collect();
    let here = ["node", "guest", "bus", "device", "no_device", "start"];
    assert_eq!(without, here);
}

#[test]
fn the_fixed_format_is_sent_for_every_new_drive() {
    let plan = plan(&everything(), &everywhere());
    let field = |part| FieldId::of_part(Step::Disks, part, "format");
    for (part, slot, there) in [
        (0, "scsi0", true),
        (1, "sata3", true),
        (2, "virtio5", true),
        (3, "scsi7", false),
    ] {
        assert_eq!(names_field(&plan, slot, field(part)), there, "{slot}");
        let format = sent(&plan)
            .get(&(slot.to_owned(), "format".to_owned()))
            .cloned();
        assert_eq!(format.as_deref(), there.then_some("raw"), "{slot}");
    }
}
