//! Every option that the wizard may send: what the simulated cluster accepts, stores and refuses, and for which users.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod sim_support;

use pve_vm_setup::api::{Method, Response};
use pve_vm_setup::sim::Series;
use rstest::rstest;
use sim_support::{Site, body};

fn ask(site: &Site, options: &[(&str, &str)]) -> Response {
    let params = [&[("vmid", "105")], options].concat();
    site.call(Method::Post, "/nodes/pve1/qemu", &params)
}

/// The stored form of an option, once the VM is created.
fn stored(site: &Site, options: &[(&str, &str)], name: &str) -> String {
    let params = [&[("vmid", "105")], options].concat();
    assert_eq!(site.end(&site.create(&params)), "OK");
    let config = site.get("/nodes/pve1/qemu/105/config");
    let value = &config[name];
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[rstest]
#[case::numa("numa", "1")]
#[case::numa_node("numa0", "cpus=0-1,hostnodes=0,memory=1024,policy=bind")]
#[case::affinity("affinity", "0,2-3")]
#[case::arch("arch", "aarch64")]
#[case::kvm("kvm", "0")]
#[case::protection("protection", "1")]
#[case::description("description", "Line 1\n## Line 2: ü")]
#[case::boot("boot", "order=scsi0;ide2;net0")]
#[case::boot_missing("boot", "order=scsi5")]
#[case::rng("rng0", "source=/dev/urandom,max_bytes=1024,period=1000")]
#[case::rng_short("rng0", "/dev/urandom")]
#[case::watchdog("watchdog", "model=i6300esb,action=reset")]
#[case::watchdog_short("watchdog", "ib700")]
#[case::vcpus("vcpus", "2")]
#[case::cpulimit("cpulimit", "1.5")]
#[case::shares("shares", "500")]
#[case::hotplug("hotplug", "network,disk,usb,cpu")]
#[case::hotplug_off("hotplug", "0")]
#[case::startup("startup", "order=1,up=30,down=60")]
#[case::tablet("tablet", "0")]
#[case::acpi("acpi", "0")]
#[case::keyboard("keyboard", "de")]
#[case::localtime("localtime", "1")]
#[case::agent("agent", "enabled=1,fstrim_cloned_disks=1,type=virtio")]
#[case::flags("cpu", "host,flags=+aes;-pcid")]
#[case::vga("vga", "qxl,memory=32")]
#[case::serial("serial2", "socket")]
#[case::audio("audio0", "device=ich9-intel-hda,driver=spice")]
fn what_every_version_knows_is_taken_as_it_is(#[case] name: &str, #[case] value: &str) {
    for series in Series::ALL {
        let site = Site::new(series);
        assert_eq!(stored(&site, &[(name, value)], name), value, "{series:?}");
    }
}

#[rstest]
#[case::trunks("virtio=BC:24:11:00:00:01,bridge=vmbr0,trunks=10;20-25")]
#[case::tag("virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=4094")]
#[case::rate("virtio=BC:24:11:00:00:01,bridge=vmbr0,queues=8,rate=12.5")]
#[case::mtu("virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1,mtu=9000")]
fn a_network_device_keeps_its_keys(#[case] net: &str) {
    let site = Site::new(Series::V9_2);
    let kept = stored(&site, &[("net0", net)], "net0");
    let sorted = |text: &str| {
        let mut parts: Vec<String> = text.split(',').map(str::to_owned).collect();
        parts.sort();
        parts
    };
    assert_eq!(sorted(&kept), sorted(net));
}

#[rstest]
#[case::bandwidth("scsi0", "mbps_rd=1.5,mbps_wr=200,iops_rd=100,iops_wr=200")]
#[case::bursts(
    "virtio0",
    "mbps_rd_max=300,mbps_wr_max=300,iops_rd_max=500,iops_wr_max=500"
)]
#[case::lengths("sata0", "iops_rd_max_length=10,bps_wr_max_length=10")]
#[case::scsi(
    "scsi0",
    "aio=native,cache=none,discard=on,iothread=1,queues=4,ro=1,ssd=1,wwn=0x5000c50015ea71ab"
)]
#[case::virtio("virtio0", "aio=threads,backup=0,iothread=1,replicate=0,ro=1")]
#[case::ide("ide0", "model=Disk,serial=ABC123,ssd=1")]
#[case::errors("scsi0", "detect_zeroes=1,rerror=report,snapshot=1,werror=enospc")]
fn a_disk_keeps_its_keys(#[case] slot: &str, #[case] keys: &str) {
    for series in Series::ALL {
        let site = Site::new(series);
        let value = format!("ceph-pool:4,{keys}");
        let kept = stored(&site, &[(slot, &value)], slot);
        for key in keys.split(',') {
            assert!(kept.split(',').any(|part| part == key), "{key}: {kept}");
        }
    }
}

#[rstest]
#[case::trunks_word("net0", "virtio,bridge=vmbr0,trunks=all", "net0.trunks")]
#[case::mtu("net0", "virtio,bridge=vmbr0,mtu=65521", "maximum value of 65520")]
#[case::tag("net0", "virtio,bridge=vmbr0,tag=0", "minimum value of 1")]
#[case::queues("net0", "virtio,bridge=vmbr0,queues=65", "maximum value of 64")]
#[case::rng_source("rng0", "source=/dev/zero", "does not have a value in the enumeration")]
#[case::rng_missing("rng0", "max_bytes=5", "rng0.source: property is missing")]
#[case::watchdog("watchdog", "model=i6300esb,action=bark", "does not have a value")]
#[case::ro_on_sata("sata0", "ceph-pool:4,ro=1", "sata0.ro: property is not defined")]
#[case::iothread_on_ide("ide0", "ceph-pool:4,iothread=1", "ide0.iothread: property is not")]
#[case::burst("scsi0", "ceph-pool:4,bps_rd_max_length=0", "minimum value of 1")]
#[case::bandwidth("scsi0", "ceph-pool:4,iops_rd=1.5", "type check ('integer') failed")]
#[case::affinity("affinity", "0,a", "unable to parse cpuset option")]
#[case::arch(
    "arch",
    "riscv64",
    "does not have a value in the enumeration 'x86_64, aarch64'"
)]
#[case::numa_node("numa0", "memory=512", "numa0.cpus: property is missing")]
#[case::numa_policy("numa0", "cpus=0,policy=luck", "does not have a value")]
#[case::numa("numa", "yes", "type check ('boolean') failed - got 'yes'")]
#[case::protection("protection", "on", "type check ('boolean') failed - got 'on'")]
#[case::boot("boot", "order=efidisk0", "invalid boot device 'efidisk0'")]
#[case::vcpus("vcpus", "0", "minimum value of 1")]
#[case::cpulimit("cpulimit", "129", "maximum value of 128")]
#[case::cpuunits("cpuunits", "262145", "maximum value of 262144")]
#[case::shares("shares", "50001", "maximum value of 50000")]
#[case::balloon("balloon", "-1", "minimum value of 0")]
#[case::hotplug("hotplug", "network,ram", "invalid hotplug feature 'ram'")]
#[case::flags("cpu", "host,flags=+svm", "must be a subset of")]
fn what_no_version_takes_is_refused_under_its_name(
    #[case] name: &str,
    #[case] value: &str,
    #[case] told: &str,
) {
    for series in Series::ALL {
        let answer = ask(&Site::new(series), &[(name, value)]);
        assert_eq!(answer.status, 400, "{series:?} {name}={value}");
        let errors = body(&answer)["errors"].clone();
        let text = errors[name].as_str().unwrap();
        assert!(text.contains(told), "{series:?} {name}={value}: {text}");
    }
}

#[test]
fn a_description_may_be_8192_characters_long() {
    let site = Site::new(Series::V9_2);
    let long = "ü".repeat(8192);
    assert_eq!(
        ask(&site, &[("description", &format!("{long}x"))]).status,
        400
    );
    assert_eq!(ask(&site, &[("description", &long)]).status, 200);
}

#[rstest]
#[case("affinity", "0-1")]
#[case("arch", "aarch64")]
#[case("hugepages", "2")]
#[case("args", "-snapshot")]
#[case("hookscript", "local:snippets/hook.pl")]
#[case("vmgenid", "1")]
fn some_options_are_for_root_alone_and_its_tokens_are_not_root(
    #[case] name: &str,
    #[case] value: &str,
) {
    for series in Series::ALL {
        let site = Site::new(series);
        assert_eq!(ask(&site, &[(name, value)]).status, 200, "{series:?}");
        let site = Site::new(series);
        site.simulation.edit(|cluster| {
            cluster.access.grant("/", "pool@pve", "Administrator");
        });
        let site = site.seen_by("pool@pve");
        let refused = ask(&site, &[(name, value)]);
        let reason = format!("only root can set '{name}' config");
        assert_eq!(
            (refused.status, refused.reason),
            (500, Some(reason)),
            "{series:?}"
        );
    }
}

#[test]
fn the_hosts_random_numbers_were_only_for_root_until_8_4_and_are_a_mapped_device_since() {
    let by_pool_user = |series: Series, source: &str| {
        let site = Site::new(series).seen_by("pool@pve");
        let rng = format!("source={source}");
        ask(&site, &[("pool", "lab"), ("rng0", &rng)])
            .reason
            .unwrap()
    };
    let root = "only root can set 'rng0' config";
    assert_eq!(by_pool_user(Series::V7_4, "/dev/urandom"), root);
    for series in [Series::V8_4, Series::V9_2] {
        assert_eq!(by_pool_user(series, "/dev/urandom"), "OK");
        assert_eq!(
            by_pool_user(series, "/dev/hwrng"),
            "Permission check failed (/mapping/hwrng, Mapping.Use)"
        );
    }
}

#[rstest]
#[case(2, "20000", "10000")]
#[case(2, "1", "1")]
#[case(2, "100", "100")]
#[case(1, "20000", "20000")]
#[case(1, "1", "2")]
fn a_cpu_weight_is_brought_into_the_range_of_the_control_groups(
    #[case] cgroup: u8,
    #[case] given: &str,
    #[case] kept: &str,
) {
    let site = Site::new(Series::V9_2);
    site.simulation
        .edit(|cluster| cluster.nodes[0].cgroup = cgroup);
    assert_eq!(stored(&site, &[("cpuunits", given)], "cpuunits"), kept);
}

#[test]
fn a_protected_vm_is_not_removed() {
    let site = Site::new(Series::V9_2);
    stored(&site, &[("protection", "1")], "protection");
    let refused = site.call(Method::Delete, "/nodes/pve1/qemu/105", &[]);
    assert_eq!(
        refused.reason.as_deref(),
        Some("can't remove VM 105 - protection mode enabled")
    );
}
