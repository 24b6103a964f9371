//! The terminal as a line of bytes both ways, without waiting: opened anew, so that nobody else who has it open is affected.
//! In raw mode until dropped. Knows no key and no sequence.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::fs::OFlags;
use rustix::termios::{QueueSelector, tcflush, ttyname};
use tokio::net::unix::pipe::{Receiver, Sender};

/// As much as is read or written at once: little enough that nothing waits long behind it.
const PIECE: usize = 4096;

/// Neither is a pipe: the kernel tells of both alike when they are ready.
#[derive(Debug)]
pub(super) struct Tty {
    keys: Receiver,
    out: Sender,
}

impl Tty {
    /// Fails where there is no terminal.
    pub(super) fn raw() -> io::Result<Tty> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::other(
                "a console needs a terminal to show it on and a keyboard to read from",
            ));
        }
        let tty = Tty {
            keys: Receiver::from_file_unchecked(opened()?)?,
            out: Sender::from_file_unchecked(opened()?)?,
        };
        enable_raw_mode()?;
        Ok(tty)
    }

    /// A stop from outside may have left the terminal in any mode.
    pub(super) fn raw_again() -> io::Result<()> {
        disable_raw_mode()?;
        enable_raw_mode()
    }

    /// Keys; none when the terminal is gone. Nothing is lost when the future is dropped.
    pub(super) async fn read(&self) -> Vec<u8> {
        let mut bytes = vec![0; PIECE];
        while self.keys.readable().await.is_ok() {
            match self.keys.try_read(&mut bytes) {
                Ok(count) => {
                    bytes.truncate(count);
                    return bytes;
                }
                Err(error) if may_go_on(&error) => {}
                Err(_) => break,
            }
        }
        Vec::new()
    }

    /// Writes a beginning of the bytes as soon as there is room; tells how much. An error means that the terminal is gone.
    pub(super) async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let piece = bytes.get(..PIECE).unwrap_or(bytes);
        loop {
            self.out.writable().await?;
            match self.out.try_write(piece) {
                Err(error) if may_go_on(&error) => {}
                done => return done,
            }
        }
    }

    pub(super) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = self.write(bytes).await?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Drops what the terminal has not taken yet.
    pub(super) fn drop_output(&self) {
        let _ = tcflush(&self.out, QueueSelector::OFlush);
    }

    /// Drops keys that are not read yet: answers of the terminal to a guest that is left.
    pub(super) fn drop_input(&self) {
        let _ = tcflush(&self.keys, QueueSelector::IFlush);
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
    }
}

fn may_go_on(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn opened() -> io::Result<File> {
    open(Path::new("/dev/tty")).or_else(|error| {
        // Without a controlling terminal it has to be opened by its name.
        let name = ttyname(io::stdin(), Vec::new()).map_err(|_| error)?;
        open(Path::new(&*name.to_string_lossy()))
    })
}

fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags.bits().try_into().unwrap_or_default())
        .open(path)
}
