//! The most memory that a process has used, and whether a cgroup has used more.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

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

/// Tells whether a cgroup has used more memory at once than before, counting the pages of files that were
/// read first in it. It also stays open.
pub(super) struct HighWater {
    file: File,
    /// In bytes, as it was last told.
    mark: Option<u64>,
}

impl HighWater {
    /// `None` if the kernel has no such number, as before 5.19 with cgroups of version 2.
    pub(super) fn open(path: &Path) -> Option<Self> {
        Some(Self { file: File::open(path).ok()?, mark: None })
    }

    /// Since it was asked last. What cannot be told may have risen.
    pub(super) fn has_risen(&mut self) -> bool {
        let now = self.bytes();
        let before = std::mem::replace(&mut self.mark, now);
        now.is_none() || now != before
    }

    fn bytes(&self) -> Option<u64> {
        let mut text = [0; 32];
        let read = self.file.read_at(&mut text, 0).ok()?;
        std::str::from_utf8(&text[..read]).ok()?.trim().parse().ok()
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
    use std::fs;

    use super::*;

    #[test]
    fn a_high_water_mark_rises_or_does_not() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut mark = HighWater::open(file.path()).unwrap();
        assert!(mark.has_risen(), "nothing is told");
        fs::write(file.path(), "4096\n").unwrap();
        assert!(mark.has_risen());
        assert!(!mark.has_risen());
        fs::write(file.path(), "8192\n").unwrap();
        assert!(mark.has_risen());
    }

    #[test]
    fn the_peak_is_read_from_the_status_of_a_process() {
        assert_eq!(peak_in("Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t    1234 kB\n"), Some(1_263_616));
        assert_eq!(peak_in("Name:\tzombie\n"), None);
    }
}
