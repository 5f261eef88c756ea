//! The event stream (server-sent events, WHATWG HTML section 9.2), read by fetch.

use futures::{Stream, StreamExt, stream};
use http::{HeaderValue, Method, header};
use kore_api::event::Event;

use crate::{Client, ClientError, client::Outgoing};

/// One event and the id to resume after.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// `id:`, for `Last-Event-ID`.
    pub id: Option<String>,
    /// The event; `None` for what only says how far the stream has come.
    pub event: Option<Event>,
}

/// One field group of a stream as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Frame {
    id: Option<String>,
    data: String,
}

/// Turns bytes into frames; keeps what is not complete yet.
#[derive(Debug, Default)]
struct Decoder {
    buffer: Vec<u8>,
    frame: Frame,
    has_data: bool,
}

impl Decoder {
    fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        self.buffer.extend_from_slice(bytes);
        let mut frames = Vec::new();
        while let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(frame) = self.line(line.trim_end_matches(['\n', '\r'])) {
                frames.push(frame);
            }
        }
        frames
    }

    fn line(&mut self, line: &str) -> Option<Frame> {
        if line.is_empty() {
            let frame = std::mem::take(&mut self.frame);
            return std::mem::take(&mut self.has_data).then_some(frame);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.frame.id = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.frame.data.push('\n');
                }
                self.has_data = true;
                self.frame.data.push_str(value);
            }
            _ => {}
        }
        None
    }
}

/// Opens the stream of these kinds, of one team or of all that the caller may see. It ends when the
/// server closes it; resume with the last id.
///
/// # Errors
/// See [`ClientError`]; 410 says that the id is too old, so list again.
pub async fn open(
    client: &Client,
    kinds: &[&str],
    team: Option<&str>,
    last_event_id: Option<&str>,
) -> Result<impl Stream<Item = Result<Received, ClientError>> + Send + Unpin + use<>, ClientError> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("kinds", &kinds.join(","));
    if let Some(team) = team {
        query.append_pair("team", team);
    }
    let mut request = Outgoing::new(Method::GET, format!("/api/v1/events?{}", query.finish()));
    request.headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
    if let Some(value) = last_event_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        request.headers.insert("last-event-id", value);
    }
    let response = client.stream(request).await?;
    let owner = client.clone();
    let frames = response.bytes_stream().scan(Decoder::default(), move |decoder, chunk| {
        let items: Vec<Result<Received, ClientError>> = match chunk {
            Ok(bytes) => decoder.push(&bytes).into_iter().map(received).map(Ok).collect(),
            Err(error) => vec![Err(owner.unreachable(&error))],
        };
        futures::future::ready(Some(stream::iter(items)))
    });
    Ok(frames.flatten())
}

/// Frames that are no events of ours (bookmarks, future kinds) still say how far the stream has come.
fn received(frame: Frame) -> Received {
    Received { id: frame.id, event: serde_json::from_str(&frame.data).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_any_cut() {
        let text = b": beat\r\nid: 7\ndata: {\"a\":\ndata: 1}\n\ndata: x\n\nid: 8\n\nretry: 5\n\n";
        let whole = Decoder::default().push(text);
        assert_eq!(whole.len(), 2);
        assert_eq!(whole[0], Frame { id: Some("7".into()), data: "{\"a\":\n1}".into() });
        for cut in 0..text.len() {
            let mut decoder = Decoder::default();
            let mut frames = decoder.push(&text[..cut]);
            frames.extend(decoder.push(&text[cut..]));
            assert_eq!(frames, whole, "cut at {cut}");
        }
    }
}
