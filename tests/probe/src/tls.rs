//! TLS for `fetch`, trusting the roots that `SSL_CERT_FILE` names and no others.

use std::path::PathBuf;
use std::sync::Arc;
use std::{env, io};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// Why a connection could not be secured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("SSL_CERT_FILE is not set (hint: set it to a file of root certificates)")]
    NoVariable,
    #[error("SSL_CERT_FILE names `{}`, which is no file of certificates", .0.display())]
    Roots(PathBuf, #[source] pem::Error),
    #[error("SSL_CERT_FILE names `{}`, which holds no usable root certificate", .0.display())]
    NoRoots(PathBuf),
    #[error("no protocol version in common with the library")]
    Versions(#[source] rustls::Error),
    #[error("`{0}` is no server name")]
    Name(String, #[source] InvalidDnsNameError),
    #[error("the handshake failed")]
    Handshake(#[source] io::Error),
}

pub(crate) async fn secure(
    host: &str,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, TlsError> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| TlsError::Name(host.to_owned(), error))?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Versions)?
        .with_root_certificates(roots()?)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.map_err(TlsError::Handshake)
}

fn roots() -> Result<RootCertStore, TlsError> {
    let file = PathBuf::from(env::var_os("SSL_CERT_FILE").ok_or(TlsError::NoVariable)?);
    let certificates = CertificateDer::pem_file_iter(&file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| TlsError::Roots(file.clone(), error))?;
    let mut roots = RootCertStore::empty();
    // As every other client does with a bundle: what it cannot read, it does not trust.
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err(TlsError::NoRoots(file)),
        _ => Ok(roots),
    }
}
