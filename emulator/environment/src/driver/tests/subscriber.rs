//! Somebody who has subscribed to telemetry, as plain as HTTP can be.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::extensions::{Answered, Extension, ask};
use super::world::patiently;

pub(super) struct Subscriber {
    listener: TcpListener,
    connection: Option<TcpStream>,
}

impl Subscriber {
    pub(super) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, connection: None }
    }

    /// A subscription whose records come here.
    pub(super) fn request(&self, timeout_ms: u32) -> String {
        let port = self.listener.local_addr().unwrap().port();
        let uri = format!("http://sandbox.localdomain:{port}/in");
        json!({
            "schemaVersion": "2022-12-13",
            "types": ["platform", "function", "extension"],
            "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": timeout_ms },
            "destination": { "protocol": "HTTP", "URI": uri },
        })
        .to_string()
    }

    /// The records of the next batch. It is acknowledged.
    pub(super) async fn batch(&mut self) -> Vec<Value> {
        let (records, mut connection) = self.received().await;
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        self.connection = Some(connection);
        records
    }

    /// The same, and the acknowledgement goes on until nobody takes any more of it.
    pub(super) async fn batch_answered_without_end(&mut self) -> Vec<Value> {
        let (records, mut connection) = self.received().await;
        connection
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            .await
            .unwrap();
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        let refused = async { while connection.write_all(chunk.as_bytes()).await.is_ok() {} };
        patiently(refused).await;
        records
    }

    /// The records of the next batch, and where the answer goes.
    async fn received(&mut self) -> (Vec<Value>, TcpStream) {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => patiently(self.listener.accept()).await.unwrap().0,
        };
        let mut request = Vec::new();
        let (start, length) = loop {
            patiently(connection.read_buf(&mut request)).await.unwrap();
            let text = String::from_utf8_lossy(&request);
            let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
            assert!(head.starts_with("POST /in HTTP/1.1\r\n"), "{head}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            break (head.len() + 4, length.unwrap().parse::<usize>().unwrap());
        };
        while request.len() < start + length {
            patiently(connection.read_buf(&mut request)).await.unwrap();
        }
        (serde_json::from_slice(&request[start..]).unwrap(), connection)
    }

    /// Batches until one has a record of this type; what each record is.
    pub(super) async fn until(&mut self, kind: &str) -> Vec<String> {
        let mut seen = Vec::new();
        while !seen.iter().any(|seen: &String| seen.starts_with(kind)) {
            seen.extend(self.batch().await.iter().map(told));
        }
        seen
    }
}

/// A record's type, and its text if it is a line.
fn told(record: &Value) -> String {
    let kind = record["type"].as_str().unwrap().to_owned();
    match record["record"].as_str() {
        Some(line) => format!("{kind} {line}"),
        None => kind,
    }
}

pub(super) async fn subscribe(extension: &Extension, call: &str, body: &str) -> Answered {
    let headers = [("Lambda-Extension-Identifier", extension.id.as_str())];
    ask(&extension.process, call, &headers, body).await.answered().await
}
