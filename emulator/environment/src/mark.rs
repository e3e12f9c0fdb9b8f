//! The mark of an emulator on what outlives it if it is killed: containers and cgroups.
//!
//! It names the process, and when it started, for ids are used again.

use std::fs;

/// This process, as text: PID namespace, id and start time.
pub(crate) fn own() -> String {
    let id = std::process::id();
    let started = started(id).unwrap_or_default();
    format!("{}.{id}.{started}", namespace())
}

/// Whether the process that wrote `mark` is known to have ended.
pub(crate) fn has_ended(mark: &str) -> bool {
    let mut parts = mark.split('.');
    let (Some(namespace_then), Some(id), Some(started_then), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Ok(id) = id.parse() else { return false };
    let namespace = namespace();
    !namespace.is_empty()
        && namespace == namespace_then
        && started(id).is_none_or(|started| started.to_string() != started_then)
}

/// Number of this process's PID namespace; empty where there are none.
fn namespace() -> String {
    let link = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    link.to_string_lossy().chars().filter(char::is_ascii_digit).collect()
}

/// When a process was started, in clock ticks since the machine was; `None` if there is none.
fn started(id: u32) -> Option<u64> {
    started_in(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// Field 22 of `/proc/<pid>/stat`, counted behind the name, which may hold anything.
fn started_in(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_process_is_read_behind_its_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 90 0 0 0 1 2 0 0 20 0 1 0 4242 1000 20 …";
        assert_eq!(started_in(stat), Some(4242));
        assert_eq!(started_in("7 (a"), None);
    }

    #[test]
    fn only_an_emulator_that_is_known_to_have_ended_leaves_something_behind() {
        let here = own();
        assert!(!has_ended(&here));
        let (process, _) = here.rsplit_once('.').unwrap();
        assert!(has_ended(&format!("{process}.1")), "its id is used again");
        let elsewhere = format!("1{here}");
        assert!(!has_ended(&elsewhere), "another PID namespace");
        assert!(!has_ended("something else"));
    }
}
