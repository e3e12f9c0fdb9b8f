//! Calls another function, and tells what came of it: the handler to copy from.
//!
//! Three things are easily done wrong. An invocation that has reached the callee is not yet a success: whether
//! the callee failed is in the answer. A call may not take longer than its caller has, or the caller is ended
//! where it should have told of the callee. And what the callee is to know travels in the payload: it has
//! variables of its own, and sees none of its caller's.

mod call_error;
mod client;

use std::env;
use std::time::{Duration, SystemTime};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{InvocationType, LogType};
use lambda_runtime::{Context, LambdaEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::timeout;

pub use call_error::CallError;
pub use client::InvalidSetting;

/// What is kept of the caller's time, for its own answer. Ours: hundreds of times what an answer takes on a whole
/// processor, of which a function of 128 MB has a fourteenth.
const MARGIN: Duration = Duration::from_millis(200);

/// Whom to call, with what, and whether to wait.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// A name, a partial ARN or an ARN, with a version or an alias or without. If it is absent, the variable
    /// `TARGET_FUNCTION` says it.
    pub function: Option<String>,
    /// The callee's event: any JSON, which gets there as it is written here.
    pub payload: Box<RawValue>,
    /// Whether to wait for the callee.
    #[serde(default)]
    pub mode: Mode,
    /// Whether the error should have the end of the callee's log, if the callee fails.
    #[serde(default)]
    pub log_tail: bool,
}

/// Whether to wait for the callee.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub enum Mode {
    /// Until it has answered.
    #[default]
    RequestResponse,
    /// Until Lambda has taken the event. Lambda tries it again if it fails, and has nobody to tell.
    Event,
}

/// What came of a call.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// 200 if the callee has answered, 202 if Lambda has taken the event.
    pub status_code: i32,
    /// The version that ran, also if an alias was called. `null` if nobody has waited for it.
    pub executed_version: Option<String>,
    /// What the callee has answered, as it has written it. `null` if nobody has waited for it.
    pub payload: Option<Box<RawValue>>,
}

/// What a caller keeps from one event to the next.
#[derive(Clone, Debug)]
pub struct Caller {
    lambda: Client,
    /// Whom an event calls that names nobody.
    target: Option<String>,
}

impl Caller {
    /// Reads what Lambda and the function's configuration have set, once for all events.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] if a variable names an endpoint that is none, or CA roots that are not there.
    pub async fn from_environment() -> Result<Self, InvalidSetting> {
        let lambda = client::from_environment().await?;
        Ok(Self { lambda, target: env::var("TARGET_FUNCTION").ok() })
    }
}

/// Calls, and waits for as long as the caller itself may run, less what its answer takes.
///
/// # Errors
///
/// A [`CallError`], the `errorType` of which tells who has to do something about it.
pub async fn handle(caller: Caller, event: LambdaEvent<Call>) -> Result<Answer, CallError> {
    let LambdaEvent { payload: call, context } = event;
    let function = call.function.or(caller.target).filter(|name| !name.is_empty());
    let function = function.ok_or(CallError::NoFunction)?;
    let answered = caller
        .lambda
        .invoke()
        .function_name(&function)
        .invocation_type(call.mode.into())
        .set_log_type(call.log_tail.then_some(LogType::Tail))
        .payload(Blob::new(call.payload.get()))
        .send();

    let time = time_left(&context).saturating_sub(MARGIN);
    match timeout(time, answered).await {
        Ok(Ok(output)) => answer(function, output),
        Ok(Err(error)) => Err(CallError::not_answered(function, error)),
        Err(_) => Err(CallError::TimedOut { function, time }),
    }
}

fn answer(function: String, output: InvokeOutput) -> Result<Answer, CallError> {
    if output.function_error.is_some() {
        return Err(CallError::callee_failed(function, &output));
    }
    let payload = output.payload.map(Blob::into_inner).filter(|payload| !payload.is_empty());
    let payload = payload.as_deref().map(serde_json::from_slice).transpose();
    Ok(Answer {
        status_code: output.status_code,
        executed_version: output.executed_version,
        payload: payload.map_err(|source| CallError::NotJson { function, source })?,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "Lambda tells a deadline by the clock on the wall; there is no other here"
)]
fn time_left(context: &Context) -> Duration {
    context.deadline().duration_since(SystemTime::now()).unwrap_or_default()
}

impl From<Mode> for InvocationType {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::RequestResponse => Self::RequestResponse,
            Mode::Event => Self::Event,
        }
    }
}

#[cfg(test)]
mod tests;
