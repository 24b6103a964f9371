//! Confirm: how the VM boots and starts, chosen here since everything that it depends on is known by now. `summary` lists
//! what was chosen before.

use crate::catalog::Resource;
use crate::domain::{Start, Step, boot};
use crate::form::{Choice, Field, Kind, Options, PartList, Preset, Scope, Section};

use super::kinds::toggle;
use super::{Page, disk_list, image, network, storage};

/// Everything that may have changed since it was chosen is loaded again when the page is shown.
pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    head: &[],
    needs: |scope| {
        let id = scope.vm().general.vmid.map(Resource::VmIdIsFree);
        let mut needs = vec![
            Resource::Nodes,
            Resource::ClusterResources,
            Resource::Rights,
        ];
        needs.extend(id);
        needs.extend(storage::need(scope));
        let node = scope.node();
        if !node.is_empty() {
            needs.push(Resource::Bridges(node.to_owned()));
            let lists = super::facts::volume_lists(scope).into_iter();
            needs
                .extend(lists.map(|(id, content)| Resource::Volumes(node.to_owned(), id, content)));
        }
        needs
    },
};

static SECTION: Section<Start> = Section {
    step: Step::Confirm,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.start),
    part_mut: |answers, _| Some(&mut answers.vm.start),
};

static ROWS: &[Field<Start>] = &[
    Field::<Start>::new(
        "boot",
        "Boot order",
        "Enter opens it: tick what the VM may boot from, move it with Left and Right.",
        Kind::Many {
            read: |scope, _| boot::order(scope.vm(), scope.arch()),
            label: str::to_owned,
            write: |start, order| start.boot = Some(order),
            options: |scope, _| boot_options(scope),
            new: None,
            ordered: true,
        },
    )
    .param("boot.order")
    .preset(|scope, _, _| {
        let order = boot::derived(scope.vm(), scope.arch()).join(";");
        Some(Preset::new(
            order,
            "The first disk, then the installation media, then the network: an empty disk is skipped.",
        ))
    })
    .allowed("devices of the VM, in order")
    .brief(""),
    Field::<Start>::new(
        "start",
        "Start afterwards",
        "Start the VM when all else is done.",
        toggle!(Start.start),
    )
    .param("")
    .brief(""),
];

/// The devices in boot order, then the others.
fn boot_options<'a>(scope: &Scope<'a>) -> Options<'a> {
    let (vm, arch) = (scope.vm(), scope.arch());
    let order = boot::order(vm, arch);
    let devices = boot::devices(vm, arch);
    let rest = devices.into_iter().filter(|device| !order.contains(device));
    let choices = order.iter().cloned().chain(rest);
    let choices = choices.map(|device| {
        let detail = describe(scope, &device);
        Choice::new(device.as_str(), &device).detail(detail)
    });
    Options::made("Boot order", "There is no device.", choices.collect())
}

/// A device in a few words.
fn describe(scope: &Scope, device: &str) -> String {
    let mut lists = [&disk_list::LIST, &network::LIST].into_iter();
    let of_list = |list: &PartList| {
        let parts =
            (0..(list.count)(scope.answers)).filter_map(|at| (list.line)(scope.answers, at));
        parts
            .into_iter()
            .find(|(name, _)| name == device)
            .map(|(_, text)| text)
    };
    if let Some(text) = lists.find_map(of_list) {
        return text;
    }
    let os = &scope.vm().os;
    let media = os.installer_slot(scope.arch()) == Some(device);
    if media {
        match &os.iso {
            Some(iso) if os.media == crate::domain::values::Media::Iso => image::label(Some(iso)),
            _ => os.media.label().to_owned(),
        }
    } else {
        image::label(os.driver_iso.as_deref())
    }
}
