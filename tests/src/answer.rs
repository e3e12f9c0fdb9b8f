//! What came of an invocation, as its caller sees it.

use aws_sdk_lambda::operation::RequestId;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// What came of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Of the response, whether the function failed or not.
    pub status: i32,
    /// `X-Amz-Function-Error`, if the function failed.
    pub function_error: Option<String>,
    /// What the function answered, or the error document.
    pub payload: String,
    /// The end of the log, if it was asked for.
    pub log: Option<String>,
    /// `X-Amzn-RequestId`.
    pub request_id: String,
}

/// The error document of a function that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `errorType`.
    pub kind: String,
    /// `errorMessage`, with `ID` for the request id.
    pub message: String,
}

impl Answer {
    pub(crate) fn of(output: &InvokeOutput) -> Self {
        let payload = output.payload().map(|blob| blob.as_ref().to_vec()).unwrap_or_default();
        Self {
            status: output.status_code(),
            function_error: output.function_error().map(str::to_owned),
            payload: String::from_utf8(payload).expect("payloads are JSON, which is UTF-8"),
            log: output.log_result().map(decoded),
            request_id: output.request_id().expect("every response has a request id").to_owned(),
        }
    }

    /// What the function answered; fails the test if the function did.
    #[track_caller]
    pub fn value(&self) -> Value {
        assert_eq!(self.function_error, None, "the function failed: {}", self.payload);
        assert_eq!(self.status, 200);
        json(&self.payload)
    }

    /// How the function failed; fails the test if it did not.
    #[track_caller]
    pub fn failure(&self) -> Failure {
        assert_eq!(self.function_error.as_deref(), Some("Unhandled"), "{}", self.payload);
        assert_eq!(self.status, 200, "a function's error is no error of the invocation");
        let document = json(&self.payload);
        let member = |name: &str| document[name].as_str().unwrap_or_default();
        Failure {
            kind: member("errorType").to_owned(),
            message: member("errorMessage").replace(&self.request_id, "ID"),
        }
    }

    /// The lines of the log that came along.
    #[track_caller]
    pub fn lines(&self) -> Vec<&str> {
        let log = self.log.as_deref().expect("no log was asked for (hint: .with_log())");
        log.lines().collect()
    }

    /// The one line of the log that starts so.
    #[track_caller]
    pub fn line(&self, start: &str) -> &str {
        let lines = self.lines();
        let mut found = lines.iter().filter(|line| line.starts_with(start));
        match (found.next(), found.next()) {
            (Some(line), None) => line,
            _ => panic!("not one line starts with {start:?} in {lines:#?}"),
        }
    }
}

#[track_caller]
fn json(payload: &str) -> Value {
    match serde_json::from_str(payload) {
        Ok(value) => value,
        Err(error) => panic!("{payload:?} is not JSON: {error}"),
    }
}

fn decoded(log: &str) -> String {
    let bytes = BASE64_STANDARD.decode(log).expect("a log comes as base64");
    String::from_utf8(bytes).expect("logs are text")
}
