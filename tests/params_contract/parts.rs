//! The parts of any machine, each built member by member: a new member without a generator does not compile.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::{hash_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use pve_vm_setup::domain::config::{Addresses, Limits};
use pve_vm_setup::domain::ip::Network;
use pve_vm_setup::domain::values::{
    Arch, AsyncIo, Bios, Bus, Cache, DiskSource, Graphics, Ipv4, Ipv6, Machine, Media, NicModel,
    OsType, Rng, ScsiController, SerialConsole, TpmVersion, VolumeFormat, Watchdog, WatchdogAction,
};
use pve_vm_setup::domain::{
    CloudInit, Cpu, Disk, DiskSize, General, Memory, MiB, Milli, Nic, Os, System, VmId,
};
use pve_vm_setup::sim::Series;
use pve_vm_setup::sim::contract::{cpu_flags, cpu_models};

use super::version;

/// Every value of an enumeration, equally often.
fn any_of<T: Copy + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = T> {
    select(values)
}

/// The ends of a range as often as everything in between.
fn within(least: u32, most: u32) -> impl Strategy<Value = u32> {
    prop_oneof![
        Just(least),
        Just(most),
        least..=most,
        least..=least.saturating_add(64).min(most)
    ]
}

fn maybe(least: u32, most: u32) -> impl Strategy<Value = Option<u32>> {
    option::of(within(least, most))
}

/// A decimal in thousandths, with both ends.
fn decimal(least: u64, most: u64) -> impl Strategy<Value = Milli> {
    prop_oneof![Just(least), Just(most), least..=most].prop_map(Milli)
}

fn storage() -> impl Strategy<Value = String> {
    "[a-zA-Z][a-zA-Z0-9._-]{0,12}[a-zA-Z0-9]"
}

/// A file on a storage, as its storage and its volume ID.
fn file(content: &'static str, end: &'static str) -> impl Strategy<Value = (String, String)> {
    let name = "[ -+\\--.0-:;<>-~äé日]{1,30}".prop_map(|name| name.replace(['/', ','], "_"));
    (storage(), name).prop_map(move |(storage, name)| {
        let volid = format!("{storage}:{content}/{name}.{end}");
        (storage, volid)
    })
}

fn name() -> impl Strategy<Value = String> {
    let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?";
    vec(label, 0..4).prop_map(|labels| labels.join("."))
}

fn pool(series: Series) -> impl Strategy<Value = String> {
    let levels = if series == Series::V7_4 { 1 } else { 3 };
    vec("[a-zA-Z0-9._-]{1,12}", 1..=levels).prop_map(|levels| levels.join("/"))
}

fn notes() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[ -~äé日\n\t]{0,60}",
        1 => Just(String::new()),
        1 => Just("é".repeat(8192)),
    ]
}

pub fn general(series: Series) -> impl Strategy<Value = General> {
    let labels = (
        "[a-zA-Z0-9]([a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?",
        within(VmId::MIN, VmId::MAX),
        name(),
        option::of(pool(series)),
        vec("[a-z0-9_][a-z0-9_+.-]{0,15}", 0..5),
    );
    let seconds = || maybe(0, 999_999_999);
    let flags = any::<[bool; 3]>();
    let order = (seconds(), seconds(), seconds());
    (labels, flags, order, any_of(Arch::ALL), notes()).prop_map(
        |(labels, flags, (start_order, startup_delay, shutdown_timeout), arch, notes)| {
            let (node, vmid, name, pool, tags) = labels;
            let [high_availability, start_at_boot, protection] = flags;
            General {
                node: Some(node),
                vmid: VmId::new(vmid),
                name,
                pool,
                tags,
                high_availability,
                start_at_boot,
                start_order,
                startup_delay,
                shutdown_timeout,
                arch,
                protection,
                notes,
            }
        },
    )
}

pub fn os() -> impl Strategy<Value = Os> {
    (
        any_of(Media::ALL),
        any::<bool>(),
        file("iso", "iso"),
        any_of(OsType::ALL),
        file("iso", "iso"),
        file("import", "qcow2"),
    )
        .prop_map(|(media, driver_cd, iso, ostype, drivers, image)| Os {
            media,
            iso_storage: Some(iso.0),
            iso: Some(iso.1),
            image_storage: Some(image.0),
            image: Some(image.1),
            ostype,
            driver_cd,
            driver_storage: Some(drivers.0),
            driver_iso: Some(drivers.1),
        })
}

pub fn system() -> impl Strategy<Value = System> {
    let board = (
        any_of(Graphics::ALL),
        any_of(SerialConsole::ALL),
        any_of(Machine::ALL),
        any_of(Bios::ALL),
        any_of(ScsiController::ALL),
    );
    let volumes = (
        storage(),
        any_of(VolumeFormat::ALL),
        storage(),
        any_of(TpmVersion::ALL),
        any_of(VolumeFormat::ALL),
    );
    let small = (
        any_of(Rng::ALL),
        maybe(0, 2_147_483_647),
        maybe(1, 2_147_483_647),
        any_of(Watchdog::ALL),
        any_of(WatchdogAction::ALL),
    );
    (board, volumes, small, any::<[bool; 4]>()).prop_map(|(board, volumes, small, flags)| {
        let (graphics, serial, machine, bios, scsi_controller) = board;
        let (efi_storage, efi_format, tpm_storage, tpm_version, tpm_format) = volumes;
        let (rng, rng_bytes, rng_period, watchdog, watchdog_action) = small;
        let [efi_disk, pre_enrolled_keys, agent, tpm] = flags;
        System {
            graphics,
            serial,
            machine,
            bios,
            efi_disk,
            efi_storage: Some(efi_storage),
            efi_format,
            pre_enrolled_keys,
            scsi_controller,
            agent,
            tpm,
            tpm_storage: Some(tpm_storage),
            tpm_version,
            tpm_format,
            rng,
            rng_bytes,
            rng_period,
            watchdog,
            watchdog_action,
        }
    })
}

/// None, some, or many disks on distinct slots of all buses.
pub fn disks(series: Series) -> impl Strategy<Value = Vec<Disk>> {
    let slots: Vec<(Bus, u8)> = Bus::ALL
        .iter()
        .flat_map(|bus| (0..bus.slots()).map(|device| (*bus, device)))
        .collect();
    let disk = move || (any::<Index>(), disk(series));
    prop_oneof![4 => vec(disk(), 0..6), 1 => vec(disk(), 6..70)].prop_map(move |wanted| {
        let mut free = slots.clone();
        let mut disks = Vec::new();
        for (index, mut disk) in wanted {
            if free.is_empty() {
                break;
            }
            (disk.bus, disk.device) = free.remove(index.index(free.len()));
            disks.push(disk);
        }
        disks
    })
}

/// New, imported from an image, or an existing volume; without a slot yet.
fn disk(series: Series) -> impl Strategy<Value = Disk> {
    let size = prop_oneof![
        Just(1),
        Just(131_072_000),
        1..=131_072_000_u64,
        1..=64_000_u64
    ];
    let import = prop::bool::weighted(if version(series).has_import() {
        0.2
    } else {
        0.0
    });
    let content = (
        storage(),
        size,
        import,
        file("import", "qcow2"),
        prop::bool::weighted(0.15),
        "[a-z0-9.-]{8,20}",
    );
    let cache = (any_of(Cache::ALL), any_of(AsyncIo::ALL));
    (content, cache, any::<[bool; 6]>(), limits()).prop_map(
        |(content, (cache, async_io), flags, limits)| {
            let (storage, size, import, image, existing, lun) = content;
            let [discard, io_thread, ssd, read_only, backup, skip_replication] = flags;
            let existing = existing && !import;
            let buffered = !matches!(cache, Cache::Default | Cache::None | Cache::Directsync);
            let async_io = match async_io {
                AsyncIo::Native if buffered => AsyncIo::Threads,
                other => other,
            };
            let storage = if existing {
                format!("lun-{storage}")
            } else {
                storage
            };
            let source = if import {
                DiskSource::Import
            } else {
                DiskSource::New
            };
            Disk {
                bus: Bus::Scsi,
                device: 0,
                source,
                import_storage: import.then_some(image.0),
                import_image: import.then_some(image.1),
                volume: existing.then(|| format!("{storage}:0.0.1.{lun}")),
                storage: Some(storage),
                size: DiskSize::parse(&Milli(size).to_string()).unwrap(),
                cache,
                discard,
                io_thread,
                ssd,
                read_only,
                backup,
                skip_replication,
                async_io,
                limits,
            }
        },
    )
}

/// A burst starts at its limit, and needs one.
fn above<T: Ord + Copy>(limit: Option<T>, burst: Option<T>) -> Option<T> {
    limit.and_then(|limit| burst.map(|burst| burst.max(limit)))
}

fn limits() -> impl Strategy<Value = Limits> {
    let megabytes = || option::weighted(0.3, decimal(1000, 1_000_000_000));
    let ops = || option::weighted(0.3, within(10, 2_000_000_000));
    let steady = (megabytes(), megabytes(), ops(), ops());
    let burst = (megabytes(), megabytes(), ops(), ops());
    (steady, burst).prop_map(|(steady, burst)| {
        let (mbps_rd, mbps_wr, iops_rd, iops_wr) = steady;
        let mbps_rd_max = above(mbps_rd, burst.0);
        let mbps_wr_max = above(mbps_wr, burst.1);
        let iops_rd_max = above(iops_rd, burst.2);
        let iops_wr_max = above(iops_wr, burst.3);
        Limits {
            mbps_rd,
            mbps_wr,
            iops_rd,
            iops_wr,
            mbps_rd_max,
            mbps_wr_max,
            iops_rd_max,
            iops_wr_max,
        }
    })
}

pub fn cpu(series: Series) -> impl Strategy<Value = Cpu> {
    let version = version(series);
    let types: Vec<&str> = cpu_models(series)
        .map(|model| model.name)
        .chain(["", "host", "max"])
        .collect();
    let sockets = version.max_sockets().unwrap_or(4096);
    let flags = prop::sample::subsequence(cpu_flags(series), 0..4)
        .prop_flat_map(|flags| (vec(any::<bool>(), flags.len()), Just(flags)));
    let affinity = vec((0..8192_u32, 0..64_u32), 0..4);
    let count = (within(1, version.max_cores()), within(1, sockets));
    let more = (
        option::of(any::<Index>()),
        option::of(decimal(0, 128_000)),
        affinity,
        maybe(2, 262_144),
        any::<bool>(),
    );
    (count, select(types), more, flags).prop_map(|((cores, sockets), cpu_type, more, flags)| {
        let (vcpus, limit, affinity, units, numa) = more;
        let total = usize::try_from(cores * sockets).unwrap();
        let sign = |(off, name): (bool, &str)| format!("{}{name}", if off { "-" } else { "+" });
        let flags = flags.0.into_iter().zip(flags.1).map(sign);
        let ends = |(from, more): (u32, u32)| match more {
            0..32 => from.to_string(),
            more => format!("{from}-{}", (from + more).min(8191).max(from)),
        };
        let affinity: Vec<String> = affinity.into_iter().map(ends).collect();
        Cpu {
            cores,
            sockets,
            cpu_type: cpu_type.to_owned(),
            vcpus: vcpus.map(|index| u32::try_from(index.index(total) + 1).unwrap()),
            limit,
            affinity: affinity.join(","),
            units,
            numa,
            flags: flags.filter(|_| !cpu_type.is_empty()).collect(),
        }
    })
}

pub fn memory() -> impl Strategy<Value = Memory> {
    let sizes = within(16, 4_178_944).prop_flat_map(|size| {
        let minimum = prop_oneof![Just(None), Just(Some(size)), within(1, size).prop_map(Some)];
        (Just(size), minimum)
    });
    let flags = any::<[bool; 2]>();
    (sizes, maybe(0, 50_000), flags).prop_map(
        |((size, minimum), shares, [ballooning, allow_ksm])| Memory {
            size: MiB(size),
            minimum: minimum.map(MiB),
            shares,
            ballooning,
            allow_ksm,
        },
    )
}

/// None, one, some or all network devices, with an address of their own each where they have one.
pub fn nics() -> impl Strategy<Value = Vec<Nic>> {
    let count = prop_oneof![1 => Just(0), 4 => Just(1), 4 => 2..5_usize, 1 => Just(32)];
    count.prop_flat_map(|count| {
        let macs = hash_set(any::<[u8; 5]>(), count).prop_map(|macs| {
            let mac = |octets: [u8; 5]| octets.map(|octet| format!("{octet:02X}")).join(":");
            macs.into_iter().map(mac).collect::<Vec<_>>()
        });
        (vec(nic(), count), macs).prop_map(|(mut nics, macs)| {
            for (nic, tail) in nics.iter_mut().zip(macs) {
                nic.mac = nic.mac.take().map(|head| format!("{head}:{tail}"));
            }
            nics
        })
    })
}

/// The address is only its first octet here.
fn nic() -> impl Strategy<Value = Nic> {
    let numbers = (
        maybe(1, 4094),
        option::of(prop_oneof![Just(1), within(576, 65_520)]),
        option::of(decimal(0, 10_240_000)),
        maybe(1, 64),
    );
    let trunks = vec((1..=4094_u32, 0..40_u32), 0..4).prop_map(|trunks| {
        let ends = |(from, more): (u32, u32)| match more {
            0..20 => from.to_string(),
            more => format!("{from}-{}", (from + more).min(4094)),
        };
        let trunks: Vec<String> = trunks.into_iter().map(ends).collect();
        trunks.join(";")
    });
    let mac = option::of(any::<u8>().prop_map(|octet| format!("{:02X}", octet & 0xfe)));
    let labels = ("[a-z][a-z0-9._-]{0,12}", any_of(NicModel::ALL), mac, trunks);
    let parts = (labels, numbers, any::<[bool; 2]>(), addresses());
    parts.prop_map(|(labels, numbers, flags, addresses)| {
        let (bridge, model, mac, trunks) = labels;
        let (vlan, mtu, rate, multiqueue) = numbers;
        let [firewall, disconnected] = flags;
        Nic {
            bridge: Some(bridge),
            vlan,
            model,
            mac,
            firewall,
            disconnected,
            mtu,
            rate,
            multiqueue,
            trunks,
            addresses,
        }
    })
}

/// Consistent: a gateway is in its network.
fn addresses() -> impl Strategy<Value = Addresses> {
    let four = (any_of(Ipv4::ALL), any::<u32>(), 8..=32_u8, any::<bool>());
    let six = (any_of(Ipv6::ALL), any::<u128>(), 8..=128_u8, any::<bool>());
    (four, six).prop_map(|((ipv4, four, short, way), (ipv6, six, long, way6))| {
        let fixed = (ipv4 == Ipv4::Static, ipv6 == Ipv6::Static);
        Addresses {
            ipv4,
            address: fixed.0.then(|| Network {
                address: IpAddr::V4(Ipv4Addr::from(four)),
                prefix: short,
            }),
            gateway: (fixed.0 && way && short < 31).then(|| Ipv4Addr::from(four ^ 1)),
            ipv6,
            address6: fixed.1.then(|| Network {
                address: IpAddr::V6(Ipv6Addr::from(six)),
                prefix: long,
            }),
            gateway6: (fixed.1 && way6 && long < 127).then(|| Ipv6Addr::from(six ^ 1)),
        }
    })
}

/// Keys that `ssh-keygen` made.
pub const KEYS: [&str; 3] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0nbu0KMzWMLxEFcI7BrOcsuvBS3lR2fRdXfTU7nM0q me@host",
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP7dmI8zKTnyZcMiHRtjcBlwnzXlbbE/wNgT0Z+3BDdD0Qm2vgzzxXP/4LSyyMA9cWLzmg7RD4OUHZrPRY2CaUI= Ännchen (web) *~!'1",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDRxuvobG74yvbyRbCFuLFn4Ncw6y54vJq6OfSxAF6IWOQf4PF9kFsnqOzf9UCUdgUsZMlvJn6Y0o47jgKsV+gqio71NSeTbaVl4+7Lxi47dDkskmaXMquT2pcIPbQwpuC2jrNVmGfIa8yeFt2gxJ4N4rBNJwHSCGjvEc7Kn/7AoEq4+CyO06t5bg5sLoB8wBVE3pZaPsvu6r1D/jRmiwAvNlHq55hzWWjvqWJMPhjZF7u83N4wi/bq+1CCTpglV4Z6fZvcVVGGfUKS/meMCckcJnNj2DpQIBYo5gAk4zR2QBF+bAAGGauP5YWWn+UIg0S2EvjWhB1g+4ELMYU58ARd",
];

pub fn cloud() -> impl Strategy<Value = CloudInit> {
    let servers = vec(
        prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from(bits))),
            any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from(bits))),
        ],
        0..4,
    );
    let custom = prop_oneof![
        4 => Just(String::new()),
        1 => Just("user=local:snippets/user.yaml".to_owned()),
        1 => Just("network=local:snippets/n.yaml,vendor=cephfs:snippets/v-1.yaml".to_owned()),
    ];
    let keys = proptest::sample::subsequence(KEYS.to_vec(), 0..=KEYS.len());
    let texts = ("[a-z_][a-z0-9_.-]{0,31}|", keys, servers, name(), custom);
    (texts, any::<[bool; 3]>()).prop_map(|(texts, flags)| {
        let (user, keys, servers, search_domain, custom) = texts;
        let [drive, password, upgrade] = flags;
        CloudInit {
            drive,
            user,
            password,
            keys: keys.into_iter().map(str::to_owned).collect(),
            servers,
            search_domain,
            upgrade,
            custom,
        }
    })
}

/// Some of the devices in any order, or the default order.
pub fn start() -> impl Strategy<Value = (Option<Vec<Index>>, bool)> {
    (option::of(vec(any::<Index>(), 1..6)), any::<bool>())
}
