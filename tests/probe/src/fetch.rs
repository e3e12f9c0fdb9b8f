//! Requests to a URL, for what a function sees of the network.

use std::io;

use bytes::Bytes;
use http::header::{HOST, USER_AGENT};
use http::request::Builder;
use http::uri::{Authority, Scheme};
use http::{Method, Request, Response, Uri};
use http_body_util::Full;
use serde::Serialize;
use tokio::net::TcpStream;

use crate::connection::Connection;
use crate::tls::{self, TlsError};

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
    #[error("`{0}` is no URL with http or https")]
    NotHttp(Uri),
    #[error("cannot connect to `{authority}`")]
    Connect { authority: Authority, source: io::Error },
    #[error("no TLS with `{authority}`")]
    Tls { authority: Authority, source: TlsError },
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
    let (Some(authority), Some(secure)) = (uri.authority(), is_secure(&uri)) else {
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

    let stream = connect(authority, secure).await?;
    let mut connection = if secure {
        let stream = tls::secure(host(authority), stream)
            .await
            .map_err(|source| FetchError::Tls { authority: authority.clone(), source })?;
        Connection::over(stream).await.map_err(broken)?
    } else {
        Connection::over(stream).await.map_err(broken)?
    };
    connection.send(request).await.map_err(broken)
}

/// Whether the URL wants TLS; nothing for one that is not HTTP at all.
fn is_secure(uri: &Uri) -> Option<bool> {
    let scheme = uri.scheme()?;
    (*scheme == Scheme::HTTP || *scheme == Scheme::HTTPS).then_some(*scheme == Scheme::HTTPS)
}

/// The host without the brackets of an IPv6 address.
fn host(authority: &Authority) -> &str {
    authority.host().trim_start_matches('[').trim_end_matches(']')
}

async fn connect(authority: &Authority, secure: bool) -> Result<TcpStream, FetchError> {
    let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
    TcpStream::connect((host(authority), port))
        .await
        .map_err(|source| FetchError::Connect { authority: authority.clone(), source })
}
