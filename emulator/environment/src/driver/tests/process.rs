//! A made-up process: what it prints, how it ends, and what it asks of the real Runtime API.

use std::io::{PipeWriter, Write};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::made_up::Treatment;
use super::world::patiently;
use crate::Exit;

/// One made-up process, in the hands of a test.
pub(super) struct Process {
    pub(super) runtime_api: SocketAddr,
    pub(super) output: PipeWriter,
    pub(super) end: watch::Sender<Option<Exit>>,
    pub(super) treatment: watch::Sender<Treatment>,
}

/// A request that the Runtime API has not answered yet.
pub(super) struct Asked(TcpStream);

/// What the Runtime API answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) invocation_id: Option<String>,
    pub(super) body: String,
}

/// How a process ends an answer in pieces.
pub(super) enum End {
    Whole,
    /// With an error type and a body in base64.
    Error(&'static str, &'static str),
    BrokenOff,
}

impl Process {
    /// Begins an answer in pieces.
    pub(super) async fn stream(&self, id: impl ToString, mode: &str) -> Asked {
        let path = format!("invocation/{}/response", id.to_string());
        let headers = format!(
            "Lambda-Runtime-Function-Response-Mode: {mode}\r\nContent-Type: text/plain\r\n\
             Transfer-Encoding: chunked"
        );
        self.request("POST", &path, &headers, "").await
    }

    /// Begins an answer that is to come whole, and is longer than what is sent of it.
    pub(super) async fn answer_in_part(&self, id: impl ToString) -> Asked {
        let path = format!("invocation/{}/response", id.to_string());
        self.request("POST", &path, "Content-Length: 100", "begun").await
    }

    /// Asks for work, without waiting for it.
    pub(super) async fn ask(&self) -> Asked {
        self.send("GET", "invocation/next", "").await
    }

    /// Asks for work, and waits for it.
    pub(super) async fn next(&self) -> Answered {
        self.ask().await.answered().await
    }

    pub(super) async fn answer(&self, id: impl ToString, answer: &str) -> Answered {
        let path = format!("invocation/{}/response", id.to_string());
        self.send("POST", &path, answer).await.answered().await
    }

    /// Answers, and says this of the invocation id.
    pub(super) async fn answer_echoing(&self, id: impl ToString, echo: &str) -> Answered {
        let path = format!("invocation/{}/response", id.to_string());
        let headers = format!("Lambda-Runtime-Invocation-Id: {echo}\r\nContent-Length: 3");
        self.request("POST", &path, &headers, "one").await.answered().await
    }

    pub(super) async fn init_error(&self, document: &str) -> Answered {
        self.send("POST", "init/error", document).await.answered().await
    }

    pub(super) fn print(&mut self, text: &str) {
        self.output.write_all(text.as_bytes()).unwrap();
    }

    pub(super) fn exit(self, exit: Exit) {
        self.end.send_replace(Some(exit));
    }

    /// Waits until this has been done to it.
    pub(super) async fn is_treated(&self, how: impl FnMut(&Treatment) -> bool) {
        let mut treatment = self.treatment.subscribe();
        patiently(treatment.wait_for(how)).await.unwrap();
    }

    pub(super) fn treatment(&self) -> Treatment {
        *self.treatment.borrow()
    }

    /// Whether it is still there.
    pub(super) fn runs(&self) -> bool {
        self.end.borrow().is_none()
    }

    /// Waits until it has been killed.
    pub(super) async fn is_killed(&self) {
        let mut end = self.end.subscribe();
        patiently(end.wait_for(Option::is_some)).await.unwrap();
    }

    /// One request, as plain as HTTP can be.
    pub(super) async fn send(&self, method: &str, path: &str, body: &str) -> Asked {
        self.request(method, path, &format!("Content-Length: {}", body.len()), body).await
    }

    async fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Asked {
        let mut stream = TcpStream::connect(self.runtime_api).await.unwrap();
        let request = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\n\
             Lambda-Runtime-Function-Error-Type: Function.MadeUp\r\n{headers}\r\n\r\n{body}"
        );
        // An answer may come, and the connection be closed, before all of a large body is taken.
        let _ = stream.write_all(request.as_bytes()).await;
        Asked(stream)
    }
}

impl Asked {
    /// Sends a piece of an answer.
    pub(super) async fn send(&mut self, piece: &str) {
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        // An answer may come, and the connection be closed, before all of a large one is taken.
        let _ = self.0.write_all(chunk.as_bytes()).await;
    }

    /// Ends an answer in pieces.
    pub(super) async fn end(mut self, end: End) -> Answered {
        match end {
            End::Whole => self.0.write_all(b"0\r\n\r\n").await.unwrap(),
            End::Error(kind, body) => {
                let trailers = format!(
                    "0\r\nLambda-Runtime-Function-Error-Type: {kind}\r\n\
                     Lambda-Runtime-Function-Error-Body: {body}\r\n\r\n"
                );
                self.0.write_all(trailers.as_bytes()).await.unwrap();
            }
            End::BrokenOff => self.0.shutdown().await.unwrap(),
        }
        self.answered().await
    }

    pub(super) async fn answered(mut self) -> Answered {
        let mut response = String::new();
        patiently(self.0.read_to_string(&mut response)).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let header = |name| {
            let mut headers = head.lines().filter_map(|line| line.split_once(": "));
            headers.find(|(named, _)| *named == name).map(|(_, value)| value.to_owned())
        };
        Answered {
            status: head[9..12].parse().unwrap(),
            request_id: header("lambda-runtime-aws-request-id"),
            invocation_id: header("lambda-runtime-invocation-id"),
            body: body.to_owned(),
        }
    }
}

impl Answered {
    pub(super) fn said(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}
