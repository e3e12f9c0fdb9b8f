//! Error documents that come with a cause for tracing, which the caller is not shown.

use bytes::Bytes;
use emulator_front::http::HeaderValue;
use emulator_front::http::header::{CONTENT_TYPE, HeaderMap};
use serde::{Deserialize, Serialize};

/// Content-Type of a document with a cause.
const WITH_CAUSE: &str = "application/vnd.aws.lambda.error.cause+json";

/// What is passed on when such a document cannot be read.
const INVALID: &[u8] = b"\"Invalid error body\"";

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct WithoutCause {
    error_message: String,
    error_type: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stack_trace: Vec<String>,
}

/// The error document that the caller gets.
pub(crate) fn removed(headers: &HeaderMap, document: Bytes) -> Bytes {
    if headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(WITH_CAUSE.as_bytes()) {
        return document;
    }
    let read = serde_json::from_slice::<WithoutCause>(&document);
    let written = read.and_then(|document| serde_json::to_vec(&document));
    written.map_or(Bytes::from_static(INVALID), Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content_type: &'static str, document: &'static str, expected: &str) {
        let headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        assert_eq!(removed(&headers, document.into()), expected);
    }

    #[test]
    fn a_cause_is_not_the_callers_and_everything_else_is() {
        let document = r#"{"errorType":"A","errorMessage":"b","stackTrace":["c"],"errorCause":{}}"#;
        check(WITH_CAUSE, document, r#"{"errorMessage":"b","errorType":"A","stackTrace":["c"]}"#);
        check(WITH_CAUSE, r#"{"errorType":"A"}"#, r#"{"errorMessage":"","errorType":"A"}"#);
        check(WITH_CAUSE, "nonsense", "\"Invalid error body\"");
        check("application/json", document, document);
    }
}
