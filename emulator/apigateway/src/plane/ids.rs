//! The names of one call: its client, its function and the logs know it by them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use emulator_front::{Body, RequestId};
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Response};
use uuid::Uuid;

/// Stand in the event as well as in the answer.
pub(super) struct Ids {
    pub(super) request: String,
    /// API Gateway's own id.
    pub(super) extended: String,
    pub(super) trace: String,
}

impl Ids {
    /// Fresh ids; a trace that the client has begun goes on.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get("x-amzn-trace-id").and_then(|trace| trace.to_str().ok());
        let trace = match given.filter(|trace| trace.contains("Root=")) {
            Some(trace) => trace.to_owned(),
            None => root(),
        };
        // Eleven bytes are sixteen characters, as these ids have on AWS.
        let extended = BASE64_STANDARD.encode(&Uuid::new_v4().as_bytes()[..11]);
        Self { request: RequestId::fresh().to_string(), extended, trace }
    }

    pub(super) fn stamp(&self, response: &mut Response<Body>) {
        for (name, value) in [
            ("x-amzn-requestid", &self.request),
            ("x-amz-apigw-id", &self.extended),
            ("x-amzn-trace-id", &self.trace),
        ] {
            let value = HeaderValue::try_from(value).expect("ids are visible characters");
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
}

/// A new trace: `Root=1-<8 hex>-<24 hex>`.
fn root() -> String {
    let digits = Uuid::new_v4().as_simple().to_string();
    // The first eight are a time on AWS; nothing reads them.
    let (time, rest) = digits.split_at(8);
    format!("Root=1-{time}-{rest}")
}
