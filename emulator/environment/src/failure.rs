//! The error documents that Lambda itself writes when a function has no answer of its own.

use bytes::Bytes;
use emulator_front::RequestId;
use serde_json::json;
use std::time::Duration;

use crate::executor::{Exit, Obstacle, StartError};

/// Largest answer that a function may give, in bytes: 6 MiB and 100 bytes.
///
/// Source: the Lambda quotas page, and the text of the error itself.
pub(crate) const MAX_RESPONSE: usize = 6 * 1024 * 1024 + 100;

/// How a sandbox came to be gone.
#[derive(Debug)]
pub(crate) enum Ending {
    /// It ran and ended.
    Exited(Exit),
    /// It never ran.
    NotStarted(StartError),
    /// An extension failed, and took it along: error type, and what stands behind `Error: `.
    Extension(&'static str, String),
}

/// An error of the platform's, by the type and text that Lambda gives it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// `errorType`, also named in REPORT lines.
    pub(crate) kind: &'static str,
    /// What stands behind `RequestId: … Error: `.
    pub(crate) text: String,
}

impl Failure {
    /// The document that the caller gets.
    pub(crate) fn document(&self, id: RequestId) -> Bytes {
        let message = format!("RequestId: {id} Error: {}", self.text);
        // By hand, for Lambda's order of the two members.
        let message = json!(message);
        format!("{{\"errorType\":\"{}\",\"errorMessage\":{message}}}", self.kind).into()
    }
}

impl Ending {
    /// By an extension.
    pub(crate) fn extension(kind: &'static str, what: impl Into<String>) -> Self {
        Self::Extension(kind, what.into())
    }

    /// Why nobody but this machine is to blame, if so.
    pub(crate) fn fault(&self) -> Option<String> {
        match self {
            Self::NotStarted(error) if error.is_ours() => Some(error.to_string()),
            _ => None,
        }
    }

    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Exited(Exit::Code(0)) => Failure {
                kind: "Runtime.ExitError",
                text: "Runtime exited without providing a reason".to_owned(),
            },
            Self::Exited(exit) => Failure {
                kind: match exit {
                    Exit::OutOfMemory => "Runtime.OutOfMemory",
                    Exit::Code(_) | Exit::Signal(_) => "Runtime.ExitError",
                },
                text: format!("Runtime exited with error: {exit}"),
            },
            Self::Extension(kind, text) => Failure { kind, text: text.clone() },
            Self::NotStarted(error) => Failure {
                kind: match error.obstacle {
                    Obstacle::EntryPoint { .. } => "Runtime.InvalidEntrypoint",
                    Obstacle::WorkingDirectory { .. } => "Runtime.InvalidWorkingDir",
                    Obstacle::Machine(_) => "Sandbox.Failure",
                },
                text: error.to_string(),
            },
        }
    }
}

/// The function's timeout passed.
pub(crate) fn timed_out(timeout: Duration) -> Failure {
    Failure {
        kind: "Sandbox.Timedout",
        text: format!("Task timed out after {:.2} seconds", timeout.as_secs_f64()),
    }
}

/// The function's answer broke off before its end, and its process goes on. What a caller then gets is not
/// documented but for the type; the text is that of the Runtime API's own refusal.
pub(crate) fn truncated() -> Failure {
    Failure { kind: "Runtime.TruncatedResponse", text: TRUNCATED.to_owned() }
}

/// What the Runtime API says of a request that breaks off.
pub(crate) const TRUNCATED: &str = "HTTP request detected as truncated";

/// The document for an answer that is larger than [`MAX_RESPONSE`].
pub(crate) fn response_too_large() -> Bytes {
    let text = format!(
        "Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
    );
    format!("{{\"errorMessage\":\"{text}\",\"errorType\":\"Function.ResponseSizeTooLarge\"}}")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(failure: &Failure, expected: &str) {
        let id = RequestId::fresh();
        let document = String::from_utf8(failure.document(id).to_vec()).unwrap();
        assert_eq!(document.replace(&id.to_string(), "ID"), expected);
    }

    #[test]
    fn each_way_to_fail_has_lambdas_words() {
        check(
            &timed_out(Duration::from_secs(3)),
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 3.00 seconds"}"#,
        );
        check(
            &Ending::Exited(Exit::Code(0)).failure(),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited without providing a reason"}"#,
        );
        check(
            &Ending::Exited(Exit::Code(7)).failure(),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7"}"#,
        );
        check(
            &Ending::Exited(Exit::Signal(11)).failure(),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: segmentation fault"}"#,
        );
        check(
            &Ending::Exited(Exit::OutOfMemory).failure(),
            r#"{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}"#,
        );
    }

    #[test]
    fn what_kept_a_sandbox_from_starting_has_a_type_of_its_own() {
        let not_started = |obstacle| {
            Ending::NotStarted(StartError {
                obstacle,
                entry_point: vec!["/var/runtime/bootstrap".to_owned()],
                command: Vec::new(),
                working_directory: String::new(),
            })
        };
        let reason = "no such file or directory".to_owned();
        let program = "/var/runtime/bootstrap".to_owned();
        check(
            &not_started(Obstacle::EntryPoint { program, reason: reason.clone() }).failure(),
            r#"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: fork/exec /var/runtime/bootstrap: no such file or directory"}"#,
        );
        let directory = "/x".to_owned();
        check(
            &not_started(Obstacle::WorkingDirectory { directory, reason }).failure(),
            r#"{"errorType":"Runtime.InvalidWorkingDir","errorMessage":"RequestId: ID Error: chdir /x: no such file or directory"}"#,
        );
        check(
            &not_started(Obstacle::Machine("too many open files".to_owned())).failure(),
            r#"{"errorType":"Sandbox.Failure","errorMessage":"RequestId: ID Error: the sandbox could not be started: too many open files"}"#,
        );
    }
}
