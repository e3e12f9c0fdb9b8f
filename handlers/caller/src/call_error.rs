//! What becomes of a call that does not succeed, told apart by who has to do something about it.

use std::error::Error;
use std::iter;
use std::time::Duration;

use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lambda_runtime::Diagnostic;
use serde::Deserialize;

/// Why a call has no answer. The variant's name is the invocation's `errorType`.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nobody says whom to call.
    #[error(
        "no function is named (hint: name one as `function` in the event, or in the variable TARGET_FUNCTION)"
    )]
    NoFunction,
    /// The callee ran and failed: by an error of its own, by a panic, or because it took too long.
    #[error("`{function}` failed: {failure}{log}")]
    CalleeFailed {
        /// Who was called.
        function: String,
        /// Its `errorType` and its `errorMessage`.
        failure: String,
        /// The end of its log, with a heading; empty if it was not asked for.
        log: String,
    },
    /// There is no such function, version or alias.
    #[error("`{function}` cannot be found: {message}")]
    CalleeNotFound {
        /// Who was called.
        function: String,
        /// Lambda's own words.
        message: String,
    },
    /// The caller's role may not call this function, or its credentials are not accepted.
    #[error("`{function}` may not be called: {message}")]
    NotAllowed {
        /// Who was called.
        function: String,
        /// The error's code, and Lambda's own words.
        message: String,
    },
    /// As many run as may, of the callee or in the account, and did so at every attempt.
    #[error("`{function}` is throttled ({reason}): {message}")]
    Throttled {
        /// Who was called.
        function: String,
        /// Which limit was met: the function's own or the account's.
        reason: String,
        /// Lambda's own words.
        message: String,
    },
    /// There was no answer in the time that the caller had. The callee may still be running.
    #[error(
        "`{function}` had not answered after {} ms, when its caller had to (hint: it may still run, or be throttled: \
         let the caller run longer than the callee may; if no call is ever answered, the caller may be in a subnet \
         without a way to Lambda)",
        .time.as_millis()
    )]
    TimedOut {
        /// Who was called.
        function: String,
        /// How long was waited.
        time: Duration,
    },
    /// There was no answer from Lambda's endpoint: it was not reached, or the connection broke.
    #[error(
        "Lambda gave no answer about `{function}` (hint: a function in a private subnet needs a NAT gateway, or an \
         interface endpoint for Lambda)"
    )]
    Transport {
        /// Who was called.
        function: String,
        /// What happened to the request.
        source: Box<SdkError<InvokeError>>,
    },
    /// The SDK did not get as far as sending the request.
    #[error(
        "the call of `{function}` was not made (hint: it needs AWS_REGION and credentials, which Lambda sets)"
    )]
    NotSent {
        /// Who was called.
        function: String,
        /// What was missing or wrong.
        source: Box<SdkError<InvokeError>>,
    },
    /// Lambda refused the call for any other reason, or had an error of its own.
    #[error("the call of `{function}` was refused: {message}")]
    Refused {
        /// Who was called.
        function: String,
        /// The error's code, and Lambda's own words.
        message: String,
    },
    /// The callee has answered, but not with JSON.
    #[error("what `{function}` answered is no JSON")]
    NotJson {
        /// Who was called.
        function: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What a function that fails leaves for its caller to read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorDocument {
    error_type: Option<String>,
    error_message: String,
}

impl CallError {
    /// Lambda has not let the callee run, or nobody knows whether it did.
    pub(crate) fn not_answered(function: String, error: SdkError<InvokeError>) -> Self {
        match &error {
            SdkError::ServiceError(refusal) => {
                Self::refused(function, refusal.raw().status().as_u16(), refusal.err())
            }
            SdkError::ConstructionFailure(_) => Self::NotSent { function, source: Box::new(error) },
            // What the SDK finds wrong before it sends has no kind of its own.
            SdkError::DispatchFailure(failure)
                if failure.is_user() || failure.is_other() && failure.as_other().is_none() =>
            {
                Self::NotSent { function, source: Box::new(error) }
            }
            // The request may have reached Lambda, and the callee may have run.
            _ => Self::Transport { function, source: Box::new(error) },
        }
    }

    /// Lambda has said no.
    fn refused(function: String, status: u16, error: &InvokeError) -> Self {
        let code = error.code().unwrap_or("an error without a code");
        let text = error.message().unwrap_or("without a message").to_owned();
        let message = format!("{code}: {text}");
        match error {
            InvokeError::ResourceNotFoundException(_) => {
                Self::CalleeNotFound { function, message: text }
            }
            InvokeError::TooManyRequestsException(error) => {
                let reason = error.reason().map_or("no reason given", |reason| reason.as_str());
                Self::Throttled { function, reason: reason.to_owned(), message: text }
            }
            // It is about the callee's own file system.
            InvokeError::EfsMountFailureException(_) => Self::Refused { function, message },
            // The SDK knows no shape for the rest: IAM answers before Lambda does, and in several codes.
            _ if status == 403 => Self::NotAllowed { function, message },
            _ => Self::Refused { function, message },
        }
    }

    /// The callee has failed, and its answer says how.
    pub(crate) fn callee_failed(function: String, output: &InvokeOutput) -> Self {
        let payload = output.payload().map(AsRef::as_ref).unwrap_or_default();
        let failure = match serde_json::from_slice(payload) {
            Ok(ErrorDocument { error_type: Some(error_type), error_message }) => {
                format!("{error_type}: {error_message}")
            }
            Ok(ErrorDocument { error_type: None, error_message }) => error_message,
            // A custom runtime may write what it likes.
            Err(_) => String::from_utf8_lossy(payload).into_owned(),
        };
        let log = output.log_result().map(log_tail).unwrap_or_default();
        Self::CalleeFailed { function, failure, log }
    }

    fn error_type(&self) -> &'static str {
        match self {
            Self::NoFunction => "NoFunction",
            Self::CalleeFailed { .. } => "CalleeFailed",
            Self::CalleeNotFound { .. } => "CalleeNotFound",
            Self::NotAllowed { .. } => "NotAllowed",
            Self::Throttled { .. } => "Throttled",
            Self::TimedOut { .. } => "TimedOut",
            Self::Transport { .. } => "Transport",
            Self::NotSent { .. } => "NotSent",
            Self::Refused { .. } => "Refused",
            Self::NotJson { .. } => "NotJson",
        }
    }
}

fn log_tail(in_base64: &str) -> String {
    let log = BASE64_STANDARD.decode(in_base64).unwrap_or_default();
    format!("\nIts log ends with:\n{}", String::from_utf8_lossy(&log))
}

impl From<CallError> for Diagnostic {
    fn from(error: CallError) -> Self {
        let chain = iter::successors(Some(&error as &dyn Error), |&error| error.source());
        let error_message = chain.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        Self { error_type: error.error_type().to_owned(), error_message }
    }
}
