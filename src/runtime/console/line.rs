//! The connection to the guest while it is open: what comes from it, and a task that sends one message after the other.
//! Knows no protocol; its end is a fact, not an error.

use futures_util::{SinkExt, StreamExt};
use hyper::body::Bytes;
use tokio::sync::mpsc::{OwnedPermit, Sender, channel};
use tokio::task::JoinSet;

use crate::api::ConsoleLine;
use crate::api::line::{Incoming, Outgoing};
use crate::console::{Fact, Message};

/// What comes from the guest. Without a connection nothing does.
#[derive(Default)]
pub(super) struct Ear(Option<Incoming>);

/// What goes to the guest.
#[derive(Default)]
pub(super) struct Voice {
    sender: Option<Sender<Message>>,
    /// Ends with the connection.
    task: JoinSet<()>,
}

pub(super) fn ends_of(line: ConsoleLine) -> (Ear, Voice) {
    (Ear(Some(line.incoming)), Voice::of(line.outgoing))
}

impl Ear {
    /// Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Fact {
        let Some(incoming) = &mut self.0 else {
            return std::future::pending().await;
        };
        if let Some(Ok(bytes)) = incoming.next().await {
            return Fact::Received(bytes.into());
        }
        self.0 = None;
        Fact::Ended
    }
}

impl Voice {
    fn of(mut outgoing: Outgoing) -> Voice {
        // One message waits at most: the line tells how fast it takes them.
        let (sender, mut messages) = channel::<Message>(1);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Some(message) = messages.recv().await {
                if outgoing.send(Bytes::from_owner(message)).await.is_err() {
                    return;
                }
            }
        });
        Voice {
            sender: Some(sender),
            task,
        }
    }

    /// Ready when the line takes a message. That it is over is told by what comes from it.
    pub(super) async fn room(&self) -> OwnedPermit<Message> {
        let permit = match &self.sender {
            Some(sender) => sender.clone().reserve_owned().await.ok(),
            None => None,
        };
        match permit {
            Some(permit) => permit,
            None => std::future::pending().await,
        }
    }

    /// Drops the connection, also with a message on its way.
    pub(super) fn end(&mut self) {
        self.sender = None;
        self.task.abort_all();
    }
}
