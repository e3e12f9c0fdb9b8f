//! AWS's service models, as botocore has them, held against what the emulator declares and answers.
//!
//! The work is done by the programs in `tests/conformance`; each gets an emulator of its own.

use std::ffi::OsString;
use std::path::Path;
use std::{env, fs};

use libtest_mimic::Trial;
use tests::World;
use tests::command::{output, probed, root};
use tests::requirement::{Required, Tool};
use tokio::process::Command;

use crate::command::{block_on, clean};

pub(crate) fn trials(required: &Required) -> [Trial; 3] {
    let trial = |name, program: &'static str| {
        required.trial(name, Tool::Botocore, find(), move |()| block_on(check(program)))
    };
    [
        trial("every_input_member_is_applied_inert_or_refused_by_name", "members.py"),
        trial("every_operation_answers_as_its_model_says", "answers.py"),
        required.trial("these_checks_see_what_is_wrong", Tool::Botocore, find(), |()| {
            block_on(check_themselves());
        }),
    ]
}

/// The Python that has the models: the one that a variable names, or that of PATH.
fn python() -> OsString {
    env::var_os("MANIFOLD_MODELS_PYTHON").unwrap_or_else(|| "python3".into())
}

/// A page of one version of the models says nothing of another's.
fn find() -> Result<(), String> {
    let pinned = fs::read_to_string(root().join("tests/conformance/requirements.txt")).unwrap();
    let pinned =
        pinned.lines().find_map(|line| line.strip_prefix("botocore==")).unwrap().to_owned();
    let script = "import botocore; print(botocore.__version__)";
    match probed(python(), &["-c", script]).as_deref().map(str::trim) {
        Some(found) if found == pinned => Ok(()),
        Some(found) => Err(format!("python3 has botocore {found}, not {pinned}")),
        None => Err(format!("python3 has no botocore {pinned}")),
    }
}

async fn check(program: &str) {
    // Real time: the clients' waiters keep it.
    let world = World::on_the_wall_clock().await;
    let mut check = run(program, world.folder());
    check.args(["--endpoint", world.endpoint()]);
    output(check).await;
    world.close().await;
}

async fn check_themselves() {
    let folder = tempfile::tempdir().unwrap();
    output(run("test_checks.py", folder.path())).await;
}

fn run(program: &str, home: &Path) -> Command {
    let mut command = clean(python(), home);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(root().join("tests/conformance").join(program));
    command
}
