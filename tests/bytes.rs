//! What a key costs on the line at 80x24: over every page and every list, in bytes that are counted. An emulated terminal reads
//! them, so that what is cheap is also what was drawn.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;
mod painter_support;

use harness::Pilot;
use painter_support::Pair;
use pve_vm_setup::domain::Step;
use pve_vm_setup::form::Value;
use pve_vm_setup::ui::{Look, Marks, Theme, draw};
use pve_vm_setup::wizard::Stop;

const LOOK: Look = Look {
    theme: Theme::COLOUR,
    marks: Marks::UNICODE,
};

/// A wizard, and the terminal that it is seen on.
struct Seen {
    pilot: Pilot,
    pair: Pair,
    screen: String,
}

impl Seen {
    fn new(pilot: Pilot) -> Seen {
        let mut seen = Seen {
            pilot,
            pair: Pair::new(|| Ok((80, 24))),
            screen: String::new(),
        };
        seen.draw();
        seen
    }

    /// Shows what has changed; returns how many bytes that took.
    #[track_caller]
    fn draw(&mut self) -> usize {
        let wizard = &self.pilot.wizard;
        let bytes = self.pair.show(|frame| draw(wizard, &LOOK, frame));
        let rows = self.pair.seen.screen().rows(0, 80);
        let rows: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
        self.screen = rows.join("\n");
        assert_eq!(self.screen, self.pilot.screen());
        bytes.len()
    }

    #[track_caller]
    fn press(&mut self, key: &str) -> usize {
        self.pilot.keys(key);
        self.draw()
    }

    /// What each move takes from one stop of this page to another.
    fn walk(&mut self, key: &str, to: Stop) -> Vec<usize> {
        let mut costs = Vec::new();
        while self.pilot.wizard.stop() != to {
            costs.push(self.press(key));
            assert!(costs.len() < 60, "{to:?} is not here:\n{}", self.screen);
        }
        costs
    }

    /// Walks down the open list from its first entry to its last, and up again.
    fn scroll(&mut self) -> Moves {
        let last = self.pilot.wizard.list_matches().len() - 1;
        self.pilot.keys(&"<up>".repeat(last));
        self.draw();
        let mut moves = Moves::default();
        for key in ["<down>", "<up>"] {
            for _ in 0..last {
                let entries = |seen: &Seen| seen.screen.replace(LOOK.marks.focus, " ");
                let before = entries(self);
                let cost = self.press(key);
                if entries(self) == before {
                    moves.most = moves.most.max(cost);
                } else {
                    moves.scrolls += 1;
                }
                // The moves that needed no scrolling at the beginning make nothing look cheaper.
                if moves.scrolls > 0 {
                    moves.after.push(cost);
                }
            }
        }
        moves
    }
}

/// What the moves in a list took.
#[derive(Debug, Default)]
struct Moves {
    /// The dearest of those that left the other entries where they were.
    most: usize,
    scrolls: usize,
    /// Every one from the first that scrolled.
    after: Vec<usize>,
}

#[test]
fn moving_the_focus_takes_at_most_120_bytes_at_the_median_of_all_pages() {
    let mut seen = Seen::new(Pilot::at_login());
    let (mut forward, mut back) = (Vec::new(), Vec::new());
    for step in Step::ALL {
        seen.pilot.go_to(step);
        seen.walk("<tab>", Stop::Toolbar);
        // After the last stop comes the first.
        seen.press("<tab>");
        let first = seen.pilot.wizard.stop();
        forward.extend(seen.walk("<tab>", Stop::Toolbar));
        back.extend(seen.walk("<s-tab>", first));
    }
    let median = |mut costs: Vec<usize>| {
        assert!(costs.len() > 60, "these are not all pages: {costs:?}");
        costs.sort_unstable();
        costs[costs.len() / 2]
    };
    let (forward, back) = (median(forward), median(back));
    assert!(forward <= 120, "Tab takes {forward}");
    // A sentence has less in common with the one after it than with the one before.
    assert!(back <= 140, "Shift-Tab takes {back}");
}

#[test]
fn a_move_in_any_list_takes_at_most_60_bytes() {
    let mut seen = Seen::new(Pilot::logged_in());
    let mut lists = 0;
    for step in Step::ALL.into_iter().filter(|step| *step > Step::Login) {
        seen.pilot.go_to(step);
        while seen.pilot.wizard.stop() != Stop::Toolbar {
            let row = seen.pilot.wizard.focused_row();
            let value = row.map(|row| row.value);
            if matches!(value, Some(Value::Choice { .. } | Value::Many { .. })) {
                seen.pilot.keys("<enter>");
                let moves = seen.scroll();
                assert!(moves.most <= 60, "{moves:?}\n{}", seen.screen);
                lists += usize::from(moves.most > 0);
                seen.pilot.keys("<esc>");
            }
            seen.pilot.keys("<tab>");
        }
    }
    assert!(lists > 15, "only {lists} lists were seen");
}
