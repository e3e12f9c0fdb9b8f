//! The most memory that a container has used, as the kernel counts it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// A container's first process as this machine knows it, with its control groups.
pub(super) struct Groups {
    pub(super) pid: i64,
    lines: String,
}

impl Groups {
    /// `None` if the container has ended, or if its engine counts processes of another machine.
    pub(super) fn of(container: &str, pid: i64) -> Option<Self> {
        let lines = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
        lines.contains(container).then_some(Self { pid, lines })
    }
}

/// Tells the peak memory of one container. Stays open, because it is read at every invocation.
pub(super) struct Gauge(File);

impl Gauge {
    /// `None` if the kernel has no such number, as before 5.19 with cgroups of version 2 only.
    pub(super) fn open(groups: &Groups) -> Option<Self> {
        File::open(peak_file(groups.lines.lines())?).ok().map(Self)
    }

    /// In bytes, of all its processes together; `None` once the container has ended.
    pub(super) fn peak(&self) -> Option<u64> {
        let mut text = [0; 32];
        let read = self.0.read_at(&mut text, 0).ok()?;
        std::str::from_utf8(&text[..read]).ok()?.trim().parse().ok()
    }
}

/// The file for a process's `/proc/<pid>/cgroup`, whose lines are `hierarchy:controllers:path`.
fn peak_file<'a>(groups: impl Iterator<Item = &'a str>) -> Option<PathBuf> {
    let mut version_2 = None;
    for group in groups {
        let mut parts = group.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        if controllers.split(',').any(|controller| controller == "memory") {
            let file = format!("/sys/fs/cgroup/memory{path}/memory.max_usage_in_bytes");
            return Some(file.into());
        }
        if controllers.is_empty() {
            version_2 = Some(format!("/sys/fs/cgroup{path}/memory.peak").into());
        }
    }
    version_2
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn both_versions_of_cgroups_have_a_file_for_the_peak() {
        let first = "9:cpu,cpuacct:/docker/77\n4:memory:/docker/77\n0::/docker/77";
        assert_eq!(
            peak_file(first.lines()).as_deref(),
            Some(Path::new("/sys/fs/cgroup/memory/docker/77/memory.max_usage_in_bytes"))
        );
        assert_eq!(
            peak_file("0::/system.slice/docker-77.scope".lines()).as_deref(),
            Some(Path::new("/sys/fs/cgroup/system.slice/docker-77.scope/memory.peak"))
        );
        assert_eq!(peak_file("".lines()), None);
    }
}
