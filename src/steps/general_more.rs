//! General, its advanced part: start order, architecture, protection.

use crate::domain::values::Arch;
use crate::domain::{General, PveVersion, Step};
use crate::form::{Field, Section, State};

use super::kinds::{enumeration, toggle, whole};

pub(super) static SECTION: Section<General> = Section {
    step: Step::General,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.general),
    part_mut: |answers, _| Some(&mut answers.vm.general),
};

/// An upper limit of this program: PVE has none.
const MOST: u32 = 999_999_999;

static ROWS: &[Field<General>] = &[
    Field::<General>::new(
        "order",
        "Start order",
        "Place among the guests that start at boot, 0 first; empty means any.",
        whole!(General.start_order, 0, MOST, "any order"),
    )
    .param("startup.order")
    .brief("start order")
    .hint("any")
    .advanced(),
    Field::<General>::new(
        "up",
        "Startup delay",
        "Seconds until the next guest starts; empty means the node's default.",
        whole!(General.startup_delay, 0, MOST, "the default"),
    )
    .param("startup.up")
    .brief("startup delay")
    .hint("default")
    .unit("seconds")
    .advanced(),
    Field::<General>::new(
        "down",
        "Shutdown timeout",
        "Seconds until a shutdown is forced; empty means the node's default.",
        whole!(General.shutdown_timeout, 0, MOST, "the default"),
    )
    .param("startup.down")
    .brief("shutdown timeout")
    .hint("default")
    .unit("seconds")
    .advanced(),
    Field::<General>::new(
        "arch",
        "Architecture",
        "The guest's processor; any other than the node's own is emulated, and slow.",
        enumeration!(General.arch: Arch),
    )
    .when(|scope, general| {
        if !scope.host().has(PveVersion::has_arch) {
            return State::Hidden;
        }
        State::off_unless(
            scope.may_be_root() || general.arch != Arch::Default,
            "root@pam only",
        )
    })
    .since("9.2")
    .brief("")
    .advanced(),
    Field::<General>::new(
        "protection",
        "Protection",
        "Neither the VM nor its disks can be removed while this is on.",
        toggle!(General.protection),
    )
    .brief("protected")
    .advanced(),
];
