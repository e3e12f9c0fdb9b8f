//! A change on its way to the medium.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::medium::MediumError;

/// Resolves once a change is durable, or is not made.
///
/// The change is under way already when this is handed out. Dropping this does not undo it: that is how
/// one writes behind. Whoever answers for the change awaits this first.
#[must_use = "a change may be answered for once this has resolved (hint: drop it to write behind)"]
pub struct Committed(BoxFuture<'static, Result<(), MediumError>>);

impl Committed {
    /// What `verdict` resolves to. The change must not depend on this being polled.
    pub fn when(verdict: impl Future<Output = Result<(), MediumError>> + Send + 'static) -> Self {
        Self(verdict.boxed())
    }

    /// Known already.
    pub fn already(verdict: Result<(), MediumError>) -> Self {
        Self::when(ready(verdict))
    }
}

impl Future for Committed {
    type Output = Result<(), MediumError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_unpin(context)
    }
}

impl fmt::Debug for Committed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Committed")
    }
}
