//! `cargo lambda watch`, with the bootstrap as its only function, which it builds and runs itself.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::{PATIENCE, Server, ServerError};
use crate::builds::WORKSPACE;

const PROGRAM: &str = "cargo-lambda";

/// The only function there is: cargo-lambda names it after its program.
pub(crate) const FUNCTION: &str = "bootstrap";

/// The profile of the image, the handler that is measured, and nothing that watches files meanwhile.
const ARGUMENTS: &str = "lambda watch --release --package bootstrap --bin bootstrap --ignore-changes \
                         --env-var HANDLER=custom-event --invoke-address 127.0.0.1 --invoke-port";

impl Server {
    /// Starts `cargo lambda watch` and waits until it listens. Its function starts meanwhile.
    pub(crate) async fn peer() -> Result<Self, ServerError> {
        let port = free_port()?;
        let started = Instant::now();
        let mut child = Command::new(PROGRAM)
            .args(ARGUMENTS.split_whitespace())
            .arg(port.to_string())
            .current_dir(WORKSPACE)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| match source.kind() {
                ErrorKind::NotFound => {
                    ServerError::NotInstalled { program: PROGRAM, hint: "pip install cargo-lambda" }
                }
                _ => ServerError::NotRun { program: PROGRAM.to_owned(), source },
            })?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let program = || format!("{PROGRAM} {ARGUMENTS} {port}");
        tokio::select! {
            listens = tokio::time::timeout(PATIENCE, listens(address)) => {
                listens.map_err(|_| ServerError::NotReady { program: program() })?;
            }
            ended = child.wait() => {
                return Err(ServerError::Ended { program: program(), status: ended? });
            }
        }
        Ok(Self { child, address, ready_after: started.elapsed() })
    }
}

/// It does not say when it listens, so it is asked.
async fn listens(address: SocketAddr) {
    while TcpStream::connect(address).await.is_err() {
        sleep(Duration::from_millis(20)).await;
    }
}

/// A port that nobody listens on now.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
