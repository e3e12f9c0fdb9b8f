//! One question to a server, and an answer of bounded size: over TLS, or plain to this machine.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HOST, HeaderValue, LOCATION, USER_AGENT};
use http::uri::{InvalidUri, Scheme};
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The largest answer that is read, in bytes.
///
/// Source: the limit that Docker's engine and registry have for manifests.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// How often a server may send us elsewhere. Ours: registries do it once, to where they store things.
const MAX_REDIRECTS: usize = 3;

/// TLS that trusts what this machine trusts. Reading that takes a while, and most emulators never ask a
/// registry.
static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    // What cannot be read is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the library speaks what it calls safe")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
});

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{0} cannot be reached: {1}")]
    Unreachable(String, #[source] io::Error),
    #[error("`{0}` is no address")]
    Address(String, #[source] InvalidUri),
    #[error("it refers to `{0}`, where it must not send anybody")]
    Elsewhere(Uri),
    #[error("it refers from one place to the next more than {MAX_REDIRECTS} times")]
    Redirects,
    #[error("the exchange with it failed: {0}")]
    Http(#[from] hyper::Error),
    #[error("its answer cannot be read: {0}")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("what it wants for a login cannot be met: {0}")]
    Challenge(String),
}

/// What a server has answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The URL of a path on a host: a plain one only on this machine, as Docker has it.
pub(super) fn url(host: &str, path: &str) -> Result<Uri, Failure> {
    let scheme = if is_here(host) { "http" } else { "https" };
    read(&format!("{scheme}://{host}{path}"))
}

/// Where a server sends us.
///
/// Never to plain HTTP, but from this machine to itself: who listens elsewhere has no business to let us
/// ask what listens here.
pub(super) fn sent_from(url: &Uri, target: &str) -> Result<Uri, Failure> {
    let target = match target.strip_prefix('/') {
        Some(path) => {
            let authority = url.authority().map_or("", |authority| authority.as_str());
            read(&format!("{}://{authority}/{path}", url.scheme_str().unwrap_or_default()))?
        }
        None => read(target)?,
    };
    let is_plain =
        |url: &Uri| url.scheme() == Some(&Scheme::HTTP) && is_here(url.host().unwrap_or_default());
    let is_allowed = target.scheme() == Some(&Scheme::HTTPS) || is_plain(url) && is_plain(&target);
    if is_allowed { Ok(target) } else { Err(Failure::Elsewhere(target)) }
}

/// Asks, and goes where it is sent. The authorization is for the first server and goes to no other.
pub(super) async fn get(
    url: &Uri,
    accept: &str,
    authorization: Option<&HeaderValue>,
) -> Result<Answer, Failure> {
    let mut next = url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let known = authorization.filter(|_| next.authority() == url.authority());
        let answer = ask(&next, accept, known).await?;
        let target = answer.headers.get(LOCATION).and_then(|target| target.to_str().ok());
        match target {
            Some(target) if answer.status.is_redirection() => next = sent_from(&next, target)?,
            _ => return Ok(answer),
        }
    }
    Err(Failure::Redirects)
}

async fn ask(
    url: &Uri,
    accept: &str,
    authorization: Option<&HeaderValue>,
) -> Result<Answer, Failure> {
    let host = url.host().unwrap_or_default();
    let is_secure = url.scheme() == Some(&Scheme::HTTPS);
    let port = url.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    let unreachable = |source| Failure::Unreachable(format!("{host}:{port}"), source);
    let stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;

    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let authority = url.authority().map_or(host, |authority| authority.as_str());
    let mut request = Request::get(path)
        .header(HOST, authority)
        .header(ACCEPT, accept)
        .header(USER_AGENT, concat!("manifold/", env!("CARGO_PKG_VERSION")));
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let request = request.body(Empty::new()).expect("a URL and headers make a request");
    if !is_secure {
        return exchanged(stream, request).await;
    }
    let name =
        ServerName::try_from(host.to_owned()).map_err(io::Error::other).map_err(unreachable)?;
    exchanged(TLS.connect(name, stream).await.map_err(unreachable)?, request).await
}

async fn exchanged(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Empty<Bytes>>,
) -> Result<Answer, Failure> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let mut answer = std::pin::pin!(async move {
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(Failure::Body)?;
        Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
    });
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // What has come can still be read.
        _ = connection => answer.await,
    }
}

/// Whether this names the machine itself, with or without a port.
fn is_here(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback = |address: IpAddr| address.is_loopback();
    name == "localhost" || name.parse().is_ok_and(is_loopback)
}

fn read(url: &str) -> Result<Uri, Failure> {
    url.parse().map_err(|error| Failure::Address(url.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, target: &str, expected: &str) {
        let found = match sent_from(&from.parse().unwrap(), target) {
            Ok(url) => url.to_string(),
            Err(failure) => failure.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn only_this_machine_is_spoken_to_plainly() {
        let of = |host| url(host, "/v2/").unwrap().to_string();
        assert_eq!(of("localhost:5000"), "http://localhost:5000/v2/");
        assert_eq!(of("127.0.0.1:5000"), "http://127.0.0.1:5000/v2/");
        assert_eq!(of("127.8.9.1"), "http://127.8.9.1/v2/");
        assert_eq!(of("ghcr.io"), "https://ghcr.io/v2/");
        assert_eq!(of("10.0.0.7:5000"), "https://10.0.0.7:5000/v2/");
        assert_eq!(of("127.0.0.1.example.com"), "https://127.0.0.1.example.com/v2/");
    }

    #[test]
    fn nobody_is_sent_to_plain_http_but_from_this_machine_to_itself() {
        check("https://a.io/x", "https://b.io/y?z", "https://b.io/y?z");
        check("https://a.io/x", "/y", "https://a.io/y");
        check("http://localhost:5000/x", "/y", "http://localhost:5000/y");
        check("http://localhost:5000/x", "http://127.0.0.1:80/y", "http://127.0.0.1:80/y");
        check("http://localhost:5000/x", "https://a.io/", "https://a.io/");
        let refused = |url| format!("it refers to `{url}`, where it must not send anybody");
        for (from, target) in [
            ("https://a.io/x", "http://a.io/x"),
            ("https://a.io/x", "http://127.0.0.1:4566/"),
            ("http://localhost:5000/x", "http://10.0.0.7/"),
        ] {
            check(from, target, &refused(target));
        }
    }
}
