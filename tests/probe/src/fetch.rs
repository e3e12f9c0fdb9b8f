//! Requests to a URL, for what a function sees of the network.

use std::io;

use bytes::Bytes;
use http::header::{HOST, USER_AGENT};
use http::request::Builder;
use http::uri::Authority;
use http::{Method, Request, Response, Uri};
use http_body_util::Full;
use serde::Serialize;
use tokio::net::TcpStream;

use crate::connection::Connection;

/// What a URL answered.
#[derive(Debug, Serialize)]
pub(crate) struct Fetched {
    status: u16,
    body: String,
}

/// Why a URL answered nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("`{0}` is no URL")]
    NotAUri(String, #[source] http::uri::InvalidUri),
    #[error("`{0}` is no URL with http")]
    NotHttp(Uri),
    #[error("cannot connect to `{authority}`")]
    Connect { authority: Authority, source: io::Error },
    #[error("cannot ask for `{0}`")]
    Request(Uri, #[source] http::Error),
    #[error("no answer from `{0}`")]
    Answer(Uri, #[source] hyper::Error),
}

pub(crate) async fn fetch(url: &str) -> Result<Fetched, FetchError> {
    let answer = send(Method::GET, url, |request| request, Bytes::new()).await?;
    Ok(Fetched {
        status: answer.status().as_u16(),
        body: String::from_utf8_lossy(answer.body()).into_owned(),
    })
}

/// Sends one request, on a connection of its own.
pub(crate) async fn send(
    method: Method,
    url: &str,
    with: impl FnOnce(Builder) -> Builder,
    body: Bytes,
) -> Result<Response<Bytes>, FetchError> {
    let uri: Uri = url.parse().map_err(|error| FetchError::NotAUri(url.into(), error))?;
    let (Some(authority), Some("http")) = (uri.authority(), uri.scheme_str()) else {
        return Err(FetchError::NotHttp(uri));
    };
    let request = Request::builder()
        .method(method)
        .uri(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, authority.as_str())
        .header(USER_AGENT, "manifold-probe");
    let request = with(request)
        .body(Full::new(body))
        .map_err(|error| FetchError::Request(uri.clone(), error))?;
    let broken = |error| FetchError::Answer(uri.clone(), error);

    let stream = connect(authority).await?;
    let mut connection = Connection::over(stream).await.map_err(broken)?;
    connection.send(request).await.map_err(broken)
}

/// The host without the brackets of an IPv6 address.
fn host(authority: &Authority) -> &str {
    authority.host().trim_start_matches('[').trim_end_matches(']')
}

async fn connect(authority: &Authority) -> Result<TcpStream, FetchError> {
    let port = authority.port_u16().unwrap_or(80);
    TcpStream::connect((host(authority), port))
        .await
        .map_err(|source| FetchError::Connect { authority: authority.clone(), source })
}
