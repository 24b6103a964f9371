//! A websocket over the transport's own connection: the same address, trust and login. One message is one frame. Knows nothing
//! of what it carries, and no URL reaches an error: the query holds a ticket.

use std::future::ready;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::body::Bytes;
use reqwest::header::{CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use reqwest::{Client, StatusCode};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use crate::api::line::ConsoleLine;
use crate::api::{ApiError, ServerAddress};

use super::failure;

/// The proxy behind it waits no longer for the connection.
const LIMIT: Duration = Duration::from_secs(10);
/// A server's frames are far smaller; a hostile one gets no more memory than this.
const LARGEST: usize = 1024 * 1024;

/// Asks for the connection; an answer other than a change of protocols is handed back as it is.
pub(super) async fn ask(
    client: &Client,
    server: &ServerAddress,
    url: String,
    headers: HeaderMap,
) -> Result<Result<ConsoleLine, reqwest::Response>, ApiError> {
    let key = generate_key();
    let answer = client
        .get(url)
        .headers(headers)
        .timeout(LIMIT)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Protocol", "binary")
        .header("Sec-WebSocket-Key", &key)
        .send()
        .await
        .map_err(|error| failure::of_request(server, &error))?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(Err(answer));
    }
    let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
    if accepted.map(HeaderValue::as_bytes) != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(ApiError::Unreadable {
            status: 101,
            message: "the server did not accept the websocket as it should".to_owned(),
        });
    }
    let raw = answer
        .upgrade()
        .await
        .map_err(|error| failure::of_answer(&error))?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST));
    let socket = WebSocketStream::from_raw_socket(raw, Role::Client, Some(config)).await;
    let (sink, stream) = socket.split();
    let incoming = stream.filter_map(|message| ready(bytes_of(message)));
    let outgoing = sink
        .with(|bytes: Bytes| ready(Ok::<_, Error>(Message::Binary(bytes))))
        .sink_map_err(|error| lost(&error));
    Ok(Ok(ConsoleLine {
        incoming: Box::pin(incoming),
        outgoing: Box::pin(outgoing),
    }))
}

fn bytes_of(message: Result<Message, Error>) -> Option<Result<Bytes, ApiError>> {
    match message {
        Ok(Message::Binary(bytes)) => Some(Ok(bytes)),
        Ok(Message::Text(text)) => Some(Ok(text.into())),
        // Answered by the library.
        Ok(_) => None,
        Err(error) => Some(Err(lost(&error))),
    }
}

fn lost(error: &Error) -> ApiError {
    let message = match error {
        Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_) | Error::Io(_) => {
            "the connection was closed".to_owned()
        }
        other => other.to_string(),
    };
    ApiError::Lost { message }
}
