//! Tells the Runtime API that no function will come of this environment, and why.

use http::{Method, Uri};
use lambda_runtime::Diagnostic;
use lambda_runtime_api_client::{BoxError, Client, body::Body, build_request};
use serde::Serialize;

use crate::{EnvironmentError, SelectError};

/// Why no function was started.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// No handler could be chosen.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// Something that Lambda sets is not there.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// What the handler keeps from one event to the next could not be made.
    #[error("{}", .0.error_message)]
    Handler(Diagnostic),
}

impl InitError {
    /// The type under which Lambda counts and reports the error.
    fn error_type(&self) -> &str {
        match self {
            Self::Select(_) => "Runtime.UnknownHandler",
            Self::Environment(_) => "Runtime.InvalidEnvironment",
            Self::Handler(error) => &error.error_type,
        }
    }

    /// Posts the error to the Runtime API, and waits until it has been taken.
    pub(crate) async fn report(&self, runtime_api: Uri) -> Result<(), BoxError> {
        let error_type = self.error_type();
        let body = serde_json::to_vec(&Report {
            error_message: self.to_string(),
            error_type,
            stack_trace: [],
        })?;
        let request = build_request()
            .method(Method::POST)
            .uri("/2018-06-01/runtime/init/error")
            .header("Content-Type", "application/json")
            .header("Lambda-Runtime-Function-Error-Type", error_type)
            .body(Body::from(body))?;
        let status =
            Client::builder().with_endpoint(runtime_api).build()?.call(request).await?.status();
        if status.is_success() { Ok(()) } else { Err(format!("it answered {status}").into()) }
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'e> {
    error_message: String,
    error_type: &'e str,
    /// Always empty: where in the bootstrap a name was looked up helps nobody.
    stack_trace: [&'static str; 0],
}
