//! The question before a download as it is shown: its rows, and the sentences about the file, its name and its checksum.

use crate::api::UrlMetadata;
use crate::catalog::{Remote, Resource};
use crate::domain::media::file_name;
use crate::domain::text::visible;
use crate::domain::units::human_bytes;
use crate::form::TextBuffer;

use super::download::{Judged, is_address};
use super::{DownloadForm, DownloadRow, Wizard};

/// A row of the question as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadLine {
    pub row: DownloadRow,
    pub label: &'static str,
    pub text: String,
    /// Whether Left and Right change it.
    pub choice: bool,
    /// Where the cursor is in a text, in columns.
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadView {
    pub lines: Vec<DownloadLine>,
    /// Sentences about the file, its name and its checksum.
    pub notes: Vec<String>,
    /// What must be corrected, and where.
    pub fault: Option<(DownloadRow, String)>,
}

impl Wizard {
    /// The open question.
    pub fn download_view(&self, form: &DownloadForm) -> DownloadView {
        let judged = self.judged(form);
        let name = match (&form.name, &judged.saved) {
            (Some(typed), _) => typed.text().to_owned(),
            (None, Ok(saved)) => saved.name.clone(),
            (None, Err(_)) => file_name::of_url(&judged.url).unwrap_or_default(),
        };
        let sum = match (&form.sum, &judged.sum) {
            (Some(typed), _) => typed.text().to_owned(),
            (None, Ok(Some(sum))) => sum.to_string(),
            (None, _) => String::new(),
        };
        let line = |row| {
            let (label, text, typed) = match row {
                DownloadRow::Image => {
                    let own = "an address of your own";
                    let name = form.image.as_deref().unwrap_or(own);
                    ("Image", name.to_owned(), None)
                }
                DownloadRow::Url => ("Address", form.url.text().to_owned(), Some(&form.url)),
                DownloadRow::Storage => ("Storage", form.storage.clone(), None),
                DownloadRow::Name => ("File name", name.clone(), form.name.as_ref()),
                DownloadRow::Sum => ("Checksum", sum.clone(), form.sum.as_ref()),
                DownloadRow::Start => ("", "[ Download ]".to_owned(), None),
            };
            DownloadLine {
                row,
                label,
                column: typed.map_or(text.chars().count(), TextBuffer::cursor_column),
                text: visible(&text),
                choice: matches!(row, DownloadRow::Image | DownloadRow::Storage),
            }
        };
        let fault = self.fault(form, &judged);
        DownloadView {
            lines: form.rows().iter().map(|row| line(*row)).collect(),
            notes: self.download_notes(form, &judged),
            fault,
        }
    }

    fn download_notes(&self, form: &DownloadForm, judged: &Judged) -> Vec<String> {
        let mut notes = Vec::new();
        if form.image.is_some() {
            notes.push(judged.url.clone());
        }
        let node = self.scope().node();
        match self.about(&judged.url) {
            Remote::Ready(about) => {
                let size = about.bytes.map_or("size unknown".to_owned(), human_bytes);
                let kind = about.mime.as_deref().unwrap_or("type unknown");
                notes.push(format!("{size}, {kind}."));
                notes.extend(self.too_full(form, about));
            }
            Remote::Loading { .. } => notes.push(format!("{node} asks for its size ...")),
            Remote::Failed { error, .. } => {
                let why = error.to_string();
                notes.push(format!("{node} cannot find it: {why}. F5 asks again."));
            }
            Remote::Idle => {}
        }
        if let Ok(saved) = &judged.saved {
            let typed = form.name.as_ref().map(|typed| typed.text().trim());
            if typed.is_some_and(|typed| typed != saved.name) {
                notes.push(format!("It is saved as {}.", saved.name));
            }
            notes.extend(saved.notes.iter().cloned());
        }
        notes.extend(judged.sum_note.clone());
        let sums = self.source(form).and_then(|source| source.sums);
        let awaited = sums.map(Resource::ChecksumFile);
        let awaited = awaited.is_some_and(|sums| self.catalog.is_awaited(&sums));
        if !awaited && matches!(judged.sum, Ok(None)) && is_address(&judged.url) {
            notes.push("Without a checksum the file is not checked.".to_owned());
        }
        notes.iter().map(|note| visible(note)).collect()
    }

    fn too_full(&self, form: &DownloadForm, about: &UrlMetadata) -> Option<String> {
        let storages = self.catalog.storages(self.scope().node()).known()?;
        let storage = storages.iter().find(|known| known.id == form.storage)?;
        let needed = about.bytes?;
        let full = storage.total > 0 && storage.available < needed;
        let free = human_bytes(storage.available);
        full.then(|| format!("{} has only {free} free.", storage.id))
    }
}
