//! A response in pieces, written onto a socket of its own as plainly as HTTP can be, so that it can stop
//! anywhere.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::step::StreamEnd;

/// A `/response` whose end has not been sent.
pub(crate) struct Streaming {
    stream: TcpStream,
    call: String,
}

/// What the Runtime API said to the whole.
pub(crate) struct Reply {
    pub(crate) call: String,
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Streaming {
    /// Sends the head of a request to the Runtime API at `authority`.
    pub(crate) async fn begin(
        authority: &str,
        path: &str,
        content_type: &str,
        mode: &str,
    ) -> io::Result<Self> {
        let mut stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\
             Content-Type: {content_type}\r\nLambda-Runtime-Function-Response-Mode: {mode}\r\n\
             Transfer-Encoding: chunked\r\n\
             Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        Ok(Self { stream, call: format!("POST {path}") })
    }

    pub(crate) async fn send(&mut self, piece: &[u8]) -> io::Result<()> {
        if piece.is_empty() {
            // An empty chunk would be the end.
            return Ok(());
        }
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        self.stream.write_all(&chunk).await
    }

    /// Ends the response, and waits for what is said to it.
    pub(crate) async fn end(mut self, end: &StreamEnd) -> io::Result<Reply> {
        match end {
            StreamEnd::Whole => self.stream.write_all(b"0\r\n\r\n").await?,
            StreamEnd::Error { error_type, body_base64 } => {
                let trailers = format!(
                    "0\r\nLambda-Runtime-Function-Error-Type: {error_type}\r\n\
                     Lambda-Runtime-Function-Error-Body: {body_base64}\r\n\r\n"
                );
                self.stream.write_all(trailers.as_bytes()).await?;
            }
            StreamEnd::BrokenOff => self.stream.shutdown().await?,
        }
        let mut response = Vec::new();
        self.stream.read_to_end(&mut response).await?;
        let response = String::from_utf8_lossy(&response);
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Reply { call: self.call, status, body: body.to_owned() })
    }
}
