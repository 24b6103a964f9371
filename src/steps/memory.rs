//! Memory: how much, and how much of it may be taken back.

use crate::catalog::Resource;
use crate::domain::text::number;
use crate::domain::{Memory, MiB, PveVersion, Step};
use crate::form::{Field, Kind, Section, State};

use super::{Page, toggle};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    needs: |_| vec![Resource::Version],
};

static SECTION: Section<Memory> = Section {
    step: Step::Memory,
    rows: &ROWS,
    part: |answers, _| Some(&answers.vm.memory),
    part_mut: |answers, _| Some(&mut answers.vm.memory),
};

/// The web wizard's upper limit in MiB; the API's lower one is 16.
const MOST: u32 = 4_178_944;

static ROWS: [Field<Memory>; 4] = [
    Field::<Memory>::new(
        "memory",
        "Memory",
        "16 to 4178944 MiB.",
        Kind::Text {
            read: |memory| memory.size.to_string(),
            write: |memory, text| number(text, 16, MOST).map(|mib| memory.size = MiB(mib)),
        },
    )
    .unit("MiB")
    .brief(""),
    Field::<Memory>::new(
        "balloon",
        "Minimum memory",
        "The node may take memory back down to this; follows the memory until you change it.",
        Kind::Text {
            read: |memory| memory.minimum().to_string(),
            write: |memory, text| number(text, 1, MOST).map(|mib| memory.minimum = Some(MiB(mib))),
        },
    )
    .brief("minimum")
    .unit("MiB")
    .note(|_, memory, _| {
        memory
            .minimum
            .is_none()
            .then(|| "follows the memory".to_owned())
    })
    .when(|_, memory| State::off_unless(memory.ballooning, "needs the ballooning device")),
    Field::<Memory>::new(
        "ballooning",
        "Ballooning device",
        "Lets the node see and reclaim the guest's memory.",
        toggle!(Memory.ballooning),
    )
    .brief("ballooning"),
    Field::<Memory>::new(
        "allow-ksm",
        "Allow KSM",
        "The node may merge equal memory pages of its guests.",
        toggle!(Memory.allow_ksm),
    )
    .brief("KSM")
    .when(|scope, _| {
        State::shown_if(
            scope
                .catalog
                .version()
                .known()
                .is_some_and(|v: &PveVersion| v.has_allow_ksm()),
        )
    }),
];
