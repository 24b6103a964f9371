//! How the program ends: the exit statuses, each with its sentence, and the error that carries one.
//! Knows no command.

use std::fmt::Write as _;
use std::process::ExitCode;

/// An exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    Wizard,
    Usage,
    Problems,
    NoLogin,
    Refused,
    Incomplete,
    Unknown,
    Interrupted,
}

impl Exit {
    /// In rising order.
    pub const ALL: [Exit; 9] = [
        Exit::Done,
        Exit::Wizard,
        Exit::Usage,
        Exit::Problems,
        Exit::NoLogin,
        Exit::Refused,
        Exit::Incomplete,
        Exit::Unknown,
        Exit::Interrupted,
    ];

    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Wizard => 1,
            Exit::Usage => 2,
            Exit::Problems => 3,
            Exit::NoLogin => 4,
            Exit::Refused => 5,
            Exit::Incomplete => 6,
            Exit::Unknown => 7,
            Exit::Interrupted => 130,
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Exit::Done => "Done; for the wizard also: nothing was sent.",
            Exit::Wizard => {
                "The wizard: not every chosen stage succeeded. Any command: the system failed it."
            }
            Exit::Usage => {
                "Wrong arguments, settings or plan, or no terminal for the wizard. Nothing was sent."
            }
            Exit::Problems => "Problems were found. Nothing was sent.",
            Exit::NoLogin => "The server was not reached or is not trusted, or the login failed.",
            Exit::Refused => "Proxmox refused to create the VM, or failed to.",
            Exit::Incomplete => {
                "The VM exists, but a later stage failed or it differs from the plan."
            }
            Exit::Unknown => "It is unknown whether the VM exists.",
            Exit::Interrupted => "Interrupted.",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// The statuses for the help.
pub fn table() -> String {
    let mut text = "Exit status:".to_owned();
    for exit in Exit::ALL {
        let _ = write!(text, "\n  {:>3}  {}", exit.code(), exit.sentence());
    }
    text
}

/// Why a command ended early.
#[derive(Debug)]
pub struct Failed {
    pub exit: Exit,
    pub error: anyhow::Error,
}

impl Failed {
    /// The user has to change an argument, a setting or a file.
    pub fn usage(error: impl Into<anyhow::Error>) -> Failed {
        Failed {
            exit: Exit::Usage,
            error: error.into(),
        }
    }

    pub fn usage_says(sentence: impl std::fmt::Display) -> Failed {
        Failed::usage(anyhow::anyhow!("{sentence}"))
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Failed {
        Failed {
            exit: Exit::Wizard,
            error: error.into(),
        }
    }
}

/// What a command leaves behind.
pub type Outcome = Result<Exit, Failed>;
