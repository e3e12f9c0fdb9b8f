//! The most memory that a process has used.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::process::Pid;

/// Tells the peak memory of one process.
pub(super) struct Gauge(File);

impl Gauge {
    /// Stays open for the life of the process, because it is read at every invocation.
    pub(super) fn open(pid: Pid) -> Option<Self> {
        File::open(format!("/proc/{}/status", pid.as_raw_nonzero())).ok().map(Self)
    }

    /// The largest resident set so far, in bytes; `None` once the process has ended.
    pub(super) fn peak(&self) -> Option<u64> {
        let mut text = [0; 4096];
        let read = self.0.read_at(&mut text, 0).ok()?;
        peak_in(std::str::from_utf8(&text[..read]).ok()?)
    }
}

/// The `VmHWM` line of `/proc/<pid>/status`, which is in KiB.
fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status_of_a_process() {
        assert_eq!(peak_in("Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t    1234 kB\n"), Some(1_263_616));
        assert_eq!(peak_in("Name:\tzombie\n"), None);
    }
}
