//! The signals that ask the program to end, awaited like any other event. What an end means, and what is left to do before
//! it, is not known here.

use std::io;

use futures_util::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end the program: each ends it in order, restores the terminal and prints the last line.
pub(super) struct Ending {
    signals: Vec<Signal>,
    /// Handled so that it does not end the program: a file that cannot grow is an error of that write only.
    _file_size: Signal,
}

impl Ending {
    pub(super) fn new() -> io::Result<Ending> {
        use rustix::process::Signal as Name;
        let kinds = [
            Name::HUP,
            Name::INT,
            Name::QUIT,
            Name::TERM,
            Name::ALARM,
            Name::USR1,
            Name::USR2,
            Name::VTALARM,
            Name::PROF,
            Name::XCPU,
            Name::IO,
            Name::POWER,
        ];
        let listen = |name: Name| signal(SignalKind::from_raw(name.as_raw()));
        Ok(Ending {
            signals: kinds.into_iter().map(listen).collect::<io::Result<_>>()?,
            _file_size: listen(Name::XFSZ)?,
        })
    }

    pub(super) async fn recv(&mut self) {
        let waits = self
            .signals
            .iter_mut()
            .map(|signal| Box::pin(signal.recv()));
        select_all(waits).await;
    }
}
