//! One invocation by the `Invoke` operation, waited for.

use std::future::IntoFuture;

use aws_sdk_lambda::operation::invoke::builders::InvokeFluentBuilder;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::LogType;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::{Account, Answer};

/// An invocation that is made when it is awaited.
#[must_use = "nothing is invoked before this is awaited"]
pub struct Invocation {
    request: InvokeFluentBuilder,
    event: Value,
}

impl Account {
    /// Calls a function with an event and waits for its answer.
    pub fn invoke(&self, function: &str, event: Value) -> Invocation {
        Invocation { request: self.lambda().invoke().function_name(function), event }
    }
}

impl Invocation {
    /// Asks for the end of the log, too. Then the answer comes once the books on the invocation are
    /// closed, with END and REPORT in them.
    pub fn with_log(self) -> Self {
        Self { request: self.request.log_type(LogType::Tail), ..self }
    }
}

impl IntoFuture for Invocation {
    type Output = Answer;
    type IntoFuture = BoxFuture<'static, Answer>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            let payload = Blob::new(self.event.to_string());
            let output = self.request.payload(payload).send().await;
            Answer::of(&output.unwrap_or_else(|error| panic!("Invoke was refused: {error:?}")))
        }
        .boxed()
    }
}
