//! One call of a function, whoever makes it, and what came of it.

use bytes::Bytes;
use emulator_environment::{Ended, ResolveError};
use emulator_front::http::HeaderValue;
use emulator_front::{NotEmulated, RequestId, WireError};

use crate::concurrency::Throttle;
use crate::functions::NoSuchFunction;
use crate::name::Target;
use crate::trace::LOOP;

/// One call of a function. Every trigger makes one of these, so that policy, concurrency, logs and
/// recursion hold on every path.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// What the function, its logs and the caller know the call by.
    pub id: RequestId,
    /// Which function, and which version or alias of it.
    pub target: Target,
    /// The event, JSON.
    pub payload: Bytes,
    /// Who makes it.
    pub cause: Cause,
    /// `X-Amzn-Trace-Id` of the request that led to this call, if it had one.
    pub trace: Option<String>,
    /// JSON text for the function, from a synchronous caller.
    pub client_context: Option<String>,
    /// Whether the end of the log is wanted with the answer.
    pub log_tail: bool,
}

impl Invocation {
    /// An invocation by a service or a mapping: nobody asks for the log, nothing comes along.
    pub fn by(cause: Cause, target: Target, payload: impl Into<Bytes>) -> Self {
        Self {
            id: RequestId::fresh(),
            target,
            payload: payload.into(),
            cause,
            trace: None,
            client_context: None,
            log_tail: false,
        }
    }
}

/// Who calls. A service has been let in by the function's resource policy before; no limit depends on
/// the caller yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The `Invoke` operation, by somebody with credentials (any are accepted).
    Caller,
    /// A service that the function's resource policy has let in.
    Service {
        /// Such as `s3.amazonaws.com`.
        principal: &'static str,
    },
    /// An event source mapping, which acts with the function's own role.
    Mapping,
}

/// What came of an invocation that reached a function.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `$LATEST` or a number, never an alias.
    pub executed_version: String,
    /// What the function answered, or the error document.
    pub payload: Bytes,
    /// Of the answer, as the function says.
    pub content_type: Option<HeaderValue>,
    /// Whether the function sent its answer as a stream.
    pub streamed: bool,
    /// Whether that is an answer or an error. Known from the Runtime API path used, from the exit or
    /// from the deadline, never from the payload.
    pub status: Status,
    /// The end of the log, if it was wanted.
    pub log_tail: Option<Bytes>,
}

impl Outcome {
    /// What the environment of that version says; nothing, if it could not run it.
    pub(crate) fn of(executed_version: String, ended: Ended) -> Result<Self, InvokeError> {
        let Ended { payload, content_type, streamed, fault, failed, log_tail } = ended;
        if let Some(fault) = fault {
            return Err(InvokeError::NotRunnable(fault));
        }
        let status = if failed { Status::Failed } else { Status::Answered };
        Ok(Self { executed_version, payload, content_type, streamed, status, log_tail })
    }
}

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The function answered.
    Answered,
    /// The function failed: it said so, exited, or ran out of time.
    Failed,
}

/// Why an invocation did not reach its function, or got lost on the way back.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// Nothing is deployed there.
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    /// Too many invocations run already.
    #[error("Rate Exceeded.")]
    Throttled(Throttle),
    /// The function has caused itself to be invoked, over and over. The text is ours: AWS's is not known.
    #[error(
        "the function has been invoked {LOOP} times in one chain, which looks like a loop \
         (hint: PutFunctionRecursionConfig with RecursiveLoop Allow)"
    )]
    Recursive,
    /// The function's image has gone, or cannot run any more.
    #[error("{0}")]
    Image(#[from] ResolveError),
    /// What its image runs as now does not hold it to what was configured.
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    /// The machine has no socket for another environment.
    #[error("an execution environment could not be started")]
    NoEnvironment(#[from] std::io::Error),
    /// The machine could not run the function, with which nothing is wrong.
    #[error("the function could not be run here: {0}")]
    NotRunnable(String),
    /// The emulator was stopped meanwhile.
    #[error("the execution environment was stopped")]
    Stopped,
}

impl From<Throttle> for InvokeError {
    fn from(throttle: Throttle) -> Self {
        Self::Throttled(throttle)
    }
}

impl WireError for InvokeError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NoSuchFunction(error) => error.shape(),
            Self::Throttled(_) => (429, "TooManyRequestsException"),
            Self::Recursive => (400, "RecursiveInvocationException"),
            Self::NotEmulated(_) => (400, "InvalidParameterValueException"),
            // Not in the service model; AWS says so of a function whose image has been deleted.
            Self::Image(_) => (409, "CodeArtifactUserDeletedException"),
            Self::NoEnvironment(_) | Self::NotRunnable(_) | Self::Stopped => {
                (500, "ServiceException")
            }
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            Self::Throttled(throttle) => {
                [("Reason".to_owned(), throttle.reason().into())].into_iter().collect()
            }
            _ => serde_json::Map::new(),
        }
    }
}
