//! A server that is measured: a child process that runs the handler `custom-event` and invokes it over HTTP.

mod emulator;
mod peer;

pub(crate) use emulator::Runs;
pub(crate) use peer::FUNCTION as PEER_FUNCTION;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use crate::http;

/// How long a server may take to start, with its function, or to stop. Ours: long enough for one that
/// builds its function first.
const PATIENCE: Duration = Duration::from_mins(2);

/// Ticks of a process's CPU time in a second: `USER_HZ`, 100 on every Linux that this can run on.
const TICKS_PER_SECOND: f64 = 100.0;

const EVENT: &str = r#"{"name":"lambda"}"#;

const ANSWER: &str = "Hello lambda!";

/// A running server.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    /// From its start to its first answer.
    pub(crate) ready_after: Duration,
}

/// Memory of a process, in KiB, as Linux tells it.
#[derive(Clone, Copy)]
pub(crate) struct Memory(pub(crate) u32);

/// Why a server cannot be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    #[error("{program} is not installed (hint: {hint})")]
    NotInstalled { program: &'static str, hint: &'static str },
    #[error("`{program}` cannot be run")]
    NotRun { program: String, source: io::Error },
    #[error("`{program}` was not ready after {} s", PATIENCE.as_secs())]
    NotReady { program: String },
    #[error("`{program}` said `{said}` where it should have said its address")]
    NoAddress { program: String, said: String },
    #[error("`{program}` ended early ({status})")]
    Ended { program: String, status: ExitStatus },
    #[error("the connection to a server broke off")]
    Broken(#[from] io::Error),
    #[error("{path} was answered with `{answer}`")]
    Refused { path: String, answer: String },
    #[error("{0} does not tell what a process uses (hint: this needs Linux)")]
    NoUsage(String),
}

impl Server {
    /// Where the function's `Invoke` is.
    pub(crate) fn url(&self, function: &str) -> String {
        format!("http://{}{}", self.address, invocations(function))
    }

    /// Invokes a function once, and holds that it answers.
    pub(crate) async fn invoke(&self, function: &str) -> Result<(), ServerError> {
        let path = invocations(function);
        let invoked = tokio::time::timeout(PATIENCE, self.post(&path, EVENT)).await;
        let answer =
            invoked.map_err(|_| ServerError::NotReady { program: self.url(function) })??;
        // What a function fails with is a success of HTTP.
        if answer.contains(ANSWER) { Ok(()) } else { Err(ServerError::Refused { path, answer }) }
    }

    async fn post(&self, path: &str, body: &str) -> Result<String, ServerError> {
        let answer = http::ask(self.address, "POST", path, body).await?;
        if http::is_success(&answer) {
            Ok(answer)
        } else {
            Err(ServerError::Refused { path: path.to_owned(), answer })
        }
    }

    /// What the process, without its functions, holds in memory now.
    pub(crate) fn memory(&self) -> Result<Memory, ServerError> {
        self.usage("status", |status| {
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.split_whitespace().next()?.parse().ok().map(Memory)
        })
    }

    /// CPU time of the process, without its functions, since it started.
    pub(crate) fn cpu_time(&self) -> Result<Duration, ServerError> {
        self.usage("stat", |stat| {
            // The name of the program stands in parentheses and may hold anything. User time is the
            // twelfth field after it, system time the next.
            let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
            let mut ticks = || fields.next()?.parse::<u32>().ok();
            let ticks = f64::from(ticks()?) + f64::from(ticks()?);
            Some(Duration::from_secs_f64(ticks / TICKS_PER_SECOND))
        })
    }

    fn usage<T>(&self, file: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, ServerError> {
        let pid = self.child.id().unwrap_or_default();
        let path = format!("/proc/{pid}/{file}");
        let text = fs::read_to_string(&path)?;
        read(&text).ok_or(ServerError::NoUsage(path))
    }

    /// Asks it to stop, and returns when it has.
    pub(crate) async fn stop(mut self) -> Result<(), ServerError> {
        let pid = self.child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        if let Some(pid) = pid {
            kill_process(pid, Signal::INT).map_err(io::Error::from)?;
        }
        if let Ok(ended) = tokio::time::timeout(PATIENCE, self.child.wait()).await {
            ended?;
        } else {
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// The path of `Invoke`.
fn invocations(function: &str) -> String {
    format!("/2015-03-31/functions/{function}/invocations")
}
