//! What a function's processes have, and lose, together.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use emulator_environment::Exit;
use futures_util::future::join_all;
use tokio::process::Command;

use crate::world::{Running, World};

const MIB: u64 = 1024 * 1024;

/// Prints what [`Running::cgroup`] reads.
const SHOW_CGROUP: &str = "cat /proc/self/cgroup; echo";

/// Takes 60 MiB and keeps them, in a process of its own, for nobody reads what that would print. Says so
/// should it end.
const HOLD: &str = "(head -c 60m /dev/zero | tail -c 60m; echo ended >&2) | sleep 1000";

pub(crate) async fn a_function_that_takes_too_much_memory_has_run_out_of_it() {
    let world = World::with("held=$(head -c 300m /dev/zero | tr '\\0' x)");
    let mut running = world.start().await;
    assert_eq!(running.exited().await, Exit::OutOfMemory);
    assert_eq!(running.sandbox.peak_memory(), Some(128 * MIB));
    running.kill().await;
}

pub(crate) async fn what_a_function_has_started_counts_as_its_memory() {
    // Each of them has room alone, and so have two.
    let world = World::with(&format!("{HOLD} & {HOLD} & {HOLD} & wait"));
    let mut running = world.start().await;
    match running.line().await.as_str() {
        // With cgroups of version 1 one of them ends; shells may say so in a word of their own.
        "ended" | "Killed" => {}
        // With version 2 all of them do.
        other => assert_eq!((other, running.exited().await), ("", Exit::OutOfMemory)),
    }
    running.kill().await;
}

pub(crate) async fn the_peak_counts_what_was_started_since_it_was_told_last() {
    let child = "sh -c 'held=$(head -c 8m /dev/zero | tr \"\\\\0\" x); echo there; read end' < end";
    let world = World::with(&format!("read line < go; {child} & wait"));
    let (mut go, _end) = (world.pipe("go"), world.pipe("end"));
    let mut running = world.start().await;
    let before = running.sandbox.peak_memory().unwrap();
    // The shell may still be on its way to the first line.
    let again = running.sandbox.peak_memory().unwrap() - before;
    assert!(again < MIB, "{again} bytes");
    go.write_all(b"\n").unwrap();
    assert_eq!(running.line().await, "there");
    let grown = running.sandbox.peak_memory().unwrap() - before;
    assert!(grown >= 8 * MIB, "{grown} bytes");
    running.kill().await;
}

pub(crate) async fn the_peak_counts_every_process_that_is_there() {
    // The shells have taken what they hold once they say so.
    let child = "sh -c 'held=$(head -c 8m /dev/zero | tr \"\\\\0\" x); echo there; read end' < end";
    let world = World::with(&format!("{child} & {child} & wait"));
    let _end = world.pipe("end");
    let mut running = world.start().await;
    assert_eq!((running.line().await, running.line().await), ("there".into(), "there".into()));
    let peak = running.sandbox.peak_memory().unwrap() / MIB;
    assert!((16..=128).contains(&peak), "{peak} MiB");
    running.kill().await;
}

pub(crate) async fn a_function_is_in_a_cgroup_of_its_own_that_goes_with_it() {
    let world = World::with(&format!("{SHOW_CGROUP}; exec sleep 1000"));
    let (mut one, mut other) = (world.start().await, world.start().await);
    let (cgroup, another) = (one.cgroup().await, other.cgroup().await);
    assert_ne!(cgroup, another);
    one.kill().await;
    assert!(!cgroup.exists());
    assert!(another.exists());
    other.kill().await;
    assert!(!another.exists());
}

pub(crate) async fn what_has_left_for_a_session_of_its_own_is_frozen_too() {
    let world = World::with("setsid sh -c 'echo there; read line; echo \"$line\"' < ask & wait");
    let mut ask = world.pipe("ask");
    let mut running = world.start().await;
    assert_eq!(running.line().await, "there");
    running.sandbox.freeze().await;
    ask.write_all(b"asked\n").unwrap();
    // Time enough for it to answer, if it could.
    Command::new("/bin/sh").args(["-c", ":"]).status().await.unwrap();
    assert!(!running.has_printed());
    running.sandbox.thaw().await;
    assert_eq!(running.line().await, "asked");
    running.kill().await;
}

pub(crate) async fn what_has_left_for_a_session_of_its_own_is_ended_too() {
    let world = World::with("setsid sleep 1000 & echo $!; wait");
    let mut running = world.start().await;
    let detached = format!("/proc/{}", running.line().await);
    assert!(Path::new(&detached).exists());
    // To stand still must not save it.
    running.sandbox.freeze().await;
    running.kill().await;
    let state = fs::read_to_string(format!("{detached}/stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "{state}");
}

pub(crate) async fn many_start_side_by_side_and_no_cgroup_is_left() {
    let world = World::with(&format!("{SHOW_CGROUP}; exec sleep 1000"));
    let mut running = join_all((0..8).map(|_| world.start())).await;
    let cgroups = join_all(running.iter_mut().map(Running::cgroup)).await;
    join_all(running.into_iter().map(Running::kill)).await;
    assert!(cgroups.iter().all(|cgroup| !cgroup.exists()), "{cgroups:?}");
}

pub(crate) async fn whoever_starts_over_and_over_keeps_no_descriptor() {
    let world = World::with("exec sleep 1000");
    let open = || fs::read_dir("/proc/self/fd").unwrap().count();
    let cycle = async || {
        world.start().await.kill().await;
        let nothing = world.start_with(|launch| launch.entry_point = vec!["/nowhere".to_owned()]);
        assert!(nothing.await.is_err());
    };
    // What the first one opens for good does not count.
    cycle().await;
    let before = open();
    for _ in 0..8 {
        cycle().await;
    }
    assert_eq!(open(), before);
}

pub(crate) async fn what_a_killed_emulator_left_is_ended_and_removed_by_the_next_one() {
    let world = World::with(&format!("{SHOW_CGROUP}; exec sleep 1000"));
    let mut running = world.start().await;
    let cgroup = running.cgroup().await;
    running.kill().await;
    // The same process id, but not the same process: it started at another time.
    let name = cgroup.file_name().unwrap().to_str().unwrap();
    let parts: Vec<_> = name.split('.').collect();
    let left_over = cgroup.with_file_name(format!("manifold.{}.{}.1.1", parts[1], parts[2]));
    fs::create_dir(&left_over).unwrap();
    let mut process = Command::new("sleep").arg("1000").kill_on_drop(true).spawn().unwrap();
    let pid = process.id().unwrap().to_string();
    fs::write(left_over.join("cgroup.procs"), pid).unwrap();

    let world = World::with("exit 0");
    assert_eq!(process.wait().await.unwrap().signal(), Some(9));
    // What was still in use is removed with the next one.
    world.start().await.kill().await;
    assert!(!left_over.exists());
}
