//! A text of several lines that is edited over the page.

use crate::domain::FieldId;
use crate::form::TextArea;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesEditor {
    pub field: FieldId,
    pub area: TextArea,
    /// Why the current text is not accepted.
    pub message: Option<String>,
}
