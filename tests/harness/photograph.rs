//! A screen as a text file: the characters, the cursor, and the runs of each role. Roles instead of colours: a change of
//! theme changes no photograph, a lost highlight does.

use std::fmt::Write;

use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};
use ratatui::style::{Color, Style};

use pve_vm_setup::ui::{Look, Marks, Role, Theme};

/// Every role has a colour of its own.
pub const LOOK: Look = Look {
    theme: Theme(|role| Style::new().fg(Color::Indexed(100 + role as u8))),
    marks: Marks::UNICODE,
};

pub fn text(terminal: &Terminal<TestBackend>) -> String {
    let buffer = terminal.backend().buffer();
    let rows: Vec<String> = (0..buffer.area.height)
        .map(|y| {
            let mut row = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol();
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
                row.push_str(symbol);
            }
            row.trim_end().to_owned()
        })
        .collect();
    rows.join("\n")
}

/// Text, cursor, and the runs of the roles that stand out.
pub fn whole(terminal: &mut Terminal<TestBackend>) -> String {
    let text = text(terminal);
    let cursor = terminal.backend_mut().get_cursor_position().unwrap();
    let buffer = terminal.backend().buffer();
    let mut runs = String::new();
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let start = x;
            let colour = buffer[(x, y)].fg;
            while x < buffer.area.width && buffer[(x, y)].fg == colour {
                x += 1;
            }
            let role = Role::ALL
                .into_iter()
                .find(|role| colour == Color::Indexed(100 + *role as u8));
            if let Some(role) =
                role.filter(|role| !matches!(role, Role::Text | Role::Label | Role::Dim))
            {
                writeln!(runs, "{start},{y} +{} {role:?}", x - start).unwrap();
            }
        }
    }
    format!("{text}\n\ncursor: {},{}\n{runs}", cursor.x, cursor.y)
}
