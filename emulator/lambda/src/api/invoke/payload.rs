//! The event of an invocation, read off the request that brings it: how large it may be, and that it is
//! JSON. What refuses it speaks as Lambda does, whose parser is Jackson.

use bytes::Bytes;
use emulator_front::{Body, CollectError, WireError};
use serde::de::IgnoredAny;

/// How large an event may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The kind of invocation, as the refusal says it.
    kind: &'static str,
    bytes: usize,
}

impl Limit {
    /// Of synchronous invocations. Source: the Lambda quotas page, 6 MB.
    pub(crate) const SYNCHRONOUS: Self = Self { kind: "RequestResponse", bytes: 6 * 1024 * 1024 };
    /// Of asynchronous ones. Source: the Lambda quotas page, 1 MB.
    pub(crate) const ASYNCHRONOUS: Self = Self { kind: "Event", bytes: 1024 * 1024 };
    /// Of the deprecated way to invoke asynchronously, which has kept the old limit.
    pub(crate) const INVOKE_ASYNC: Self = Self { kind: "Event", bytes: 256 * 1024 };
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PayloadError {
    #[error(
        "{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)",
        kind = limit.kind,
        limit = limit.bytes
    )]
    TooLarge { size: usize, limit: Limit },
    #[error(
        "Request must be smaller than {limit} bytes for the InvokeFunction operation",
        limit = Limit::SYNCHRONOUS.bytes
    )]
    FarTooLarge,
    #[error("the request body broke off")]
    Broken,
    #[error("Could not parse request body into json: Could not parse payload into json: {0}")]
    NotJson(String),
}

impl WireError for PayloadError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::TooLarge { .. } | Self::FarTooLarge => (413, "RequestEntityTooLargeException"),
            Self::Broken | Self::NotJson(_) => (400, "InvalidRequestContentException"),
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            // The front door, which refuses what is far too large, does not say this.
            Self::TooLarge { .. } => [("Type".to_owned(), "User".into())].into_iter().collect(),
            _ => serde_json::Map::new(),
        }
    }
}

/// Reads an event; no body at all is an empty object. One that is somewhat too large is read all the same,
/// so that its sender hears how large it was instead of a broken connection.
pub(crate) async fn read(body: Body, limit: Limit) -> Result<Bytes, PayloadError> {
    let collected = body.collect(4 * Limit::SYNCHRONOUS.bytes).await;
    let payload = collected.map_err(|error| match error {
        CollectError::TooLarge { .. } => PayloadError::FarTooLarge,
        CollectError::Broken(_) => PayloadError::Broken,
    })?;
    if payload.len() > limit.bytes {
        return Err(PayloadError::TooLarge { size: payload.len(), limit });
    }
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match refusal(&payload) {
        None => Ok(payload),
        Some(text) => Err(PayloadError::NotJson(text)),
    }
}

/// What Lambda's parser says of a text that is not JSON; nothing of one that is. Its columns are not always
/// the parser's own.
fn refusal(payload: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(payload).map_or_else(|error| error.valid_up_to(), str::len);
    let (cause, line, column) = match serde_json::from_slice::<IgnoredAny>(&payload[..text]) {
        Ok(_) if text == payload.len() => return None,
        Err(error) if text == payload.len() || !error.is_eof() => {
            (cause(payload, &error), error.line(), error.column())
        }
        // It is fine as far as it is text.
        result => {
            let start = payload[..text].iter().all(u8::is_ascii_whitespace);
            let cause = match result {
                Err(error) if start => cause(payload, &error),
                _ => broken_text(&payload[text..]),
            };
            let mut lines = payload[..text].split(|&byte| byte == b'\n');
            let last = lines.next_back().map_or(0, <[u8]>::len);
            (cause, lines.count() + 1, last + 1)
        }
    };
    Some(format!(
        "{cause}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); \
         line: {line}, column: {}]",
        column + 1,
    ))
}

/// What is wrong where a value should begin, or, in few words, further inside.
fn cause(payload: &[u8], error: &serde_json::Error) -> String {
    const EXPECTED: &str = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";
    let start = payload.iter().position(|byte| !byte.is_ascii_whitespace());
    let rest = &payload[start.unwrap_or(payload.len())..];
    let unexpected =
        |what: &str| format!("Unexpected character ({what}): expected a valid value ({EXPECTED})");
    match rest {
        // What a name in Java may begin with is read as a word, byte by byte.
        [0xc0..=0xd6 | 0xd8..=0xf6 | 0xf8.., others @ ..]
            if others.first().is_some_and(|next| (0x80..0xc0).contains(next)) =>
        {
            broken_text(others)
        }
        [first @ (0..=0x1f | 0x7f..=0x9f), ..] => unexpected(&format!("(CTRL-CHAR, code {first})")),
        [first, ..] if *first >= 0xa0 => {
            unexpected(&format!("'{}' (code {first})", char::from(*first)))
        }
        _ if error.is_eof() => "Unexpected end-of-input".to_owned(),
        [first, ..] if first.is_ascii_alphabetic() => {
            let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric());
            let word: String = word.map(|&byte| char::from(byte)).collect();
            format!("Unrecognized token '{word}': was expecting ({EXPECTED})")
        }
        [first, ..] if !b"{[\"".contains(first) && !first.is_ascii_digit() => {
            unexpected(&format!("'{}' (code {first})", char::from(*first)))
        }
        _ => error.to_string(),
    }
}

/// What is wrong with bytes that are not text.
fn broken_text(rest: &[u8]) -> String {
    match rest {
        [0xc2..=0xf4] | [] => "Unexpected end-of-input".to_owned(),
        [0xc2..=0xf4, middle, ..] => format!("Invalid UTF-8 middle byte 0x{middle:02x}"),
        [start, ..] => format!("Invalid UTF-8 start byte 0x{start:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(payload: impl AsRef<[u8]>, expected: &str) {
        let refused = refusal(payload.as_ref()).unwrap();
        assert_eq!(refused.lines().next(), Some(expected));
    }

    #[test]
    fn a_payload_that_is_not_json_is_refused_in_lambdas_words() {
        const VALUES: &str =
            "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";
        let unexpected =
            |what| format!("Unexpected character ({what}): expected a valid value ({VALUES})");
        check("abc", &format!("Unrecognized token 'abc': was expecting ({VALUES})"));
        check("{\"a\":", "Unexpected end-of-input");
        check("'a'", &unexpected("''' (code 39)"));
        check([0x1f, 0x8b], &unexpected("(CTRL-CHAR, code 31)"));
        check([0x99, 0x00], &unexpected("(CTRL-CHAR, code 153)"));
        check([0xde, 0x87, 0x00], "Invalid UTF-8 start byte 0x87");
        check(b"{\"a\":\"\x87\"}", "Invalid UTF-8 start byte 0x87");
        check(b"\"\xc3\x28\"", "Invalid UTF-8 middle byte 0x28");
        check(b"{\"a\":x\xff", "expected value at line 1 column 6");
    }

    #[test]
    fn the_place_of_the_mistake_is_told() {
        let refused = refusal(b"{\n\"a\": \"\xff\"}").unwrap();
        assert!(refused.ends_with("line: 2, column: 8]"), "{refused}");
    }

    #[test]
    fn any_json_value_is_an_event() {
        for event in ["null", " 7 ", "\"a\"", "[]", "{\"a\": {}}", "\"\u{fc}\""] {
            assert_eq!(refusal(event.as_bytes()), None, "{event}");
        }
    }
}
