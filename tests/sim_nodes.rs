//! What the simulated nodes report: processors, flags, control groups, bridges, and which users may read it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod sim_support;

use std::collections::{BTreeMap, BTreeSet};

use pve_vm_setup::api::Method;
use pve_vm_setup::sim::Series;
use serde_json::{Value, json};
use sim_support::{Site, data};

fn row(list: &Value, key: &str, name: &str) -> Value {
    let rows = list.as_array().unwrap();
    let found = rows.iter().find(|row| row[key] == name);
    found.unwrap_or_else(|| panic!("no {name}")).clone()
}

fn names(list: &Value) -> BTreeSet<String> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

fn with_second(site: &Site, arch: &str, model: &str) {
    site.simulation
        .edit(|cluster| cluster.set_processor("pve2", arch, model));
}

#[test]
fn the_nodes_of_the_demonstration_are_alike() {
    let site = Site::new(Series::V9_2);
    let model = |node: &str| site.get(&format!("/nodes/{node}/status"))["cpuinfo"].clone();
    assert_eq!(model("pve1"), model("pve2"));
    assert_eq!(model("pve1")["model"], "AMD EPYC 7313P 16-Core Processor");
}

#[test]
fn the_state_of_a_node_needs_the_right_to_audit_it() {
    let site = Site::new(Series::V9_2).seen_by("pool@pve");
    let refused = site.call(Method::Get, "/nodes/pve1/status", &[]);
    assert_eq!(
        refused.reason.as_deref(),
        Some("Permission check failed (/nodes/pve1, Sys.Audit)")
    );
    let path = "/cluster/resources";
    let nodes = data(&site.call(Method::Get, path, &[("type", "node")]));
    let first = row(&nodes, "node", "pve1");
    assert_eq!(
        (&first["maxcpu"], &first["maxmem"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&first["cgroup-mode"], &first["host-arch"]),
        (&json!(2), &json!("x86_64"))
    );
}

#[test]
fn the_mode_of_the_control_groups_is_the_nodes() {
    let site = Site::new(Series::V7_4);
    site.simulation.edit(|cluster| cluster.nodes[1].cgroup = 1);
    let nodes = data(&site.call(Method::Get, "/cluster/resources", &[("type", "node")]));
    assert_eq!(row(&nodes, "node", "pve1")["cgroup-mode"], 2);
    assert_eq!(row(&nodes, "node", "pve2")["cgroup-mode"], 1);
    assert_eq!(row(&nodes, "node", "pve1")["host-arch"], Value::Null);
}

#[test]
fn a_bridge_lists_its_mtu_as_text_and_only_where_it_has_one() {
    let site = Site::new(Series::V9_2);
    let bridges = site.get("/nodes/pve1/network");
    let first = row(&bridges, "iface", "vmbr0");
    assert_eq!(
        (&first["mtu"], &first["bridge_vlan_aware"]),
        (&json!("9000"), &json!(1))
    );
    let last = row(&bridges, "iface", "vmbr9");
    assert_eq!(
        (&last["mtu"], &last["bridge_vlan_aware"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn a_flag_is_supported_where_the_processor_has_it() {
    let site = Site::new(Series::V9_2);
    with_second(&site, "x86_64", "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz");
    let flags = site.get("/nodes/pve1/capabilities/qemu/cpu-flags");
    assert_eq!(flags.as_array().unwrap().len(), 13);
    let nodes = |flag: &str| row(&flags, "name", flag)["supported-on"].clone();
    // The third node is offline.
    assert_eq!(nodes("aes"), json!(["pve1", "pve2"]));
    assert_eq!(nodes("pcid"), json!(["pve2"]));
    assert_eq!(nodes("amd-ssbd"), json!(["pve1"]));
    for flag in flags.as_array().unwrap() {
        let told = flag["description"].as_str().unwrap();
        assert!(told.len() > 10 && told.len() < 60, "{told}");
    }
}

#[test]
fn flags_are_listed_from_9_2_on() {
    for series in [Series::V7_4, Series::V8_4] {
        let path = "/nodes/pve1/capabilities/qemu/cpu-flags";
        let asked = Site::new(series).call(Method::Get, path, &[]);
        assert_eq!(asked.status, 501, "{series:?}");
    }
}

#[test]
fn an_arm_node_has_its_own_cpu_types_and_no_flags() {
    let site = Site::new(Series::V9_2);
    with_second(&site, "aarch64", "Neoverse-N1");
    let types = names(&site.get("/nodes/pve2/capabilities/qemu/cpu"));
    let expected = ["cortex-a53", "cortex-a57", "host", "max"];
    assert_eq!(types, expected.map(str::to_owned).into());
    let flags = site.get("/nodes/pve2/capabilities/qemu/cpu-flags");
    assert_eq!(flags, json!([]));
    let first = names(&site.get("/nodes/pve1/capabilities/qemu/cpu"));
    assert!(first.contains("x86-64-v2-AES") && !first.contains("cortex-a57"));
    let path = "/nodes/pve1/capabilities/qemu/cpu";
    let asked = data(&site.call(Method::Get, path, &[("arch", "aarch64")]));
    assert_eq!(names(&asked), types);
    let all = data(&site.call(Method::Get, "/cluster/resources", &[("type", "node")]));
    assert_eq!(row(&all, "node", "pve2")["host-arch"], "aarch64");
}

#[test]
fn the_resources_of_all_kinds_are_those_of_each_kind_for_every_user() {
    for series in [Series::V7_4, Series::V8_4, Series::V9_2] {
        for user in ["root@pam", "pool@pve", "audit@pve"] {
            let site = Site::new(series).seen_by(user);
            let of = |params: &[(&str, &str)]| {
                let rows = data(&site.call(Method::Get, "/cluster/resources", params));
                rows.as_array().unwrap().clone()
            };
            let by_id = |rows: Vec<Value>| -> BTreeMap<String, Value> {
                let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
                rows.into_iter().map(|row| (id(&row), row)).collect()
            };
            let each = ["vm", "node", "storage", "sdn"].iter();
            let each: Vec<Value> = each.flat_map(|kind| of(&[("type", kind)])).collect();
            let (pools, others): (Vec<Value>, Vec<Value>) =
                of(&[]).into_iter().partition(|row| row["type"] == "pool");
            assert_eq!(by_id(others), by_id(each), "{series:?} {user}");
            let listed = site.get("/pools").as_array().unwrap().len();
            assert_eq!(pools.len(), listed, "{series:?} {user}");
        }
    }
}
