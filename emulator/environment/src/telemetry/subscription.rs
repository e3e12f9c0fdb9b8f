//! What an extension asks of the Telemetry API or of the older Logs API, checked.
//!
//! Source of members, ranges and defaults: "Telemetry API reference" and "Logs API reference" in the
//! Lambda Developer Guide.

use std::time::Duration;

use http::Uri;
use serde::Deserialize;

use super::buffer::Buffering;
use crate::platform::Schema;

/// Which of the two APIs was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    /// `/2020-08-15/logs`
    Logs,
    /// `/2022-07-01/telemetry`
    Telemetry,
}

impl Api {
    /// As errors name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Logs => "Logs",
            Self::Telemetry => "Telemetry",
        }
    }
}

/// What is to be delivered where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) schema: Schema,
    /// `platform`, `function`, `extension`: each at most once.
    pub(crate) types: Vec<&'static str>,
    pub(crate) buffering: Buffering,
    /// The host and port that the extension named.
    pub(crate) authority: String,
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) method: http::Method,
}

/// Why there is no subscription; all that is wrong, in one text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Invalid(String);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    schema_version: Option<String>,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    buffering: Option<Limits>,
    destination: Option<Destination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    max_items: Option<u64>,
    max_bytes: Option<u64>,
    timeout_ms: Option<u64>,
}

#[derive(Deserialize)]
struct Destination {
    protocol: Option<String>,
    #[serde(rename = "URI")]
    uri: Option<String>,
    method: Option<String>,
    encoding: Option<String>,
}

/// Collects everything that is wrong.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn about(&mut self, text: impl Into<String>) {
        self.0.push(text.into());
    }
}

impl Subscription {
    /// # Errors
    ///
    /// [`Invalid`] says all that is wrong with the request.
    pub(crate) fn parse(api: Api, body: &[u8]) -> Result<Self, Invalid> {
        let request: Request = serde_json::from_slice(body)
            .map_err(|error| Invalid(format!("failed to parse JSON: {error}")))?;
        let mut wrong = Complaints::default();
        let schema = schema(api, request.schema_version.as_deref(), &mut wrong);
        let types = types(&request.types, &mut wrong);
        let buffering = buffering(request.buffering.as_ref(), &mut wrong);
        let place = request.destination.as_ref().and_then(|place| destination(place, &mut wrong));
        if request.destination.is_none() {
            wrong.about("destination is not provided");
        }
        match (schema, place) {
            (Some(schema), Some((authority, port, path, method))) if wrong.0.is_empty() => {
                Ok(Self { schema, types, buffering, authority, port, path, method })
            }
            _ => Err(Invalid(wrong.0.join("; "))),
        }
    }
}

fn schema(api: Api, version: Option<&str>, wrong: &mut Complaints) -> Option<Schema> {
    match (api, version) {
        // The Logs API had no versions at first.
        (Api::Logs, None | Some("2020-08-15" | "2021-03-18")) => Some(Schema::Logs),
        (Api::Telemetry, Some("2022-07-01")) => Some(Schema::Telemetry),
        (Api::Telemetry, Some("2022-12-13")) => Some(Schema::Structured),
        (_, None) => {
            wrong.about("schemaVersion is not provided");
            None
        }
        (_, Some(other)) => {
            wrong.about(format!("schemaVersion {other} is not supported"));
            None
        }
    }
}

fn types(asked: &[String], wrong: &mut Complaints) -> Vec<&'static str> {
    if asked.is_empty() {
        wrong.about("types should not be empty");
    }
    for kind in asked {
        if !TYPES.contains(&kind.as_str()) {
            wrong.about(format!("type {kind} is not supported"));
        }
    }
    TYPES.into_iter().filter(|kind| asked.iter().any(|asked| asked == kind)).collect()
}

const TYPES: [&str; 3] = ["platform", "function", "extension"];

fn buffering(limits: Option<&Limits>, wrong: &mut Complaints) -> Buffering {
    let mut within = |name, given: Option<u64>, least, most, default| match given {
        None => default,
        Some(number) if (least..=most).contains(&number) => number,
        Some(_) => {
            wrong.about(format!("buffering.{name} should be between {least} and {most}"));
            default
        }
    };
    let items = limits.and_then(|limits| limits.max_items);
    let bytes = limits.and_then(|limits| limits.max_bytes);
    let timeout = limits.and_then(|limits| limits.timeout_ms);
    let items = within("maxItems", items, 1000, 10_000, 10_000);
    let bytes = within("maxBytes", bytes, 262_144, 1_048_576, 262_144);
    let timeout = within("timeoutMs", timeout, 25, 30_000, 1000);
    Buffering {
        max_items: usize::try_from(items).unwrap_or(usize::MAX),
        max_bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
        timeout: Duration::from_millis(timeout),
    }
}

type Place = (String, u16, String, http::Method);

fn destination(asked: &Destination, wrong: &mut Complaints) -> Option<Place> {
    match asked.protocol.as_deref() {
        Some("HTTP") => {}
        Some("TCP") => wrong.about("destination.protocol TCP is not emulated (hint: use HTTP)"),
        Some(other) => wrong.about(format!("destination.protocol {other} is not supported")),
        None => wrong.about("destination.protocol is not provided"),
    }
    if asked.encoding.as_deref().is_some_and(|encoding| encoding != "JSON") {
        wrong.about("destination.encoding should be JSON");
    }
    let method = match asked.method.as_deref() {
        None | Some("POST") => http::Method::POST,
        Some("PUT") => http::Method::PUT,
        Some(_) => {
            wrong.about("destination.method should be POST or PUT");
            http::Method::POST
        }
    };
    let Some(Ok(uri)) = asked.uri.as_deref().map(str::parse::<Uri>) else {
        wrong.about("URI is not provided or is invalid");
        return None;
    };
    if !matches!(uri.host(), Some("sandbox.localdomain" | "sandbox")) {
        wrong.about("URI host should be sandbox.localdomain");
    }
    if uri.scheme_str() != Some("http") {
        wrong.about("URI scheme should be http");
    }
    let Some(port) = uri.port_u16() else {
        wrong.about("URI port is not provided");
        return None;
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Some((uri.authority()?.to_string(), port, path.to_owned(), method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(api: Api, body: &str, expected: &str) {
        assert_eq!(Subscription::parse(api, body.as_bytes()), Err(Invalid(expected.to_owned())));
    }

    #[test]
    fn a_subscription_has_lambdas_defaults() {
        let body = r#"{"schemaVersion":"2022-12-13","types":["function","platform"],
            "destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:4243/in?x=1"}}"#;
        insta::assert_debug_snapshot!(Subscription::parse(Api::Telemetry, body.as_bytes()).unwrap(), @r#"
        Subscription {
            schema: Structured,
            types: [
                "platform",
                "function",
            ],
            buffering: Buffering {
                max_items: 10000,
                max_bytes: 262144,
                timeout: 1s,
            },
            authority: "sandbox.localdomain:4243",
            port: 4243,
            path: "/in?x=1",
            method: POST,
        }
        "#);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        refused(
            Api::Telemetry,
            r#"{"schemaVersion":"2022-07-01","destination":{"protocol":"HTTP","URI":"http://sandbox"}}"#,
            "types should not be empty; URI port is not provided",
        );
        refused(
            Api::Telemetry,
            r#"{"types":["platform","metrics"],"buffering":{"maxItems":1,"maxBytes":1,"timeoutMs":1},
                "destination":{"protocol":"TCP","URI":"https://example.com:1"}}"#,
            "schemaVersion is not provided; type metrics is not supported; \
             buffering.maxItems should be between 1000 and 10000; \
             buffering.maxBytes should be between 262144 and 1048576; \
             buffering.timeoutMs should be between 25 and 30000; \
             destination.protocol TCP is not emulated (hint: use HTTP); \
             URI host should be sandbox.localdomain; URI scheme should be http",
        );
        refused(
            Api::Logs,
            r#"{"schemaVersion":"2022-12-13","types":["platform"]}"#,
            "schemaVersion 2022-12-13 is not supported; destination is not provided",
        );
    }
}
