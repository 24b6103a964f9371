//! The simulated cluster's serial consoles over real websockets, through the real client: tickets, windows, the server's `OK`,
//! frames, and a guest that answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pve_vm_setup::api::http::{Fingerprint, HttpTransport, Trust};
use pve_vm_setup::api::{
    ApiError, Client, ConsoleLine, ConsoleTicket, Credentials, ProxmoxApi, ServerAddress,
};
use pve_vm_setup::console::sendkey;
use pve_vm_setup::domain::{Secret, VmId};
use pve_vm_setup::sim::access::Token;
use pve_vm_setup::sim::{SeededRandom, Series, Server, Simulation, TestClock, demo_cluster};
use rstest::rstest;

struct Wire {
    simulation: Simulation,
    clock: TestClock,
    server: Server,
    client: Client<HttpTransport>,
}

impl Wire {
    async fn new(series: Series) -> Wire {
        let clock = TestClock::new();
        let mut cluster = demo_cluster(series);
        cluster.access.tokens.push(Token {
            id: "root@pam!ci".to_owned(),
            secret: Secret::new("geheim-geheim".to_owned()),
            separated: false,
        });
        let simulation = Simulation::new(
            cluster,
            Arc::new(clock.clone()),
            Box::new(SeededRandom::new(7)),
        );
        let server = Server::start(&simulation).await.unwrap();
        let trust = Trust {
            fingerprint: Some(Fingerprint::parse(server.fingerprint()).unwrap()),
            ..Trust::default()
        };
        Wire {
            client: Client::new(HttpTransport::new(trust).unwrap()),
            simulation,
            clock,
            server,
        }
    }

    fn address(&self) -> ServerAddress {
        ServerAddress::parse(&self.server.address().to_string()).unwrap()
    }

    async fn logged_in(user: &str) -> Wire {
        let wire = Wire::new(Series::V9_2).await;
        wire.log_in(user).await;
        wire
    }

    async fn log_in(&self, user: &str) {
        let credentials = Credentials {
            server: self.address(),
            user: user.to_owned(),
            password: Secret::new("demo".to_owned()),
        };
        self.client.login(&credentials).await.unwrap();
    }

    async fn with_token(&self) {
        let secret = Secret::new("geheim-geheim".to_owned());
        let id = "root@pam!ci";
        self.client
            .use_token(&self.address(), id, &secret)
            .await
            .unwrap();
    }

    async fn ticket(&self) -> ConsoleTicket {
        let opened = self.client.open_console("pve2", vmid(101), "serial0");
        opened.await.unwrap()
    }

    async fn line(&self, ticket: &ConsoleTicket) -> Result<ConsoleLine, ApiError> {
        self.while_time_passes(self.client.console_line("pve2", vmid(101), ticket))
            .await
    }

    /// A console whose first line was accepted.
    async fn open(&self) -> ConsoleLine {
        let ticket = self.ticket().await;
        let mut line = self.line(&ticket).await.unwrap();
        say(&mut line, first_line(&ticket)).await;
        assert_eq!(line.incoming.next().await.unwrap().unwrap(), "OK");
        line
    }

    /// The clock moves until it is done.
    async fn while_time_passes<T>(&self, done: impl Future<Output = T>) -> T {
        tokio::pin!(done);
        loop {
            tokio::select! {
                biased;
                done = &mut done => return done,
                () = tokio::time::sleep(Duration::from_millis(1)) => {
                    self.clock.advance(Duration::from_millis(100));
                }
            }
        }
    }

    /// Reads until the guest has said this; the clock moves meanwhile.
    async fn hear(&self, line: &mut ConsoleLine, text: &str) -> String {
        let mut heard = String::new();
        let hearing = async {
            while !heard.contains(text) {
                let bytes = line
                    .incoming
                    .next()
                    .await
                    .expect("the console ended")
                    .unwrap();
                heard.push_str(&String::from_utf8_lossy(&bytes));
            }
        };
        let limit = tokio::time::timeout(Duration::from_secs(60), self.while_time_passes(hearing));
        limit
            .await
            .unwrap_or_else(|_| panic!("{text} was never said"));
        heard
    }
}

fn vmid(id: u32) -> VmId {
    VmId::new(id).unwrap()
}

fn first_line(ticket: &ConsoleTicket) -> String {
    format!("{}:{}\n", ticket.user, ticket.ticket.expose())
}

async fn say(line: &mut ConsoleLine, bytes: impl Into<Vec<u8>>) {
    line.outgoing.send(bytes.into().into()).await.unwrap();
}

async fn type_in(line: &mut ConsoleLine, text: &str) {
    say(line, format!("0:{}:{text}", text.len())).await;
}

/// Whether it ended without another word.
async fn has_ended(line: &mut ConsoleLine) -> bool {
    !matches!(line.incoming.next().await, Some(Ok(_)))
}

#[tokio::test]
async fn a_login_and_a_shell_answer_on_the_serial_line() {
    let wire = Wire::logged_in("root@pam").await;
    let mut line = wire.open().await;
    say(&mut line, "1:132:50:2").await;
    type_in(&mut line, "\r").await;
    wire.hear(&mut line, "postgres login: ").await;
    type_in(&mut line, "root\rsecret\r").await;
    let heard = wire.hear(&mut line, "root@postgres:~]#").await;
    assert!(!heard.contains("secret"), "{heard}");
    type_in(&mut line, "echo hello\r").await;
    wire.hear(&mut line, "\r\nhello\r\n").await;
    type_in(&mut line, "stty cols 100 rows 30\r").await;
    type_in(&mut line, "stty size\r").await;
    wire.hear(&mut line, "\r\n30 100\r\n").await;
    type_in(&mut line, "frobnicate\r").await;
    wire.hear(&mut line, "frobnicate: not in this simulation")
        .await;
}

#[tokio::test]
async fn several_messages_may_share_a_frame_and_one_may_be_cut() {
    let wire = Wire::logged_in("root@pam").await;
    let mut line = wire.open().await;
    say(&mut line, "21:80:24:0:1:\r0:4:ro").await;
    say(&mut line, "ot2").await;
    wire.hear(&mut line, "login: root").await;
}

#[tokio::test]
async fn a_wrong_first_line_ends_the_connection_without_a_word() {
    let wire = Wire::logged_in("root@pam").await;
    let ticket = wire.ticket().await;
    let mut line = wire.line(&ticket).await.unwrap();
    say(&mut line, "root@pam:PVEVNC:guess\n").await;
    assert!(has_ended(&mut line).await);
}

#[tokio::test]
async fn a_ticket_is_for_its_port_its_user_and_its_vm() {
    let wire = Wire::logged_in("root@pam").await;
    let ticket = wire.ticket().await;
    let wrong = ConsoleTicket {
        port: ticket.port + 1,
        ..ticket.clone()
    };
    let refused = wire.line(&wrong).await.unwrap_err();
    let ApiError::Unauthorized { message } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(message, "permission denied - invalid PVEVNC ticket");
    let text = format!("{refused:?} {refused} {ticket:?}");
    assert!(!text.contains(ticket.ticket.expose()), "{text}");
    let of_other = wire.client.console_line("pve1", vmid(100), &ticket);
    wire.while_time_passes(of_other).await.unwrap_err();
    wire.log_in("pool@pve").await;
    wire.line(&ticket).await.unwrap_err();
}

#[tokio::test]
async fn the_ticket_is_nowhere_in_what_is_recorded() {
    let wire = Wire::logged_in("root@pam").await;
    let ticket = wire.ticket().await;
    let line = wire.line(&ticket).await.unwrap();
    let recorded = format!("{:?} {line:?}", wire.simulation.sent());
    assert!(!recorded.contains(ticket.ticket.expose()), "{recorded}");
}

#[rstest]
#[case::in_time(9, true)]
#[case::late(10, false)]
#[tokio::test]
async fn the_proxy_waits_ten_seconds_for_the_connection(#[case] seconds: u64, #[case] good: bool) {
    let wire = Wire::logged_in("root@pam").await;
    let ticket = wire.ticket().await;
    wire.clock.advance(Duration::from_secs(seconds));
    let line = wire.client.console_line("pve2", vmid(101), &ticket).await;
    assert_eq!(line.is_ok(), good);
}

#[tokio::test]
async fn the_proxy_waits_ten_seconds_for_the_first_line_and_its_task_ends_with_it() {
    let wire = Wire::logged_in("root@pam").await;
    let ticket = wire.ticket().await;
    let task = ticket.task.clone().unwrap();
    let running = |wire: &Wire| {
        let now = wire.simulation.now();
        wire.simulation
            .edit(|cluster| cluster.task(task.as_str()).unwrap().running(now))
    };
    let mut line = wire.line(&ticket).await.unwrap();
    assert!(running(&wire));
    wire.clock.advance(Duration::from_secs(11));
    assert!(has_ended(&mut line).await);
    assert!(!running(&wire));
}

#[tokio::test]
async fn a_second_console_waits_without_a_word_until_the_first_one_is_closed() {
    let wire = Wire::logged_in("root@pam").await;
    let mut first = wire.open().await;
    let mut second = wire.open().await;
    type_in(&mut first, "\r").await;
    wire.hear(&mut first, "postgres login: ").await;
    type_in(&mut second, "\r").await;
    let silent = futures_util::FutureExt::now_or_never(second.incoming.next());
    assert!(silent.is_none());
    drop(first);
    // Only now does the port read what is typed.
    let heard = async {
        loop {
            type_in(&mut second, "\r").await;
            let word = tokio::time::timeout(Duration::from_millis(50), second.incoming.next());
            if let Ok(Some(Ok(bytes))) = word.await {
                return bytes;
            }
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(60), heard)
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&heard).contains("login"));
}

#[tokio::test]
async fn poweroff_in_the_guest_stops_the_vm_and_ends_the_console() {
    let wire = Wire::logged_in("root@pam").await;
    let mut line = wire.open().await;
    type_in(&mut line, "root\rx\rpoweroff\r").await;
    wire.hear(&mut line, "Power down").await;
    assert!(wire.while_time_passes(has_ended(&mut line)).await);
    let status = wire.client.vm_status("pve2", vmid(101)).await.unwrap();
    assert_eq!(status.status, "stopped");
}

#[tokio::test]
async fn reboot_in_the_guest_keeps_the_console() {
    let wire = Wire::logged_in("root@pam").await;
    let mut line = wire.open().await;
    type_in(&mut line, "root\rx\rreboot\r").await;
    wire.hear(&mut line, "Restarting system").await;
    wire.hear(&mut line, "Linux version").await;
    wire.hear(&mut line, "postgres login: ").await;
}

#[tokio::test]
async fn a_flood_reads_no_further_ahead_than_the_line_takes_and_ends_with_ctrl_c() {
    let wire = Wire::logged_in("root@pam").await;
    let mut line = wire.open().await;
    type_in(&mut line, "root\rx\rseq 100000\r").await;
    let heard = wire.hear(&mut line, "\r\n20000\r\n").await;
    assert!(heard.contains("\r\n19999\r\n20000\r\n"));
    type_in(&mut line, "\x03").await;
    wire.hear(&mut line, "^C\r\n").await;
}

#[tokio::test]
async fn a_frame_of_more_than_128_kib_drops_the_connection() {
    let wire = Wire::logged_in("root@pam").await;
    let mut line = wire.open().await;
    let _ = line.outgoing.send(vec![b'2'; 129 * 1024].into()).await;
    assert!(has_ended(&mut line).await);
}

#[tokio::test]
async fn a_port_that_the_vm_lacks_shows_only_as_a_connection_that_ends() {
    let wire = Wire::logged_in("root@pam").await;
    let opened = wire.client.open_console("pve2", vmid(101), "serial1");
    let ticket = opened.await.unwrap();
    let mut line = wire.line(&ticket).await.unwrap();
    say(&mut line, first_line(&ticket)).await;
    assert_eq!(line.incoming.next().await.unwrap().unwrap(), "OK");
    assert!(has_ended(&mut line).await);
}

#[rstest]
#[case::new(Series::V9_2, true)]
#[case::old(Series::V8_4, false)]
#[tokio::test]
async fn a_token_opens_consoles_since_9_and_is_refused_at_the_first_line_before(
    #[case] series: Series,
    #[case] good: bool,
) {
    let wire = Wire::new(series).await;
    wire.with_token().await;
    let ticket = wire.ticket().await;
    assert_eq!(ticket.user, "root@pam!ci");
    let mut line = wire.line(&ticket).await.unwrap();
    say(&mut line, first_line(&ticket)).await;
    assert_eq!(has_ended(&mut line).await, !good);
}

#[tokio::test]
async fn a_console_needs_its_own_privilege() {
    let wire = Wire::logged_in("audit@pve").await;
    let refused = wire.client.open_console("pve2", vmid(101), "serial0").await;
    let message = "Permission check failed (/vms/101, VM.Console)".to_owned();
    assert_eq!(refused, Err(ApiError::Forbidden { message }));
}

#[tokio::test]
async fn keys_of_the_display_reach_only_a_vm_that_runs() {
    let wire = Wire::logged_in("root@pam").await;
    let press = |node: &str, id: u32| sendkey::change(node, vmid(id), "ret");
    assert_eq!(wire.client.change(&press("pve2", 101)).await, Ok(None));
    let refused = wire.client.change(&press("pve1", 102)).await.unwrap_err();
    assert!(
        refused.to_string().contains("VM 102 not running"),
        "{refused}"
    );
}
