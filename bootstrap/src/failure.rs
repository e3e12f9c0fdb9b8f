//! What the caller of a function reads when an invocation has failed.

use std::fmt;

use lambda_runtime::Diagnostic;

/// A failed invocation: the `errorType` and `errorMessage` of its answer.
///
/// A handler does not make one: its error says what it is by `impl From<…> for Diagnostic`.
pub(crate) struct Failure(Diagnostic);

impl Failure {
    /// The event is not of the shape that the handler takes.
    pub(crate) fn invalid_event(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let message = match error.path().to_string().as_str() {
            "." | "?" => format!("the event does not fit the handler: {}", error.inner()),
            path => format!("the event does not fit the handler at `{path}`: {}", error.inner()),
        };
        Self::new("Runtime.InvalidEvent", message)
    }

    /// The handler's answer has no JSON form.
    pub(crate) fn invalid_answer(error: &serde_json::Error) -> Self {
        Self::new(
            "Runtime.InvalidAnswer",
            format!("the handler's answer cannot be written as JSON: {error}"),
        )
    }

    /// The handler panicked with that message.
    pub(crate) fn panicked(message: &str) -> Self {
        Self::new("Runtime.Panic", format!("the handler panicked: {message}"))
    }

    /// The handler's own error.
    pub(crate) fn of_handler(error: impl Into<Diagnostic>) -> Self {
        Self(error.into())
    }

    fn new(error_type: &str, error_message: String) -> Self {
        Self(Diagnostic { error_type: error_type.into(), error_message })
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

/// The runtime logs a failure by its `Debug` form, so that is a line to read.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.error_type, self.0.error_message)
    }
}
