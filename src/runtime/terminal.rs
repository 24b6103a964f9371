//! The terminal: entered once, left on every way out. Owns raw mode, the alternate screen and bracketed paste.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::ui::{Look, draw};
use crate::wizard::Wizard;

/// The alternate screen in raw mode; gone when dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
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

    pub fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }

    /// Draws what has changed since the last frame.
    pub fn draw(&mut self, wizard: &Wizard, look: &Look) -> io::Result<()> {
        self.terminal
            .draw(|frame| draw(wizard, look, frame))
            .map(|_| ())
    }

    /// Stops the program as Ctrl-Z does, with the terminal as it was found; returns when it goes on.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        signal_hook::low_level::raise(signal_hook::consts::SIGTSTP)?;
        enter()?;
        // Not `clear`: that asks the terminal where its cursor is, and waits for the answer.
        self.terminal = blank()?;
        Ok(())
    }
}

/// A screen of which nothing is known to be drawn.
fn blank() -> io::Result<Terminal<CrosstermBackend<BufWriter<Stdout>>>> {
    let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 14, io::stdout()));
    Terminal::new(backend).inspect_err(|_| leave())
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste).inspect_err(|_| leave())
}

/// Never fails: a terminal that is gone needs nothing restored.
fn leave() {
    let mut out = io::stdout();
    let _ = execute!(
        out,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = out.flush();
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
