//! The answers that API Gateway gives itself when a call does not come to an answer of the function's.

use emulator_front::Body;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

/// Why the function's answer is not the client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No such API, or no such stage.
    Forbidden,
    /// No resource for the path, or no method for the verb: AWS speaks of a token all the same.
    MissingAuthenticationToken,
    /// The request, or the event that it makes, is too large.
    TooLarge,
    /// The request's body broke off.
    Incomplete,
    /// The function could not be called.
    NotCalled,
    /// The function failed, or its answer cannot be understood.
    BadAnswer,
    /// The function took too long.
    TimedOut,
}

impl Failure {
    /// Status, error type and body. The space in some of the bodies is AWS's.
    fn shape(self) -> (StatusCode, &'static str, &'static str) {
        const INTERNAL: &str = "InternalServerErrorException";
        const INTERNAL_BODY: &str = r#"{"message": "Internal server error"}"#;
        match self {
            Self::Forbidden => {
                (StatusCode::FORBIDDEN, "ForbiddenException", r#"{"message":"Forbidden"}"#)
            }
            Self::MissingAuthenticationToken => (
                StatusCode::FORBIDDEN,
                "MissingAuthenticationTokenException",
                r#"{"message":"Missing Authentication Token"}"#,
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestTooLargeException",
                r#"{"message":"Request Too Long"}"#,
            ),
            Self::Incomplete => {
                (StatusCode::BAD_REQUEST, "BadRequestException", r#"{"message":"Bad Request"}"#)
            }
            Self::NotCalled => (StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, INTERNAL_BODY),
            Self::BadAnswer => (StatusCode::BAD_GATEWAY, INTERNAL, INTERNAL_BODY),
            Self::TimedOut => (
                StatusCode::GATEWAY_TIMEOUT,
                INTERNAL,
                r#"{"message": "Endpoint request timed out"}"#,
            ),
        }
    }

    pub(crate) fn response(self) -> Response<Body> {
        let (status, kind, body) = self.shape();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-amzn-errortype", HeaderValue::from_static(kind));
        response
    }
}
