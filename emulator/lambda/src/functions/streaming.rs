//! The way into a function for a caller who wants its answer as it comes.

use bytes::Bytes;
use emulator_environment::{Ended, Stream};
use emulator_front::http::HeaderValue;
use tokio::sync::{mpsc, oneshot};

use super::Functions;
use crate::invocation::{Invocation, InvokeError, Outcome};

/// An answer that has begun. Dropping it does not stop the function.
pub struct Answering {
    /// `$LATEST` or a number, never an alias.
    pub executed_version: String,
    /// Of the answer, as the function says.
    pub content_type: Option<HeaderValue>,
    /// Pieces that have come, and will come; none of an answer that comes whole, with the end.
    pieces: Option<mpsc::Receiver<Bytes>>,
    end: End,
}

/// How far an invocation is.
enum End {
    Awaited(oneshot::Receiver<Ended>),
    Here(Result<Outcome, InvokeError>),
}

impl Functions {
    /// Calls a function, and waits until its answer begins, as a stream or whole.
    ///
    /// # Errors
    ///
    /// [`InvokeError`] if the function was not reached. A function that fails is an [`Outcome`], at the
    /// end of the answer.
    pub async fn invoke_streaming(&self, invocation: Invocation) -> Result<Answering, InvokeError> {
        let (begins, stream) = oneshot::channel();
        let (executed_version, mut ended) = self.begin(invocation, Some(begins)).await?;
        tokio::select! {
            biased;
            Ok(Stream { content_type, pieces }) = stream => Ok(Answering {
                executed_version,
                content_type,
                pieces: Some(pieces),
                end: End::Awaited(ended),
            }),
            ended = &mut ended => {
                let outcome = outcome(&executed_version, ended)?;
                let content_type = outcome.content_type.clone();
                Ok(Answering { executed_version, content_type, pieces: None, end: End::Here(Ok(outcome)) })
            }
        }
    }
}

impl Answering {
    /// The next piece of a streamed answer; nothing once no more comes.
    pub async fn piece(&mut self) -> Option<Bytes> {
        let pieces = self.pieces.as_mut()?;
        if let End::Awaited(ended) = &mut self.end {
            let ended = tokio::select! {
                biased;
                piece = pieces.recv() => return piece,
                ended = ended => ended,
            };
            // The function has been cut off while it still sent: what has come is all there is.
            self.end = End::Here(outcome(&self.executed_version, ended));
            pieces.close();
        }
        pieces.recv().await
    }

    /// What came of the invocation; of a streamed answer, only that it is over.
    ///
    /// # Errors
    ///
    /// [`InvokeError::Stopped`] if the emulator was stopped in the midst of it,
    /// [`InvokeError::NotRunnable`] if this machine could not run the function.
    pub async fn end(self) -> Result<Outcome, InvokeError> {
        match self.end {
            End::Awaited(ended) => outcome(&self.executed_version, ended.await),
            End::Here(outcome) => outcome,
        }
    }
}

fn outcome(
    executed_version: &str,
    ended: Result<Ended, oneshot::error::RecvError>,
) -> Result<Outcome, InvokeError> {
    Outcome::of(executed_version.to_owned(), ended.map_err(|_| InvokeError::Stopped)?)
}
