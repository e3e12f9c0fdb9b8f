//! A function on a runtime client that is nobody's here: AWS's own for Python, `awslambdaric`, unchanged.
//!
//! Its image is a script with an interpreter line, named with `--image URI=PATH`.

use std::env;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::command::{probed, root};
use tests::requirement::{Required, Tool};
use tests::{World, programs};

use crate::command::block_on;

const IMAGE: &str = "python:latest";

pub(crate) fn trials(required: &Required) -> [Trial; 4] {
    let found = find();
    let trial = |name, test: fn(&str)| {
        required.trial(name, Tool::Awslambdaric, found.clone(), move |python| test(&python))
    };
    [
        trial("a_function_on_awslambdaric_answers_and_stays_warm", |python| {
            block_on(answers_and_stays_warm(python));
        }),
        trial("what_a_function_on_awslambdaric_raises_is_its_error", |python| {
            block_on(what_it_raises_is_its_error(python));
        }),
        trial("a_function_on_awslambdaric_that_takes_too_long_is_started_again", |python| {
            block_on(is_started_again(python));
        }),
        trial("a_module_that_awslambdaric_cannot_import_fails_the_start", |python| {
            block_on(cannot_be_imported(python));
        }),
    ]
}

/// The Python that has it: the one that a variable names, or that of PATH.
fn find() -> Result<String, String> {
    let python = env::var("MANIFOLD_RUNTIME_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = "import sys, awslambdaric; print(sys.executable)";
    match probed(&python, &["-c", script]) {
        Some(path) => Ok(path.trim().to_owned()),
        None => Err("python3 has no `awslambdaric` (hint: MANIFOLD_RUNTIME_PYTHON)".to_owned()),
    }
}

/// A world with the function `greeter`, whose variable HANDLER names a Python function. The folder is where
/// its image is.
async fn world(python: &str, handler: &str, timeout: i32) -> (World, TempDir) {
    let (folder, modules) = (TempDir::new().unwrap(), root().join("tests/python"));
    let text = format!(
        "export PYTHONPATH={} PYTHONDONTWRITEBYTECODE=1\n\
         exec {python} -m awslambdaric \"$HANDLER\"\n",
        modules.display()
    );
    let images = World::as_processes([(IMAGE, programs::script(folder.path(), &text))]);
    let world = World::start_with(|config| config.executor = images).await;
    let deployed = world.deploy_probe("greeter").image(IMAGE).timeout(timeout).memory(256);
    deployed.variable("HANDLER", handler).await;
    (world, folder)
}

async fn answers_and_stays_warm(python: &str) {
    let (world, _folder) = world(python, "handler.handle", 30).await;
    for calls in 1..=2 {
        let answer = world.invoke("greeter", json!({"name": "python"})).with_log().await;
        let mut value = answer.value();
        let log_stream = value.as_object_mut().unwrap().remove("log_stream").unwrap();
        let expected = json!({
            "greeting": "Hello python!",
            "calls": calls,
            "request_id": answer.request_id,
            "arn": world.arn("greeter"),
            "memory": "256",
            "in_time": true,
        });
        assert_eq!(value, expected);
        assert!(log_stream.as_str().unwrap().starts_with("2026/01/02/[$LATEST]"), "{log_stream}");
        assert_eq!(answer.lines()[1], "called with {'name': 'python'}");
        assert_eq!(answer.line("REPORT").contains("Init Duration"), calls == 1);
    }
    world.close().await;
}

async fn what_it_raises_is_its_error(python: &str) {
    let (world, _folder) = world(python, "handler.handle", 30).await;
    let answer = world.invoke("greeter", json!({"raise": "no bicycles"})).with_log().await;
    let failure = answer.failure();
    assert_eq!((&*failure.kind, &*failure.message), ("ValueError", "no bicycles"));
    let document: Value = serde_json::from_str(&answer.payload).unwrap();
    assert_eq!(document["requestId"], *answer.request_id);
    assert!(document["stackTrace"][0].as_str().unwrap().contains("handler.py"), "{document}");
    // With its traceback, in one line: the client parts them by carriage returns.
    let error = answer.line("[ERROR]");
    assert!(error.starts_with("[ERROR] ValueError: no bicycles\rTraceback"), "{error}");
    assert!(!answer.line("REPORT").contains("Status"), "the runtime has told of it itself");

    let next = world.invoke("greeter", json!({"name": "next"})).await.value();
    assert_eq!(next["calls"], 2, "an error costs no process");
    world.close().await;
}

async fn is_started_again(python: &str) {
    let (world, _folder) = world(python, "handler.handle", 3).await;
    let answer = world.invoke("greeter", json!({"name": "late", "sleep": 600})).with_log().await;
    let failure = answer.failure();
    assert_eq!(failure.kind, "Sandbox.Timedout");
    assert_eq!(failure.message, "RequestId: ID Error: Task timed out after 3.00 seconds");
    assert!(answer.line("REPORT").ends_with("\tStatus: timeout"));
    let next = world.invoke("greeter", json!({"name": "next"})).await.value();
    assert_eq!(next["calls"], 1, "its globals are lost");
    world.close().await;
}

async fn cannot_be_imported(python: &str) {
    let (world, _folder) = world(python, "nothing.handle", 30).await;
    let answer = world.invoke("greeter", json!({})).with_log().await;
    let failure = answer.failure();
    assert_eq!(failure.kind, "Runtime.ImportModuleError");
    let told = "Unable to import module 'nothing': No module named 'nothing'";
    assert_eq!(failure.message, told);
    let report = answer.line("REPORT");
    assert!(report.ends_with("Status: error\tError Type: Runtime.ImportModuleError"), "{report}");
    world.close().await;
}
