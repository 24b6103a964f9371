//! The forms that a plan is shown, saved and copied in: the voices, which repeat its requests, and the plan file.

use crate::voices::Voice;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Voice(Voice),
    Plan,
}

impl Default for Form {
    fn default() -> Form {
        Form::Voice(Voice::default())
    }
}

impl Form {
    /// Those on the screen, in order.
    pub fn shown() -> impl Iterator<Item = Form> {
        Voice::SHOWN
            .into_iter()
            .map(Form::Voice)
            .chain([Form::Plan])
    }

    /// The next or previous one of those on the screen; wraps around at the ends.
    #[must_use]
    pub fn beside(self, next: bool) -> Form {
        let forms: Vec<Form> = Form::shown().collect();
        let at = forms.iter().position(|form| *form == self);
        let step = if next { 1 } else { forms.len() - 1 };
        let to = (at.unwrap_or_default() + step) % forms.len().max(1);
        forms.get(to).copied().unwrap_or_default()
    }

    pub fn title(self) -> &'static str {
        match self {
            Form::Voice(voice) => voice.title(),
            Form::Plan => "plan",
        }
    }

    /// The extension of a file that holds it.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Voice(voice) => voice.ending(),
            Form::Plan => "toml",
        }
    }
}
