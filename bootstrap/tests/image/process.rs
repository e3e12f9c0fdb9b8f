//! The binary as Lambda runs it: a process with variables, and a Runtime API.

use std::{path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::runtime_api::{Event, Post, RuntimeApi};

/// How long a process may take for one step before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// The binary of this image.
pub(crate) fn bootstrap() -> Command {
    quiet(env!("CARGO_BIN_EXE_bootstrap").into())
}

/// The binary of an image with handlers of its own: the example, which `cargo test` builds.
pub(crate) fn own_handlers() -> Command {
    let path = PathBuf::from(env!("CARGO_BIN_EXE_bootstrap"))
        .with_file_name("examples")
        .join("own_handlers");
    assert!(
        path.exists(),
        "{} is not there (hint: cargo build -p bootstrap --examples)",
        path.display()
    );
    quiet(path)
}

fn quiet(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What is left of a process.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a process to its end, with nothing around it.
pub(crate) async fn output(command: &mut Command) -> Output {
    end(command.spawn().unwrap()).await
}

/// A process that serves events.
pub(crate) struct Function {
    api: RuntimeApi,
    process: Child,
    invocations: usize,
}

impl Function {
    /// Starts a process in which everything is set that Lambda sets.
    pub(crate) async fn start(command: &mut Command) -> Self {
        Self::start_without(command, "").await
    }

    /// Starts a process in which everything but one variable is set that Lambda sets.
    pub(crate) async fn start_without(command: &mut Command, missing: &str) -> Self {
        let api = RuntimeApi::start().await;
        let address = api.address.to_string();
        let set = [
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "hello"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ];
        command.envs(set.into_iter().filter(|(name, _)| *name != missing));
        Self { api, process: command.spawn().unwrap(), invocations: 0 }
    }

    /// Sends an event, as `id-1` and so on, and waits for what is posted.
    pub(crate) async fn invoke(&mut self, event: &str) -> Post {
        self.invocations += 1;
        let event = Event { request_id: format!("id-{}", self.invocations), body: event.into() };
        self.api.events.send(event).expect("the Runtime API runs as long as this");
        self.posted().await
    }

    /// Waits for what is posted next.
    pub(crate) async fn posted(&mut self) -> Post {
        let post =
            timeout(PATIENCE, self.api.posts.recv()).await.expect("something is posted in time");
        post.expect("the Runtime API runs as long as this")
    }

    /// Hangs up on the process, which ends it.
    pub(crate) async fn end(self) -> Output {
        drop(self.api);
        end(self.process).await
    }
}

async fn end(process: Child) -> Output {
    let output = timeout(PATIENCE, process.wait_with_output())
        .await
        .expect("the process ends in time")
        .unwrap();
    Output {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
