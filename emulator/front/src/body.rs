//! The one body type, in both directions: whole bytes where they are at hand, a stream where they are not.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Limited};

/// Why a body broke off.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request or of an answer.
pub struct Body(Kind);

enum Kind {
    /// Taken when it is read.
    Whole(Option<Bytes>),
    Incoming(hyper::body::Incoming),
    Stream(UnsyncBoxBody<Bytes, BodyError>),
}

/// A body that is larger than its reader accepts, or that broke off.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// More bytes than the limit given.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The connection failed, or the sender stopped.
    #[error("the body broke off")]
    Broken(#[source] BodyError),
}

impl Body {
    /// No bytes at all.
    pub fn empty() -> Self {
        Self(Kind::Whole(None))
    }

    /// A body that hyper is still receiving.
    pub(crate) fn incoming(body: hyper::body::Incoming) -> Self {
        Self(Kind::Incoming(body))
    }

    /// A body that is produced while it is sent.
    pub fn stream<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BodyError>> + Send + 'static,
    {
        Self(Kind::Stream(body.map_err(Into::into).boxed_unsync()))
    }

    /// All bytes, if there are at most `limit`.
    ///
    /// # Errors
    ///
    /// [`CollectError::TooLarge`] past the limit; [`CollectError::Broken`] if it does not arrive whole.
    pub async fn collect(self, limit: usize) -> Result<Bytes, CollectError> {
        let too_large = || CollectError::TooLarge { limit };
        match self.0 {
            Kind::Whole(bytes) => {
                let bytes = bytes.unwrap_or_default();
                if bytes.len() > limit { Err(too_large()) } else { Ok(bytes) }
            }
            body => match Limited::new(Self(body), limit).collect().await {
                Ok(collected) => Ok(collected.to_bytes()),
                Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
                Err(error) => Err(CollectError::Broken(error)),
            },
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Kind::Whole(Some(bytes.into()).filter(|bytes| !bytes.is_empty())))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.0 {
            Kind::Whole(_) => "Body(whole)",
            Kind::Incoming(_) => "Body(incoming)",
            Kind::Stream(_) => "Body(stream)",
        })
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Kind::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Incoming(incoming) => {
                let frame = ready!(Pin::new(incoming).poll_frame(context));
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Kind::Stream(stream) => Pin::new(stream).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) => bytes.is_none(),
            Kind::Incoming(incoming) => incoming.is_end_stream(),
            Kind::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Kind::Incoming(incoming) => incoming.size_hint(),
            Kind::Stream(stream) => stream.size_hint(),
        }
    }
}
