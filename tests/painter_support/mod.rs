//! A painter and the emulated terminal at the other end of its line, with every byte in between.
#![allow(dead_code, reason = "each test file uses its part")]

use std::cell::RefCell;
use std::io::{self, Write};
use std::num::NonZero;
use std::rc::Rc;

use pve_vm_setup::runtime::painter::Painter;
use ratatui::{Frame, Terminal};

/// Where the bytes go, and how often.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<(Vec<u8>, usize)>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut line = self.0.borrow_mut();
        line.0.extend_from_slice(bytes);
        line.1 += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub struct Pair {
    line: Wire,
    terminal: Terminal<Painter<Wire>>,
    pub seen: vt100::Parser,
}

impl Pair {
    pub fn new(size: fn() -> io::Result<(u16, u16)>) -> Pair {
        let line = Wire::default();
        let painter = Painter::new(line.clone(), size).unwrap();
        let (columns, rows) = size().unwrap();
        let cells = |count| NonZero::new(count).unwrap();
        Pair {
            line,
            terminal: Terminal::new(painter).unwrap(),
            seen: vt100::Parser::new(cells(rows), cells(columns), 0),
        }
    }

    /// Draws a frame; returns the bytes that it took.
    pub fn show(&mut self, draw: impl FnOnce(&mut Frame)) -> String {
        *self.line.0.borrow_mut() = Default::default();
        self.terminal.draw(draw).unwrap();
        let (bytes, writes) = self.line.0.borrow().clone();
        assert_eq!(writes, usize::from(!bytes.is_empty()), "one write a frame");
        self.seen.process(&bytes);
        String::from_utf8(bytes).unwrap()
    }
}
