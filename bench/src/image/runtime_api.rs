//! A bare Runtime API: it hears that a function asks for its first invocation, and hangs up.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::recipe::HANDLER;

/// What a function asks first.
const NEXT: &str = "GET /2018-06-01/runtime/invocation/next ";

pub(crate) struct RuntimeApi {
    listener: TcpListener,
    address: SocketAddr,
}

impl RuntimeApi {
    pub(crate) async fn listen(host: Ipv4Addr) -> io::Result<Self> {
        let listener = TcpListener::bind((host, 0)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// What Lambda sets and a bootstrap needs, and HANDLER.
    pub(crate) fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_LAMBDA_RUNTIME_API", self.address.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", HANDLER.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
            ("HANDLER", HANDLER.to_owned()),
        ]
    }

    /// Waits for the first request. An error if it is not for an invocation. Whoever asked hears that
    /// the connection is closed.
    pub(crate) async fn next(&self) -> io::Result<()> {
        let (mut function, _) = self.listener.accept().await?;
        let mut asked = [0; NEXT.len()];
        function.read_exact(&mut asked).await?;
        if asked == *NEXT.as_bytes() {
            return Ok(());
        }
        let asked = String::from_utf8_lossy(&asked);
        Err(io::Error::other(format!("`{asked}` was asked first, and not `{NEXT}`")))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpStream;

    use super::*;

    async fn asked(request: &str) -> io::Result<()> {
        let api = RuntimeApi::listen(Ipv4Addr::LOCALHOST).await?;
        let mut function = TcpStream::connect(api.address).await?;
        function.write_all(request.as_bytes()).await?;
        api.next().await
    }

    #[tokio::test]
    async fn only_a_request_for_an_invocation_is_a_start() {
        asked("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n").await.unwrap();
        let refused = asked("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n\r\n").await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.starts_with("`POST /2018-06-01/runtime/init/error "), "{refused}");
    }
}
