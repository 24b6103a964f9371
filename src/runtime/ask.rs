//! Asks for one secret on the terminal, without showing it. For commands without the wizard's screen.
//! Leaves the terminal as it was, also when a signal comes.

use std::io;

use zeroize::{Zeroize, Zeroizing};

use crate::domain::Secret;

use super::ending::Ending;
use super::tty::Tty;

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const CTRL_U: u8 = 21;

/// `None` when the user does not want to answer, or a signal ends the program.
pub async fn ask_secret(question: &str) -> io::Result<Option<Secret>> {
    let mut ending = Ending::new()?;
    let tty = Tty::raw()?;
    tty.write_all(format!("{question}: ").as_bytes()).await?;
    // Large enough from the start: growing would leave a copy behind.
    let mut typed = Zeroizing::new(Vec::with_capacity(1024));
    let answer = loop {
        let mut keys = tokio::select! {
            keys = tty.read() => keys,
            () = ending.recv() => break None,
        };
        let end = keys.iter().position(|key| matches!(key, b'\r' | b'\n'));
        let line = end.and_then(|end| keys.get(..end)).unwrap_or(&keys);
        let given_up = keys.is_empty() || line.contains(&CTRL_C) || line.contains(&CTRL_D);
        for key in line {
            match key {
                8 | 0x7f => drop(typed.pop()),
                &CTRL_U => typed.clear(),
                key if typed.len() < typed.capacity() => typed.push(*key),
                _ => {}
            }
        }
        keys.zeroize();
        if given_up {
            break None;
        }
        if end.is_some() {
            break Some(Secret::new(String::from_utf8_lossy(&typed).into_owned()));
        }
    };
    tty.write_all(b"\r\n").await?;
    Ok(answer)
}
