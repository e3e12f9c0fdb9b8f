//! Error documents, as S3 writes them: what `s3s` says, completed with what it has no room for.

use std::fmt::Write;

use emulator_front::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Response, StatusCode};
use quick_xml::escape::escape;
use s3s::S3ErrorCode;
use serde::Deserialize;

use crate::call::{Element, Ids};
use crate::refusal::{NotEmulated, Refusal};

/// What `s3s` says.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Said {
    code: String,
    message: Option<String>,
}

/// The whole response for a refusal.
pub(super) fn response(refusal: &dyn Refusal, ids: &Ids) -> Response<Body> {
    let code = refusal.code();
    tracing::debug!(code = code.as_str(), message = %refusal, request_id = ids.request, "refused");
    let document = document(code.as_str(), &refusal.to_string(), &refusal.elements(), ids);
    with_document(refusal.status(), document)
}

/// `answer`, which is an error of `s3s` or of an operation, with its elements and the request's ids.
pub(super) fn complete(
    answer: s3s::HttpResponse,
    (method, path): &(Method, String),
    elements: &[Element],
    ids: &Ids,
) -> Response<Body> {
    let bytes = answer.body().bytes().unwrap_or_default();
    let said = str::from_utf8(&bytes).ok().and_then(|text| quick_xml::de::from_str(text).ok());
    let Some(Said { code, message }) = said else {
        return answer.map(Body::stream);
    };
    let message = message.unwrap_or_else(|| usual_text(&code).to_owned());
    if message == "Unknown operation" {
        return response(&NotEmulated(format!("{method} {path}")), ids);
    }
    tracing::debug!(code, message, request_id = ids.request, "refused");
    with_document(answer.status(), document(&code, &message, elements, ids))
}

/// The response for a failure that is nobody's request.
pub(super) fn internal(error: &s3s::StdError, ids: &Ids) -> Response<Body> {
    tracing::error!(error, request_id = ids.request, "an S3 request could not be answered");
    let code = S3ErrorCode::InternalError;
    let text = "We encountered an internal error. Please try again.";
    with_document(StatusCode::INTERNAL_SERVER_ERROR, document(code.as_str(), text, &[], ids))
}

/// S3's texts for the errors that `s3s` finds itself and leaves without one.
fn usual_text(code: &str) -> &'static str {
    match code {
        "InvalidBucketName" => "The specified bucket is not valid.",
        "InvalidURI" => "Couldn't parse the specified URI.",
        "KeyTooLongError" => "Your key is too long",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our published schema"
        }
        "MethodNotAllowed" => "The specified method is not allowed against this resource.",
        "MissingContentLength" => "You must provide the Content-Length HTTP header.",
        "MissingRequestBodyError" => "Request body is empty.",
        _ => "",
    }
}

fn document(code: &str, message: &str, elements: &[Element], ids: &Ids) -> String {
    let mut document = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
    let mut element = |name: &str, text: &str| {
        write!(document, "<{name}>{}</{name}>", escape(text)).expect("a string takes everything");
    };
    element("Code", code);
    element("Message", message);
    for (name, text) in elements {
        element(name, text);
    }
    element("RequestId", &ids.request);
    element("HostId", &ids.host);
    document.push_str("</Error>");
    document
}

fn with_document(status: StatusCode, document: String) -> Response<Body> {
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}
