//! A bare Runtime API for one function: it hears the function ask for its first invocation, and hangs up, or
//! hands it an event and hears it answer.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a function asks first.
const NEXT: &str = "GET /2018-06-01/runtime/invocation/next ";

/// What it does when its handler has not failed.
const RESPONSE: &str = "POST /2018-06-01/runtime/invocation/1/response ";

pub(crate) struct RuntimeApi {
    listener: TcpListener,
    address: SocketAddr,
}

/// A function that has asked for an invocation. If this is dropped, it hears that the connection is closed.
pub(crate) struct Waiting(BufReader<TcpStream>);

impl RuntimeApi {
    pub(crate) async fn listen(host: Ipv4Addr) -> io::Result<Self> {
        let listener = TcpListener::bind((host, 0)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// What Lambda sets and a bootstrap needs, and HANDLER.
    pub(crate) fn variables(&self, handler: &str) -> [(&'static str, String); 5] {
        [
            ("AWS_LAMBDA_RUNTIME_API", self.address.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", handler.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
            ("HANDLER", handler.to_owned()),
        ]
    }

    /// Waits for the first request. An error if it is not for an invocation.
    pub(crate) async fn next(&self) -> io::Result<Waiting> {
        let (function, _) = self.listener.accept().await?;
        let mut function = BufReader::new(function);
        expect(&mut function, NEXT).await?;
        Ok(Waiting(function))
    }
}

impl Waiting {
    /// Hands it an event, and waits until it begins to answer. An error if its handler fails.
    pub(crate) async fn answers(mut self, event: &str) -> io::Result<()> {
        let head = format!(
            "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: 1\r\n\
             lambda-runtime-deadline-ms: 9999999999999\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:it\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            event.len()
        );
        self.0.write_all([head.as_str(), event].concat().as_bytes()).await?;
        expect(&mut self.0, RESPONSE).await
    }
}

/// Reads the head of a request, which has to be this one.
async fn expect(function: &mut BufReader<TcpStream>, expected: &str) -> io::Result<()> {
    let mut asked = String::new();
    function.read_line(&mut asked).await?;
    if !asked.starts_with(expected) {
        let asked = asked.trim_end();
        return Err(io::Error::other(format!("`{asked}` was asked, and not `{expected}`")));
    }
    let mut header = String::new();
    while function.read_line(&mut header).await? > "\r\n".len() {
        header.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    async fn asked(request: &str) -> io::Result<Waiting> {
        let api = RuntimeApi::listen(Ipv4Addr::LOCALHOST).await?;
        let mut function = TcpStream::connect(api.address).await?;
        function.write_all(request.as_bytes()).await?;
        api.next().await
    }

    #[tokio::test]
    async fn only_a_request_for_an_invocation_is_a_start() {
        asked("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: it\r\n\r\n")
            .await
            .unwrap();
        let Err(refused) = asked("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n\r\n").await
        else {
            panic!("an init error is no start")
        };
        let refused = refused.to_string();
        assert!(refused.starts_with("`POST /2018-06-01/runtime/init/error "), "{refused}");
    }

    #[tokio::test]
    async fn a_handler_that_fails_has_not_answered() {
        let next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n";
        for (post, answered) in [("response", true), ("error", false)] {
            let post = format!("POST /2018-06-01/runtime/invocation/1/{post} HTTP/1.1\r\n\r\n");
            let waiting = asked(&[next, &post].concat()).await.unwrap();
            assert_eq!(waiting.answers("{}").await.is_ok(), answered, "{post}");
        }
    }
}
