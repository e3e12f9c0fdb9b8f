//! A response that a process sends piece by piece: taken in by the request that posts it, and passed on to
//! a caller who wants it as it comes, or kept for one who wants it whole.
//!
//! Who gets it is the driver's to say, by the [`Sink`] it hands out; the state machine sees nothing of it
//! but its end. AWS also limits how fast a stream may flow (2 MiB a second after the first 6 MiB); that is
//! not imitated here, for it would only make tests slow.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use emulator_front::Body;
use emulator_front::http::header::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use crate::failure::MAX_RESPONSE;
use crate::runtime_api::{Answer, error_type};

/// Header, and later trailer, that names the type of an error.
pub(crate) const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// Trailer with the error document, in base64.
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// Most bytes of a stream that reach the caller: 200 MiB and one. What comes after them is cut off without
/// a word, as observed on Lambda in September 2026.
const MAX_STREAM: usize = 200 * 1024 * 1024 + 1;

/// Pieces that may wait for a caller that is slower than the function, which then waits too. Ours.
const AHEAD: usize = 8;

/// A response on its way to a caller who wants it as it comes.
#[derive(Debug)]
pub struct Stream {
    /// As the function says; the bytes may be anything.
    pub content_type: Option<HeaderValue>,
    /// Ends when nothing more comes: whether that was all is said by [`Ended`](crate::Ended).
    pub pieces: mpsc::Receiver<Bytes>,
}

impl Stream {
    /// A stream and where to pour its pieces.
    pub(crate) fn new(content_type: Option<HeaderValue>) -> (Self, Sink) {
        let (sender, pieces) = mpsc::channel(AHEAD);
        (Self { content_type, pieces }, Sink::PassOn(sender))
    }
}

/// Where a streamed response goes.
#[derive(Debug)]
pub(crate) enum Sink {
    /// To a caller who wants it as it comes. One who has gone away does not stop the function.
    PassOn(mpsc::Sender<Bytes>),
    /// To a caller who wants it whole.
    Keep,
}

impl Sink {
    /// Takes in the whole response, and says what has become of it.
    pub(crate) async fn take_in(self, body: Body) -> Answer {
        match self {
            Self::PassOn(pieces) => pass_on(body, &pieces, MAX_STREAM).await,
            Self::Keep => keep(body).await,
        }
    }
}

async fn pass_on(mut body: Body, pieces: &mpsc::Sender<Bytes>, mut room: usize) -> Answer {
    let mut error = None;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Answer::Truncated };
        match frame.into_data() {
            Ok(mut piece) => {
                piece.truncate(room);
                room -= piece.len();
                if !piece.is_empty() {
                    let _ = pieces.send(piece).await;
                }
            }
            Err(frame) => error = frame.trailers_ref().and_then(StreamError::in_trailers),
        }
    }
    Answer::Streamed { whole: Bytes::new(), error }
}

async fn keep(mut body: Body) -> Answer {
    let mut whole = BytesMut::new();
    let mut error = None;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Answer::Truncated };
        match frame.into_data() {
            Ok(piece) if whole.len() + piece.len() > MAX_RESPONSE => return Answer::TooLarge,
            Ok(piece) => whole.extend_from_slice(&piece),
            Err(frame) => error = frame.trailers_ref().and_then(StreamError::in_trailers),
        }
    }
    Answer::Streamed { whole: whole.freeze(), error }
}

/// What a function says when it fails in the midst of its response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StreamError {
    /// `Runtime.…` or `Function.…`.
    pub(crate) kind: String,
    /// Usually JSON.
    pub(crate) document: Bytes,
}

impl StreamError {
    fn in_trailers(trailers: &HeaderMap) -> Option<Self> {
        let document = trailers.get(ERROR_BODY);
        if document.is_none() && !trailers.contains_key(ERROR_TYPE) {
            return None;
        }
        let given = document.map(HeaderValue::as_bytes).unwrap_or_default();
        // What is not base64 is passed on as it is: it is the function's own word.
        let document = BASE64_STANDARD.decode(given).unwrap_or_else(|_| given.to_vec());
        Some(Self { kind: error_type(trailers), document: document.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_is_cut_at_its_limit_and_read_to_its_end() {
        let (pieces, mut received) = mpsc::channel(AHEAD);
        let answer = pass_on(Body::from("0123456789"), &pieces, 4).await;
        assert!(matches!(answer, Answer::Streamed { error: None, .. }), "{answer:?}");
        assert_eq!(received.try_recv().unwrap(), "0123");
        assert!(received.try_recv().is_err(), "nothing more comes");
    }

    #[tokio::test]
    async fn a_caller_who_has_gone_away_does_not_stop_the_function() {
        let (pieces, received) = mpsc::channel(AHEAD);
        drop(received);
        let answer = pass_on(Body::from("anything"), &pieces, MAX_STREAM).await;
        assert!(matches!(answer, Answer::Streamed { error: None, .. }), "{answer:?}");
    }

    #[track_caller]
    fn check(trailers: &[(&'static str, &'static str)], expected: Option<(&str, &str)>) {
        let trailers: HeaderMap = trailers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        let expected = expected.map(|(kind, document)| StreamError {
            kind: kind.to_owned(),
            document: document.to_owned().into(),
        });
        assert_eq!(StreamError::in_trailers(&trailers), expected);
    }

    #[test]
    fn trailers_tell_of_an_error() {
        check(&[], None);
        check(&[("server-timing", "total")], None);
        check(&[(ERROR_TYPE, "Function.Broke")], Some(("Function.Broke", "")));
        check(&[(ERROR_TYPE, "unhandled"), (ERROR_BODY, "e30=")], Some(("Runtime.Unknown", "{}")));
        check(&[(ERROR_BODY, "no base64")], Some(("Runtime.Unknown", "no base64")));
    }
}
