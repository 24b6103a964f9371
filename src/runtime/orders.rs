//! Carries out the wizard's orders side by side: requests, pauses, reads and writes. Each gives its event. Decides
//! nothing, and draws nothing.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, JoinSet, spawn_blocking};
use tokio::time::sleep;

use crate::api::ProxmoxApi;
use crate::catalog::RequestId;
use crate::creation::{Fact, Order};
use crate::plan_file::PlanFile;
use crate::wizard::{DownloadFact, DownloadOrder, Effect, Event};

use super::disk::{Disk, Queue};
use super::files::Files;
use super::perform::perform;
use super::saved::save;

/// How long the ordered writes may take once the program ends.
const GRACE: Duration = Duration::from_millis(500);

/// The message for a disk that does not answer.
const SILENCE: &str = "the disk does not answer";

/// Work in progress.
pub(super) struct Orders {
    api: Arc<dyn ProxmoxApi>,
    files: Arc<Files>,
    tasks: JoinSet<Option<Event>>,
    fetches: BTreeMap<RequestId, AbortHandle>,
    writes: Queue,
    /// Without a screen nothing is offered later: what is not read in time is taken as not there.
    waits_for_files: bool,
}

impl Orders {
    pub(super) fn new(api: Arc<dyn ProxmoxApi>, files: Arc<Files>) -> Orders {
        Orders {
            api,
            files,
            tasks: JoinSet::new(),
            fetches: BTreeMap::new(),
            writes: Queue::with_deadline(Disk::DEADLINE),
            waits_for_files: false,
        }
    }

    /// For a run without a screen.
    pub(super) fn unattended(api: Arc<dyn ProxmoxApi>, files: Arc<Files>) -> Orders {
        Orders {
            waits_for_files: true,
            ..Orders::new(api, files)
        }
    }

    /// The event of the next piece of work that ends; `None` while there is none, an inner `None` for one without an event.
    pub(super) async fn next(&mut self) -> Option<io::Result<Option<Event>>> {
        let done = self.tasks.join_next().await?;
        Some(self.take(done))
    }

    pub(super) fn carry_out(&mut self, effect: Effect) {
        let fetch = match &effect {
            Effect::Abort(request) => {
                if let Some(task) = self.fetches.remove(request) {
                    task.abort();
                }
                return;
            }
            Effect::Fetch { request, .. } => Some(*request),
            _ => None,
        };
        let task = match effect {
            Effect::Creation(Order::Wait(number, pause)) => self.tasks.spawn(async move {
                sleep(pause).await;
                Some(Event::Creation(Fact::Waited(number)))
            }),
            Effect::Download(DownloadOrder::Wait(number, pause)) => self.tasks.spawn(async move {
                sleep(pause).await;
                Some(Event::Download(DownloadFact::Waited(number)))
            }),
            Effect::Creation(Order::Record(number, entry)) => {
                let recorded = move |written| Event::Creation(Fact::Recorded(number, written));
                let late = recorded(Err(SILENCE.to_owned()));
                self.write(Some(late), move |files| {
                    Some(recorded(files.journal.record(&entry)))
                })
            }
            Effect::Creation(Order::Close(entry)) => self.write(None, move |files| {
                files.journal.close(&entry);
                None
            }),
            // Offered whenever it arrives: nothing waits for it.
            Effect::ReadJournal => {
                let late = self.waits_for_files.then(|| Event::Unfinished(Vec::new()));
                self.write(late, |files| {
                    Some(Event::Unfinished(files.journal.unfinished()))
                })
            }
            // Apart from the writes: a folder that does not answer must not hold up the journal.
            Effect::ReadPresets if !self.waits_for_files => {
                let files = Arc::clone(&self.files);
                self.tasks.spawn(async move {
                    let read = spawn_blocking(move || files.presets.all()).await;
                    read.ok().map(Event::Presets)
                })
            }
            Effect::ReadKeys => self.write(None, |files| Some(Event::Keys(files.keys.all()))),
            Effect::ReadLast { server } => {
                let waits = self.waits_for_files;
                let late = waits.then(|| Event::Last(PlanFile::default()));
                self.write(late, move |files| {
                    Some(Event::Last(files.last.read(&server)))
                })
            }
            // It is a convenience: a disk that takes it not costs the next run its defaults.
            Effect::KeepLast { server, text } => self.write(None, move |files| {
                files.last.keep(&server, &text);
                None
            }),
            Effect::SavePreset { name, text } => {
                let late = Event::Saved(Err(SILENCE.to_owned()));
                self.write(Some(late), move |files| {
                    Some(Event::Saved(files.presets.save(&name, &text)))
                })
            }
            Effect::Save { name, text } => {
                let late = Event::Saved(Err(SILENCE.to_owned()));
                self.write(Some(late), move |_| Some(Event::Saved(save(&name, &text))))
            }
            effect => {
                let api = Arc::clone(&self.api);
                self.tasks
                    .spawn(async move { perform(api.as_ref(), effect).await })
            }
        };
        if let Some(request) = fetch {
            self.fetches.insert(request, task);
        }
    }

    /// On a thread of its own, in the order of the calls: a slow disk blocks no key. One that does not answer in time
    /// yields the event `late`.
    fn write(
        &mut self,
        late: Option<Event>,
        work: impl FnOnce(&Files) -> Option<Event> + Send + 'static,
    ) -> AbortHandle {
        let files = Arc::clone(&self.files);
        let written = self.writes.add(late, move || work(&files));
        self.tasks.spawn(written)
    }

    /// Finishes the ordered writes, unless the disk takes too long.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        self.writes.finish(GRACE).await;
        Ok(())
    }

    /// The event of a finished task. One that was aborted has none; one that panicked ends the program.
    fn take(
        &mut self,
        done: Result<Option<Event>, tokio::task::JoinError>,
    ) -> io::Result<Option<Event>> {
        match done {
            Ok(event) => {
                if let Some(Event::Answered { request, .. }) = &event {
                    self.fetches.remove(request);
                }
                Ok(event)
            }
            Err(error) if error.is_cancelled() => Ok(None),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}
