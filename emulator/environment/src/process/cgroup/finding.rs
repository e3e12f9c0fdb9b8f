//! Where cgroups with a memory limit can be made, if anywhere.
//!
//! Nothing is assumed: this process's own cgroups are in `/proc/self/cgroup`, where they can be seen is in
//! `/proc/self/mountinfo`, and whether one can be made is tried.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Access, access};

use super::{Cgroup, Late, Version};
use crate::launch::Memory;
use crate::mark;

/// What every cgroup made here starts with; the mark of its emulator and a number follow.
const PREFIX: &str = "manifold.";

/// Numbers the cgroups of this process, whichever executor makes them.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A cgroup in which others can be made.
pub(in crate::process) struct Cgroups {
    version: Version,
    /// That of this process.
    home: PathBuf,
    /// In which others are made: that of this process, or one above it.
    parent: PathBuf,
    mark: String,
    late: Late,
}

impl Cgroups {
    /// # Errors
    ///
    /// Why there is none, as a sentence's second half.
    pub(in crate::process) fn find() -> Result<Self, String> {
        let unreadable = |error: io::Error| format!("/proc tells nothing of cgroups: {error}");
        let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(unreadable)?;
        let groups = fs::read_to_string("/proc/self/cgroup").map_err(unreadable)?;
        let (version, own, root) = own_cgroup(&mounts, &groups)
            .ok_or("no cgroup of this process that could count memory can be seen")?;
        let mut reason = String::new();
        for parent in candidates(version, &own, &root) {
            let cgroups = Self {
                version,
                home: own.clone(),
                parent: parent.to_owned(),
                mark: mark::own(),
                late: Late::default(),
            };
            match cgroups.try_out() {
                Ok(()) => return Ok(cgroups),
                Err(error) => reason = format!("{}: {error}", parent.display()),
            }
        }
        Err(if reason.is_empty() {
            format!("no cgroup above {} gives memory limits to those in it", own.display())
        } else {
            reason
        })
    }

    /// A new one, for a sandbox with this much memory.
    pub(in crate::process) fn make(&self, memory: Memory) -> io::Result<Cgroup> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.parent.join(format!("{PREFIX}{}.{number}", self.mark));
        fs::create_dir(&path)?;
        Ok(self.cgroup(path, memory))
    }

    /// Ends what emulators that were killed have left running, and removes their cgroups.
    pub(in crate::process) fn remove_leftovers(&self) {
        for entry in fs::read_dir(&self.parent).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(is_left_over) {
                tracing::info!(cgroup = %entry.path().display(), "removing what a killed emulator has left");
                drop(self.cgroup(entry.path(), Memory::DEFAULT));
            }
        }
    }

    fn cgroup(&self, path: PathBuf, memory: Memory) -> Cgroup {
        let late = Arc::clone(&self.late);
        Cgroup { version: self.version, path, home: self.home.clone(), memory, late }
    }

    /// Makes one, limits it, and lets it go again.
    fn try_out(&self) -> io::Result<()> {
        self.make(Memory::DEFAULT)?.limit()?;
        // To move a process takes this right on what holds both its old cgroup and its new one.
        access(self.parent.join("cgroup.procs"), Access::WRITE_OK)?;
        Ok(())
    }
}

/// Where to try, the nearest first.
///
/// With version 1 a cgroup can be made in any other. With version 2 one that gives its controllers on has
/// no processes itself, so that this process's own will not do but at the root; nothing is changed in
/// those that are there.
fn candidates<'a>(
    version: Version,
    own: &'a Path,
    root: &'a Path,
) -> impl Iterator<Item = &'a Path> {
    let above = own.ancestors().take_while(move |path| path.starts_with(root));
    above.filter(move |path| version == Version::One || gives_memory_on(path))
}

fn gives_memory_on(path: &Path) -> bool {
    let controllers = fs::read_to_string(path.join("cgroup.subtree_control")).unwrap_or_default();
    controllers.split_whitespace().any(|controller| controller == "memory")
}

/// Whether a cgroup of this name was an emulator's that has ended.
fn is_left_over(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX);
    rest.and_then(|rest| rest.rsplit_once('.')).is_some_and(|(mark, _)| mark::has_ended(mark))
}

/// The cgroup of this process that counts its memory, and the one at the root of what can be seen.
fn own_cgroup(mounts: &str, groups: &str) -> Option<(Version, PathBuf, PathBuf)> {
    let lines = || groups.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let first =
        lines().find(|(controllers, _)| controllers.split(',').any(|name| name == "memory"));
    let second = lines().find(|(controllers, _)| controllers.is_empty());
    let (version, (_, path)) = match (first, second) {
        (Some(line), _) => (Version::One, line),
        (None, line) => (Version::Two, line?),
    };
    mounts.lines().filter_map(Mount::of).find_map(|mount| {
        let below = Path::new(path).strip_prefix(mount.root).ok()?;
        let root = mount.is(version).then(|| PathBuf::from(mount.point))?;
        // The path of nothing would end in a slash.
        let own = if below == Path::new("") { root.clone() } else { root.join(below) };
        Some((version, own, root))
    })
}

/// A line of `/proc/self/mountinfo`.
struct Mount<'a> {
    /// Which part of its file system it shows.
    root: &'a str,
    point: &'a str,
    kind: &'a str,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (mount, file_system) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let mut file_system = file_system.split(' ');
        Some(Self {
            root: mount.next()?,
            point: mount.next()?,
            kind: file_system.next()?,
            options: file_system.nth(1)?,
        })
    }

    fn is(&self, version: Version) -> bool {
        match version {
            Version::One => {
                self.kind == "cgroup" && self.options.split(',').any(|option| option == "memory")
            }
            Version::Two => self.kind == "cgroup2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &str = "\
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n\
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n\
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:7 - cgroup cgroup rw,memory\n\
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
    const UNIFIED: &str =
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid,noexec - cgroup2 cgroup2 rw,nsdelegate\n";
    const CONTAINER: &str = "640 639 0:31 /docker/77 /sys/fs/cgroup/memory ro,nosuid master:16 - cgroup cgroup rw,memory\n";

    #[track_caller]
    fn check(mounts: &str, groups: &str, expected: Option<(Version, &str, &str)>) {
        let expected = expected.map(|(version, own, root)| (version, own.into(), root.into()));
        assert_eq!(own_cgroup(mounts, groups), expected);
    }

    #[test]
    fn the_cgroup_that_counts_memory_is_found_wherever_it_is_mounted() {
        let memory = "/sys/fs/cgroup/memory";
        check(
            BOTH,
            "4:memory:/build/7\n1:cpu:/\n0::/\n",
            Some((Version::One, "/sys/fs/cgroup/memory/build/7", memory)),
        );
        check(
            UNIFIED,
            "0::/user.slice/user-1000.slice/session-2.scope\n",
            Some((
                Version::Two,
                "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope",
                "/sys/fs/cgroup",
            )),
        );
        check(UNIFIED, "0::/\n", Some((Version::Two, "/sys/fs/cgroup", "/sys/fs/cgroup")));
        check(CONTAINER, "5:memory:/docker/77\n", Some((Version::One, memory, memory)));
        check(CONTAINER, "5:memory:/elsewhere\n", None);
        check(UNIFIED, "5:memory:/\n", None);
        check("", "0::/\n", None);
    }

    #[test]
    fn only_a_cgroup_of_an_emulator_that_has_ended_is_left_over() {
        let own = mark::own();
        assert!(!is_left_over(&format!("manifold.{own}.3")));
        let (process, _) = own.rsplit_once('.').unwrap();
        assert!(is_left_over(&format!("manifold.{process}.1.3")), "its id is used again");
        assert!(!is_left_over("manifold.slice"));
        assert!(!is_left_over("docker"));
    }
}
