//! What a service says when it refuses, on one line.

use aws_sdk_lambda::config::http::HttpResponse;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};

/// Status, code and message of a call that had to be refused: `404 ResourceNotFoundException: …`.
#[track_caller]
pub fn refusal<T, E>(result: Result<T, SdkError<E, HttpResponse>>) -> String
where
    E: ProvideErrorMetadata + std::fmt::Debug,
{
    let Err(error) = result else { panic!("this call should have been refused") };
    let SdkError::ServiceError(refused) = &error else {
        panic!("no service refused this call, it failed otherwise: {error:?}")
    };
    let (status, error) = (refused.raw().status(), refused.err());
    let code = error.code().unwrap_or("(no code)");
    format!("{status} {code}: {}", error.message().unwrap_or("(no message)"))
}
