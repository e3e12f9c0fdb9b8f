//! Who invokes the environment, and waits for what becomes of it.

use emulator_front::RequestId;
use tokio::sync::oneshot;

use super::world::patiently;
use crate::{Ended, Stream};

/// An invocation that a caller waits for.
pub(super) struct Waiting {
    pub(super) id: RequestId,
    pub(super) answer: oneshot::Receiver<Ended>,
}

impl Waiting {
    /// The answer and the log, in which `ID` stands for the request id and `N` for every duration.
    pub(super) async fn ended(self) -> (String, String) {
        let Ended { payload, log_tail, .. } = patiently(self.answer).await.unwrap();
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.id.to_string(), "ID");
        (text(&payload), without_durations(&text(&log_tail.unwrap())))
    }

    /// All that the caller is told.
    pub(super) async fn whole(self) -> Ended {
        patiently(self.answer).await.unwrap()
    }

    /// The answer alone.
    pub(super) async fn answer(self) -> String {
        let ended = patiently(self.answer).await.unwrap();
        String::from_utf8_lossy(&ended.payload).into_owned()
    }

    /// Waits until it is certain that no answer will come.
    pub(super) async fn given_up(self) {
        patiently(self.answer).await.unwrap_err();
    }
}

/// An answer in pieces that a caller waits for.
pub(super) struct ToBegin(pub(super) oneshot::Receiver<Stream>);

/// One that has begun.
pub(super) struct Begun(Stream);

impl ToBegin {
    pub(super) async fn begins(self) -> Begun {
        Begun(patiently(self.0).await.unwrap())
    }
}

impl Begun {
    pub(super) fn content_type(&self) -> Option<&str> {
        self.0.content_type.as_ref().map(|value| value.to_str().unwrap())
    }

    /// The next piece; nothing once no more comes.
    pub(super) async fn piece(&mut self) -> Option<String> {
        let piece = patiently(self.0.pieces.recv()).await?;
        Some(String::from_utf8(piece.to_vec()).unwrap())
    }
}

fn without_durations(log: &str) -> String {
    let field =
        |field: &str| match field.strip_suffix(" ms").and_then(|field| field.rsplit_once(' ')) {
            Some((name, _)) => format!("{name} N ms"),
            None => field.to_owned(),
        };
    let line = |line: &str| line.split('\t').map(field).collect::<Vec<_>>().join(" | ");
    log.lines().map(|text| line(text) + "\n").collect()
}
