//! Confirm: what was chosen, step by step, in the words of the rows themselves, computed anew each time it is shown; and how
//! the VM begins, which is chosen here since everything it depends on is known by now.

use crate::catalog::Resource;
use crate::domain::boot;
use crate::domain::text::visible;
use crate::domain::values::SerialConsole;
use crate::domain::{FieldId, Start, Step, VmConfig};
use crate::form::{
    Answers, Choice, Field, Kind, Options, PartList, Preset, RowView, Scope, Section, State, Value,
};

use super::kinds::toggle;
use super::{Page, image, page, row, rows, storage};

/// Everything that can have changed since it was chosen is looked at again when the page is shown.
pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
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
            "The first disk, then the installation media, then the network: an empty disk is passed over.",
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

/// The devices in the order in which they are tried, then the others.
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

/// What a device is, in a few words.
fn describe(scope: &Scope, device: &str) -> String {
    let lists = [Step::Disks, Step::Network].into_iter();
    let mut lists = lists.filter_map(|step| page(step).list);
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
    let media = os.cd_slots(scope.arch()).first() == Some(&device);
    if media {
        match &os.iso {
            Some(iso) if os.media == crate::domain::values::Media::Iso => image::label(Some(iso)),
            _ => os.media.label().to_owned(),
        }
    } else {
        image::label(os.driver_iso.as_deref())
    }
}

/// One step's choices, and the field that Enter leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryLine {
    pub step: Step,
    pub field: FieldId,
    pub phrases: Vec<String>,
}

/// The lines from General to Network. Disks and network devices have one each.
pub fn summary(scope: &Scope) -> Vec<SummaryLine> {
    let usual = Answers::default();
    let usual = Scope {
        answers: &usual,
        ..*scope
    };
    let steps = Step::ALL
        .into_iter()
        .filter(|step| !matches!(step, Step::Login | Step::Confirm));
    steps
        .flat_map(|step| match page(step).list {
            Some(list) => parts(scope, step, list),
            None => fields(scope, &usual, step),
        })
        .collect()
}

fn parts(scope: &Scope, step: Step, list: &PartList) -> Vec<SummaryLine> {
    let count = (list.count)(scope.answers);
    let line = |part: usize, phrases| {
        let first = rows(scope, step, part)
            .into_iter()
            .find(RowView::takes_focus);
        let field = first.map_or(FieldId::of_part(step, part, ""), |row| row.id);
        SummaryLine {
            step,
            field,
            phrases,
        }
    };
    if count == 0 {
        return vec![line(0, vec![format!("no {}", list.noun)])];
    }
    let described =
        (0..count).filter_map(|part| (list.line)(scope.answers, part).map(|text| (part, text)));
    described
        .map(|(part, (name, text))| line(part, vec![format!("{name} {text}")]))
        .collect()
}

fn fields(scope: &Scope, usual: &Scope, step: Step) -> Vec<SummaryLine> {
    let rows = rows(scope, step, 0);
    let Some(first) = rows.iter().find(|row| row.takes_focus()) else {
        return Vec::new();
    };
    let phrases = rows
        .iter()
        .filter(|row| row.state == State::Shown)
        .filter_map(|row| phrase(usual, row))
        .collect();
    vec![SummaryLine {
        step,
        field: first.id,
        phrases,
    }]
}

/// A checkbox is named when it is on, and denied when it is off although usually on. What is left to Proxmox goes without
/// saying.
fn phrase(usual: &Scope, shown: &RowView) -> Option<String> {
    let usually = || row(usual, shown.id).map(|usual| usual.value);
    if shown.quiet && usually().as_ref() == Some(&shown.value) {
        return None;
    }
    let led = |text: String| {
        format!("{} {text} {}", shown.brief, shown.unit)
            .trim()
            .to_owned()
    };
    match &shown.value {
        Value::Toggle(true) => (!shown.brief.is_empty()).then(|| shown.brief.to_owned()),
        Value::Toggle(false) => {
            (usually() == Some(Value::Toggle(true))).then(|| format!("no {}", shown.label))
        }
        Value::Text(text) | Value::Fixed(text) | Value::Choice { label: text, .. } => {
            let silent = ["", "-", "(none)", "Default"];
            (!silent.contains(&text.as_str())).then(|| led(visible(text)))
        }
        Value::Many { chosen, .. } => (!chosen.is_empty()).then(|| led(visible(&chosen.join(" ")))),
        Value::Lines(text) => {
            let first = text.lines().find(|line| !line.trim().is_empty())?;
            Some(led(visible(first)))
        }
        Value::Secret(_) => None,
    }
}

/// What follows the creation, in order.
pub fn afterwards(vm: &VmConfig) -> Vec<String> {
    let console = match vm.system.serial {
        SerialConsole::None => None,
        _ if vm.system.serial_is_display() => Some("serial0=socket, vga=serial0".to_owned()),
        _ => Some(format!(
            "serial0=socket; the display stays {}",
            vm.system.graphics.label()
        )),
    };
    let ha = vm.general.high_availability;
    let ha = ha.then(|| "high availability, stopped".to_owned());
    let start = vm.start.start.then(|| "start".to_owned());
    console.into_iter().chain(ha).chain(start).collect()
}
