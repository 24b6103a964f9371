//! The CPU models and flags of each version, and the rules for a VM's `cpu` beyond its keys. The simulated cluster defines
//! no custom models.

use std::collections::BTreeMap;

use super::Series;

/// One row of `GET /nodes/{node}/capabilities/qemu/cpu`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuModel {
    pub name: &'static str,
    /// `GenuineIntel`, `AuthenticAMD`, `ARM` or `default`.
    pub vendor: &'static str,
}

impl CpuModel {
    pub fn runs_on(&self, arch: &str) -> bool {
        match arch {
            "aarch64" => self.vendor == "ARM" || matches!(self.name, "host" | "max"),
            _ => self.vendor != "ARM",
        }
    }
}

const INTEL: &[&str] = &[
    "486",
    "pentium",
    "pentium2",
    "pentium3",
    "coreduo",
    "core2duo",
    "Conroe",
    "Penryn",
    "Nehalem",
    "Nehalem-IBRS",
    "Westmere",
    "Westmere-IBRS",
    "SandyBridge",
    "SandyBridge-IBRS",
    "IvyBridge",
    "IvyBridge-IBRS",
    "Haswell",
    "Haswell-IBRS",
    "Haswell-noTSX",
    "Haswell-noTSX-IBRS",
    "Broadwell",
    "Broadwell-IBRS",
    "Broadwell-noTSX",
    "Broadwell-noTSX-IBRS",
    "Skylake-Client",
    "Skylake-Client-IBRS",
    "Skylake-Client-noTSX-IBRS",
    "Skylake-Server",
    "Skylake-Server-IBRS",
    "Skylake-Server-noTSX-IBRS",
    "Cascadelake-Server",
    "Cascadelake-Server-noTSX",
    "KnightsMill",
    "Icelake-Client",
    "Icelake-Client-noTSX",
    "Icelake-Server",
    "Icelake-Server-noTSX",
];
const INTEL_8: &[&str] = &[
    "Skylake-Client-v4",
    "Skylake-Server-v4",
    "Skylake-Server-v5",
    "Cascadelake-Server-v2",
    "Cascadelake-Server-v4",
    "Cascadelake-Server-v5",
    "Cooperlake",
    "Cooperlake-v2",
    "Icelake-Server-v3",
    "Icelake-Server-v4",
    "Icelake-Server-v5",
    "Icelake-Server-v6",
    "SapphireRapids",
    "SapphireRapids-v2",
    "GraniteRapids",
];
const INTEL_9: &[&str] = &[
    "Icelake-Server-v7",
    "SapphireRapids-v3",
    "SapphireRapids-v4",
    "SapphireRapids-v5",
    "SapphireRapids-v6",
    "SierraForest",
    "SierraForest-v2",
];
const AMD: &[&str] = &[
    "athlon",
    "phenom",
    "Opteron_G1",
    "Opteron_G2",
    "Opteron_G3",
    "Opteron_G4",
    "Opteron_G5",
    "EPYC",
    "EPYC-IBPB",
    "EPYC-Rome",
    "EPYC-Milan",
];
const AMD_8: &[&str] = &[
    "EPYC-v3",
    "EPYC-v4",
    "EPYC-Rome-v2",
    "EPYC-Rome-v3",
    "EPYC-Rome-v4",
    "EPYC-Milan-v2",
    "EPYC-Genoa",
];
const GENERIC: &[&str] = &["host", "kvm32", "kvm64", "qemu32", "qemu64", "max"];
const GENERIC_8: &[&str] = &["x86-64-v2", "x86-64-v2-AES", "x86-64-v3", "x86-64-v4"];
const ARM_9: &[&str] = &["cortex-a53", "cortex-a57"];

/// Unordered; the answer's order is random anyway.
pub fn cpu_models(series: Series) -> impl Iterator<Item = CpuModel> {
    let tables: [(&str, &[&str], Series); 8] = [
        ("GenuineIntel", INTEL, Series::V7_4),
        ("GenuineIntel", INTEL_8, Series::V8_4),
        ("GenuineIntel", INTEL_9, Series::V9_2),
        ("AuthenticAMD", AMD, Series::V7_4),
        ("AuthenticAMD", AMD_8, Series::V8_4),
        ("default", GENERIC, Series::V7_4),
        ("default", GENERIC_8, Series::V8_4),
        ("ARM", ARM_9, Series::V9_2),
    ];
    tables
        .into_iter()
        .filter(move |(_, _, since)| series >= *since)
        .flat_map(|(vendor, names, _)| names.iter().map(move |name| CpuModel { name, vendor }))
}

/// One row of `GET /nodes/{node}/capabilities/qemu/cpu-flags`.
#[derive(Debug, Clone, Copy)]
pub struct CpuFlag {
    pub name: &'static str,
    pub description: &'static str,
    maker: Maker,
}

/// The processors that have a flag.
#[derive(Debug, Clone, Copy)]
enum Maker {
    Any,
    Amd,
    Intel,
}

impl CpuFlag {
    const fn new(name: &'static str, maker: Maker, description: &'static str) -> CpuFlag {
        CpuFlag {
            name,
            description,
            maker,
        }
    }

    /// Whether a processor with that model name has it.
    pub fn is_in(&self, model: &str) -> bool {
        match self.maker {
            Maker::Any => true,
            Maker::Amd => model.contains("AMD"),
            Maker::Intel => model.contains("Intel"),
        }
    }
}

/// Sorted by name.
pub const CPU_FLAGS: [CpuFlag; 13] = [
    CpuFlag::new("aes", Maker::Any, "Encrypts with AES in hardware."),
    CpuFlag::new(
        "amd-no-ssb",
        Maker::Amd,
        "Says that Spectre v4 does not concern this AMD.",
    ),
    CpuFlag::new(
        "amd-ssbd",
        Maker::Amd,
        "Switch against Spectre v4, better than virt-ssbd.",
    ),
    CpuFlag::new(
        "hv-evmcs",
        Maker::Intel,
        "Faster virtual machines inside Windows.",
    ),
    CpuFlag::new(
        "hv-tlbflush",
        Maker::Any,
        "Helps Windows when the host is short of CPUs.",
    ),
    CpuFlag::new(
        "ibpb",
        Maker::Amd,
        "Guards against Spectre v2 between processes.",
    ),
    CpuFlag::new(
        "md-clear",
        Maker::Intel,
        "Shows the guest that MDS is taken care of.",
    ),
    CpuFlag::new("nested-virt", Maker::Any, "Virtual machines inside the VM."),
    CpuFlag::new(
        "pcid",
        Maker::Intel,
        "Makes the cure for Meltdown cost less.",
    ),
    CpuFlag::new("pdpe1gb", Maker::Any, "Memory pages of 1 GiB."),
    CpuFlag::new(
        "spec-ctrl",
        Maker::Intel,
        "Better guard against Spectre on Intel.",
    ),
    CpuFlag::new("ssbd", Maker::Intel, "Switch against Spectre v4 on Intel."),
    CpuFlag::new(
        "virt-ssbd",
        Maker::Amd,
        "Switch against Spectre v4 for any AMD.",
    ),
];

/// The flags that a VM may set, sorted.
pub fn cpu_flags(series: Series) -> Vec<&'static str> {
    CPU_FLAGS
        .iter()
        .map(|flag| flag.name)
        .filter(|flag| *flag != "nested-virt" || series >= Series::V9_2)
        .collect()
}

/// PVE's rules for a `cpu` with valid keys; the message follows `invalid format - `.
pub fn check(series: Series, keys: &BTreeMap<String, String>) -> Result<(), String> {
    let Some(model) = keys.get("cputype") else {
        return Err("CPU is missing cputype\n".to_owned());
    };
    if let Some(custom) = model.strip_prefix("custom-") {
        return Err(format!("Custom cputype '{custom}' not found\n"));
    }
    if !cpu_models(series).any(|known| known.name == model) {
        return Err(format!(
            "Built-in cputype '{model}' is not defined (missing 'custom-' prefix?)\n"
        ));
    }
    let allowed = cpu_flags(series);
    let flags_good = keys.get("flags").is_none_or(|flags| {
        flags
            .split(';')
            .all(|flag| flag.get(1..).is_some_and(|name| allowed.contains(&name)))
    });
    if !flags_good {
        return Err(format!(
            "VM-specific CPU flags must be a subset of: {}\n",
            allowed.join(", ")
        ));
    }
    if keys.contains_key("reported-model") {
        return Err(
            "Property 'reported-model' not allowed in VM-specific CPU config.\n".to_owned(),
        );
    }
    Ok(())
}
