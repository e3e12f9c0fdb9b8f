//! The client context: JSON that a synchronous caller sends along for the function, in base64.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use emulator_front::WireError;
use serde_json::{Map, Value};

/// Longest client context, in characters of base64. Source: `ClientContext` in the API reference.
const LONGEST: usize = 3583;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Client context must be a valid Base64-encoded JSON object.")]
pub(crate) struct ClientContextError;

impl WireError for ClientContextError {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidRequestContentException")
    }
}

/// The context as the function gets it, in a header: as it was sent where it is one line, and written anew
/// where it is not.
pub(crate) fn read(given: &str) -> Result<String, ClientContextError> {
    let decoded = BASE64_STANDARD.decode(given).ok().filter(|_| given.len() <= LONGEST);
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(ClientContextError)?;
    let object: Map<String, Value> = serde_json::from_str(&text).map_err(|_| ClientContextError)?;
    if text.contains(char::is_control) { Ok(Value::Object(object).to_string()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(context: &str, expected: Result<&str, ClientContextError>) {
        let read = read(&BASE64_STANDARD.encode(context));
        assert_eq!(read, expected.map(str::to_owned));
    }

    #[test]
    fn a_context_is_an_object_and_arrives_as_it_was_sent() {
        check("{}", Ok("{}"));
        check(
            r#"{"env": {}, "custom": {"b":1, "a":2}}"#,
            Ok(r#"{"env": {}, "custom": {"b":1, "a":2}}"#),
        );
        check("{\n  \"custom\": {}\n}", Ok(r#"{"custom":{}}"#));
        check("1", Err(ClientContextError));
        check("no JSON", Err(ClientContextError));
    }

    #[test]
    fn a_context_of_3583_characters_is_the_longest() {
        // Base64 comes by fours: 3580 characters fit, 3584 do not.
        let object = |size: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(size - 8));
        check(&object(2685), Ok(&object(2685)));
        check(&object(2686), Err(ClientContextError));
        assert_eq!(read("e30"), Err(ClientContextError), "its padding is missing");
    }
}
