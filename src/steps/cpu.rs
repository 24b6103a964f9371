//! CPU: how many, and which the guest sees.

use crate::catalog::Resource;
use crate::domain::text::{number, visible};
use crate::domain::{Cpu, FieldId, Step};
use crate::form::{Choice, Field, Kind, Options, Section};

use super::Page;

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    needs: |scope| {
        scope
            .vm()
            .general
            .node
            .iter()
            .map(|node| Resource::CpuModels(node.clone()))
            .collect()
    },
};

pub(crate) const CPU_TYPE: FieldId = FieldId::new(Step::Cpu, "cpu");

static SECTION: Section<Cpu> = Section {
    step: Step::Cpu,
    rows: &ROWS,
    part: |answers, _| Some(&answers.vm.cpu),
    part_mut: |answers, _| Some(&mut answers.vm.cpu),
};

static ROWS: [Field<Cpu>; 3] = [
    Field::<Cpu>::new("cores", "Cores", "Cores of each socket, 1 to 256.", Kind::Text {
        read: |cpu| cpu.cores.to_string(),
        write: |cpu, text| number(text, 1, 256).map(|cores| cpu.cores = cores),
    }).brief("cores")
    .note(|_, cpu, _| Some(format!("{} in total", u64::from(cpu.cores) * u64::from(cpu.sockets)))),
    Field::<Cpu>::new("sockets", "Sockets", "1 to 4; from Proxmox VE 9.2.5 on as many as QEMU takes.", Kind::Text {
        read: |cpu| cpu.sockets.to_string(),
        write: |cpu, text| number(text, 1, 4096).map(|sockets| cpu.sockets = sockets),
    }).brief("sockets"),
    Field::<Cpu>::new("cpu", "Type", "\"host\" passes the node's CPU through: fastest, but the VM moves only between alike nodes.", Kind::Choice {
        read: |cpu| cpu.cpu_type.clone(),
        label: |_, cpu| visible(&cpu.cpu_type),
        write: |cpu, name| {
            name.clone_into(&mut cpu.cpu_type);
            Ok(())
        },
        options: |scope, _| {
            let node = visible(scope.node());
            let models = scope.catalog.cpu_models(scope.node()).map(|models| models.iter().collect());
            let empty = format!("{node} names no CPU type.");
            Options::fetched(format!("CPU types of {node}"), empty, models, |model: &crate::api::CpuModel| {
                Choice::new(model.name.as_str(), &model.name).detail(vendor(model))
            })
        },
        fixed: false,
    }).brief("type")
    .note(|scope, cpu, _| {
        let replaced = !scope.touched.contains(&CPU_TYPE) && cpu.cpu_type != scope.site.cpu_type;
        replaced.then(|| format!("{} is not offered by {}", scope.site.cpu_type, visible(scope.node())))
    }),
];

/// The vendor's name as the web interface shows it.
fn vendor(model: &crate::api::CpuModel) -> &str {
    match (model.name.as_str(), model.vendor.as_str()) {
        _ if model.custom => "Custom",
        ("host", _) => "Host",
        (_, "GenuineIntel") => "Intel",
        (_, "AuthenticAMD") => "AMD",
        (_, "default") => "QEMU",
        (_, other) => other,
    }
}
