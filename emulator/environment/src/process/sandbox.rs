//! One process, with everything that it has started.

use std::future::ready;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Child;

use super::cgroup::Cgroup;
use super::limits;
use super::memory::{Gauge, HighWater};
use crate::executor::{Exit, Sandbox};
use crate::launch::Memory;

pub(super) struct Process {
    child: Child,
    /// Also the id of its process group. Gone once it was killed: the number is then another's.
    pid: Option<Pid>,
    memory: Memory,
    gauge: Option<Gauge>,
    /// Of its cgroup.
    high_water: Option<HighWater>,
    /// The most memory that it was seen to have used, in bytes.
    peak: u64,
    /// Holds also what the function has moved to a session of its own.
    cgroup: Option<Cgroup>,
    exit: Option<Exit>,
}

impl Process {
    /// Takes a process that has just been started, and limits it.
    pub(super) fn new(child: Child, memory: Memory, cgroup: Option<Cgroup>) -> io::Result<Self> {
        let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        if let Some(pid) = pid {
            limits::apply(pid)?;
            if cgroup.is_none() {
                limits::limit_data(pid, memory)?;
            }
        }
        let gauge = pid.and_then(Gauge::open);
        let high_water = cgroup.as_ref().and_then(Cgroup::high_water);
        Ok(Self { child, pid, memory, gauge, high_water, peak: 0, cgroup, exit: None })
    }

    fn exit(&self, status: ExitStatus) -> Exit {
        let killed = status.signal() == Some(Signal::KILL.as_raw());
        if killed && self.cgroup.as_ref().is_some_and(Cgroup::ran_out_of_memory) {
            return Exit::OutOfMemory;
        }
        match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, signal) => Exit::Signal(signal.unwrap_or_default()),
        }
    }

    /// The most memory that each of those has used which it has started, and which are there. Nothing if all
    /// together have not used more than ever since this was asked last: to list a cgroup takes longer than
    /// most of what else is done for an invocation, and few functions start anything.
    fn peak_of_others(&mut self) -> u64 {
        let Some(cgroup) = &self.cgroup else { return 0 };
        if !self.high_water.as_mut().is_none_or(HighWater::has_risen) {
            return 0;
        }
        let others = cgroup.members().into_iter().filter(|&pid| Some(pid) != self.pid);
        others.filter_map(|pid| Gauge::open(pid)?.peak()).sum()
    }

    /// Tells all of the process group, which is all that is known without a cgroup.
    fn signal_group(&self, signal: Signal) {
        if let Some(pid) = self.pid {
            // Fails only if all of the group have ended by themselves.
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Sandbox for Process {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        async move {
            if let Some(exit) = self.exit {
                return exit;
            }
            let exit = match self.child.wait().await {
                Ok(status) => self.exit(status),
                Err(error) => {
                    tracing::error!(%error, "the end of a function's process could not be waited for");
                    Exit::Signal(Signal::KILL.as_raw())
                }
            };
            *self.exit.insert(exit)
        }
        .boxed()
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        // It writes into the pipe itself.
        ready(()).boxed()
    }

    /// Of the resident sets, and not of the cgroup: that counts the pages of every file read too, those of
    /// the program for whoever was the first to run it. What a process shares with one that it has started
    /// counts for both, and one that had ended before this was asked does not count.
    fn peak_memory(&mut self) -> Option<u64> {
        let limit = self.memory.bytes();
        if self.exit == Some(Exit::OutOfMemory) {
            return Some(limit);
        }
        let own = self.gauge.as_ref()?.peak()?;
        let all =
            if self.cgroup.is_some() { (own + self.peak_of_others()).min(limit) } else { own };
        self.peak = self.peak.max(all);
        Some(self.peak)
    }

    fn terminate(&mut self) -> BoxFuture<'_, ()> {
        if let Some(pid) = self.pid {
            // Fails only if it has ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
        ready(()).boxed()
    }

    fn freeze(&mut self) -> BoxFuture<'_, ()> {
        match &self.cgroup {
            Some(cgroup) => cgroup.freeze(),
            None => self.signal_group(Signal::STOP),
        }
        ready(()).boxed()
    }

    fn thaw(&mut self) -> BoxFuture<'_, ()> {
        match &self.cgroup {
            Some(cgroup) => cgroup.thaw(),
            None => self.signal_group(Signal::CONT),
        }
        ready(()).boxed()
    }

    fn kill(&mut self) -> BoxFuture<'_, ()> {
        async move {
            self.signal_group(Signal::KILL);
            if let Some(cgroup) = &self.cgroup {
                cgroup.kill();
            }
            self.exited().await;
            self.pid = None;
            if let Some(cgroup) = self.cgroup.take() {
                cgroup.emptied().await;
            }
        }
        .boxed()
    }
}
