//! Why there is no console, judged before anything is asked for, each with what to do.

use std::collections::BTreeMap;

use pve_vm_setup::api::{Guest, VmStatus};
use pve_vm_setup::console::{serial_port, why_not};
use pve_vm_setup::domain::{Rights, VmId};
use rstest::rstest;

fn vmid() -> VmId {
    VmId::new(105).unwrap()
}

fn config(options: &[(&str, &str)]) -> BTreeMap<String, String> {
    let options = options.iter();
    options
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[rstest]
#[case::first(&[("serial0", "socket"), ("serial1", "socket")], "serial0")]
#[case::device_before_it(&[("serial0", "/dev/ttyS0"), ("serial2", "socket")], "serial2")]
fn the_first_port_that_is_a_socket_is_taken(#[case] options: &[(&str, &str)], #[case] port: &str) {
    assert_eq!(
        serial_port(vmid(), &config(options), false, true),
        Ok(port.to_owned())
    );
}

#[rstest]
#[case::none(&[], false, true, "qm set 105 --serial0 socket")]
#[case::none_on_a_stopped_vm(&[], false, false, "and start the VM")]
#[case::device(&[("serial0", "/dev/ttyS0")], false, true, "/dev/ttyS0, not a socket")]
#[case::pending(&[("serial0", "socket")], true, true, "waits for its next start")]
fn without_a_port_the_command_that_adds_one_is_named(
    #[case] options: &[(&str, &str)],
    #[case] pending: bool,
    #[case] running: bool,
    #[case] words: &str,
) {
    let why = serial_port(vmid(), &config(options), pending, running);
    let said = why.unwrap_err().to_string();
    assert!(said.contains(words), "{said}");
}

fn judged(user: &str, privileges: &[&str], container: bool, status: &str) -> Result<bool, String> {
    let guest = Guest {
        high_availability: false,
        vmid: vmid(),
        name: None,
        node: "pve1".to_owned(),
        container,
        status: status.to_owned(),
        lock: None,
        pool: None,
    };
    let held = privileges.iter().map(|name| ((*name).to_owned(), true));
    let rights = Rights(BTreeMap::from([("/vms/105".to_owned(), held.collect())]));
    let status = VmStatus {
        status: status.to_owned(),
        qemu: None,
    };
    why_not(user, &guest, &status, &rights).map_err(|why| why.to_string())
}

#[rstest]
#[case::right("audit@pve", &["VM.Audit"], false, "running", "VM.Console on /vms/105 is missing")]
#[case::right_of_a_token("root@pam!ci", &[], false, "running", "--tokens 'root@pam!ci' --roles PVEVMUser")]
#[case::container("root@pam", &["VM.Console"], true, "running", "pct console 105")]
#[case::stopped("root@pam", &["VM.Console", "VM.PowerMgmt"], false, "stopped", "qm start 105")]
#[case::stopped_for_good("u@pve", &["VM.Console"], false, "stopped", "VM.PowerMgmt on /vms/105")]
fn what_keeps_a_console_from_opening_says_what_to_do(
    #[case] user: &str,
    #[case] privileges: &[&str],
    #[case] container: bool,
    #[case] status: &str,
    #[case] words: &str,
) {
    let said = judged(user, privileges, container, status).unwrap_err();
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_running_vm_with_the_right_can_be_opened_and_tells_whether_it_may_be_started() {
    assert_eq!(
        judged("a@pve", &["VM.Console"], false, "running"),
        Ok(false)
    );
    let both = &["VM.Console", "VM.PowerMgmt"];
    assert_eq!(judged("a@pve", both, false, "running"), Ok(true));
}
