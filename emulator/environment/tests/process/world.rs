//! The fixture: a shell script as a function, and its cgroup as this machine shows it.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use emulator_environment::process::ProcessExecutor;
use emulator_environment::{
    Executor, Exit, Image, Launch, LogFormat, Memory, RunsAs, Sandbox, StartError, Started,
};
use rustix::fs::{CWD, FileType, mknodat};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::unix::pipe;
use tokio::time::timeout;

/// More than anything here takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where functions are told to call back: nobody is there.
const ENDPOINT: &str = "http://127.0.0.1:1";

/// Whether these tests can be done here.
pub(crate) fn makes_cgroups() -> bool {
    ProcessExecutor::new(Path::new("/bin/sh"), [], ENDPOINT.to_owned())
        .unwrap()
        .limits_memory_as_a_whole()
}

pub(crate) struct World {
    executor: ProcessExecutor,
    folder: TempDir,
}

/// A function that runs.
pub(crate) struct Running {
    pub(crate) sandbox: Box<dyn Sandbox>,
    output: Lines<BufReader<pipe::Receiver>>,
}

impl World {
    /// A function that is this script.
    pub(crate) fn with(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("function");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        Self { executor: ProcessExecutor::new(&path, [], ENDPOINT.to_owned()).unwrap(), folder }
    }

    /// Where it runs, and nothing else is.
    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A pipe with this name where it runs. Both ends are open, so that nobody waits for the other.
    pub(crate) fn pipe(&self, name: &str) -> File {
        let path = self.folder().join(name);
        mknodat(CWD, &path, FileType::Fifo, 0o600.into(), 0).unwrap();
        File::options().read(true).write(true).open(&path).unwrap()
    }

    pub(crate) async fn start(&self) -> Running {
        let Started { sandbox, output, .. } = self.start_with(|_| {}).await.unwrap();
        Running { sandbox, output: BufReader::new(output).lines() }
    }

    pub(crate) async fn start_with(
        &self,
        change: impl FnOnce(&mut Launch),
    ) -> Result<Started, StartError> {
        let mut launch = Launch {
            function: "script".to_owned(),
            version: "$LATEST".to_owned(),
            image: Image {
                runs_as: RunsAs::Process,
                uri: "script:latest".to_owned(),
                digest: String::new(),
            },
            entry_point: Vec::new(),
            command: Vec::new(),
            working_directory: Some(self.folder().display().to_string()),
            variables: BTreeMap::new(),
            memory: Memory::DEFAULT,
            storage: 512,
            timeout: Duration::from_secs(20),
            log_group: "/aws/lambda/script".to_owned(),
            log_format: LogFormat::Text,
            region: "us-east-1".to_owned(),
        };
        change(&mut launch);
        let variables = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
        self.executor.start(&Arc::new(launch), variables, (Ipv4Addr::LOCALHOST, 1).into()).await
    }
}

impl Running {
    /// The next line that it prints; empty if there is none any more.
    pub(crate) async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.output.next_line()).await.expect("a line in time");
        line.unwrap().unwrap_or_default()
    }

    /// The folder of the cgroup in which it is counted, if it prints `/proc/self/cgroup` and an empty line.
    pub(crate) async fn cgroup(&mut self) -> PathBuf {
        let mut path = None;
        loop {
            match self.line().await {
                line if line.is_empty() => break,
                line if line.contains("/manifold.") => {
                    path = line.rsplit(':').next().map(str::to_owned);
                }
                _ => {}
            }
        }
        let path = path.expect("it is in a cgroup of its own");
        let roots = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"];
        let mut folders = roots.iter().map(|root| PathBuf::from(format!("{root}{path}")));
        folders.find(|folder| folder.exists()).expect("cgroups are where they always are")
    }

    /// Whether it has printed something that was not read yet.
    pub(crate) fn has_printed(&mut self) -> bool {
        let mut byte = [0];
        !self.output.get_ref().buffer().is_empty()
            || self.output.get_ref().get_ref().try_read(&mut byte).is_ok()
    }

    pub(crate) async fn exited(&mut self) -> Exit {
        timeout(PATIENCE, self.sandbox.exited()).await.expect("it ends in time")
    }

    pub(crate) async fn kill(mut self) {
        timeout(PATIENCE, self.sandbox.kill()).await.expect("it is gone in time");
    }
}
