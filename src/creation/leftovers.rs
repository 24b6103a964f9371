//! The volumes that a failed creation left behind: where to look for them, and which of them may be offered for removal.

use super::order::{Answer, Order, Question};
use super::{Creation, Leftovers};

impl Creation {
    /// Only volumes that the failed task's log says it created can belong to it.
    pub(super) fn look_for_leftovers(&mut self, out: &mut Vec<Order>) {
        let mut storages: Vec<String> = self
            .log
            .made
            .iter()
            .filter_map(|volume| Some(volume.split_once(':')?.0.to_owned()))
            .collect();
        storages.sort();
        storages.dedup();
        if storages.is_empty() {
            return;
        }
        let number = self.number();
        self.leftovers = Leftovers::Looking(number);
        let question = Question::Volumes {
            node: self.job.node.clone(),
            vmid: self.job.vmid,
            storages,
        };
        out.push(Order::Ask(number, question));
    }

    /// A volume may be offered for removal when no guest has the ID, its name carries the ID, and the failed task said that
    /// it created it: Proxmox removes a volume in use without asking.
    pub(super) fn leftovers_found(&mut self, answer: Answer) {
        let Answer::Volumes { free, lists } = answer else {
            return;
        };
        let (mut volumes, mut unread) = (Vec::new(), Vec::new());
        for (storage, list) in lists {
            match list {
                Ok(list) => volumes.extend(list.into_iter().map(|volume| volume.volid)),
                Err(error) => unread.push(format!("{storage}: {error}")),
            }
        }
        let name = format!("vm-{}-", self.job.vmid);
        volumes.retain(|volume| {
            let last = volume.rsplit(['/', ':']).next().unwrap_or_default();
            let rest = last.strip_prefix(&name).unwrap_or_default();
            (rest.starts_with("disk-") || rest.starts_with("cloudinit"))
                && self.log.made.contains(volume)
        });
        let vmid = self.job.vmid;
        let in_use = match free {
            Ok(true) => None,
            Ok(false) => Some(format!("a guest now has the ID {vmid}")),
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = in_use {
            volumes.clear();
            unread.push(why);
        }
        self.leftovers = Leftovers::Known { volumes, unread };
    }
}
