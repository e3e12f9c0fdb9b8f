//! What a process may have at most, by itself.

use std::io;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use crate::launch::Memory;

/// Open files, bytes of locked memory, and bytes of the main thread's stack.
///
/// Source: the Lambda quotas page for the files; `/proc/self/limits` of a function for the others.
const FILES: u64 = 1024;
const LOCKED: u64 = 64 * 1024;
const STACK: u64 = 8 * 1024 * 1024;

/// Gives a process Lambda's limits, as far as they count that process only.
pub(super) fn apply(pid: Pid) -> io::Result<()> {
    set(pid, Resource::Nofile, FILES)?;
    set(pid, Resource::Memlock, LOCKED)?;
    // The hard limit stays: Lambda has none.
    let stack = getrlimit(Resource::Stack);
    let current = stack.maximum.map_or(STACK, |maximum| maximum.min(STACK));
    prlimit(Some(pid), Resource::Stack, Rlimit { current: Some(current), ..stack })?;
    Ok(())
}

/// Limits the data of a process to `memory`: where there is no cgroup, this is the closest there is.
pub(super) fn limit_data(pid: Pid, memory: Memory) -> io::Result<()> {
    set(pid, Resource::Data, memory.bytes())
}

/// Not above what this process may have itself: only root could give more.
fn set(pid: Pid, resource: Resource, value: u64) -> io::Result<()> {
    let allowed = getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    prlimit(Some(pid), resource, Rlimit { current: Some(allowed), maximum: Some(allowed) })?;
    Ok(())
}
