//! `emulator serve`, with one function.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::Instant;

use super::{PATIENCE, Server, ServerError};
use crate::builds::Programs;
use crate::http;

const FUNCTION: &str = r#"{
    "FunctionName": "custom-event",
    "PackageType": "Image",
    "Code": { "ImageUri": "manifold:latest" },
    "Role": "arn:aws:iam::000000000000:role/manifold",
    "Environment": { "Variables": { "HANDLER": "custom-event" } }
}"#;

impl Server {
    /// Starts an emulator on a free port, and waits until its health page answers.
    pub(crate) async fn emulator(programs: &Programs) -> Result<Self, ServerError> {
        let program = programs.emulator.display().to_string();
        let started = Instant::now();
        let mut child = Command::new(&programs.emulator)
            .args(["serve", "--port", "0", "--log", "warn", "--bootstrap"])
            .arg(&programs.bootstrap)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| ServerError::NotRun { program: program.clone(), source })?;
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut said = String::new();
        let line = tokio::time::timeout(PATIENCE, output.read_line(&mut said));
        line.await.map_err(|_| ServerError::NotReady { program: program.clone() })??;
        let address =
            said.trim().rsplit_once("http://").and_then(|(_, address)| address.parse().ok());
        let Some(address) = address else {
            return Err(ServerError::NoAddress { program, said: said.trim().to_owned() });
        };
        let answer = http::ask(address, "GET", "/_emulator/health", "").await?;
        if !http::is_success(&answer) {
            return Err(ServerError::Refused { path: "/_emulator/health".to_owned(), answer });
        }
        let path = "/2015-03-31/functions/custom-event/invocations";
        Ok(Self { child, address, path, ready_after: started.elapsed() })
    }

    /// Creates the function, which a server of the other kind has from its start.
    pub(crate) async fn create_function(&self) -> Result<(), ServerError> {
        self.post("/2015-03-31/functions", FUNCTION).await
    }
}
