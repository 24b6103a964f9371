//! A disk's I/O limits: the second table of every disk, all of it advanced.

use crate::domain::{Disk, Step};
use crate::form::{Field, Section};

use super::disk_list::PARAM;
use super::kinds::{decimal, whole};

pub(super) static SECTION: Section<Disk> = Section {
    step: Step::Disks,
    of: PARAM,
    rows: ROWS,
    part: |answers, part| answers.vm.disks.get(part),
    part_mut: |answers, part| answers.vm.disks.get_mut(part),
};

/// Upper limits of this program: PVE has none.
const MOST_MB: u64 = 1_000_000;
const MOST_OPS: u32 = 2_000_000_000;

static ROWS: &[Field<Disk>] = &[
    Field::<Disk>::new(
        "mbps_rd",
        "Read limit",
        "Megabytes a second that the guest may read, from 1; empty means unlimited.",
        decimal!(Disk.limits.mbps_rd, 1, MOST_MB, "no limit"),
    )
    .unit("MB/s")
    .hint("unlimited")
    .advanced(),
    Field::<Disk>::new(
        "mbps_wr",
        "Write limit",
        "Megabytes a second that the guest may write, from 1; empty means unlimited.",
        decimal!(Disk.limits.mbps_wr, 1, MOST_MB, "no limit"),
    )
    .unit("MB/s")
    .hint("unlimited")
    .advanced(),
    Field::<Disk>::new(
        "iops_rd",
        "Read limit (ops)",
        "Reads a second, from 10; empty means unlimited.",
        whole!(Disk.limits.iops_rd, 10, MOST_OPS, "no limit"),
    )
    .unit("ops/s")
    .hint("unlimited")
    .advanced(),
    Field::<Disk>::new(
        "iops_wr",
        "Write limit (ops)",
        "Writes a second, from 10; empty means unlimited.",
        whole!(Disk.limits.iops_wr, 10, MOST_OPS, "no limit"),
    )
    .unit("ops/s")
    .hint("unlimited")
    .advanced(),
    Field::<Disk>::new(
        "mbps_rd_max",
        "Read burst",
        "Megabytes that may be read at once, from 1; empty means the default.",
        decimal!(Disk.limits.mbps_rd_max, 1, MOST_MB, "the default"),
    )
    .unit("MB")
    .hint("default")
    .advanced(),
    Field::<Disk>::new(
        "mbps_wr_max",
        "Write burst",
        "Megabytes that may be written at once, from 1; empty means the default.",
        decimal!(Disk.limits.mbps_wr_max, 1, MOST_MB, "the default"),
    )
    .unit("MB")
    .hint("default")
    .advanced(),
    Field::<Disk>::new(
        "iops_rd_max",
        "Read burst (ops)",
        "Reads at once, from 10; empty means the default.",
        whole!(Disk.limits.iops_rd_max, 10, MOST_OPS, "the default"),
    )
    .unit("ops")
    .hint("default")
    .advanced(),
    Field::<Disk>::new(
        "iops_wr_max",
        "Write burst (ops)",
        "Writes at once, from 10; empty means the default.",
        whole!(Disk.limits.iops_wr_max, 10, MOST_OPS, "the default"),
    )
    .unit("ops")
    .hint("default")
    .advanced(),
];
