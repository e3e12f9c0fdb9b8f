//! `Served`: an emulator that is a process of its own, for what is about its end.

use std::path::Path;
use std::process::{Output, Stdio};

use http::Request;
use http::header::HOST;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::clients::Clients;
use crate::deployment::{Deployment, Handler};
use crate::web::{Page, fetch};
use crate::{programs, soon};

/// A running `emulator serve`. It is killed if nobody ends it.
pub struct Served {
    child: Child,
    endpoint: String,
    clients: Clients,
    folder: TempDir,
}

impl Served {
    /// Starts one on a free port, with these arguments besides.
    pub async fn start(arguments: &[&str]) -> Self {
        let folder = TempDir::new().expect("a machine has room for a folder");
        let mut command = command(arguments);
        command.current_dir(folder.path()).env("TMPDIR", folder.path());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it can be run");
        let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        let line = soon("the emulator's first line", lines.next_line()).await;
        let line = line.expect("it says text").expect("it says where it is");
        let endpoint = line.rsplit(' ').next().expect("a line has a last word").to_owned();
        let clients = Clients::of(&endpoint);
        Self { child, endpoint, clients, folder }
    }

    /// What one says that does not start.
    pub async fn refused(arguments: &[&str]) -> String {
        let ended = command(arguments).output();
        let Output { status, stderr, .. } =
            soon("the emulator's refusal", ended).await.expect("it can be run");
        assert!(!status.success(), "{arguments:?} should not have been accepted");
        String::from_utf8(stderr).expect("it says text")
    }

    /// Where it runs and has its temporary files: a folder of its own, which goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client for Lambda.
    pub fn lambda(&self) -> aws_sdk_lambda::Client {
        self.clients.lambda()
    }

    /// A client for CloudWatch.
    pub fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        self.clients.cloudwatch()
    }

    /// A client for CloudWatch Logs.
    pub fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        self.clients.logs()
    }

    /// Creates a function from the image of this repository, with HANDLER set.
    pub fn deploy(&self, function: &str, handler: Handler) -> Deployment {
        Deployment::of(&self.lambda(), function).variable("HANDLER", handler.name())
    }

    /// Fetches a path.
    pub async fn get(&self, path: &str) -> Page {
        let here = self.endpoint.strip_prefix("http://").expect("the emulator speaks plain HTTP");
        let request = Request::get(path).header(HOST, here).body(String::new());
        fetch(here, request.expect("a path")).await
    }

    /// Ends it as `kill -9` does, and returns once it is gone.
    pub async fn kill(mut self) {
        soon("the end of a killed process", self.child.kill()).await.expect("it is ours to kill");
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(programs::emulator());
    command.args(["serve", "--port", "0", "--log", "warn", "--bootstrap"]);
    command.arg(programs::bootstrap()).args(arguments);
    command.env_remove("AWS_REGION").kill_on_drop(true);
    command
}
