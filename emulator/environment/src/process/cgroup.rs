//! Cgroups: a function's processes as one thing, which has a memory limit, stands still and ends as a whole.
//!
//! The first process must be counted from its first page on, and what it starts must not slip out. With
//! cgroups of version 1 a single thread can be in another cgroup than its process: the thread that spawns
//! joins, spawns, and leaves again, so that the function is born inside. Version 2 counts memory by whole
//! processes only, and the ways to be born inside (`clone3`, or joining between fork and exec) need unsafe
//! code, while a shell in between would hide why a program could not be run and would add to its
//! environment. There the process is stopped as soon as it has been spawned, moved, and let go on: what it
//! does until then, which is some microseconds of its loader on a machine with a free processor, is not
//! counted.

mod finding;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};
use tokio::process::{Child, Command};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::memory::HighWater;
use crate::launch::Memory;
pub(super) use finding::Cgroups;

/// Of the two kinds of cgroups that kernels have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// Cgroups that were still in use when they were to be removed: the kernel may take a moment.
type Late = Arc<Mutex<Vec<PathBuf>>>;

/// The cgroup of one sandbox. Removed when dropped, with whatever is left in it.
pub(super) struct Cgroup {
    version: Version,
    path: PathBuf,
    /// That of this process.
    home: PathBuf,
    memory: Memory,
    late: Late,
}

impl Cgroup {
    /// Starts the first process in it, and says when it began to run. Inside is what the operating system
    /// said of the program, outside what it said of the cgroup.
    ///
    /// Not for the thread that everything runs on, for it may be in the cgroup for a moment.
    pub(super) fn spawn(&self, command: &mut Command) -> io::Result<(io::Result<Child>, Instant)> {
        match self.version {
            Version::One => self.spawn_inside(command),
            Version::Two => self.spawn_and_move(command),
        }
    }

    fn spawn_inside(&self, command: &mut Command) -> io::Result<(io::Result<Child>, Instant)> {
        put(self.path.join("tasks"), "0")?;
        let began = Instant::now();
        let spawned = command.spawn();
        put(self.home.join("tasks"), "0")?;
        // Only now: were the limit reached meanwhile, the kernel could end this process for it.
        self.limit()?;
        Ok((spawned, began))
    }

    fn spawn_and_move(&self, command: &mut Command) -> io::Result<(io::Result<Child>, Instant)> {
        self.limit()?;
        let began = Instant::now();
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return Ok((Err(error), began)),
        };
        let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) else {
            return Ok((Ok(child), began));
        };
        kill_process(pid, Signal::STOP)?;
        match put(self.path.join("cgroup.procs"), pid.as_raw_nonzero().to_string()) {
            // It has ended already.
            Err(error) if Errno::from_io_error(&error) == Some(Errno::SRCH) => {}
            moved => moved?,
        }
        let began = Instant::now();
        kill_process(pid, Signal::CONT)?;
        Ok((Ok(child), began))
    }

    /// Swap is not memory that a function could have.
    fn limit(&self) -> io::Result<()> {
        let bytes = self.memory.bytes().to_string();
        match self.version {
            Version::One => {
                put(self.path.join("memory.limit_in_bytes"), &bytes)?;
                // Memory and swap together: the same number leaves no swap.
                match put(self.path.join("memory.memsw.limit_in_bytes"), &bytes) {
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        put(self.path.join("memory.swappiness"), "0")
                    }
                    limited => limited,
                }
            }
            Version::Two => {
                put(self.path.join("memory.max"), &bytes)?;
                // As Lambda does: one process too many, and all of them end.
                put(self.path.join("memory.oom.group"), "1")?;
                match put(self.path.join("memory.swap.max"), "0") {
                    // A kernel that does not swap.
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                    limited => limited,
                }
            }
        }
    }

    /// Whether the kernel has ended something in it for want of memory.
    pub(super) fn ran_out_of_memory(&self) -> bool {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        counted(&self.read(file), "oom_kill") > 0
    }

    /// Stops everything in it where it stands.
    pub(super) fn freeze(&self) {
        if self.version == Version::Two && put(self.path.join("cgroup.freeze"), "1").is_ok() {
            return;
        }
        // What one has started before it was stopped is found in the next round.
        let mut told = BTreeSet::new();
        while self.signal(Signal::STOP, |pid| told.insert(pid.as_raw_nonzero())) {}
    }

    /// Lets it go on.
    pub(super) fn thaw(&self) {
        if self.version == Version::Two && put(self.path.join("cgroup.freeze"), "0").is_ok() {
            return;
        }
        self.signal(Signal::CONT, |_| true);
    }

    /// Ends everything in it, and does not wait.
    pub(super) fn kill(&self) {
        if self.version == Version::Two {
            // Since Linux 5.14; older kernels have signals only.
            let _ = put(self.path.join("cgroup.kill"), "1");
        }
        self.signal(Signal::KILL, |_| true);
    }

    /// Ends everything in it, and waits until nothing is left: whatever starts another before it is told
    /// is told in the next round.
    pub(super) async fn emptied(&self) {
        loop {
            self.kill();
            let members = self.members().into_iter().filter_map(|pid| open(pid).ok());
            let members: Vec<_> = members.collect();
            if members.is_empty() {
                return;
            }
            // On a thread that may stand still: to be told of their ends otherwise takes unsafe code. Most
            // functions have nothing left by now.
            if spawn_blocking(move || members.iter().for_each(wait_for_end)).await.is_err() {
                return;
            }
        }
    }

    /// What tells the most memory that it has used.
    pub(super) fn high_water(&self) -> Option<HighWater> {
        let file = match self.version {
            Version::One => "memory.max_usage_in_bytes",
            Version::Two => "memory.peak",
        };
        HighWater::open(&self.path.join(file))
    }

    /// Every process in it, but for this one, which may be there for the moment that a spawn takes.
    pub(super) fn members(&self) -> Vec<Pid> {
        let own = rustix::process::getpid();
        let text = self.read("cgroup.procs");
        let pids = text.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?));
        pids.filter(|&pid| pid != own).collect()
    }

    /// Signals each process that `choose` chooses. Whether there was one.
    fn signal(&self, signal: Signal, mut choose: impl FnMut(Pid) -> bool) -> bool {
        let chosen = self.members().into_iter().filter(|&pid| choose(pid));
        let chosen: Vec<_> = chosen.filter_map(|pid| Some((pid, open(pid).ok()?))).collect();
        // A number may have become another's before it was opened, but only that of one that has left.
        let still = self.members();
        for (_, process) in chosen.iter().filter(|(pid, _)| still.contains(pid)) {
            // Fails only if it has ended by itself.
            let _ = pidfd_send_signal(process, signal);
        }
        !chosen.is_empty()
    }

    /// Nothing if it is gone.
    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path.join(file)).unwrap_or_default()
    }
}

impl Drop for Cgroup {
    /// After a sandbox was killed there is nothing left to end; this is the net for one that was not.
    fn drop(&mut self) {
        self.kill();
        let mut late = self.late.lock().expect("nothing panics while it holds this");
        late.push(std::mem::take(&mut self.path));
        late.retain(|path| !is_removed(path));
    }
}

/// Writes to a file of a cgroup, which has to be there: to make one where there is none would succeed
/// outside of cgroups, and be refused as forbidden inside.
fn put(path: impl AsRef<Path>, text: impl AsRef<[u8]>) -> io::Result<()> {
    File::options().write(true).open(path)?.write_all(text.as_ref())
}

fn is_removed(path: &Path) -> bool {
    match fs::remove_dir(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::debug!(cgroup = %path.display(), %error, "a cgroup stays for a while");
            false
        }
        _ => true,
    }
}

/// Waits for a process that need not be a child.
fn wait_for_end(process: &OwnedFd) {
    // Readable once it has ended; interrupted is only asked again.
    while poll(&mut [PollFd::new(process, PollFlags::IN)], None) == Err(Errno::INTR) {}
}

fn open(pid: Pid) -> io::Result<OwnedFd> {
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

/// The number behind `name` in a file that has one to a line.
fn counted(text: &str, name: &str) -> u64 {
    let values = text.lines().filter_map(|line| line.split_once(' '));
    let mut values = values.filter(|(found, _)| *found == name);
    values.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_for_want_of_memory_is_counted_by_both_versions() {
        assert_eq!(counted("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", "oom_kill"), 2);
        let events = "low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 0\n";
        assert_eq!(counted(events, "oom_kill"), 1);
        assert_eq!(counted("", "oom_kill"), 0);
    }
}
