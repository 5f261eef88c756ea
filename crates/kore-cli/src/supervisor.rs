//! Talks to `kored local` over its socket: one JSON request on a line, replies on lines.

use std::{io, path::Path, time::Duration};

use kore_api::supervisor::{Reply, Request};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// A conversation with the supervisor.
#[derive(Debug)]
pub struct Supervisor {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
}

impl Supervisor {
    /// Connects; an error when nobody listens.
    ///
    /// # Errors
    /// What the system says.
    pub async fn connect(socket: &Path) -> io::Result<Self> {
        let stream = tokio::time::timeout(Duration::from_secs(5), UnixStream::connect(socket))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let (reader, writer) = stream.into_split();
        Ok(Self { lines: BufReader::new(reader).lines(), writer })
    }

    /// Sends a request.
    ///
    /// # Errors
    /// What the system says.
    pub async fn send(&mut self, request: &Request) -> io::Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.writer.write_all(&line).await
    }

    /// The next reply; none when the supervisor has closed the conversation.
    ///
    /// # Errors
    /// When the socket fails or a line is not a reply.
    pub async fn next(&mut self) -> io::Result<Option<Reply>> {
        match self.lines.next_line().await? {
            Some(line) => Ok(Some(serde_json::from_str(&line)?)),
            None => Ok(None),
        }
    }

    /// One request with one reply.
    ///
    /// # Errors
    /// When the conversation fails or ends early.
    pub async fn ask(socket: &Path, request: &Request) -> io::Result<Reply> {
        let mut conversation = Self::connect(socket).await?;
        conversation.send(request).await?;
        let answer = tokio::time::timeout(Duration::from_secs(20), conversation.next())
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        answer?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
