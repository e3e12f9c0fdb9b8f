//! `Served`: an emulator that is a process of its own, for whoever knows it by its URL, and for what is about
//! its end.

use std::ops::Deref;
use std::path::Path;
use std::process::{Output, Stdio};

use emulator::Home;
use http::Request;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::web::{Page, fetch};
use crate::{Account, Images, clients, processes, programs, soon};

/// A running `emulator serve`. It is killed if nobody ends it.
pub struct Served {
    child: Child,
    endpoint: String,
    account: Account,
    folder: TempDir,
}

impl Served {
    /// Starts one on a free port whose functions are processes, with these arguments besides.
    pub async fn start(arguments: &[&str]) -> Self {
        Self::with_images(arguments, Images::default()).await
    }

    /// Starts one whose functions are made of these images.
    pub async fn with_images(arguments: &[&str], images: Images) -> Self {
        Self::ready(of_processes(arguments), images).await
    }

    /// Starts one whose functions are containers of these images.
    pub async fn with_containers(images: Images) -> Self {
        Self::ready(serve(&["--executor", "container"]), images).await
    }

    async fn ready(mut command: Command, images: Images) -> Self {
        let folder = TempDir::new().expect("a machine has room for a folder");
        command.current_dir(folder.path()).env("TMPDIR", folder.path());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it can be run");
        let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        let line = soon("the emulator's first line", lines.next_line()).await;
        let line = line.expect("it says text").expect("it says where it is");
        let endpoint = line.rsplit(' ').next().expect("a line has a last word").to_owned();
        let clients = clients::at(&endpoint, &Home::default().region);
        let account = Account::found(clients, None, images).await;
        Self { child, endpoint, account, folder }
    }

    /// What one says that does not start.
    pub async fn refused(arguments: &[&str]) -> String {
        let ended = of_processes(arguments).output();
        let Output { status, stderr, .. } =
            soon("the emulator's refusal", ended).await.expect("it can be run");
        assert!(!status.success(), "{arguments:?} should not have been accepted");
        String::from_utf8(stderr).expect("it says text")
    }

    /// Where it runs and has its temporary files: a folder of its own, which goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Fetches a path.
    pub async fn get(&self, path: &str) -> Page {
        let url = format!("{}{path}", self.endpoint);
        fetch(Request::get(url).body(String::new()).expect("a path")).await
    }

    /// Ends it as Ctrl-C does, and returns once it is gone. Fails the test if a process of its functions is
    /// left.
    pub async fn end(mut self) {
        let id = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(id.expect("it still runs"), Signal::INT).expect("it is ours to interrupt");
        let ended = soon("the end of the emulator", self.child.wait()).await;
        let status = ended.expect("it can be waited for");
        assert!(status.success(), "the emulator ended with {status}");
        let left = processes::left_behind_by(&self.endpoint).await;
        assert!(left.is_empty(), "the emulator left processes running: {left:#?}");
    }

    /// Ends it as `kill -9` does, and returns once it is gone.
    pub async fn kill(mut self) {
        soon("the end of a killed process", self.child.kill()).await.expect("it is ours to kill");
    }
}

impl Deref for Served {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

fn of_processes(arguments: &[&str]) -> Command {
    let mut command = serve(arguments);
    command.arg("--bootstrap").arg(programs::bootstrap());
    command
}

fn serve(arguments: &[&str]) -> Command {
    let mut command = Command::new(programs::emulator());
    command.args(["serve", "--port", "0", "--log", "warn"]).args(arguments);
    command.env_remove("AWS_REGION").kill_on_drop(true);
    command
}
