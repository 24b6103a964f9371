//! The creation in all its states: running, refused, failed, unknown, done, and what the user can do then.

use pve_vm_setup::api::Response;
use pve_vm_setup::domain::Step;
use pve_vm_setup::sim::Failure;
use pve_vm_setup::wizard::Event;

use super::{Pilot, Scene, ready, with};

pub static STATES: &[(&str, Scene)] = &[
    ("create__sending", || {
        with(ready(), |p| p.hold("create").keys("<enter>").wait(2))
    }),
    ("create__running", || {
        with(ready(), |p| p.keys("<enter>").wait(1))
    }),
    ("create__importing", || {
        let mut pilot = Pilot::logged_in();
        pilot
            .go_to(Step::Disks)
            .pick("source", "import")
            .pick("import_storage", "nfs-images")
            .pick("import-from", "debian-13-genericcloud-amd64.qcow2")
            .go_to(Step::Confirm)
            .keys("<enter>")
            .wait(3);
        pilot
    }),
    ("create__refused", || {
        let body = r#"{"data":null,"message":"Parameter verification failed.\n","errors":{"net0":"invalid format - format error\nnet0.bridge: invalid format - invalid bridge ID 'vmbr9'\n\n","foo":"property is not defined in schema"}}"#;
        with(ready(), |p| {
            p.fail("POST /nodes/*/qemu", Failure::Answer(answer(400, body)))
                .keys("<enter>")
        })
    }),
    ("create__refused_for_now", || {
        with(ready(), |p| {
            let text = "got no worker upid - start worker failed";
            p.fail("POST /nodes/*/qemu", Failure::refused(500, text))
                .keys("<enter>")
        })
    }),
    ("create__not_reached", || {
        with(ready(), |p| {
            p.fail("POST /nodes/*/qemu", Failure::Unreachable)
                .keys("<enter>")
        })
    }),
    ("create__not_asked", || {
        with(ready(), |p| {
            p.fail("GET /nodes/*/tasks", Failure::timed_out())
                .keys("<enter>")
                .wait(20)
        })
    }),
    ("create__id_taken", || {
        let mut pilot = ready();
        pilot.cluster().edit(|cluster| cluster.take_vmid(105));
        pilot.keys("<enter>");
        pilot
    }),
    ("create__task_failed", || {
        let mut pilot = ready();
        pilot.cluster().edit(|c| {
            c.fail_next_task(
                "qmcreate",
                "rbd error: rbd: create error: (28) No space left on device",
            );
        });
        pilot.keys("<enter>").wait(8);
        pilot
    }),
    ("create__volumes_left", || {
        let mut pilot = ready();
        pilot.cluster().edit(|c| {
            c.leaves_volumes = true;
            c.fail_next_task("qmcreate", "something died");
        });
        pilot.keys("<enter>").wait(8);
        pilot
    }),
    ("create__looking", || {
        with(ready(), |p| {
            p.fail("POST /nodes/*/qemu", Failure::Dropped)
                .keys("<enter>")
                .wait(2)
        })
    }),
    ("create__not_there", || {
        with(ready(), |p| {
            p.fail("POST /nodes/*/qemu", Failure::timed_out())
                .keys("<enter>")
                .wait(40)
        })
    }),
    ("create__unknown", || {
        with(ready(), |p| {
            p.hold("create")
                .keys("<enter>")
                .fail("POST /nodes/*/qemu", Failure::Lost)
                .fail("GET /cluster/nextid", Failure::timed_out())
                .release("create")
                .wait(30)
        })
    }),
    ("create__poll_trouble", || {
        with(ready(), |p| {
            p.keys("<enter>")
                .fail("GET /nodes/*/tasks/**", Failure::timed_out())
                .wait(1)
        })
    }),
    ("create__node_gone", || {
        with(ready(), |p| {
            p.keys("<enter>").wait(1);
            p.cluster()
                .edit(|cluster| cluster.set_online("pve1", false));
            p.wait(20)
        })
    }),
    ("create__serial_failed", || {
        with(ready(), |p| {
            p.fail(
                "PUT /nodes/*/qemu/*/config",
                Failure::refused(500, "VM is locked (backup)"),
            )
            .keys("<enter>")
            .wait(8)
        })
    }),
    ("create__serial_unknown", || {
        with(ready(), |p| {
            p.fail("PUT /nodes/*/qemu/*/config", Failure::Lost)
                .fail("GET /nodes/*/qemu/*/pending", Failure::timed_out())
                .keys("<enter>")
                .wait(30)
        })
    }),
    ("create__ha_failed", || {
        with(ready(), |p| {
            p.fail(
                "POST /cluster/ha/resources",
                Failure::refused(403, "Permission check failed (/, Sys.Console)"),
            )
            .keys("<enter>")
            .wait(8)
        })
    }),
    ("create__leave", || {
        with(ready(), |p| p.keys("<enter>").wait(1).keys("<c-c>"))
    }),
    ("create__done", || {
        with(ready(), |p| p.keys("<enter>").wait(8))
    }),
    ("create__done_serial_left", || {
        with(ready(), |p| {
            p.fail(
                "PUT /nodes/*/qemu/*/config",
                Failure::refused(500, "VM is locked (backup)"),
            )
            .keys("<enter>")
            .wait(8);
            p.keys("<right><enter>").wait(8)
        })
    }),
    ("create__done_and_different", || {
        let mut pilot = ready();
        pilot.keys("<enter>").wait(2).hold("look").wait(8);
        pilot.cluster().edit(|cluster| {
            if let Some(guest) = cluster.guests.get_mut(&105) {
                guest.config.remove("agent");
            }
        });
        pilot.release("look").wait(5);
        pilot
    }),
    ("create__done_not_verified", || {
        with(ready(), |p| {
            let text = "Permission check failed (/vms/105, VM.Audit)";
            p.fail("GET /nodes/*/qemu/*/config", Failure::refused(403, text))
                .keys("<enter>")
                .wait(10)
        })
    }),
    ("create__done_without_console", || {
        with(Pilot::logged_in(), |p| {
            p.go_to(Step::System)
                .pick("serial0", "none")
                .go_to(Step::Confirm)
                .keys("<enter>")
                .wait(10)
        })
    }),
    ("create__starting", || {
        with(started(), |p| p.hold("start").keys("<enter>").wait(6))
    }),
    ("create__start_failed", || {
        with(started(), |p| {
            p.cluster().edit(|cluster| {
                let text = "bridge 'vmbr9' does not exist";
                cluster.fail_next_task("hastart", text);
            });
            p.keys("<enter>").wait(10)
        })
    }),
    ("create__start_waits_for_ha", || {
        with(started(), |p| p.keys("<enter>").wait(6))
    }),
    ("create__start_not_yet", || {
        with(started(), |p| {
            p.cluster()
                .edit(|cluster| cluster.fail_next_task("qmstart", "start failed"));
            p.keys("<enter>").wait(140)
        })
    }),
    ("create__done_started", || {
        with(started(), |p| p.keys("<enter>").wait(15))
    }),
    ("create__addresses_known", || {
        with(started(), |p| p.keys("<enter>").wait(40))
    }),
    ("create__console_opening", || {
        with(started(), |p| p.keys("<enter>").wait(15).keys("<enter>"))
    }),
    ("create__console_left", || {
        let mut pilot = started();
        pilot.keys("<enter>").wait(40).keys("<enter>");
        let words = "Left the serial console of VM 105 (web-01).".to_owned();
        pilot.send(Event::ConsoleClosed(words));
        pilot
    }),
    ("create__no_console", || {
        let mut pilot = started();
        pilot.keys("<enter>").wait(15);
        pilot.cluster().edit(|cluster| {
            if let Some(guest) = cluster.guests.get_mut(&105) {
                guest.config.remove("serial0");
            }
        });
        pilot.keys("<enter>");
        pilot
    }),
    ("create__log_saved", || {
        with(ready(), |p| p.keys("<enter>").wait(8).keys("<left><enter>"))
    }),
    ("create__delete", || {
        with(ready(), |p| {
            p.keys("<enter>").wait(8).keys("<left><left><enter>10")
        })
    }),
    ("create__deleted", || {
        with(ready(), |p| {
            p.keys("<enter>").wait(8);
            p.keys("<left><left><enter>105<enter>").wait(10)
        })
    }),
    ("overlay__unfinished", || {
        with(killed(), |p| p.keys("<pgdn>"))
    }),
    ("overlay__journal", || {
        with(killed(), |p| p.keys("<pgdn><right><enter>"))
    }),
    ("create__resumed", || {
        with(killed(), |p| p.keys("<pgdn><enter>").wait(10))
    }),
];

fn answer(status: u16, body: &str) -> Response {
    Response {
        status,
        reason: None,
        body: body.as_bytes().to_vec(),
        date: None,
    }
}

/// At Confirm, to be started with HA.
fn started() -> Pilot {
    with(Pilot::logged_in(), |p| {
        p.go_to(Step::Confirm).toggle("start").focus_action()
    })
}

/// Killed while the create task ran, and started again.
fn killed() -> Pilot {
    let mut pilot = ready();
    pilot.keys("<enter>").wait(1);
    pilot.started_again()
}
