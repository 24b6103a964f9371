//! What the user can do before, during and after the creation: press Create, scroll the log, choose how to go on.

use std::time::Duration;

use crate::creation::{Creation, Way};
use crate::domain::Step;
use crate::domain::text::visible;
use crate::form::Edit;
use crate::steps;

use super::{Creating, Enter, Pressable, Waits};
use crate::wizard::{Effect, Intent, Overlay, Stop, Wizard};

/// How far PgUp and PgDn scroll the log.
const PAGE: usize = 10;
/// Two Enters within this time are one key held down.
const REPEAT: Duration = Duration::from_millis(200);

impl Wizard {
    /// Enter on Create VM. An Enter typed before the screen showed this plan does not count, nor does one held down.
    pub(in crate::wizard) fn press_create(&mut self, effects: &mut Vec<Effect>) {
        if self.is_unseen() {
            self.notice =
                Some("Read the plan, then press Enter again to create the VM.".to_owned());
        } else if !self.is_held_down() {
            self.create(effects);
        }
    }

    /// Enter has been held down since it pressed something else.
    pub(in crate::wizard) fn is_held_down(&self) -> bool {
        self.enter.as_ref().is_some_and(|enter| {
            self.now.saturating_sub(enter.last) < REPEAT && enter.first != self.pressable()
        })
    }

    /// After a key; `before` is what it would have pressed if it was Enter.
    pub(in crate::wizard) fn note_enter(&mut self, enter: bool, before: Option<Pressable>) {
        let now = self.now;
        let held = self
            .enter
            .take()
            .filter(|enter| now.saturating_sub(enter.last) < REPEAT);
        self.enter = enter.then(|| Enter {
            last: now,
            first: held.map_or(before, |held| held.first),
        });
    }

    /// Sends the plan if nothing is wrong with it; else goes to the problem, or waits for what is loading.
    fn create(&mut self, effects: &mut Vec<Effect>) {
        if self.is_expired() {
            return self.ask_for_password();
        }
        if !self.is_logged_in() {
            return self.demand_login();
        }
        if !self.still_loading().is_empty() || self.awaited_downloads().next().is_some() {
            self.create_waits = Some(Waits::Loading);
            return;
        }
        if !self.errors().is_empty() {
            self.focus_on_confirm();
            self.notice = Some("Something is still wrong; nothing was sent.".to_owned());
            return;
        }
        let (Some(node), Some(vmid), Some((server, user))) = (
            self.answers.vm.general.node.clone(),
            self.answers.vm.general.vmid,
            self.session.who(),
        ) else {
            return;
        };
        self.keep_last(effects);
        // Sending a corrected plan again is the same wish.
        self.made.retain(|made| made.may_exist);
        let mut creation = Creation::new(server, user, node, vmid, &self.plan())
            .with_password(self.answers.cloud_password.clone());
        if let Some(number) = self.last_number {
            creation = creation.numbered_after(number);
        }
        let orders = creation.begin(self.now);
        effects.extend(orders.into_iter().map(Effect::Creation));
        self.creating = Some(Creating::new(creation, false));
    }

    /// Create was pressed early: it is carried out when everything is loaded and unchanged. A default that had to be
    /// replaced is shown first.
    pub(in crate::wizard) fn continue_waiting_create(&mut self, effects: &mut Vec<Effect>) {
        let Some(waits) = self.create_waits else {
            return;
        };
        if !self.still_loading().is_empty() || self.awaited_downloads().next().is_some() {
            return;
        }
        self.create_waits = None;
        if self.errors().is_empty() && !self.not_checked().is_empty() {
            self.focus_on(Stop::Action);
            self.notice = Some(
                "Not everything could be checked: read what is missing, then press Create VM again.".to_owned(),
            );
            return;
        }
        if waits == Waits::Loading
            && self.errors().is_empty()
            && steps::defaults::replacements(&self.scope())
                .next()
                .is_some()
        {
            self.focus_on(Stop::Action);
            self.notice = Some(
                "Everything is loaded now. A default was replaced: check it, then press Create VM again."
                    .to_owned(),
            );
            return;
        }
        self.create(effects);
    }

    pub(in crate::wizard) fn creation_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        let expired = self.is_expired();
        let unseen = self.is_unseen() || self.is_held_down();
        let Some(creating) = &mut self.creating else {
            return;
        };
        let count = creating.ways().len();
        match intent {
            // Every button needs a login first.
            Intent::Press | Intent::Reload if expired => self.ask_for_password(),
            Intent::Press if unseen => {}
            Intent::Press if count > 0 => self.press_way(effects),
            Intent::NextField | Intent::Right if count > 1 => {
                creating.button = (creating.button + 1) % count;
            }
            Intent::PreviousField | Intent::Left if count > 1 => {
                creating.button = (creating.button + count - 1) % count;
            }
            Intent::NextField => creating.scroll = creating.scroll.saturating_sub(1),
            Intent::PreviousField => creating.scroll += 1,
            // A log is read from its end, a list of refusals from its start.
            Intent::NextStep | Intent::PreviousStep => {
                let back =
                    (intent == Intent::PreviousStep) != creating.creation.log.lines.is_empty();
                creating.scroll = if back {
                    creating.scroll + PAGE
                } else {
                    creating.scroll.saturating_sub(PAGE)
                };
            }
            Intent::Edit(Edit::End) => creating.scroll = 0,
            Intent::Quit if creating.creation.is_over() => effects.push(Effect::Quit),
            Intent::Quit => self.ask_to_quit(),
            Intent::Suspend => effects.push(Effect::Suspend),
            Intent::Help => self.overlay = Some(Overlay::Help { scroll: 0 }),
            Intent::Requests => self.overlay = Some(Overlay::requests()),
            _ => {}
        }
        if let Some(creating) = &mut self.creating {
            creating.scroll = creating.scroll.min(creating.longest_scroll());
        }
    }

    fn press_way(&mut self, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(creating) = &mut self.creating else {
            return;
        };
        let Some(way) = creating.ways().get(creating.button).cloned() else {
            return;
        };
        match way {
            Way::ToField => self.back_to_the_form(None, true, effects),
            Way::ToDisks => self.back_to_the_form(Some(Step::Disks), false, effects),
            Way::ToNode => self.back_to_the_form(Some(Step::General), false, effects),
            Way::ToConfirm => self.back_to_the_form(None, false, effects),
            Way::NextId => self.take_next_id(effects),
            Way::Another => self.another(effects),
            Way::New => self.a_new_one(effects),
            Way::Delete => self.overlay = Some(Overlay::Delete(crate::form::TextBuffer::default())),
            Way::SaveLog => {
                let name = format!("vm-{}.log", creating.creation.job.vmid);
                let lines = creating.creation.log.lines.iter();
                // The text came from a server.
                let text = lines.flat_map(|line| [visible(line), "\n".to_owned()]);
                let text = text.collect();
                effects.push(Effect::Save { name, text });
            }
            Way::Quit => effects.push(Effect::Quit),
            Way::Console => self.ask_for_console(effects),
            Way::Again
            | Way::LookAgain
            | Way::KeepWaiting
            | Way::GoOn
            | Way::Leave
            | Way::RemoveVolume(_)
            | Way::StartAndConsole
            | Way::Start => {
                creating.then_console = way == Way::StartAndConsole;
                let orders = creating.creation.choose(&way, now);
                creating.button = 0;
                creating.scroll = 0;
                effects.extend(orders.into_iter().map(Effect::Creation));
            }
        }
    }

    /// The ID was typed: removes the VM.
    pub(in crate::wizard) fn delete_typed(&mut self, typed: &str, effects: &mut Vec<Effect>) {
        let now = self.now;
        let Some(creating) = &mut self.creating else {
            return;
        };
        let id = creating.creation.job.vmid.to_string();
        if typed.trim() != id {
            self.notice = Some(format!("Enter {id} to remove this VM, or press Esc."));
            return;
        }
        let orders = creating.creation.choose(&Way::Delete, now);
        creating.button = 0;
        effects.extend(orders.into_iter().map(Effect::Creation));
        self.overlay = None;
    }

    /// Stops the running task; following it shows the outcome.
    pub(in crate::wizard) fn stop_task(&mut self, effects: &mut Vec<Effect>) {
        self.stay();
        if let Some(creating) = &mut self.creating {
            let orders = creating.creation.stop_task();
            effects.extend(orders.into_iter().map(Effect::Creation));
        }
    }
}
