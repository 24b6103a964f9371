//! A text of several lines that is written over the page.

use crate::domain::FieldId;
use crate::form::TextArea;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesEditor {
    pub field: FieldId,
    pub area: TextArea,
    /// Why the text as it stands is not taken.
    pub message: Option<String>,
}
