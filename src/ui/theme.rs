//! Roles and marks: what a piece of text means, and how that looks. Colour is never the only sign of a state, so a theme
//! without colours loses nothing; every mark has an ASCII form.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use crate::domain::text::visible;

/// The purpose of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Text,
    Title,
    Label,
    Focus,
    Dim,
    Warning,
    Error,
    Success,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::Text,
        Role::Title,
        Role::Label,
        Role::Focus,
        Role::Dim,
        Role::Warning,
        Role::Error,
        Role::Success,
    ];
}

/// A style for each role.
#[derive(Debug, Clone, Copy)]
pub struct Theme(pub fn(Role) -> Style);

impl Theme {
    /// The sixteen colours that every terminal has, as its user set them.
    pub const COLOUR: Theme = Theme(|role| match role {
        Role::Text | Role::Label => Style::new(),
        Role::Title => Style::new().add_modifier(Modifier::BOLD),
        Role::Focus => Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        Role::Dim => Style::new().add_modifier(Modifier::DIM),
        Role::Warning => Style::new().fg(Color::Yellow),
        Role::Error => Style::new().fg(Color::Red),
        Role::Success => Style::new().fg(Color::Green),
    });

    /// For `NO_COLOR`: weight only.
    pub const PLAIN: Theme = Theme(|role| match role {
        Role::Text | Role::Label | Role::Success => Style::new(),
        Role::Title | Role::Focus | Role::Warning | Role::Error => {
            Style::new().add_modifier(Modifier::BOLD)
        }
        Role::Dim => Style::new().add_modifier(Modifier::DIM),
    });
}

/// The signs beside words.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    pub done: &'static str,
    pub here: &'static str,
    pub ahead: &'static str,
    pub wrong: &'static str,
    pub warns: &'static str,
    pub focus: &'static str,
    pub opens: &'static str,
    pub hidden_char: &'static str,
    pub dot: &'static str,
    pub more: &'static str,
    pub rule: &'static str,
    pub bar: &'static str,
    pub rule_down: &'static str,
    pub rule_up: &'static str,
    pub full: &'static str,
    pub empty: &'static str,
    /// Corners of a box: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
}

impl Marks {
    pub const UNICODE: Marks = Marks {
        done: "✓",
        here: "●",
        ahead: "○",
        wrong: "✗",
        warns: "!",
        focus: "▸",
        opens: "▾",
        hidden_char: "•",
        dot: "·",
        more: "…",
        rule: "─",
        bar: "│",
        rule_down: "┬",
        rule_up: "┴",
        full: "━",
        empty: "─",
        corners: ["┌", "┐", "└", "┘"],
    };

    pub const ASCII: Marks = Marks {
        done: "+",
        here: "*",
        ahead: "o",
        wrong: "x",
        warns: "!",
        focus: ">",
        opens: "v",
        hidden_char: "*",
        dot: "-",
        more: "~",
        rule: "-",
        bar: "|",
        rule_down: "+",
        rule_up: "+",
        full: "#",
        empty: "-",
        corners: ["+", "+", "+", "+"],
    };
}

/// How everything looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub theme: Theme,
    pub marks: Marks,
}

impl Look {
    /// Text in a role, made safe for a terminal.
    pub fn text(&self, role: Role, text: impl AsRef<str>) -> Span<'static> {
        Span::styled(visible(text.as_ref()), (self.theme.0)(role))
    }
}
