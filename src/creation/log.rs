//! The log of the current task: its lines, the progress of a transfer, which disk is being created, which volumes it names.
//! Server text as it came; code that shows a line makes it safe first.

use crate::api::LogLines;

/// Lines that are kept; a long import can write many.
const MOST_LINES: usize = 5_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    pub lines: Vec<String>,
    /// Lines read so far, including those that are no longer kept.
    pub seen: usize,
    /// Volumes that the task said it created.
    pub made: Vec<String>,
    /// Slots of the disks that are done.
    slots: Vec<String>,
    /// Of the transfer since the last disk was done.
    percent: Option<u16>,
}

/// One disk that the creation creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskProgress {
    pub slot: String,
    pub state: DiskState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskState {
    Ahead,
    /// Percent of its transfer, where the log shows it.
    Here(Option<u16>),
    Made,
}

impl Log {
    pub fn append(&mut self, log: LogLines) {
        self.seen += log.lines.len();
        for line in &log.lines {
            self.read(line);
        }
        self.lines.extend(log.lines);
        let surplus = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.drain(..surplus);
    }

    /// `scsi0: successfully created disk 'ceph-pool:vm-105-disk-1,size=32G'`, `transferred 1.0 GiB of 2.0 GiB (50.00%)`
    fn read(&mut self, line: &str) {
        if let Some((slot, rest)) = line.split_once(": successfully created disk '") {
            self.slots.push(slot.trim().to_owned());
            self.made.extend(volume(rest));
            self.percent = None;
        } else if let Some((_, rest)) = line.split_once("allocated target volume '") {
            self.made.extend(volume(rest));
        } else if let Some(percent) = percent(line) {
            self.percent = Some(percent);
        }
    }

    /// The warnings as Proxmox marks them.
    pub fn warnings(&self) -> Vec<String> {
        self.lines
            .iter()
            .filter(|line| line.to_ascii_lowercase().starts_with("warn"))
            .cloned()
            .collect()
    }

    /// For disks that are created one after the other.
    pub fn disks(&self, slots: &[String]) -> Vec<DiskProgress> {
        let mut here = false;
        slots
            .iter()
            .map(|slot| {
                let state = if self.slots.contains(slot) {
                    DiskState::Made
                } else if here {
                    DiskState::Ahead
                } else {
                    here = true;
                    DiskState::Here(self.percent)
                };
                DiskProgress {
                    slot: slot.clone(),
                    state,
                }
            })
            .collect()
    }

    pub fn percent(&self) -> Option<u16> {
        self.percent
    }
}

/// The volume id in front of a quote or a comma.
fn volume(text: &str) -> Option<String> {
    let end = text.find(['\'', ','])?;
    text.get(..end).map(str::to_owned)
}

/// `(62.00%)` at the end of a line.
fn percent(line: &str) -> Option<u16> {
    let number = line.trim_end().rsplit_once('(')?.1.strip_suffix("%)")?;
    let whole = number.split('.').next()?;
    whole.parse().ok().filter(|percent| *percent <= 100)
}
