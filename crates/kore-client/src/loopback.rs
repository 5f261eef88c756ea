//! The loopback listener that a browser comes back to (RFC 8252 section 7.3).

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// Longest request head that is read.
const MAX_HEAD: usize = 16 * 1024;
const DONE: (&str, &str) = ("You are signed in", "You can close this page and go back to your terminal.");
const REFUSED: (&str, &str) = ("Not signed in", "The terminal says why.");

/// Why no code came back.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The person or the server said no.
    #[error("sign-in refused: {0}")]
    Refused(String),
    /// Listening or answering failed.
    #[error("loopback listener: {0}")]
    Io(#[from] std::io::Error),
}

/// Listens on a random loopback port.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    redirect_uri: String,
}

impl Loopback {
    /// Starts to listen.
    ///
    /// # Errors
    /// Whatever the system says about the socket.
    pub async fn bind() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let redirect_uri = format!("http://127.0.0.1:{}/callback", listener.local_addr()?.port());
        Ok(Self { listener, redirect_uri })
    }

    /// Where the browser is sent back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the browser to come back with this state; anything else is answered 404 and ignored.
    ///
    /// # Errors
    /// [`LoopbackError::Refused`] when it comes back with an error.
    pub async fn code(self, state: &str) -> Result<SecretString, LoopbackError> {
        loop {
            let (mut stream, _) = self.listener.accept().await?;
            let Some(target) = request_target(&mut stream).await else { continue };
            let outcome = parse(&target, state);
            let (status, text) = match &outcome {
                None => ("404 Not Found", page(("Not here", "Nothing is to be seen at this address."))),
                Some(Ok(_)) => ("200 OK", page(DONE)),
                Some(Err(_)) => ("400 Bad Request", page(REFUSED)),
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
                 Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:\r\n\
                 Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
                 Connection: close\r\n\r\n{text}",
                text.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
            if let Some(outcome) = outcome {
                return outcome.map(SecretString::from).map_err(LoopbackError::Refused);
            }
        }
    }
}

/// A page that stands alone: whoever serves it is gone the moment after. The icon keeps the browser
/// from asking for one.
fn page((title, text): (&str, &str)) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Kore</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">\
         <style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:24rem;\
         margin:15vh auto;padding:0 1rem}}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    )
}

/// Code or error of a callback with the right state; none for anything else.
fn parse(target: &str, state: &str) -> Option<Result<String, String>> {
    let url = Url::parse("http://127.0.0.1").and_then(|base| base.join(target)).ok()?;
    if url.path() != "/callback" {
        return None;
    }
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if value("state").as_deref() != Some(state) {
        return None;
    }
    match value("code") {
        Some(code) => Some(Ok(code)),
        None => Some(Err(value("error_description").or_else(|| value("error")).unwrap_or_else(|| "no code".into()))),
    }
}

async fn request_target(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0_u8; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 || head.len() > MAX_HEAD {
            return None;
        }
        head.extend_from_slice(chunk.get(..read)?);
    }
    let line = String::from_utf8_lossy(&head);
    let mut words = line.split(' ');
    (words.next() == Some("GET")).then(|| words.next().map(str::to_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_state_counts() {
        assert_eq!(parse("/callback?code=c&state=s", "s"), Some(Ok("c".into())));
        assert_eq!(parse("/callback?code=c&state=other", "s"), None);
        assert_eq!(parse("/favicon.ico", "s"), None);
        assert_eq!(parse("/callback?error=access_denied&state=s", "s"), Some(Err("access_denied".into())));
    }
}
