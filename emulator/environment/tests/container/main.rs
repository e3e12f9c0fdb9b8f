//! Functions in containers of a real engine, from a real image.
//!
//! Each of these tests is skipped by name where no engine answers; `MANIFOLD_REQUIRE=docker` makes that
//! a failure.

#![expect(clippy::unwrap_used, reason = "a test; clippy knows only those with Rust's own harness")]

mod auto;
mod functions;
mod image;
mod sandbox;
mod tags;
mod world;

use std::process::ExitCode;

use emulator_environment::Executor;
use emulator_environment::container::{ContainerExecutor, NoEngine};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::{Builder, Runtime};

use crate::world::NOWHERE;

/// A test: its name is a sentence.
type Test = (&'static str, fn() -> BoxFuture<'static, ()>);

/// The tests of a module.
macro_rules! tests {
    ($module:ident: $($name:ident),* $(,)?) => {
        &[$((stringify!($name), (|| $module::$name().boxed()) as fn() -> BoxFuture<'static, ()>)),*]
    };
}

const OF_FUNCTIONS: &[Test] = tests![functions:
    a_function_runs_from_the_image_and_stays_warm,
    a_function_finds_what_lambda_gives_it,
    a_command_of_the_functions_replaces_that_of_the_image,
    an_entry_point_of_the_functions_replaces_that_of_the_image_and_keeps_its_command,
    a_working_directory_of_the_functions_is_where_it_runs_if_the_image_has_it,
    processors_and_room_in_tmp_are_as_the_function_asks,
    a_frozen_container_stands_still_and_can_be_ended,
    every_line_stands_between_start_and_end_of_its_invocation,
    the_lines_of_a_cold_start_stand_before_its_invocation,
    an_exit_and_a_crash_have_lambdas_words,
    a_function_that_takes_too_much_memory_is_ended_and_says_so,
    the_most_memory_that_was_used_is_reported,
    a_timeout_ends_the_container,
    an_image_that_cannot_be_run_is_named_with_the_reason,
    an_image_that_is_not_here_is_refused,
    containers_start_side_by_side_and_none_is_left,
    what_a_killed_emulator_left_is_removed_by_the_next_one,
];

const OF_SANDBOXES: &[Test] = tests![sandbox:
    the_root_cannot_be_written_to_and_tmp_takes_what_it_has_room_for,
    there_are_as_many_processes_as_on_lambda,
    a_runtime_api_answers_its_own_function_and_nobody_else,
    functions_do_not_reach_each_other,
    the_door_to_the_emulator_is_open_to_functions_alone,
    the_network_goes_with_the_emulator,
];

const OF_TAGS: &[Test] = tests![tags:
    a_tag_that_moves_is_told_of_once_for_each_function_and_image,
    a_tag_that_had_moved_before_its_function_was_started_is_told_of,
    a_tag_that_is_taken_off_or_moves_back_is_no_news,
];

const OF_BOTH: &[Test] =
    tests![auto: an_image_of_the_engine_is_a_container_and_any_other_a_process];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let missing = runtime().block_on(missing());
    let tests = [OF_FUNCTIONS, OF_SANDBOXES, OF_TAGS, OF_BOTH].into_iter().flatten();
    let trials = tests.map(|test| trial(*test, missing.as_ref())).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if missing.is_none() {
        runtime().block_on(image::remove_all());
    }
    conclusion.exit_code()
}

async fn missing() -> Option<NoEngine> {
    match ContainerExecutor::connect(NOWHERE).await {
        Ok((executor, _)) => {
            executor.close().await;
            None
        }
        Err(error) => Some(error),
    }
}

fn trial((name, test): Test, missing: Option<&NoEngine>) -> Trial {
    let missing = missing.map(ToString::to_string);
    Trial::ignorable_test(name, move || match missing {
        None => {
            runtime().block_on(test());
            Ok(Completion::Completed)
        }
        Some(reason) if is_required("docker") => Err(Failed::from(reason)),
        Some(reason) => Ok(Completion::ignored_with(reason)),
    })
}

fn is_required(what: &str) -> bool {
    let required = std::env::var("MANIFOLD_REQUIRE").unwrap_or_default();
    required.split(',').any(|required| required.trim() == what)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be had")
}
