//! From a request to `s3s` and back: what stands between the wire and the operations.

mod aws_chunked;
mod error_document;
mod host;
mod integrity;
mod settings;
mod signature;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use emulator_front::{Body, CollectError, Plane};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RANGE, SERVER};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use s3s::S3ErrorCode;
use s3s::service::{S3Service, S3ServiceBuilder};

use crate::Buckets;
use crate::call::{Call, Ids};
use crate::checksum::Checksum;
use crate::refusal::Refusal;
use crate::table::Table;
use crate::unread;

/// Largest object that one request may upload, in bytes: 5 GiB.
///
/// Source: the limits of Amazon S3, "Uploading objects", single PUT.
const MAX_OBJECT: usize = 5 * 1024 * 1024 * 1024;

/// Checksums that a list of parts may hold on AWS, and that `s3s` takes for a broken document.
const NEW_CHECKSUMS: [&str; 5] =
    ["ChecksumMD5", "ChecksumSHA512", "ChecksumXXHASH128", "ChecksumXXHASH3", "ChecksumXXHASH64"];

/// S3 for [`Front::otherwise`](emulator_front::FrontBuilder::otherwise).
///
/// A bucket is addressed by path, `/photos/cat.jpg`, or by host, `photos.localhost` where `host` is
/// `localhost`; the port does not matter.
pub fn plane(buckets: &Arc<Buckets>, host: impl Into<String>) -> impl Plane {
    let mut builder = S3ServiceBuilder::new(Table(buckets.clone()));
    builder.set_host(host::Domain::new(host));
    S3Plane { service: builder.build(), account: buckets.home.account.clone() }
}

struct S3Plane {
    service: S3Service,
    account: String,
}

impl Plane for S3Plane {
    /// Everything: an object may have any name.
    fn claims(&self, _: &Parts) -> bool {
        true
    }

    fn answer(&self, request: Request<Body>, peer: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        self.respond(request, peer).boxed()
    }
}

/// A body that is too large, or that broke off.
#[derive(Debug, thiserror::Error)]
enum BodyError {
    #[error("Your proposed upload exceeds the maximum allowed size")]
    TooLarge,
    #[error("You did not provide the number of bytes specified by the Content-Length HTTP header")]
    Incomplete,
}

impl Refusal for BodyError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::TooLarge => S3ErrorCode::EntityTooLarge,
            Self::Incomplete => S3ErrorCode::IncompleteBody,
        }
    }
}

impl S3Plane {
    async fn respond(&self, request: Request<Body>, peer: SocketAddr) -> Response<Body> {
        let ids = Ids::fresh();
        let without_body = request.method() == Method::HEAD;
        let mut response = match self.read(request, peer, &ids).await {
            Ok(request) => self.ask(request, &ids).await,
            Err(refusal) => error_document::response(&*refusal, &ids),
        };
        if response.status() == StatusCode::NOT_MODIFIED
            || (without_body && !response.status().is_success())
        {
            *response.body_mut() = Body::empty();
            response.headers_mut().remove(CONTENT_LENGTH);
            response.headers_mut().remove(CONTENT_TYPE);
        }
        stamp(response.headers_mut(), &ids);
        response
    }

    /// Reads the whole request, until nothing in it is left to believe or to decode. The body is held
    /// in memory, because that is where the object will be.
    async fn read(
        &self,
        request: Request<Body>,
        peer: SocketAddr,
        ids: &Ids,
    ) -> Result<s3s::HttpRequest, Box<dyn Refusal>> {
        let (mut head, body) = request.into_parts();
        signature::forget(&mut head);
        settings::check(&head, &self.account)?;
        let mut body = body.collect(MAX_OBJECT).await.map_err(|error| match error {
            CollectError::TooLarge { .. } => BodyError::TooLarge,
            CollectError::Broken(_) => BodyError::Incomplete,
        })?;
        if aws_chunked::is_used(&head.headers) {
            body = aws_chunked::decode(&mut head.headers, &body)?;
        }
        let checksum = integrity::check(&head, &body)?;
        if integrity::completes_an_upload(&head) {
            unread::refuse(&body, &NEW_CHECKSUMS)?;
        }
        ignore_odd_range(&mut head.headers);
        Ok(with_call(head, body, checksum, peer, ids))
    }

    async fn ask(&self, request: s3s::HttpRequest, ids: &Ids) -> Response<Body> {
        let asked = (request.method().clone(), request.uri().path().to_owned());
        let call = request.extensions().get::<Arc<Call>>().cloned();
        let response = match self.service.call(request).await {
            Ok(response) => response,
            Err(error) => return error_document::internal(&s3s::StdError::from(error), ids),
        };
        if response.status().is_client_error() || response.status().is_server_error() {
            let explanation = call.map(|call| call.explanation()).unwrap_or_default();
            return error_document::complete(response, &asked, &explanation, ids);
        }
        response.map(Body::stream)
    }
}

fn with_call(
    head: Parts,
    body: Bytes,
    checksum: Option<Checksum>,
    peer: SocketAddr,
    ids: &Ids,
) -> s3s::HttpRequest {
    let has_md5 = head.headers.contains_key("content-md5");
    let call = Call::new(ids.clone(), peer.ip(), body.clone(), checksum, has_md5);
    let mut request = Request::from_parts(head, s3s::Body::from(body));
    request.extensions_mut().insert(Arc::new(call));
    request
}

/// S3 answers with the whole object where it does not understand the range.
fn ignore_odd_range(headers: &mut HeaderMap) {
    let is_odd = |range: &HeaderValue| {
        range.to_str().ok().and_then(|range| s3s::dto::Range::parse(range).ok()).is_none()
    };
    if headers.get(RANGE).is_some_and(is_odd) {
        headers.remove(RANGE);
    }
}

fn stamp(headers: &mut HeaderMap, ids: &Ids) {
    let value = |id: &str| HeaderValue::try_from(id).expect("an id is a header value");
    headers.insert("x-amz-request-id", value(&ids.request));
    headers.insert("x-amz-id-2", value(&ids.host));
    headers.insert(SERVER, HeaderValue::from_static("AmazonS3"));
}
