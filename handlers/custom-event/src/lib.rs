//! Greets by name: the smallest handler, for an event of our own that a caller sends directly.
//!
//! The event's shape is a type, so an event that does not fit it never gets here: the bootstrap
//! refuses it and names the field.

use lambda_runtime::Diagnostic;
use serde::Deserialize;

/// Who is to be greeted.
#[derive(Debug, Deserialize)]
pub struct Greeting {
    /// The name to greet, used as it is.
    pub name: String,
}

/// The caller sent `null` where a greeting belongs.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("received nil event")]
pub struct NilEvent;

impl From<NilEvent> for Diagnostic {
    fn from(error: NilEvent) -> Self {
        Self { error_type: "NilEvent".into(), error_message: error.to_string() }
    }
}

/// Answers `Hello {name}!`.
///
/// # Errors
///
/// [`NilEvent`] if the event is `null`.
pub async fn handle(event: Option<Greeting>) -> Result<String, NilEvent> {
    let Greeting { name } = event.ok_or(NilEvent)?;
    Ok(format!("Hello {name}!"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../../deploy/events/custom-event.json");

    #[track_caller]
    fn check(event: &str, expected: Result<&str, NilEvent>) {
        let event = serde_json::from_str(event).unwrap();
        let answer =
            futures_util::FutureExt::now_or_never(handle(event)).expect("it waits for nothing");
        assert_eq!(answer, expected.map(str::to_owned));
    }

    #[test]
    fn a_name_is_greeted() {
        check(SAMPLE, Ok("Hello lambda!"));
        check(r#"{"name":"wörld","extra":1}"#, Ok("Hello wörld!"));
    }

    #[test]
    fn a_null_event_is_refused() {
        check("null", Err(NilEvent));
        assert_eq!(Diagnostic::from(NilEvent).error_message, "received nil event");
    }

    #[test]
    fn an_event_of_another_shape_does_not_become_a_greeting() {
        for (event, reason) in [
            ("{}", "missing field `name`"),
            (r#"{"name":7}"#, "invalid type: integer `7`, expected a string"),
            (r#""lambda""#, "invalid type: string \"lambda\", expected struct Greeting"),
        ] {
            let error = serde_json::from_str::<Option<Greeting>>(event).unwrap_err().to_string();
            assert!(error.starts_with(reason), "{event}: {error}");
        }
    }
}
