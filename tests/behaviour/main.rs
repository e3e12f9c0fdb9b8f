//! What functions and triggers do, as one list for every executor, for any emulator, and for AWS: all that
//! these tests know of who answers is a URL. README.md, one floor up, says how to point them elsewhere.
//!
//! The names of these tests, read in order, say what is emulated.

// Said to be test code, as all of it is, for clippy to allow `unwrap` outside test functions too.
#![cfg(test)]

mod created;
mod target;
mod variables;
mod world;

mod functions;
mod policies;

mod changes;
mod concurrency;
mod environments;
mod failures;
mod invocations;
mod log_lines;
mod recursion;
mod reentry;
mod streaming;
mod versions;

mod caller;
mod handlers;
mod triggers;

mod apigateway;
mod buckets;
mod function_logs;
mod kinesis;
mod logs;
mod mappings;
mod sts;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use libtest_mimic::{Arguments, Trial};
use tests::image;
use tests::requirement::{Required, Tool};
use tokio::runtime::{Builder, Runtime};

use target::Target;
use world::World;

/// A test: its path, the last word of which is a sentence, and what it does.
type Test = (&'static str, for<'w> fn(&'w World) -> LocalBoxFuture<'w, ()>);

/// The tests of a module, in the order in which they are to be read.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        &[$((
            concat!(module_path!(), "::", stringify!($name)),
            |world| futures_util::FutureExt::boxed_local($name(world)),
        )),*]
    };
}
use tests;

/// Every module, in the order in which they are to be read.
const MODULES: &[&[Test]] = &[
    functions::TESTS,
    policies::TESTS,
    changes::TESTS,
    concurrency::TESTS,
    environments::TESTS,
    failures::TESTS,
    invocations::TESTS,
    log_lines::TESTS,
    recursion::TESTS,
    reentry::TESTS,
    streaming::TESTS,
    versions::TESTS,
    handlers::TESTS,
    caller::TESTS,
    triggers::TESTS,
    apigateway::TESTS,
    buckets::TESTS,
    function_logs::TESTS,
    kinesis::TESTS,
    logs::TESTS,
    mappings::TESTS,
    sts::TESTS,
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = Arc::new(runtime.expect("a runtime can be had"));
    let targets: Vec<_> = Target::asked_for().into_iter().map(Arc::new).collect();
    let trials = targets.iter().flat_map(|target| trials(target, &runtime)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    for target in targets {
        let target = Arc::into_inner(target).expect("every test is over");
        runtime.block_on(target.close());
    }
    conclusion.exit_code()
}

/// The list for one target.
fn trials(target: &Arc<Target>, runtime: &Arc<Runtime>) -> Vec<Trial> {
    let required = Required::read();
    let engine = if target.wants_engine() { image::engine() } else { Ok(()) };
    let trial = |&(path, test): &Test| {
        let name = format!("{}::{}", target.name(), path.replacen("behaviour::", "", 1));
        let wants_engine = target.wants_engine();
        let (target, runtime) = (target.clone(), runtime.clone());
        let run = move |()| runtime.block_on(run(&target, test));
        if wants_engine {
            required.trial(&name, Tool::Docker, engine.clone(), run)
        } else {
            Trial::test(name, move || {
                run(());
                Ok(())
            })
        }
    };
    MODULES.iter().copied().flatten().map(trial).collect()
}

/// Runs a test, and removes what it has created however it has ended.
async fn run(target: &Target, test: fn(&World) -> LocalBoxFuture<'_, ()>) {
    let world = World::of(target.account().await);
    let outcome = AssertUnwindSafe(test(&world)).catch_unwind().await;
    let left = world.leave().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    assert!(left.is_empty(), "this test could not remove what it has created: {left:#?}");
}
