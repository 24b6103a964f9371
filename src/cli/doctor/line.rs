//! One result of a check: ok, a warning or wrong, with the remedy. Knows no check.
//! Everything from a server is made safe for the terminal here.

use std::fmt;

use crate::cli::exit::Exit;
use crate::domain::text::visible;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Ok,
    Warning,
    Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub mark: Mark,
    pub words: String,
    pub remedy: Option<String>,
    /// The checks that follow would mean nothing: the program ends with this.
    pub ends: Option<Exit>,
}

impl Line {
    fn new(mark: Mark, words: impl Into<String>) -> Line {
        Line {
            mark,
            words: words.into(),
            remedy: None,
            ends: None,
        }
    }

    pub(super) fn ok(words: impl Into<String>) -> Line {
        Line::new(Mark::Ok, words)
    }

    pub(super) fn warning(words: impl Into<String>) -> Line {
        Line::new(Mark::Warning, words)
    }

    pub(super) fn wrong(words: impl Into<String>) -> Line {
        Line::new(Mark::Wrong, words)
    }

    pub(super) fn remedy(self, remedy: impl Into<String>) -> Line {
        Line {
            remedy: Some(remedy.into()),
            ..self
        }
    }

    pub(super) fn ends(self, exit: Exit) -> Line {
        Line {
            ends: Some(exit),
            ..self
        }
    }

    /// As it is printed, for the check of this name.
    pub fn shown(&self, check: &str) -> String {
        let mark = self.mark.to_string();
        let words = format!("{mark:<9}{check:<13}{}", visible(&self.words));
        match &self.remedy {
            Some(remedy) => format!("{words}\n{:22}{}", "", visible(remedy)),
            None => words,
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mark::Ok => "ok",
            Mark::Warning => "warning",
            Mark::Wrong => "wrong",
        })
    }
}
