//! Extensions: programs that live beside the runtime, or in it, and take part in an environment's life.
//!
//! [`participants`] is the policy and does nothing: who may do what when, and what that means for the
//! environment. [`shutdown`] says how long whom is given to end. [`api`] is the Extensions API as HTTP.

pub(crate) mod api;
pub(crate) mod participants;
pub(crate) mod refusal;
pub(crate) mod shutdown;

use bytes::Bytes;
use emulator_front::Body;
use emulator_front::http::Response;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::telemetry;
use participants::{Complaint, Interests};
use refusal::Refusal;

/// What an extension asks of the driver, with the way back.
#[derive(Debug)]
pub(crate) enum Request {
    /// `/extension/register`. Answered with the identifier.
    Register { name: String, interests: Interests, reply: Reply<Registered> },
    /// `/extension/event/next`.
    Next { id: Uuid, reply: Reply<Response<Body>> },
    /// `/extension/init/error` and `/extension/exit/error`.
    Fail { id: Uuid, complaint: Complaint, kind: String, reply: Reply<()> },
    /// The Telemetry API, or the Logs API.
    Subscribe { id: Uuid, api: telemetry::Api, body: Bytes, reply: Reply<Subscribed> },
}

/// The way back to an extension.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, Refusal>>;

/// What an extension is told when it registers.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) id: Uuid,
    pub(crate) function: String,
    pub(crate) version: String,
    pub(crate) handler: String,
    pub(crate) account: String,
}

/// What came of a subscription.
pub(crate) type Subscribed = Result<(), telemetry::Invalid>;
