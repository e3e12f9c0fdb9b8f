//! `World`: a running probe, and the Runtime API it talks to.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use probe::{Step, event};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::fake_runtime_api::{FakeRuntimeApi, Posted};

/// Longer than anything here takes, so that only what hangs meets it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running probe and the Runtime API it talks to.
pub(crate) struct World {
    pub(crate) api: FakeRuntimeApi,
    pub(crate) probe: Child,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let api = FakeRuntimeApi::start().await;
        let probe = Command::new(env!("CARGO_BIN_EXE_probe"))
            .args(["first argument", "second"])
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { api, probe }
    }

    /// Sends an event and waits for what is posted first.
    pub(crate) async fn invoke(&mut self, event: Value) -> Posted {
        self.api.deliver(&event.to_string());
        self.posted().await
    }

    pub(crate) async fn run(&mut self, steps: impl IntoIterator<Item = Step>) -> Posted {
        self.invoke(event(steps)).await
    }

    pub(crate) async fn posted(&mut self) -> Posted {
        tokio::time::timeout(PATIENCE, self.api.posted()).await.expect("nothing was posted")
    }

    /// Waits until the process has ended.
    pub(crate) async fn end(mut self) -> End {
        let output = tokio::time::timeout(PATIENCE, self.probe.wait_with_output()).await;
        let output = output.expect("the probe does not end").unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        End {
            status: output.status,
            output: text(output.stdout),
            errors: text(output.stderr),
            last_post: self.api.try_posted(),
        }
    }
}

/// What a probe leaves behind.
pub(crate) struct End {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    pub(crate) errors: String,
    /// What was posted and not waited for.
    pub(crate) last_post: Option<Posted>,
}
