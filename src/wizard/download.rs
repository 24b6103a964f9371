//! The question before a download: what the user enters, what follows from the address, and what is still wrong with it.
//! Nothing is sent before the size is known or could not be found out.

use crate::api::{Download, UrlMetadata};
use crate::catalog::{Remote, Resource};
use crate::domain::media::known::Source;
use crate::domain::media::{Checksum, MediaKind, Saved, file_name};
use crate::domain::rights::download::may_keep;
use crate::domain::text::visible;
use crate::domain::{FieldId, PveVersion};
use crate::form::{Change, Edit, TextBuffer};
use crate::steps;

use super::{DownloadForm, DownloadRow, Effect, Intent, Overlay, Wizard};

/// What would be sent, as far as it is right.
pub(super) struct Judged {
    pub url: String,
    pub saved: Result<Saved, String>,
    pub sum: Result<Option<Checksum>, String>,
    pub sum_note: Option<String>,
}

impl Wizard {
    pub(super) fn ask_for_download(&mut self, field: FieldId) {
        let Some((kind, of_storage)) = steps::fetched(field) else {
            return;
        };
        let storages = self.download_storages(kind);
        let chosen = steps::plain(&self.scope(), of_storage);
        let storage = storages.iter().find(|id| Some(*id) == chosen.as_ref());
        let storage = storage.or(storages.first()).cloned().unwrap_or_default();
        let first = self.known_images(kind).into_iter().next();
        self.overlay = Some(Overlay::Download(Box::new(DownloadForm {
            field,
            kind,
            image: first,
            url: TextBuffer::unbounded(""),
            storage,
            name: None,
            sum: None,
            row: DownloadRow::Image,
        })));
    }

    fn known_images(&self, kind: MediaKind) -> Vec<String> {
        let known = self.images.of(kind, self.scope().arch());
        known.map(|(image, _)| image.name.clone()).collect()
    }

    /// The storages that take such files, and where the user may keep them.
    fn download_storages(&self, kind: MediaKind) -> Vec<String> {
        let scope = self.scope();
        let rights = scope.catalog.rights().known();
        let may = |id: &str| rights.is_none_or(|rights| may_keep(rights, id));
        let takers = steps::takers(&scope, kind).into_iter();
        let takers = takers.filter(|storage| may(&storage.id));
        takers.map(|storage| storage.id.clone()).collect()
    }

    pub(super) fn source(&self, form: &DownloadForm) -> Option<Source> {
        let name = form.image.as_ref()?;
        let mut known = self.images.of(form.kind, self.scope().arch());
        known
            .find(|(image, _)| image.name == *name)
            .map(|(_, source)| source)
    }

    /// What the question has to know of the address; an address that is still being typed is not asked about.
    pub(super) fn download_needs(&self) -> Vec<Resource> {
        let Some(Overlay::Download(form)) = &self.overlay else {
            return Vec::new();
        };
        let source = self.source(form);
        let sums = source.as_ref().and_then(|source| source.sums.clone());
        let url = match source {
            Some(source) => source.url,
            None if form.row == DownloadRow::Url => return Vec::new(),
            None => form.url.text().trim().to_owned(),
        };
        let node = self.scope().node().to_owned();
        let about = is_address(&url).then_some(Resource::UrlMetadata(node, url));
        let sums = sums.map(Resource::ChecksumFile);
        about.into_iter().chain(sums).collect()
    }

    pub(super) fn about(&self, url: &str) -> Remote<&UrlMetadata> {
        self.catalog.url_metadata(self.scope().node(), url)
    }

    pub(super) fn judged(&self, form: &DownloadForm) -> Judged {
        let source = self.source(form);
        let url = match &source {
            Some(source) => source.url.clone(),
            None => form.url.text().trim().to_owned(),
        };
        let told = self.about(&url).known();
        let told = told.and_then(|about| about.file_name.clone());
        let saved = match (&form.name, &source) {
            (Some(typed), _) => file_name::saved(typed.text().trim(), form.kind),
            (None, Some(source)) => Ok(source.saved.clone()),
            (None, None) => {
                // A server may call a file something that no storage takes.
                let named = [told, file_name::of_url(&url)].into_iter().flatten();
                let mut named = named.map(|name| file_name::saved(&name, form.kind));
                let first = named
                    .next()
                    .unwrap_or_else(|| file_name::saved("", form.kind));
                first.or_else(|why| named.find(Result::is_ok).unwrap_or(Err(why)))
            }
        };
        let (sum, sum_note) = match (&form.sum, source.and_then(|source| source.sums)) {
            (Some(typed), _) if typed.text().trim().is_empty() => (Ok(None), None),
            (Some(typed), _) => (Checksum::parse(typed.text()).map(Some), None),
            (None, None) => (Ok(None), None),
            (None, Some(sums)) => self.published(&url, &sums),
        };
        Judged {
            url,
            saved,
            sum,
            sum_note,
        }
    }

    /// The checksum that a distribution publishes, and what the user is told about it.
    fn published(
        &self,
        url: &str,
        sums: &str,
    ) -> (Result<Option<Checksum>, String>, Option<String>) {
        let name = file_name::of_url(url).unwrap_or_default();
        match self.catalog.checksum_file(sums).known() {
            None => (Ok(None), Some("The checksum is being read.".to_owned())),
            Some(Ok(text)) => {
                let sum = Checksum::find(text, &name);
                let note = if sum.is_some() {
                    format!("Checksum from {sums}.")
                } else {
                    format!("{sums} has no checksum of {name}.")
                };
                (Ok(sum), Some(note))
            }
            Some(Err(why)) => (Ok(None), Some(why.clone())),
        }
    }

    pub(super) fn fault(
        &self,
        form: &DownloadForm,
        judged: &Judged,
    ) -> Option<(DownloadRow, String)> {
        if !is_address(&judged.url) {
            let why = "Enter the address of the file: http://... or https://...";
            return Some((DownloadRow::Url, why.to_owned()));
        }
        if form.storage.is_empty() {
            let why = "No storage takes this file.";
            return Some((DownloadRow::Storage, why.to_owned()));
        }
        let saved = match &judged.saved {
            Ok(saved) => saved,
            Err(why) => return Some((DownloadRow::Name, why.clone())),
        };
        let version = self.catalog.version().known().copied();
        let unpacks = version.is_none_or(PveVersion::has_access_network);
        if saved.compression.is_some() && !unpacks {
            let why = "Proxmox unpacks files from 8.1 on: choose an address that ends in .iso.";
            return Some((DownloadRow::Name, why.to_owned()));
        }
        let why = judged.sum.as_ref().err()?;
        Some((DownloadRow::Sum, why.clone()))
    }

    pub(super) fn download_intent(&mut self, intent: Intent, effects: &mut Vec<Effect>) {
        let Some(Overlay::Download(form)) = &mut self.overlay else {
            return;
        };
        match (intent, form.row) {
            (Intent::Press, DownloadRow::Start) => self.start_download(effects),
            (Intent::NextField | Intent::Press, _) => form.step(true),
            (Intent::PreviousField, _) => form.step(false),
            (Intent::NextStep, _) => form.row = DownloadRow::Start,
            (Intent::PreviousStep, _) => form.row = DownloadRow::Image,
            (Intent::Reload, _) => {
                for resource in self.download_needs() {
                    effects.push(self.ask(&resource));
                }
            }
            (Intent::Left | Intent::Right, DownloadRow::Image | DownloadRow::Storage) => {
                self.cycle_download(intent == Intent::Right);
            }
            (Intent::Space, DownloadRow::Image | DownloadRow::Storage) => {
                self.cycle_download(true);
            }
            (Intent::Space, _) => self.edit_download(|text| text.insert(' ')),
            (Intent::Left, _) => self.edit_download(|text| text.edit(Edit::Left)),
            (Intent::Right, _) => self.edit_download(|text| text.edit(Edit::Right)),
            (Intent::Insert(c), _) => self.edit_download(|text| text.insert(c)),
            (Intent::Edit(edit), _) => self.edit_download(|text| text.edit(edit)),
            _ => {}
        }
    }

    /// The next known image, then an address of the user's own; or the next storage.
    fn cycle_download(&mut self, forward: bool) {
        let Some(Overlay::Download(form)) = &self.overlay else {
            return;
        };
        let mut form = form.clone();
        let beside = |count: usize, at: usize| (at + if forward { 1 } else { count - 1 }) % count;
        if form.row == DownloadRow::Image {
            let known = self.known_images(form.kind).into_iter().map(Some);
            let all: Vec<Option<String>> = known.chain([None]).collect();
            let at = all.iter().position(|image| *image == form.image);
            let next = all.get(beside(all.len(), at.unwrap_or(0)));
            form.image = next.cloned().flatten();
            // They belong to the other file.
            form.name = None;
            form.sum = None;
        } else {
            let all = self.download_storages(form.kind);
            let at = all.iter().position(|id| *id == form.storage).unwrap_or(0);
            if let Some(next) = all.get(beside(all.len().max(1), at)) {
                form.storage.clone_from(next);
            }
        }
        self.overlay = Some(Overlay::Download(form));
    }

    /// A name or checksum that follows from the address becomes the user's own with the first change.
    pub(super) fn edit_download(&mut self, change: impl FnOnce(&mut TextBuffer) -> bool) {
        let Some(Overlay::Download(form)) = &self.overlay else {
            return;
        };
        let view = self.download_view(form);
        let here = view.lines.iter().find(|line| line.row == form.row);
        let shown = here.map(|line| line.text.clone()).unwrap_or_default();
        let Some(Overlay::Download(form)) = &mut self.overlay else {
            return;
        };
        let own = || TextBuffer::unbounded(&shown);
        match form.row {
            DownloadRow::Url => {
                change(&mut form.url);
            }
            DownloadRow::Name => {
                change(form.name.get_or_insert_with(own));
            }
            DownloadRow::Sum => {
                change(form.sum.get_or_insert_with(own));
            }
            DownloadRow::Image | DownloadRow::Storage | DownloadRow::Start => {}
        }
    }

    fn start_download(&mut self, effects: &mut Vec<Effect>) {
        let Some(Overlay::Download(form)) = &self.overlay else {
            return;
        };
        let form = form.as_ref().clone();
        let judged = self.judged(&form);
        if let Some((row, why)) = self.fault(&form, &judged) {
            self.notice = Some(why);
            if let Some(Overlay::Download(form)) = &mut self.overlay {
                form.row = row;
            }
            return;
        }
        let waits = self.download_needs();
        if waits
            .iter()
            .any(|resource| self.catalog.is_awaited(resource))
        {
            self.notice = Some("Wait until size and checksum are known, or press Esc.".to_owned());
            return;
        }
        let (Ok(saved), Ok(checksum)) = (judged.saved, judged.sum) else {
            return;
        };
        let download = Download {
            node: self.scope().node().to_owned(),
            storage: form.storage.clone(),
            url: judged.url,
            kind: form.kind,
            file_name: saved.name,
            checksum,
            compression: saved.compression,
            verify_certificates: true,
        };
        let (field, volid) = (form.field, download.volid());
        self.overlay = None;
        let comes = self.downloads.find(&volid);
        let comes = comes.is_some_and(|arriving| arriving.failure().is_none());
        // With a checksum the node looks whether it is the right one.
        let there = download.checksum.is_none() && self.is_listed(&download);
        self.change(field, &Change::Choose(&volid));
        if comes || there {
            let name = visible(&download.file_name);
            let where_ = visible(&download.storage);
            let how = if comes { "arriving on" } else { "already on" };
            self.notice = Some(format!("{name} is {how} {where_}, so it is used."));
            return;
        }
        let order = self.downloads.begin(form, download);
        effects.push(Effect::Download(order));
    }

    fn is_listed(&self, download: &Download) -> bool {
        let content = super::downloads::content(download.kind);
        let listed = self
            .catalog
            .volumes(&download.node, &download.storage, content);
        listed
            .known()
            .is_some_and(|list| list.find(&download.volid()).is_some())
    }
}

pub(super) fn is_address(url: &str) -> bool {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(' '))
}
