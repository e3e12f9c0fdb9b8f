//! The processes that an emulator has started: which are there, and when they are gone.

use std::fs;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::patience::PATIENCE;

/// How long a process that has been killed may take to be gone.
const DYING: Duration = Duration::from_secs(5);

/// A process on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    id: u32,
    command: String,
}

/// Every process that was told to call back at `endpoint`.
///
/// Each function's process is told so by its environment, which whatever it starts inherits. A process
/// that has ended and is not yet reaped has no environment any more.
pub(crate) fn calling_back_at(endpoint: &str) -> Vec<Process> {
    let told = format!("AWS_ENDPOINT_URL={endpoint}");
    let processes = fs::read_dir("/proc").expect("a Linux machine shows its processes").flatten();
    processes
        .filter_map(|process| {
            let id = process.file_name().to_str()?.parse().ok()?;
            let environment = fs::read(process.path().join("environ")).ok()?;
            environment.split(|&byte| byte == 0).find(|variable| *variable == told.as_bytes())?;
            let command = fs::read_to_string(process.path().join("cmdline")).ok()?;
            Some(Process { id, command: command.replace('\0', " ") })
        })
        .collect()
}

/// Those of [`calling_back_at`] that do not end by themselves.
pub(crate) async fn left_behind_by(endpoint: &str) -> Vec<String> {
    let mut left = Vec::new();
    for Process { id, command } in calling_back_at(endpoint) {
        if !ends(id, DYING).await {
            left.push(format!("{id} {}", command.trim_end()));
        }
    }
    left
}

/// Waits until a process has ended.
pub(crate) async fn gone(id: u32) {
    assert!(ends(id, PATIENCE).await, "waited {PATIENCE:?} in vain for the end of process {id}");
}

/// Whether a process ends within `patience`.
async fn ends(id: u32, patience: Duration) -> bool {
    let watched = tokio::task::spawn_blocking(move || {
        let id = i32::try_from(id).ok().and_then(Pid::from_raw).expect("a process has an id");
        let process = match pidfd_open(id, PidfdFlags::empty()) {
            // Ended and reaped before we came.
            Err(Errno::SRCH) => return true,
            opened => opened.expect("a process of ours can be watched"),
        };
        let patience = patience.try_into().expect("a minute is a time to wait");
        let mut end = [PollFd::new(&process, PollFlags::IN)];
        poll(&mut end, Some(&patience)).expect("a process can be waited for") > 0
    });
    watched.await.expect("the wait does not panic")
}
