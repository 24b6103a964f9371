//! What can be open over a page: lists, notes, the help, the requests, questions.

use crate::domain::FieldId;
use crate::form::TextBuffer;

use super::{
    DownloadForm, FactorQuestion, Form, List, NotesEditor, PasswordQuestion, TrustQuestion,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// The options of a field.
    Choose {
        field: FieldId,
        list: List,
    },
    /// Every field of every step.
    Find {
        list: List,
    },
    /// What to fetch from the Internet.
    Download(Box<DownloadForm>),
    Notes(NotesEditor),
    Help {
        scroll: usize,
    },
    /// The plan in one of its forms.
    Requests {
        form: Form,
        scroll: usize,
    },
    /// Which of `quit_buttons` has the focus.
    Quit {
        button: QuitButton,
    },
    /// The ID of the VM to be removed, as typed.
    Delete(TextBuffer),
    /// The name of a new preset, as typed.
    SavePreset(TextBuffer),
    /// What an earlier run left unfinished; `button` is one of `UNFINISHED_BUTTONS`.
    Unfinished {
        button: usize,
    },
    /// The journal's lines about it.
    Journal {
        scroll: usize,
    },
    Trust(TrustQuestion),
    SecondFactor(FactorQuestion),
    LogInAgain(PasswordQuestion),
}

impl Overlay {
    pub(in crate::wizard) fn requests() -> Overlay {
        Overlay::Requests {
            form: Form::default(),
            scroll: 0,
        }
    }
}

/// By its meaning: the buttons can change while the question is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitButton {
    Quit,
    /// A request is pending.
    Leave,
    LeaveRunning,
    StopTask,
    Stay,
}

impl QuitButton {
    pub fn label(self) -> &'static str {
        match self {
            QuitButton::Quit => "Quit",
            QuitButton::Leave => "Leave",
            QuitButton::LeaveRunning => "Leave it running",
            QuitButton::StopTask => "Stop the task",
            QuitButton::Stay => "Stay",
        }
    }
}
