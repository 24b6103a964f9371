//! Bringing the installer to the line, against the boot menus of NixOS images.

use std::time::Duration;

use pve_vm_setup::console::{EscapeKey, Installer, Move, Notice, Report, Screen};
use pve_vm_setup::sim::guest::{Boots, Layout, SerialGuest};
use rstest::rstest;

use super::story::Story;

/// A guest at the other end of a story's line.
struct Told {
    story: Story,
    guest: SerialGuest,
    /// How much of what is sent the guest has read.
    read: usize,
}

impl Told {
    fn booting(layout: Layout) -> Told {
        let story = Story::open();
        let boots = Boots::Installer {
            layout,
            label: "24.11.719113".to_owned(),
        };
        Told {
            guest: SerialGuest::started(boots, story.now),
            story,
            read: 0,
        }
    }

    /// In steps of a tenth of a second; the guest's words come in pieces of so many bytes.
    fn play(&mut self, tenths: u32, piece: usize) {
        for _ in 0..tenths {
            self.story.now += Duration::from_millis(100);
            self.guest.run(self.story.now);
            let said = self.guest.take_output(usize::MAX);
            for part in said.chunks(piece) {
                self.story.guest(part);
            }
            let due = self.story.console.deadline(self.story.now);
            if due.is_some_and(|due| due <= self.story.now) {
                self.story.take(pve_vm_setup::console::Fact::Ticked);
            }
            self.story.flush();
            let typed = self.story.arrived();
            self.guest.read(&typed[self.read..], self.story.now);
            self.read = typed.len();
        }
    }

    fn reports(&self) -> Vec<Report> {
        let notices = self.story.said.iter();
        notices
            .filter_map(|notice| match notice {
                Notice::Installer(report) => Some(report.clone()),
                _ => None,
            })
            .collect()
    }
}

fn here() -> Vec<Report> {
    vec![
        Report::Reading,
        Report::Booting,
        Report::Here("[nixos@nixos:~]$".to_owned()),
    ]
}

#[rstest]
fn the_installer_comes_from_every_menu_however_its_words_are_cut(
    #[values(Layout::Flat, Layout::Nested, Layout::Options)] layout: Layout,
    #[values(3, 4096)] piece: usize,
) {
    let mut told = Told::booting(layout);
    told.play(20, piece);
    told.story.typed("\x1di");
    told.play(200, piece);
    assert_eq!(told.reports(), here());
}

#[rstest]
fn asked_for_before_the_menu_is_there_it_waits_for_it(
    #[values(Layout::Flat, Layout::Nested, Layout::Options)] layout: Layout,
) {
    let mut told = Told::booting(layout);
    told.story.typed("\x1di");
    told.play(200, 4096);
    assert_eq!(told.reports(), here());
}

#[test]
fn a_menu_that_the_user_has_moved_in_is_read_and_not_counted() {
    let mut told = Told::booting(Layout::Options);
    told.play(20, 4096);
    told.story.typed("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B");
    told.play(5, 4096);
    told.story.typed("\x1di");
    told.play(200, 4096);
    assert_eq!(told.reports(), here());
}

#[test]
fn a_menu_that_is_over_gives_instructions_and_no_key_is_sent() {
    let mut told = Told::booting(Layout::Options);
    // Ten seconds of the menu, then a kernel that the line does not see.
    told.play(150, 4096);
    let cleared = "\x1b[H\x1b[J";
    told.story.guest(cleared).typed("\x1di");
    told.play(300, 4096);
    assert_eq!(told.reports(), [Report::Reading, Report::NoMenu]);
    assert_eq!(told.story.arrived(), b"");
    let words = Report::NoMenu.words(EscapeKey::default());
    assert!(
        words.contains("Options") && words.contains("HiDPI"),
        "{words}"
    );
}

#[test]
fn a_key_of_the_user_stops_it_and_is_sent() {
    let mut told = Told::booting(Layout::Options);
    told.story.typed("\x1di").typed("x");
    assert_eq!(told.reports(), [Report::Reading, Report::Stopped]);
    told.story.flush();
    assert_eq!(told.story.arrived(), b"x");
}

#[rstest]
#[case::place_and_kind("\x1b[24;80R\x1b[?1;2c", false)]
#[case::colour("\x1b]11;rgb:0000/0000/0000\x1b\\", false)]
#[case::version("\x1bP>|xterm(390)\x1b\\", false)]
#[case::an_arrow("\x1b[A", true)]
#[case::escape("\x1b", true)]
#[case::a_letter("R", true)]
fn what_the_terminal_answers_to_the_guest_is_no_key_of_the_user(
    #[case] bytes: &str,
    #[case] stops: bool,
) {
    let mut story = Story::open();
    story.typed("\x1di").typed(bytes).flush();
    let stopped = Notice::Installer(Report::Stopped);
    assert_eq!(story.said().contains(&stopped), stops);
    assert_eq!(story.arrived(), bytes.as_bytes());
}

#[test]
fn a_prompt_that_is_there_already_is_the_end_of_it() {
    let mut story = Story::open();
    story.guest("\r\n[nixos@nixos:~]$ ").typed("\x1di").wait(1);
    let said = story.said();
    assert_eq!(
        said.last(),
        Some(&Notice::Installer(Report::Here(
            "[nixos@nixos:~]$".to_owned()
        )))
    );
    assert_eq!(story.arrived(), b"");
}

#[test]
fn a_kernel_that_never_shows_a_login_is_not_called_done() {
    let mut story = Story::open();
    story.guest(
        "\x1b[2J\x1b[4;2H|\x1b[7m NixOS 24.11 Installer (serial console=ttyS0,115200n8) \x1b[m|",
    );
    story.typed("\x1di").flush();
    story.guest("\x1b[H\x1b[J[    0.000000] Linux version 6.12\r\n");
    story.wait(400);
    let reports: Vec<Notice> = story.said();
    assert_eq!(reports.last(), Some(&Notice::Installer(Report::NoLogin)));
}

#[test]
fn a_menu_that_keys_do_not_move_is_given_back_to_the_user() {
    let mut story = Story::open();
    story.guest("\x1b[2J\x1b[4;2H|*NixOS 25.05 Installer |\x1b[5;2H| Options |");
    story.typed("\x1di").wait(30);
    assert_eq!(
        story.said().last(),
        Some(&Notice::Installer(Report::Unmoved))
    );
    assert_eq!(story.arrived(), b"\x1b[B\x1b[B\x1b[B\x1b[B");
}

/// What is on the screen, and the first key.
#[rstest]
#[case::flat(
    "\x1b[4;2H|\x1b[7m NixOS 24.11 Installer \x1b[m|\x1b[5;2H| NixOS 24.11 Installer (serial console=ttyS0,115200n8) |",
    Some("\x1b[B")
)]
#[case::flat_marked(
    "\x1b[4;2H| NixOS 24.11 Installer |\x1b[5;2H|\x1b[7m NixOS 24.11 Installer (serial console=ttyS0,115200n8) \x1b[m|",
    Some("\r")
)]
#[case::framed(
    "\x1b[4;2H\u{2502} NixOS 24.11 Installer \u{2502}\x1b[5;2H\u{2502}*HiDPI, Quirks and Accessibility \u{2502}",
    Some("\r")
)]
#[case::below_it(
    "\x1b[4;2H| Serial console=ttyS0,115200n8 |\x1b[5;2H|*Shutdown |",
    Some("\x1b[A")
)]
#[case::submenu_over_menu(
    "\x1b[4;2H|*Options |\x1b[5;2H| Serial console=ttyS0,115200n8 |",
    Some("\x1b[B")
)]
#[case::text_menu(
    "Loading graphical boot menu...\r\n\r\nPress 't' to use the text boot menu on this console...\r\n",
    Some("t")
)]
#[case::nothing_marked("\x1b[4;2H| Options |", None)]
#[case::no_menu("[    0.000000] Linux version 6.12 Options\r\n", None)]
fn the_first_key_follows_from_what_is_seen(#[case] seen: &str, #[case] key: Option<&'static str>) {
    let mut screen = Screen::new(80, 24);
    screen.read(seen.as_bytes());
    let now = Duration::from_secs(5);
    let moves = Installer::new(now).look(&screen, now);
    let pressed = moves.iter().find_map(|step| match step {
        Move::Press(key) => Some(*key),
        Move::Say(_) => None,
    });
    assert_eq!(pressed, key);
}
