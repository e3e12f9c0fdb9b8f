//! Greets over HTTP, with the same routes behind a REST API, an HTTP API, a function URL and a load
//! balancer.
//!
//! `lambda_http` reads the four kinds of event into one request, and writes the answer back in the
//! shape that the sender of the event takes.

use std::convert::Infallible;

use lambda_http::{
    Body, Request, RequestExt, Response,
    http::{HeaderValue, Method, StatusCode, header},
    request::RequestContext,
};
use serde::{Deserialize, Serialize};

/// The body of `POST /hello`.
#[derive(Deserialize)]
struct Greeting {
    name: String,
}

/// The body of every JSON answer.
#[derive(Serialize)]
struct Message {
    message: String,
}

/// Answers `GET` and `POST /hello`; anything else is refused with a JSON message.
///
/// # Errors
///
/// None: what is wrong with a request is said in the answer's status.
pub async fn handle(request: Request) -> Result<Response<Body>, Infallible> {
    Ok(match (request.method(), route(&request)) {
        (&Method::GET, "/hello") => text(greet(asked_name(&request).unwrap_or("world"))),
        (&Method::POST, "/hello") => greet_posted(request.body()),
        (method, "/hello") => method_not_allowed(method),
        (method, path) => json(StatusCode::NOT_FOUND, format!("nothing answers {method} {path}")),
    })
}

/// The path without the stage, which an HTTP API puts in front of it unless the stage is
/// `$default`.
fn route(request: &Request) -> &str {
    let path = request.raw_http_path();
    let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
        return path;
    };
    context
        .stage
        .as_deref()
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

fn asked_name(request: &Request) -> Option<&str> {
    request.query_string_parameters_ref()?.first("name").filter(|name| !name.is_empty())
}

fn greet(name: &str) -> String {
    format!("hello {name}")
}

fn greet_posted(body: &[u8]) -> Response<Body> {
    match serde_json::from_slice::<Greeting>(body) {
        Ok(Greeting { name }) => json(StatusCode::OK, greet(&name)),
        Err(error) => json(
            StatusCode::BAD_REQUEST,
            format!("the body must be like {{\"name\":\"lambda\"}}: {error}"),
        ),
    }
}

fn method_not_allowed(method: &Method) -> Response<Body> {
    let mut response =
        json(StatusCode::METHOD_NOT_ALLOWED, format!("/hello does not take {method}"));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

fn text(body: String) -> Response<Body> {
    answer(StatusCode::OK, "text/plain; charset=utf-8", body)
}

fn json(status: StatusCode, message: String) -> Response<Body> {
    let body =
        serde_json::to_string(&Message { message }).expect("a struct of one string is always JSON");
    answer(status, "application/json", body)
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::Text(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests;
