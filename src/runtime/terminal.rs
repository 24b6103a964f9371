//! The terminal: entered once, restored once however the program ends. Owns raw mode, the alternate screen and bracketed
//! paste. Never queries the terminal: one that does not answer must not hold up a frame.

use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::layout::Position;
use rustix::process::{Signal, kill_current_process_group};

use crate::ui::{Look, draw};
use crate::wizard::Wizard;

use super::line::Line;
use super::painter::Painter;

/// Whether the terminal is ours. It must not be restored twice: the second time would move the cursor back over later
/// output.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Columns and rows where the size is unknown.
const USUAL: (u16, u16) = (80, 24);

/// The alternate screen in raw mode; restored when dropped.
pub struct Screen {
    terminal: Terminal<Painter<Line<Stdout>>>,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Screen")
    }
}

impl Screen {
    /// Fails where there is no terminal to draw on.
    pub fn enter() -> io::Result<Screen> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::other(
                "this program needs a terminal to draw on and a keyboard to read from",
            ));
        }
        enter()?;
        Ok(Screen { terminal: blank()? })
    }

    /// The terminal may show anything now: the next frame is drawn completely.
    pub fn forget(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize((Position::ORIGIN, size).into())
    }

    /// Draws what has changed since the last frame.
    pub fn draw(&mut self, wizard: &Wizard, look: &Look) -> io::Result<()> {
        self.terminal
            .draw(|frame| draw(wizard, look, frame))
            .map(|_| ())
    }

    /// Offers a text to the terminal's clipboard (OSC 52). A terminal without one ignores it.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(Line(io::stdout()), CopyToClipboard::to_clipboard_from(text))
    }

    /// Restores the terminal and stops like Ctrl-Z elsewhere: with the program that started this one. A script that kept
    /// running would wait for it, and the user would see no prompt.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        Ok(kill_current_process_group(Signal::TSTP)?)
    }

    /// Takes the terminal again. A stop from outside may have left it in any state.
    pub fn resume(&mut self) -> io::Result<()> {
        leave();
        enter()?;
        // Not `clear`: that queries the cursor position and waits for the answer.
        self.terminal = blank()?;
        Ok(())
    }
}

/// The columns of the terminal.
pub fn columns() -> usize {
    size().map_or(80, |(columns, _)| columns.into())
}

/// A serial line does not know its size, nor does a pseudo-terminal without one; then it is 80x24.
pub(super) fn size() -> io::Result<(u16, u16)> {
    match crossterm::terminal::size()? {
        (0, _) | (_, 0) => Ok(USUAL),
        known => Ok(known),
    }
}

/// A screen with unknown content.
fn blank() -> io::Result<Terminal<Painter<Line<Stdout>>>> {
    Painter::new(Line(io::stdout()), size)
        .and_then(Terminal::new)
        .inspect_err(|_| leave())
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    // Some consoles have no alternate screen: existing text has to be erased, without any leftover colour.
    execute!(
        Line(io::stdout()),
        ResetColor,
        EnterAlternateScreen,
        EnableBracketedPaste,
        Clear(ClearType::All)
    )
    .inspect_err(|_| leave())
}

/// Never fails: a terminal that is gone needs no restoring.
pub(super) fn leave() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    // First, since the output below may have to wait for the line.
    let _ = disable_raw_mode();
    let mut out = Line(io::stdout());
    let _ = execute!(
        out,
        ResetColor,
        DisableBracketedPaste,
        Clear(ClearType::All),
        cursor::MoveTo(0, 0),
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = out.flush();
}

/// Leaves a terminal that accepts no more bytes: only its settings can be restored.
pub(super) fn abandon() {
    let _ = disable_raw_mode();
}

/// Restores the terminal before a panic's message is printed, on whatever thread it happens.
pub fn install_panic_hook() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        leave();
        before(panic);
    }));
}
