//! The boot menus of NixOS images as a table: what is seen and what is pressed, until the entry with the serial console is
//! chosen. Data only.

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// For the entry that sets the console.
    Looking,
    /// That entry opened a menu of its own.
    Chosen,
    /// The kernel starts, or a login was asked for on the display.
    Waiting,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    Type(&'static str),
    /// Moves the mark to the row and presses Enter.
    Choose,
}

/// `seen` is part of a row's text.
pub(super) struct Rule {
    pub(super) at: Step,
    pub(super) seen: &'static str,
    pub(super) act: Act,
    pub(super) then: Step,
}

/// The first rule whose text is on the screen counts. The menus of NixOS images: one list under the older BIOS loader, a
/// submenu in a submenu under the older UEFI loader, the submenu Options in newer images.
pub(super) const RULES: [Rule; 7] = [
    Rule {
        at: Step::Looking,
        seen: "(serial console=ttyS0",
        act: Act::Choose,
        then: Step::Waiting,
    },
    Rule {
        at: Step::Looking,
        seen: "Serial console=ttyS0",
        act: Act::Choose,
        then: Step::Chosen,
    },
    Rule {
        at: Step::Looking,
        seen: "HiDPI, Quirks and Accessibility",
        act: Act::Choose,
        then: Step::Looking,
    },
    Rule {
        at: Step::Looking,
        seen: "Options",
        act: Act::Choose,
        then: Step::Looking,
    },
    Rule {
        at: Step::Looking,
        seen: "Press 't' to use the text boot menu",
        act: Act::Type("t"),
        then: Step::Looking,
    },
    Rule {
        at: Step::Chosen,
        seen: " Installer",
        act: Act::Choose,
        then: Step::Waiting,
    },
    Rule {
        at: Step::Chosen,
        seen: "Serial console=ttyS0",
        act: Act::Choose,
        then: Step::Chosen,
    },
];
