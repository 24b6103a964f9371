//! Reads the CPU and the memory. What is missing is Proxmox's default, not this program's.

use super::reader::Reader;
use crate::domain::config::{Cpu, Memory};
use crate::domain::size::MiB;
use crate::domain::stored::{switch, thousandths};
use crate::domain::units::Milli;

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

pub(super) fn cpu(reader: &mut Reader) -> Cpu {
    let model = reader.property("cpu", "cputype", |cpu| {
        (cpu.take("cputype"), cpu.take("flags"))
    });
    let (cpu_type, flags) = model.unwrap_or_default();
    let limit = reader.read("cpulimit", |text| thousandths(text).map(Milli));
    Cpu {
        cores: reader.read("cores", number).unwrap_or(1),
        sockets: reader.read("sockets", number).unwrap_or(1),
        cpu_type: cpu_type.unwrap_or_default(),
        vcpus: reader.read("vcpus", number).filter(|count| *count > 0),
        limit: limit.filter(|limit| limit.0 > 0),
        affinity: reader.take("affinity").unwrap_or_default(),
        units: reader.read("cpuunits", number),
        numa: reader.flag("numa"),
        flags: flags
            .unwrap_or_default()
            .split(';')
            .filter(|flag| !flag.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

pub(super) fn memory(reader: &mut Reader) -> Memory {
    let size = reader.property("memory", "current", |memory| memory.read("current", number));
    let size = MiB(size.flatten().unwrap_or(512));
    let target = reader.read("balloon", number);
    Memory {
        size,
        minimum: target.filter(|mib| *mib > 0).map(MiB),
        shares: reader.read("shares", number),
        ballooning: target != Some(0),
        allow_ksm: reader.read("allow-ksm", switch).unwrap_or(true),
    }
}
