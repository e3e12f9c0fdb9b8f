//! `emulator serve`, and its functions.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::Instant;

use super::{PATIENCE, Server, ServerError};
use crate::http;

/// What an emulator's functions are.
#[derive(Clone, Copy)]
pub(crate) enum Runs<'a> {
    /// Processes of this executable, whatever their image.
    Processes(&'a Path),
    Containers,
}

impl Runs<'_> {
    fn tell(self, serve: &mut Command) {
        match self {
            Self::Processes(bootstrap) => serve.arg("--bootstrap").arg(bootstrap),
            Self::Containers => serve.args(["--executor", "container"]),
        };
    }
}

impl Server {
    /// Starts an emulator on a free port, and waits until its health page answers. It has no function.
    pub(crate) async fn emulator(program: &Path, runs: Runs<'_>) -> Result<Self, ServerError> {
        let mut serve = Command::new(program);
        serve.args(["serve", "--port", "0", "--log", "warn"]);
        runs.tell(&mut serve);
        let program = program.display().to_string();
        let started = Instant::now();
        let mut child = serve
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
        Ok(Self { child, address, ready_after: started.elapsed() })
    }

    pub(crate) async fn create_function(&self, name: &str, image: &str) -> Result<(), ServerError> {
        let function = format!(
            r#"{{
                "FunctionName": "{name}",
                "PackageType": "Image",
                "Code": {{ "ImageUri": "{image}" }},
                "Role": "arn:aws:iam::000000000000:role/manifold",
                "Environment": {{ "Variables": {{ "HANDLER": "custom-event" }} }}
            }}"#
        );
        self.post("/2015-03-31/functions", &function).await.map(drop)
    }
}
