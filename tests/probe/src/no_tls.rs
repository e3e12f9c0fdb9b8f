//! In place of TLS, where the feature `tls` is off: says so.

use std::future::{Ready, ready};

use tokio::net::TcpStream;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[error("this probe was built without TLS (hint: build it with `--features tls`)")]
pub(crate) struct TlsError;

pub(crate) fn secure(_host: &str, _stream: TcpStream) -> Ready<Result<TcpStream, TlsError>> {
    ready(Err(TlsError))
}
