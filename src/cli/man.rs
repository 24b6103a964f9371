//! `man`: the manual page, from what clap knows of the command line.
//! Knows no command by itself.

use clap_mangen::Man;

use super::exit::{Exit, Outcome};
use super::print::say;

pub(super) fn print(command: clap::Command) -> Outcome {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    say(String::from_utf8(page)?.trim_end());
    Ok(Exit::Done)
}
