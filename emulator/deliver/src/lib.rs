//! How a lower room reaches a higher one: an event, a target's ARN, and who sends it.
//!
//! A bucket's notification (later: a rule's target, a destination, a dead-letter queue) knows only
//! the ARN that it was given. [`Deliver`] is implemented once, where the whole emulator is wired, and
//! leads to the async queue of a function or to whatever else the ARN names.

use bytes::Bytes;
use emulator_clock::InFlight;
use futures_util::future::BoxFuture;

/// Who sends an event: what the target's resource policy is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The service principal, such as `s3.amazonaws.com`.
    pub principal: &'static str,
    /// ARN of what the event comes from, such as a bucket.
    pub arn: String,
    /// Account that owns it, twelve digits.
    pub account: String,
}

/// One event on its way to one target.
pub struct Delivery {
    /// The target's ARN, as its owner wrote it.
    pub target: String,
    /// Who sends it.
    pub source: Source,
    /// The event, as the target receives it.
    pub event: Bytes,
    /// Keeps virtual time from passing until the event has been dealt with.
    pub in_flight: InFlight,
}

/// Why a target does not take an event.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing under that ARN, or its policy does not let the source in: a sender is not told which.
    #[error("Not authorized to invoke function [{0}]")]
    NotAuthorized(String),
    /// It was there when it was configured, and is not now, or does not take anything any more.
    #[error("`{target}` could not be reached: {reason}")]
    Unreachable {
        /// ARN as its owner wrote it.
        target: String,
        /// For the log.
        reason: String,
    },
    /// The ARN is one of a service that is not emulated as a target.
    #[error("`{0}` is not emulated as a target (hint: a Lambda function's ARN is)")]
    NotEmulated(String),
}

/// Reaches targets by ARN.
pub trait Deliver: Send + Sync + 'static {
    /// Whether `target` exists and lets `source` in; sends nothing.
    ///
    /// # Errors
    ///
    /// [`Refused`] says why not.
    fn permits(&self, target: &str, source: &Source) -> Result<(), Refused>;

    /// Hands the event over; returns once the target has accepted it, not once it is processed.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the target does not take it, now that it is sent.
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), Refused>>;
}
