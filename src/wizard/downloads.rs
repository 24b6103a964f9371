//! Carries the downloads: their entries in the lists, what they mean for the fields that chose them, and what follows when
//! one has arrived. `state/downloads` follows their tasks.

use crate::api::{ApiError, Content};
use crate::catalog::Resource;
use crate::domain::FieldId;
use crate::domain::check::{Facts, Problem, Severity};
use crate::domain::media::MediaKind;
use crate::domain::rights::download::{download, may_keep};
use crate::domain::text::visible;
use crate::form::{Choice, Options};
use crate::steps;

use super::{Arriving, DownloadFact, DownloadOrder, Effect, Overlay, Wizard};

/// The value of the entry that opens the question; no volume ID is without a colon.
const DOWNLOAD: &str = "download";

fn list_of(arriving: &Arriving) -> Resource {
    let download = &arriving.download;
    let (node, storage) = (download.node.clone(), download.storage.clone());
    Resource::Volumes(node, storage, content(download.kind))
}

pub(super) fn content(kind: MediaKind) -> Content {
    match kind {
        MediaKind::Iso => Content::Iso,
        MediaKind::Import => Content::Import,
    }
}

impl Wizard {
    /// The list of an image field with the files that are arriving, and the entry that fetches another one.
    pub(super) fn with_downloads<'a>(&self, field: FieldId, options: Options<'a>) -> Options<'a> {
        let Some((kind, _)) = steps::fetched(field) else {
            return options;
        };
        let here = self.usable_downloads();
        let here = here.filter(|arriving| arriving.download.kind == kind);
        // One that was there already is in the list as well.
        let here = here.filter(|arriving| options.position(&arriving.download.volid()).is_none());
        let arriving = here.map(|arriving| {
            let storage = &arriving.download.storage;
            Choice::new(arriving.download.volid(), &arriving.download.file_name)
                .detail(format!("{storage}  {}", arriving.words()))
        });
        let arriving = arriving.collect();
        let entry = Choice::new(DOWNLOAD, "Download ...")
            .detail("from the Internet")
            .unusable(self.why_no_download(field).map(|(short, _)| short));
        options.with_own(arriving, entry)
    }

    /// Why nothing can be downloaded for this list, short and in full.
    fn why_no_download(&self, field: FieldId) -> Option<(String, String)> {
        let (kind, of_storage) = steps::fetched(field)?;
        let scope = self.scope();
        let takers = steps::takers(&scope, kind);
        let node = scope.node();
        if takers.is_empty() {
            let what = kind.content();
            let short = format!("no storage of {} takes {what}", visible(node));
            let why = format!("{short} files: an administrator can add it to a storage's content.");
            return Some((short, format!("Nothing can be downloaded: {why}")));
        }
        let chosen = steps::plain(&scope, of_storage).unwrap_or_default();
        let rights = scope.catalog.rights().known()?;
        let version = scope.catalog.version().known().copied()?;
        if kind == MediaKind::Import && !version.downloads_images() {
            let short = "needs PVE 8.4".to_owned();
            let why = "Proxmox downloads images to import from 8.4 on: upload it to the storage.";
            return Some((short, why.to_owned()));
        }
        let mut storages: Vec<&str> = takers.iter().map(|storage| &*storage.id).collect();
        // Where one grants the right, that one is asked for; else the chosen one is to be granted.
        storages.sort_by_key(|id| (!may_keep(rights, id), *id != chosen));
        let storage = storages.first()?;
        let lacks = download(rights, version, node, storage, scope.user?);
        let first = lacks.first()?;
        let short = first.sentence.trim_end_matches('.');
        let short = short.split_once(": ").map_or(short, |(_, what)| what);
        let whole = lacks
            .iter()
            .map(|lack| format!("{} {}.", lack.sentence, lack.command));
        let whole: Vec<String> = whole.collect();
        Some((
            visible(&format!("needs {short}")),
            visible(&whole.join(" ")),
        ))
    }

    /// Enter on the entry that opens the question, or on a download that failed. False for any other entry.
    pub(super) fn press_download(&mut self, choice: &Choice) -> bool {
        let Some(Overlay::Choose { field, .. }) = &self.overlay else {
            return false;
        };
        let field = *field;
        if steps::fetched(field).is_none() {
            return false;
        }
        if choice.value == DOWNLOAD {
            match self.why_no_download(field) {
                Some((_, why)) => self.notice = Some(why),
                None => self.ask_for_download(field),
            }
            return true;
        }
        let failed = self.downloads.find(&choice.value);
        let Some(failed) = failed.filter(|arriving| arriving.failure().is_some()) else {
            return false;
        };
        let mut form = failed.form.clone();
        form.field = field;
        self.notice = failed
            .failure()
            .map(|why| visible(&format!("It failed: {why}")));
        self.overlay = Some(Overlay::Download(Box::new(form)));
        true
    }

    /// Those whose file the chosen node can use.
    fn usable_downloads(&self) -> impl Iterator<Item = &Arriving> {
        let node = self.scope().node();
        let storages = self.catalog.storages(node).known();
        self.downloads.all().filter(move |arriving| {
            let of = &arriving.download;
            let shared = |id: &str| {
                let mut known = storages.into_iter().flatten();
                known.any(|storage| storage.id == id && storage.shared)
            };
            of.node == node || shared(&of.storage)
        })
    }

    /// The fields in use that chose a file of the downloads.
    fn chosen_downloads(&self) -> Vec<(FieldId, &Arriving)> {
        if self.downloads.all().next().is_none() {
            return Vec::new();
        }
        let scope = self.scope();
        let ids = steps::all_ids(&self.answers).into_iter();
        let ids = ids.filter(|id| steps::fetched(*id).is_some() && self.takes_part(*id));
        ids.filter_map(|id| {
            let volid = steps::plain(&scope, id)?;
            let mut usable = self.usable_downloads();
            let found = usable.find(|arriving| arriving.download.volid() == volid)?;
            Some((id, found))
        })
        .collect()
    }

    /// What Create VM waits for.
    pub fn awaited_downloads(&self) -> impl Iterator<Item = &Arriving> {
        let chosen = self.chosen_downloads().into_iter();
        chosen
            .map(|(_, arriving)| arriving)
            .filter(|arriving| arriving.is_under_way())
    }

    /// What is told beside a field whose image is on its way.
    pub fn download_note(&self, field: FieldId) -> Option<String> {
        steps::fetched(field)?;
        let volid = steps::plain(&self.scope(), field)?;
        let arriving = self.downloads.find(&volid)?;
        (!arriving.is_there()).then(|| visible(&arriving.words()))
    }

    /// `Downloads go on at the server.`, while there are any.
    pub fn has_downloads(&self) -> bool {
        self.downloads.all().any(Arriving::is_under_way)
    }

    /// The rules take a file on its way for one that is there; one that failed has its own message.
    pub(super) fn expect_downloads(&self, facts: &mut Facts) {
        for arriving in self.usable_downloads() {
            let download = &arriving.download;
            let place = (download.kind.content(), download.storage.clone());
            if let Some(listed) = facts.volumes.get_mut(&place) {
                listed.push(download.volid());
            }
        }
    }

    pub(super) fn failed_downloads(&self) -> Vec<Problem> {
        let chosen = self.chosen_downloads().into_iter();
        let failed = chosen.filter_map(|(at, arriving)| {
            let why = arriving.failure()?.trim_end_matches('.');
            Some(Problem {
                at,
                severity: Severity::Error,
                message: visible(&format!(
                    "The download failed: {why}. Choose it in the list to try again, or another image."
                )),
                remedy: None,
                marks: Vec::new(),
            })
        });
        failed.collect()
    }

    pub(super) fn download_fact(&mut self, fact: DownloadFact, effects: &mut Vec<Effect>) {
        if matches!(fact.error(), Some(ApiError::Unauthorized { .. })) {
            self.login_expired();
        }
        let (DownloadFact::Started(number, _)
        | DownloadFact::Looked(number, _)
        | DownloadFact::Waited(number)) = fact;
        let order = self.downloads.take(fact);
        // Without a login the server tells nothing; the next look comes later.
        let order = order.map(|order| match order {
            DownloadOrder::Look(number, ..) if self.is_expired() => {
                DownloadOrder::Wait(number, std::time::Duration::from_secs(5))
            }
            order => order,
        });
        effects.extend(order.map(Effect::Download));
        let arrived = self.downloads.get(number).filter(|known| known.is_there());
        if let Some(list) = arrived.map(list_of) {
            // A list that is on its way may have been made before.
            if self.wanted().contains(&list) {
                effects.push(self.ask(&list));
            } else {
                self.catalog.forget(&list);
                self.drop_listed_downloads();
            }
        }
    }

    /// The storages' own lists tell of those that are there.
    pub(super) fn drop_listed_downloads(&mut self) {
        let catalog = &self.catalog;
        self.downloads
            .keep(|known| !known.is_there() || catalog.is_loading(&list_of(known)));
    }
}
