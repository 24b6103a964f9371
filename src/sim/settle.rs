//! How the cluster's tasks run and end: `spawn` starts one, `settle` brings the cluster up to a time. Knows no request.

use std::time::Duration;

use super::cluster::{Cluster, Guest, HaResource};
use super::launch;
use super::tasks::{Created, Effect, Plan, Task};
use super::world::Random;

impl Cluster {
    /// The process ID of the next task.
    pub fn next_pid(&self) -> u32 {
        self.last_pid + 3
    }

    /// Starts a task; returns its UPID.
    pub fn spawn(&mut self, node: &str, user: &str, at: Duration, plan: Plan) -> String {
        let (pid, start) = (self.next_pid(), at.as_secs());
        self.last_pid = pid;
        let pstart = u32::try_from((at.as_millis() / 10) % 0x4000_0000).unwrap_or(0);
        let upid = format!(
            "UPID:{node}:{pid:08X}:{pstart:08X}:{start:08X}:{}:{}:{user}:",
            plan.kind, plan.id
        );
        let mut task = Task {
            upid: upid.clone(),
            node: node.to_owned(),
            pid,
            pstart,
            kind: plan.kind.to_owned(),
            id: plan.id,
            user: user.to_owned(),
            start: at,
            lines: plan
                .lines
                .into_iter()
                .map(|(offset, line)| (at + offset, line))
                .collect(),
            end: at + plan.takes,
            exit: plan.exit,
            effect: plan.effect,
            settled: false,
        };
        if let Some(index) = self
            .task_failures
            .iter()
            .position(|(kind, _)| *kind == task.kind)
        {
            let (_, message) = self.task_failures.remove(index);
            task.effect = match task.effect {
                Effect::Created(created) => Effect::CreateFailed { vmid: created.vmid },
                Effect::CreateFailed { vmid } => Effect::CreateFailed { vmid },
                _ => Effect::None,
            };
            task.exit = match &task.effect {
                Effect::CreateFailed { vmid } => format!("unable to create VM {vmid} - {message}"),
                _ => message,
            };
        }
        self.tasks.push(task);
        upid
    }

    pub fn task(&self, upid: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.upid == upid)
    }

    /// Ends the tasks due by `now`, in order; an end may start other tasks.
    pub fn settle(&mut self, now: Duration, random: &mut dyn Random) {
        self.end_late_proxies(now);
        loop {
            let next = self
                .tasks
                .iter_mut()
                .filter(|task| !task.settled && task.end <= now)
                .min_by_key(|task| task.end);
            let Some(task) = next else {
                return;
            };
            task.settled = true;
            let task = task.clone();
            self.end_task(&task, random);
        }
    }

    fn end_task(&mut self, task: &Task, random: &mut dyn Random) {
        match &task.effect {
            Effect::None => {}
            Effect::Created(created) => self.end_create(task, created, random),
            Effect::CreateFailed { vmid } => {
                self.guests.remove(vmid);
                if self.leaves_volumes {
                    return;
                }
                for storage in &mut self.storages {
                    storage.free_guest(*vmid);
                }
            }
            Effect::RemoveVolume { storage, name } => {
                if let Some(storage) = self.storage_mut(storage) {
                    storage.remove(&task.node, name);
                }
            }
            Effect::Resized(_) => self.resized(&task.node, &task.effect),
            Effect::Downloaded { storage, volume } => {
                if let Some(storage) = self.storage_mut(storage) {
                    storage.keep_file(volume);
                }
            }
            Effect::Start { vmid } => {
                if let Some(guest) = self.guests.get_mut(vmid) {
                    guest.running = true;
                    guest.started = task.end;
                }
            }
            Effect::HaStart { vmid } => {
                if let Some(resource) = self.ha.get_mut(vmid) {
                    "started".clone_into(&mut resource.state);
                }
                self.ha_started(*vmid, &task.node, task.end);
            }
            Effect::Stop { vmid } => {
                if let Some(guest) = self.guests.get_mut(vmid) {
                    stop(guest);
                }
            }
            Effect::Destroy { vmid } => {
                self.remove_guest(*vmid);
                for storage in &mut self.storages {
                    storage.free_guest(*vmid);
                }
                for pool in &mut self.pools {
                    pool.guests.retain(|guest| guest != vmid);
                }
            }
        }
    }

    /// Makes the change that a resize planned.
    pub fn resized(&mut self, node: &str, effect: &Effect) {
        let Effect::Resized(change) = effect else {
            return;
        };
        if let Some(guest) = self.guests.get_mut(&change.vmid) {
            guest
                .config
                .insert(change.slot.clone(), change.value.clone());
        }
        if let Some(storage) = self.storage_mut(&change.storage) {
            storage.grow(node, &change.volume, change.size);
        }
    }

    /// Some seconds later the HA stack notices a resource that should run and does not.
    pub fn ha_started(&mut self, vmid: u32, node: &str, at: Duration) {
        if self.guests.get(&vmid).is_some_and(|guest| guest.running) {
            return;
        }
        let plan = launch::plan_start(self, node, vmid);
        self.spawn(node, "root@pam", at + Duration::from_secs(5), plan);
    }

    fn end_create(&mut self, task: &Task, created: &Created, random: &mut dyn Random) {
        let vmid = created.vmid;
        self.guests.insert(
            vmid,
            Guest {
                node: task.node.clone(),
                config: created.config.clone(),
                ..Guest::default()
            },
        );
        if let Some(id) = &created.pool
            && let Some(pool) = self.pools.iter_mut().find(|pool| pool.id == *id)
        {
            pool.guests.push(vmid);
        }
        if created.ha {
            let state = if created.start { "started" } else { "stopped" };
            self.ha.insert(vmid, HaResource::new(state));
        }
        if created.start {
            let at = task.end;
            let plan = if created.ha {
                launch::plan_ha_start(vmid)
            } else {
                launch::plan_start(self, &task.node, vmid)
            };
            self.spawn(&task.node, &task.user, at, plan);
        }
        let _ = random;
    }
}

/// Pending values take effect when a guest stops.
pub fn stop(guest: &mut Guest) {
    guest.running = false;
    for (option, value) in std::mem::take(&mut guest.pending) {
        match value {
            Some(value) => guest.config.insert(option, value),
            None => guest.config.remove(&option),
        };
    }
}
