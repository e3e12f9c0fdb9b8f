//! Lambda's endpoint for a function that calls another one: it answers the first call, with TLS or without.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{self, ServerConfig};

/// Where Debian keeps the CA roots of AWS's endpoints, which are those in the image.
const ROOTS: &str = "/usr/share/ca-certificates/mozilla";
const AWS: [&str; 5] = [
    "Amazon_Root_CA_1",
    "Amazon_Root_CA_2",
    "Amazon_Root_CA_3",
    "Amazon_Root_CA_4",
    "Starfield_Services_Root_Certificate_Authority_-_G2",
];

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nx-amz-executed-version: $LATEST\r\n\
    content-type: application/json\r\ncontent-length: 15\r\n\r\n\"Hello lambda!\"";

/// An endpoint, and how it is spoken to.
#[derive(Clone)]
pub(crate) enum Endpoint {
    Plain,
    Secure {
        acceptor: TlsAcceptor,
        /// Those in the image for AWS, and the endpoint's own certificate.
        roots: PathBuf,
    },
}

/// Why there is no endpoint with TLS.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoTls {
    #[error("no certificate can be made")]
    Certificate(#[from] rcgen::Error),
    #[error("a certificate that was just made is not accepted")]
    Refused(#[from] rustls::Error),
    #[error("the CA roots in {ROOTS} cannot be copied (hint: apt-get install ca-certificates)")]
    Roots(#[from] io::Error),
}

pub(crate) struct Lambda<'e> {
    endpoint: &'e Endpoint,
    listener: TcpListener,
    address: SocketAddr,
}

impl Endpoint {
    /// Makes a certificate, and puts it beside the roots that an image has, in a file of `place`.
    pub(crate) fn secure(place: &Path) -> Result<Self, NoTls> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()])?;
        let roots = place.join("roots.pem");
        let mut trusted = cert.pem();
        for name in AWS {
            trusted += &fs::read_to_string(format!("{ROOTS}/{name}.crt"))?;
        }
        fs::write(&roots, trusted)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![cert.der().clone()],
                PrivateKeyDer::Pkcs8(signing_key.serialize_der().into()),
            )?;
        Ok(Self::Secure { acceptor: Arc::new(config).into(), roots })
    }

    pub(crate) async fn listen(&self) -> io::Result<Lambda<'_>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        Ok(Lambda { endpoint: self, listener, address })
    }
}

impl Lambda<'_> {
    /// What Lambda sets for an SDK, and where this endpoint is.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "any".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "any".to_owned()),
        ];
        let (scheme, host) = match self.endpoint {
            Endpoint::Plain => ("http", "127.0.0.1"),
            Endpoint::Secure { roots, .. } => {
                variables.push(("AWS_CA_BUNDLE", roots.display().to_string()));
                ("https", "localhost")
            }
        };
        let url = format!("{scheme}://{host}:{}", self.address.port());
        variables.push(("AWS_ENDPOINT_URL_LAMBDA", url));
        variables
    }

    /// Answers one call.
    pub(crate) async fn answers(&self) -> io::Result<()> {
        let (caller, _) = self.listener.accept().await?;
        caller.set_nodelay(true)?;
        match self.endpoint {
            Endpoint::Plain => answer(caller).await,
            Endpoint::Secure { acceptor, .. } => answer(acceptor.accept(caller).await?).await,
        }
    }
}

/// Reads the request to its end, and answers.
async fn answer(caller: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut caller = BufReader::new(caller);
    let (mut line, mut length) = (String::new(), 0);
    while caller.read_line(&mut line).await? > "\r\n".len() {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        line.clear();
    }
    caller.read_exact(&mut vec![0; length]).await?;
    caller.write_all(ANSWER).await?;
    caller.flush().await
}
