//! A console told by hand, with a clock moved by hand: what it orders, says and sends is kept.

use std::time::Duration;

use pve_vm_setup::api::{ApiError, ConsoleTicket, VmStatus};
use pve_vm_setup::console::{Console, Ended, EscapeKey, Fact, Notice, Order, Place, Shown, Sight};
use pve_vm_setup::domain::{Secret, VmId};

pub struct Story {
    pub console: Console,
    pub now: Duration,
    /// Orders in the order of their coming, without what is shown, said or drawn.
    pub orders: Vec<Order>,
    pub shown: Vec<u8>,
    pub said: Vec<Notice>,
    pub line: Option<Shown>,
    pub ended: Option<Ended>,
    /// Every message for the server.
    pub sent: Vec<Vec<u8>>,
}

pub fn place() -> Place {
    Place {
        node: "pve1".to_owned(),
        vmid: VmId::new(105).unwrap(),
        name: Some("web".to_owned()),
        port: "serial0".to_owned(),
        by_token: false,
        may_start: true,
    }
}

pub fn ticket() -> ConsoleTicket {
    ConsoleTicket {
        user: "root@pam".to_owned(),
        ticket: Secret::new("PVEVNC:6B01041D::sig+/=".to_owned()),
        port: 5900,
        task: None,
    }
}

pub fn lost() -> ApiError {
    ApiError::Lost {
        message: "the connection was closed".to_owned(),
    }
}

impl Story {
    pub fn begun(place: Place) -> Story {
        let mut story = Story {
            console: Console::new(place, EscapeKey::default(), 80, 24),
            now: Duration::from_secs(1000),
            orders: Vec::new(),
            shown: Vec::new(),
            said: Vec::new(),
            line: None,
            ended: None,
            sent: Vec::new(),
        };
        let first = story.console.begin();
        story.keep(first);
        story
    }

    pub fn open() -> Story {
        let mut story = Story::begun(place());
        story.opens();
        story.sent.clear();
        story.orders.clear();
        story
    }

    /// Everything goes well up to the server's `OK`.
    pub fn opens(&mut self) -> &mut Story {
        self.take(Fact::Opened(Ok(ticket())))
            .take(Fact::Connected(Ok(())))
            .flush()
            .take(Fact::Received(b"OK".to_vec()))
            .flush()
    }

    pub fn take(&mut self, fact: Fact) -> &mut Story {
        let orders = self.console.take(fact, self.now);
        self.keep(orders);
        self
    }

    fn keep(&mut self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::Show(bytes) => self.shown.extend(bytes),
                Order::Say(notice) => self.said.push(notice),
                Order::Line(line) => self.line = line,
                Order::Leave(ended) => self.ended = Some(ended),
                other => self.orders.push(other),
            }
        }
    }

    /// The line takes all that waits.
    pub fn flush(&mut self) -> &mut Story {
        while let Some(message) = self.console.next_message(self.now) {
            self.sent.push(message.to_vec());
        }
        self
    }

    pub fn typed(&mut self, keys: impl AsRef<[u8]>) -> &mut Story {
        self.take(Fact::Typed(keys.as_ref().to_vec()))
    }

    pub fn guest(&mut self, says: impl AsRef<[u8]>) -> &mut Story {
        self.take(Fact::Received(says.as_ref().to_vec()))
    }

    /// Time passes; every deadline in it is kept.
    pub fn wait(&mut self, seconds: u64) -> &mut Story {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(next) = self.console.deadline(self.now).filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.take(Fact::Ticked).flush();
        }
        self.now = end;
        self
    }

    pub fn runs(&mut self, status: &str) -> &mut Story {
        self.take(Fact::Seen(Ok(Sight::Here(VmStatus {
            status: status.to_owned(),
            qemu: None,
        }))))
    }

    /// What was typed to the guest, out of its messages.
    pub fn arrived(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for message in &self.sent {
            let Some(rest) = message.strip_prefix(b"0:") else {
                continue;
            };
            let colon = rest.iter().position(|byte| *byte == b':').unwrap();
            let length: usize = std::str::from_utf8(&rest[..colon])
                .unwrap()
                .parse()
                .unwrap();
            assert_eq!(rest.len(), colon + 1 + length, "a message is whole");
            bytes.extend(&rest[colon + 1..]);
        }
        bytes
    }

    /// And forgets it.
    pub fn orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    pub fn said(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.said)
    }
}
