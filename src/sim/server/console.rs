//! The websocket of a console: the change of protocols, frames as PVE's proxy takes them, and the bytes between socket and
//! simulation. Drops a connection that breaks a rule, without a word.

use futures_util::{SinkExt, StreamExt};
use hyper::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::sim::simulation::Simulation;

/// PVE drops a connection with a larger frame.
const LARGEST: usize = 128 * 1024;

/// Whether a request asks for a websocket.
pub fn is_asked(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// The headers of `101 Switching Protocols`; none without a key.
pub fn accepted(asked: &HeaderMap) -> Option<HeaderMap> {
    let key = asked.get(SEC_WEBSOCKET_KEY)?;
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()?;
    let mut headers = HeaderMap::new();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if asked.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("binary"));
    }
    Some(headers)
}

/// Carries a console until one side ends it.
pub async fn carry(simulation: Simulation, upgrade: OnUpgrade, tcp: u16) {
    if let Ok(raw) = upgrade.await {
        let config = WebSocketConfig::default()
            .max_frame_size(Some(LARGEST))
            .max_message_size(Some(LARGEST));
        let raw = TokioIo::new(raw);
        let socket = WebSocketStream::from_raw_socket(raw, Role::Server, Some(config)).await;
        talk(&simulation, socket, tcp).await;
    }
    simulation.end_console(tcp);
}

async fn talk<S>(simulation: &Simulation, mut socket: WebSocketStream<S>, tcp: u16)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut read = Vec::new();
    let mut greeted = false;
    loop {
        let changed = simulation.console_change();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let turn = simulation.console_turn(tcp);
        if turn.over {
            return;
        }
        if !turn.output.is_empty() {
            if socket.send(Message::binary(turn.output)).await.is_err() {
                return;
            }
            // A key must be seen in the middle of a flood, too.
            let ready = futures_util::FutureExt::now_or_never(socket.next());
            if let Some(message) = ready
                && !take(
                    simulation,
                    message,
                    &mut read,
                    &mut greeted,
                    tcp,
                    &mut socket,
                )
                .await
            {
                return;
            }
            continue;
        }
        let pause = turn.next.map(|next| next.saturating_sub(simulation.now()));
        let due = async {
            match pause {
                Some(pause) => simulation.sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            message = socket.next() => {
                if !take(simulation, message, &mut read, &mut greeted, tcp, &mut socket).await {
                    return;
                }
            }
            () = &mut changed => {}
            () = due => {}
        }
    }
}

type Read = Option<Result<Message, tokio_tungstenite::tungstenite::Error>>;

/// `false` ends the connection.
async fn take<S>(
    simulation: &Simulation,
    message: Read,
    read: &mut Vec<u8>,
    greeted: &mut bool,
    tcp: u16,
    socket: &mut WebSocketStream<S>,
) -> bool
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    match message {
        Some(Ok(Message::Binary(bytes))) => read.extend_from_slice(&bytes),
        Some(Ok(Message::Text(text))) => read.extend_from_slice(text.as_bytes()),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return true,
        Some(Ok(Message::Close(_)) | Err(_)) | None => return false,
    }
    if !*greeted {
        let Some(end) = read.iter().position(|byte| *byte == b'\n') else {
            return true;
        };
        let rest = read.split_off(end + 1);
        let line = std::mem::replace(read, rest);
        let line = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
        if !simulation.greet_console(tcp, &line) {
            return false;
        }
        *greeted = true;
        if socket.send(Message::binary(b"OK".to_vec())).await.is_err() {
            return false;
        }
    }
    while let Some(part) = next_part(read) {
        match part {
            Part::Typed(bytes) => simulation.type_to_console(tcp, &bytes),
            Part::Other => {}
            Part::Wrong => return false,
        }
    }
    true
}

enum Part {
    Typed(Vec<u8>),
    /// The size of the window, or a sign of life.
    Other,
    Wrong,
}

/// Takes one message off the front; `None` until it is whole.
fn next_part(read: &mut Vec<u8>) -> Option<Part> {
    match read.first()? {
        b'0' => {
            let head = read.strip_prefix(b"0:").unwrap_or_default();
            let Some(colon) = head.iter().position(|byte| *byte == b':') else {
                return (read.len() > 12).then_some(Part::Wrong);
            };
            let length = std::str::from_utf8(head.get(..colon)?)
                .ok()?
                .parse::<usize>();
            let Ok(length) = length else {
                return Some(Part::Wrong);
            };
            let from = colon + 3;
            let bytes = read.get(from..from + length)?.to_vec();
            read.drain(..from + length);
            Some(Part::Typed(bytes))
        }
        b'1' => {
            let colons = read.iter().enumerate().filter(|(_, byte)| **byte == b':');
            let end = colons.map(|(at, _)| at).nth(2)?;
            read.drain(..=end);
            Some(Part::Other)
        }
        b'2' => {
            read.drain(..1);
            Some(Part::Other)
        }
        _ => Some(Part::Wrong),
    }
}
