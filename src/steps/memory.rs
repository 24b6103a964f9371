//! Memory: how much, and how much of it the node may reclaim.

use crate::catalog::Resource;
use crate::domain::{Memory, MiB, PveVersion, Step};
use crate::form::{Field, Kind, Preset, Section, State};

use super::kinds::{toggle, whole};
use super::{Page, system};

pub(super) static PAGE: Page = Page {
    sections: &[&SECTION],
    list: None,
    head: &[],
    needs: |_| vec![Resource::Version],
};

static SECTION: Section<Memory> = Section {
    step: Step::Memory,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.vm.memory),
    part_mut: |answers, _| Some(&mut answers.vm.memory),
};

/// The API's lower limit for the memory.
const LEAST: MiB = MiB(16);

static ROWS: &[Field<Memory>] = &[
    Field::<Memory>::new(
        "memory",
        "Memory",
        "16 to 4178944 MiB; 8G, 1.5 TiB and the like are understood.",
        Kind::Text {
            read: |memory| memory.size.to_string(),
            write: |memory, text| MiB::parse(text, LEAST).map(|size| memory.size = size),
        },
    )
    .preset(|scope, _, _| {
        let mib = scope.guest().memory;
        Some(Preset::new(mib.to_string(), system::why(scope)))
    })
    .allowed("16 to 4178944")
    .unit("MiB")
    .brief(""),
    Field::<Memory>::new(
        "balloon",
        "Minimum memory",
        "The node may take memory back down to this; empty means all of the memory.",
        Kind::Text {
            read: |memory| memory.minimum().to_string(),
            write: |memory, text| {
                memory.minimum = match text {
                    "" => None,
                    text => Some(MiB::parse(text, MiB(1))?),
                };
                Ok(())
            },
        },
    )
    .brief("minimum")
    .unit("MiB")
    .allowed("1 to the memory")
    .note(|_, memory, _| {
        let follows = memory.minimum.is_none();
        follows.then(|| "follows the memory".to_owned())
    })
    .when(|_, memory| State::off_unless(memory.ballooning, "needs the ballooning device")),
    Field::<Memory>::new(
        "ballooning",
        "Ballooning device",
        "Lets the node see and reclaim the guest's memory.",
        toggle!(Memory.ballooning),
    )
    .param("balloon")
    .brief("ballooning"),
    Field::<Memory>::new(
        "allow-ksm",
        "Allow KSM",
        "The node may merge equal memory pages of its guests.",
        toggle!(Memory.allow_ksm),
    )
    .brief("KSM")
    .when(|scope, _| State::shown_if(scope.host().has(PveVersion::has_allow_ksm)))
    .since("9.1"),
    Field::<Memory>::new(
        "shares",
        "Shares",
        "Weight when the node takes memory back, 0 to 50000; empty means 1000, 0 never takes any.",
        whole!(Memory.shares, 0, 50_000, "1000"),
    )
    .hint("1000")
    .when(|_, memory| State::off_unless(memory.has_shares(), "needs a minimum below the memory"))
    .brief("shares")
    .advanced(),
];
