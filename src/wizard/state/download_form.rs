//! What the user is asked before a download. What follows from the address is not stored: a name or a checksum is kept
//! only once the user has changed it.

use crate::domain::FieldId;
use crate::domain::media::MediaKind;
use crate::form::TextBuffer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadRow {
    /// A known image, or an address of the user's own.
    Image,
    Url,
    Storage,
    Name,
    Sum,
    Start,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadForm {
    /// The field whose list it was opened from.
    pub field: FieldId,
    pub kind: MediaKind,
    /// The name of a known image; `None` for an address of the user's own.
    pub image: Option<String>,
    pub url: TextBuffer,
    pub storage: String,
    pub name: Option<TextBuffer>,
    pub sum: Option<TextBuffer>,
    pub row: DownloadRow,
}

impl DownloadForm {
    pub fn rows(&self) -> &'static [DownloadRow] {
        use DownloadRow::{Image, Name, Start, Storage, Sum, Url};
        if self.image.is_some() {
            &[Image, Storage, Name, Sum, Start]
        } else {
            &[Image, Url, Storage, Name, Sum, Start]
        }
    }

    pub(in crate::wizard) fn step(&mut self, forward: bool) {
        let rows = self.rows();
        let here = rows.iter().position(|row| *row == self.row).unwrap_or(0);
        let to = if forward {
            here + 1
        } else {
            here + rows.len() - 1
        };
        if let Some(row) = rows.get(to % rows.len().max(1)) {
            self.row = *row;
        }
    }
}
