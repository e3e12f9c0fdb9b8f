//! Functions as processes where cgroups can be made: what is counted, stopped and ended as a whole.
//!
//! Each of these tests is skipped by name where none can be made; `MANIFOLD_REQUIRE=cgroup` makes that a
//! failure. What a process gets either way is tested beside the executor.

#![expect(clippy::unwrap_used, reason = "a test; clippy knows only those with Rust's own harness")]

mod functions;
mod world;

use std::process::ExitCode;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::Builder;

/// A test: its name is a sentence.
type Test = (&'static str, fn() -> BoxFuture<'static, ()>);

/// A row of the table below.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), (|| functions::$name().boxed()) as fn() -> BoxFuture<'static, ()>)),*]
    };
}

const TESTS: [Test; 10] = tests![
    a_function_that_takes_too_much_memory_has_run_out_of_it,
    what_a_function_has_started_counts_as_its_memory,
    the_peak_counts_every_process_that_is_there,
    the_peak_counts_what_was_started_since_it_was_told_last,
    a_function_is_in_a_cgroup_of_its_own_that_goes_with_it,
    what_has_left_for_a_session_of_its_own_is_frozen_too,
    what_has_left_for_a_session_of_its_own_is_ended_too,
    many_start_side_by_side_and_no_cgroup_is_left,
    whoever_starts_over_and_over_keeps_no_descriptor,
    what_a_killed_emulator_left_is_ended_and_removed_by_the_next_one,
];

fn main() -> ExitCode {
    // One after the other: what this process has open is counted.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    let possible = world::makes_cgroups();
    libtest_mimic::run(&arguments, TESTS.map(|test| trial(test, possible)).into()).exit_code()
}

fn trial((name, test): Test, possible: bool) -> Trial {
    Trial::ignorable_test(name, move || {
        let reason = "no cgroup with a memory limit can be made here";
        if possible {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be had").block_on(test());
            Ok(Completion::Completed)
        } else if is_required("cgroup") {
            Err(Failed::from(reason))
        } else {
            Ok(Completion::ignored_with(reason))
        }
    })
}

fn is_required(what: &str) -> bool {
    let required = std::env::var("MANIFOLD_REQUIRE").unwrap_or_default();
    required.split(',').any(|required| required.trim() == what)
}
