//! Which service a request is for, decided in the order that real clients make necessary.
//!
//! Planes go first, because their hosts and paths are ours. Then the protocol that `Smithy-Protocol`
//! names, the operation's name in `X-Amz-Target`, the service in the signature's scope, a REST route (for unsigned calls such as
//! `curl`'s), a form's `Version`; what is left is an object or a bucket, and the last plane's.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::net::SocketAddr;

use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;

use crate::api::{Api, Found, Spoken};
use crate::body::Body;
use crate::content_encoding;
use crate::fault::Fault;
use crate::listener::Serve;
use crate::protocol::Protocol;
use crate::request::{Pair, RequestId, pairs};

/// Largest form that is read to find out what it asks, in bytes. Ours: query services send small forms.
const MAX_FORM: usize = 1024 * 1024;

/// How to answer a form before it is known which service it is for.
const NAMELESS_QUERY: Protocol =
    Protocol::Query { version: "", namespace: "https://aws.amazon.com/" };

/// Requests that are not operations: an object in S3, a call of a REST API, the emulator's own pages.
pub trait Plane: Send + Sync + 'static {
    /// Whether the request is this plane's. Asked of every request: it must be cheap.
    fn claims(&self, head: &Parts) -> bool;

    /// The answer to a request that the plane has claimed.
    fn answer(&self, request: Request<Body>, peer: SocketAddr) -> BoxFuture<'_, Response<Body>>;
}

/// All services behind one port.
pub struct Front {
    planes: Vec<Box<dyn Plane>>,
    apis: Vec<Api>,
    rest: Box<dyn Plane>,
}

/// Gathers what a [`Front`] answers.
#[derive(Default)]
pub struct FrontBuilder {
    planes: Vec<Box<dyn Plane>>,
    apis: Vec<Api>,
}

impl FrontBuilder {
    /// Adds a plane; earlier ones are asked first.
    #[must_use]
    pub fn plane(mut self, plane: impl Plane) -> Self {
        self.planes.push(Box::new(plane));
        self
    }

    /// Adds a service.
    #[must_use]
    pub fn api(mut self, api: Api) -> Self {
        self.apis.push(api);
        self
    }

    /// Closes the list with the plane that answers whatever nobody else claims: S3.
    pub fn otherwise(self, rest: impl Plane) -> Front {
        Front { planes: self.planes, apis: self.apis, rest: Box::new(rest) }
    }
}

impl Front {
    /// An empty front, to be filled.
    pub fn builder() -> FrontBuilder {
        FrontBuilder::default()
    }

    /// Every service with its operations.
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    fn speaking(&self, fits: impl Fn(&Protocol) -> bool) -> Option<Spoken<'_>> {
        self.apis.iter().find_map(|api| api.spoken(&fits))
    }

    /// Smithy's RPC: `path` ends with the names of the service and of the operation.
    async fn called(&self, path: &str, head: Parts, body: Body) -> Response<Body> {
        let mut steps = path.rsplit('/');
        let ends = (steps.next(), steps.next(), steps.next(), steps.next());
        let (Some(name), Some("operation"), Some(shape), Some("service")) = ends else {
            return unknown_cbor_service(&format!("{} {path}", head.method));
        };
        // The name may carry a namespace, as in `com.amazonaws.cloudwatch#GraniteServiceVersion20100801`.
        let shape = percent_decode_str(shape).decode_utf8_lossy();
        let shape = shape.rsplit('#').next().unwrap_or_default();
        let fits = |protocol: &Protocol| matches!(protocol, Protocol::Cbor { service } if *service == shape);
        let Some(spoken) = self.speaking(fits) else {
            return unknown_cbor_service(&format!("{shape}.{name}"));
        };
        match spoken.named(name) {
            Some(operation) => operation.call(head, [], body).await,
            None => spoken.not_emulated(name),
        }
    }

    async fn named(&self, target: &str, head: Parts, body: Body) -> Response<Body> {
        let (prefix, name) = target.split_once('.').unwrap_or((target, ""));
        let fits = |protocol: &Protocol| matches!(protocol, Protocol::Json { target, .. } if *target == prefix);
        let Some(spoken) = self.speaking(fits) else {
            return unknown_json_service(target);
        };
        match spoken.named(name) {
            Some(operation) => operation.call(head, [], body).await,
            None => spoken.not_emulated(name),
        }
    }

    async fn form(&self, head: Parts, body: Body) -> Response<Body> {
        let text = match body.collect(MAX_FORM).await {
            Ok(text) => text,
            Err(error) => return refused_form("InvalidRequest", error.to_string()),
        };
        let text = match content_encoding::decoded(&head.headers, text) {
            Ok(text) => text,
            Err(malformed) => return refused_form("MalformedInput", malformed.to_string()),
        };
        let Form { action, version: asked, members } =
            Form::gather(in_query(&head).chain(pairs(&text)));
        if action.is_empty() {
            return refused_form("MissingAction", "The request is missing an action".to_owned());
        }
        let fits = |protocol: &Protocol| matches!(protocol, Protocol::Query { version, .. } if *version == asked);
        let Some(spoken) = self.speaking(fits) else {
            return unknown_form(&format!("{action} (version `{asked}`)"));
        };
        // The form has been read, and what is left to read is not compressed.
        let mut head = head;
        head.headers.remove(CONTENT_ENCODING);
        match spoken.named(&action) {
            Some(operation) => operation.call(head, members, Body::empty()).await,
            None => spoken.not_emulated(&action),
        }
    }

    async fn signed_for(&self, service: &str, head: Parts, body: Body) -> Response<Body> {
        let Some(api) = self.apis.iter().find(|api| api.service() == service) else {
            // Its client understands no other language than that of the request.
            return if is_form(&head) {
                self.form(head, body).await
            } else {
                unknown_rest_service(&format!("the service `{service}`"))
            };
        };
        if api.spoken(|protocol| matches!(protocol, Protocol::Query { .. })).is_some() {
            return self.form(head, body).await;
        }
        match api.own().routed(&head) {
            Some(operation) => call_routed(operation, head, body).await,
            None => api.own().not_emulated(&format!("{} {}", head.method, head.uri.path())),
        }
    }

    async fn unsigned(&self, head: Parts, body: Body, peer: SocketAddr) -> Response<Body> {
        if let Some(operation) = self.apis.iter().find_map(|api| api.own().routed(&head)) {
            return call_routed(operation, head, body).await;
        }
        if is_dated(head.uri.path()) {
            return unknown_rest_service(&format!("{} {}", head.method, head.uri.path()));
        }
        if is_form(&head) {
            return self.form(head, body).await;
        }
        self.rest.answer(Request::from_parts(head, body), peer).await
    }
}

impl Serve for Front {
    async fn serve(&self, request: Request<Body>, peer: SocketAddr) -> Response<Body> {
        let (head, body) = request.into_parts();
        if let Some(plane) = self.planes.iter().find(|plane| plane.claims(&head)) {
            return plane.answer(Request::from_parts(head, body), peer).await;
        }
        if text(&head, "smithy-protocol") == Some("rpc-v2-cbor") {
            let path = head.uri.path().to_owned();
            return self.called(&path, head, body).await;
        }
        if let Some(target) = text(&head, "x-amz-target").map(str::to_owned) {
            return self.named(&target, head, body).await;
        }
        match scope(&head).map(Cow::into_owned).as_deref() {
            Some("s3") => self.rest.answer(Request::from_parts(head, body), peer).await,
            Some(service) => self.signed_for(service, head, body).await,
            None => self.unsigned(head, body, peer).await,
        }
    }
}

fn text<'a>(head: &'a Parts, header: &str) -> Option<&'a str> {
    head.headers.get(header)?.to_str().ok()
}

/// The service in a signature's scope, `Credential=AK/DATE/REGION/SERVICE/aws4_request`, whether it
/// stands in a header or, presigned, in the query.
fn scope(head: &Parts) -> Option<Cow<'_, str>> {
    let credential = match text(head, AUTHORIZATION.as_str()) {
        Some(header) => Cow::Borrowed(header.split_once("Credential=")?.1.split(',').next()?),
        None => form_urlencoded::parse(head.uri.query()?.as_bytes())
            .find_map(|(name, value)| (name == "X-Amz-Credential").then_some(value))?,
    };
    let service = credential.split('/').rev().nth(1)?.to_owned();
    Some(Cow::Owned(service))
}

/// Whether a request speaks the query protocol: posts a form, or has an `Action` in its address.
/// (With another method a form is only what `curl` calls any data: an object on its way into S3.)
fn is_form(head: &Parts) -> bool {
    let content_type = text(head, CONTENT_TYPE.as_str()).unwrap_or_default();
    let posts_form = head.method == Method::POST
        && content_type.starts_with("application/x-www-form-urlencoded");
    posts_form || in_query(head).any(|(name, _)| name == "Action")
}

fn in_query(head: &Parts) -> impl Iterator<Item = Pair> {
    pairs(head.uri.query().unwrap_or_default().as_bytes())
}

async fn call_routed(operation: Found<'_>, head: Parts, body: Body) -> Response<Body> {
    let members: Vec<_> = in_query(&head).collect();
    operation.call(head, members, body).await
}

/// What the query protocol asks for.
#[derive(Default)]
struct Form {
    action: String,
    version: String,
    members: Vec<Pair>,
}

impl Form {
    fn gather(pairs: impl Iterator<Item = Pair>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            match &*name {
                "Action" => form.action = value,
                "Version" => form.version = value,
                _ => form.members.push((name, value)),
            }
        }
        form
    }
}

/// Whether a path starts with a date, as those of Lambda do: no bucket is called so.
fn is_dated(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    first.len() == 10
        && first.char_indices().all(|(place, character)| match place {
            4 | 7 => character == '-',
            _ => character.is_ascii_digit(),
        })
}

fn unknown_json_service(target: &str) -> Response<Body> {
    let protocol = Protocol::Json { target: "", version: "1.1" };
    protocol.refuse(&Fault::not_emulated(target), RequestId::fresh())
}

fn unknown_cbor_service(what: &str) -> Response<Body> {
    Protocol::Cbor { service: "" }.refuse(&Fault::not_emulated(what), RequestId::fresh())
}

fn unknown_rest_service(what: &str) -> Response<Body> {
    let protocol =
        Protocol::RestJson { error_body: |fault| serde_json::json!({ "message": fault.message }) };
    protocol.refuse(&Fault::not_emulated(what), RequestId::fresh())
}

fn unknown_form(what: &str) -> Response<Body> {
    NAMELESS_QUERY.refuse(&Fault::not_emulated(what), RequestId::fresh())
}

/// A form that is no service's: the codes are among those that all query services share.
fn refused_form(code: &'static str, message: String) -> Response<Body> {
    let fault = Fault::new(StatusCode::BAD_REQUEST, code, message);
    NAMELESS_QUERY.refuse(&fault, RequestId::fresh())
}
