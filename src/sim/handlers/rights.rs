//! Which privilege each option of a VM needs, as PVE checks at creation and at a change. Knows only values whose privilege
//! depends on them.

use crate::sim::call::Call;
use crate::sim::contract::Series;
use crate::sim::reply::Refusal;

/// Options other than disks and devices: by their names.
pub fn check_options(
    call: &Call<'_>,
    vmid: u32,
    pool: Option<&str>,
    options: &[String],
) -> Result<(), Refusal> {
    if call.is_root() {
        return Ok(());
    }
    for option in options {
        match need_of(option, call.cluster.series) {
            Need::Nothing => {}
            Need::Any(privileges) => call.need_vm(vmid, pool, privileges)?,
            Need::Startup => {
                call.need_vm(vmid, pool, &["VM.Config.Options"])?;
                call.need("/", "Sys.Modify")?;
            }
            Need::Root => {
                return Err(Refusal::died(format!(
                    "only root can set '{option}' config"
                )));
            }
        }
    }
    Ok(())
}

enum Need {
    Nothing,
    Any(&'static [&'static str]),
    Startup,
    Root,
}

fn need_of(option: &str, series: Series) -> Need {
    let base = option.trim_end_matches(|c: char| c.is_ascii_digit());
    match option {
        "numa" => return Need::Any(&["VM.Config.CPU"]),
        "efidisk0" | "tpmstate0" | "cdrom" | "tags" => return Need::Nothing,
        // Until 8.4 only root could use the host's random numbers.
        "rng0" if series < Series::V8_4 => return Need::Root,
        "parallel0" | "parallel1" | "parallel2" => return Need::Root,
        _ => {}
    }
    match base {
        "ide" | "sata" | "scsi" | "virtio" | "unused" | "serial" | "usb" | "hostpci"
        | "virtiofs" => Need::Nothing,
        "sockets" | "cores" | "cpu" | "cpulimit" | "cpuunits" | "vcpus" | "numa" | "smp" => {
            Need::Any(&["VM.Config.CPU"])
        }
        "memory" | "balloon" | "shares" | "allow-ksm" => Need::Any(&["VM.Config.Memory"]),
        "machine" | "scsihw" | "vga" | "acpi" | "hotplug" | "kvm" | "tablet" | "smbios"
        | "watchdog" | "audio" | "rng" => Need::Any(&["VM.Config.HWType"]),
        "name" | "ostype" | "agent" | "bios" | "onboot" | "description" | "protection"
        | "keyboard" | "localtime" | "tdf" | "reboot" | "template" | "migrate_speed"
        | "migrate_downtime" | "autostart" | "startdate" => Need::Any(&["VM.Config.Options"]),
        "freeze" => Need::Any(&["VM.PowerMgmt"]),
        "startup" => Need::Startup,
        "boot" | "bootdisk" | "vmstatestorage" => Need::Any(&["VM.Config.Disk"]),
        "net" => Need::Any(&["VM.Config.Network"]),
        "ciuser" | "cipassword" | "citype" | "ciupgrade" | "cicustom" | "searchdomain"
        | "nameserver" | "sshkeys" | "ipconfig" => {
            Need::Any(&["VM.Config.Cloudinit", "VM.Config.Network"])
        }
        _ => Need::Root,
    }
}

/// Serial ports, USB and PCI devices: real ones are root's. The host's random generator counts as a mapped device.
pub fn check_devices(call: &Call<'_>, vmid: u32, pool: Option<&str>) -> Result<(), Refusal> {
    if call.is_root() {
        return Ok(());
    }
    for (name, value) in &call.params {
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let real = match base {
            "serial" => value != "socket",
            "usb" => !value.contains("spice") && !value.contains("mapping="),
            "hostpci" => !value.contains("mapping="),
            "rng" if value.contains("/dev/hwrng") => {
                call.need("/mapping/hwrng", "Mapping.Use")?;
                continue;
            }
            _ => continue,
        };
        if real {
            return Err(Refusal::died(format!(
                "only root can set '{name}' config for real devices"
            )));
        }
        call.need_vm(vmid, pool, &["VM.Config.HWType"])?;
    }
    Ok(())
}

/// Since 8.0 a bridge needs `SDN.Use` on it, or on its VLAN.
pub fn check_bridges(call: &Call<'_>) -> Result<(), Refusal> {
    if call.is_root() || call.cluster.series < Series::V8_4 {
        return Ok(());
    }
    let contract = call.cluster.contract();
    let Some(keys) = contract.keys("net[n]") else {
        return Ok(());
    };
    for (name, value) in &call.params {
        if !name.starts_with("net") {
            continue;
        }
        let net = crate::sim::contract::parse_property_string(keys, value).unwrap_or_default();
        let Some(bridge) = net.get("bridge") else {
            continue;
        };
        let path = match net.get("tag") {
            Some(tag) => format!("/sdn/zones/localnetwork/{bridge}/{tag}"),
            None => format!("/sdn/zones/localnetwork/{bridge}"),
        };
        call.need(&path, "SDN.Use")?;
    }
    Ok(())
}
