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

/// What installers are called, as the storage of a site collects them.
const IMAGES: [&str; 8] = [
    "debian-#.1.0-amd64-netinst.iso",
    "Fedora-Server-dvd-x86_64-#-1.14.iso",
    "nixos-minimal-#.05.813814.ac62194c3917-x86_64-linux.iso",
    "OPNsense-#.1-dvd-amd64.iso",
    "proxmox-ve_#.0-1.iso",
    "ubuntu-#.04.3-live-server-amd64.iso",
    "virtio-win-0.1.#.iso",
    "Win11_24H#_English_x64.iso",
];

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
                let marked = |row: &str| row.chars().nth(4) == Some('▸');
                let seen = self.screen.lines().filter(|row| marked(row)).count();
                assert_eq!(seen, 1, "where is the focus?\n{}", self.screen);
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

#[test]
fn scrolling_a_list_takes_at_most_130_bytes_a_key() {
    let names: Vec<String> = IMAGES
        .iter()
        .flat_map(|name| (1..5).map(|version| name.replace('#', &(version * 7).to_string())))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let pilot = Pilot::on(|cluster| cluster.add_isos("cephfs", &names, 1_785_000_000));
    let mut seen = Seen::new(pilot);
    for (step, list) in [
        (Step::Os, Some("iso")),
        (Step::Cpu, Some("cpu")),
        // Of all fields.
        (Step::Confirm, None),
    ] {
        seen.pilot.go_to(step);
        match list {
            Some(name) => seen.pilot.focus_on(name).keys("<enter>"),
            None => seen.pilot.keys("<f3>"),
        };
        let moves = seen.scroll();
        assert!(moves.scrolls >= 4, "this fits the window: {moves:?}");
        let mean = moves.after.iter().sum::<usize>() / moves.after.len();
        assert!(mean <= 130, "{mean}: {moves:?}\n{}", seen.screen);
        seen.pilot.keys("<esc>");
    }
}
