//! The image against Runtime APIs that are not the emulator's: what HANDLER says is answered there as here.
//!
//! AWS's Runtime Interface Emulator runs it by the very commands of `deploy/README.md`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use aws_sdk_lambda::primitives::Blob;
use libtest_mimic::Trial;
use serde_json::Value;
use tests::command::{output, root};
use tests::image::{TAG, engine, script};
use tests::requirement::{Required, Tool};
use tests::{Handler, World};
use tokio::process::Command;

use crate::command::block_on;
use crate::image::built;
use crate::page;

/// A HANDLER that the image does not have.
const UNKNOWN: &str = "nope";

/// The variable that says where AWS's Runtime Interface Emulator is.
const RIE: &str = "MANIFOLD_RIE";

/// A Runtime API for one container of the image.
#[derive(Clone)]
enum RuntimeApi {
    /// That of AWS's Runtime Interface Emulator, which is this program.
    Rie(PathBuf),
    /// As little as there can be.
    Bare,
}

pub(crate) fn trials(required: &Required) -> [Trial; 4] {
    let trial = |name, tool, found, test: fn(&RuntimeApi)| {
        required.trial(name, tool, found, move |api| {
            built();
            test(&api);
        })
    };
    let rie = engine().and_then(|()| find_rie()).map(RuntimeApi::Rie);
    let under_rie = |name, test| trial(name, Tool::Rie, rie.clone(), test);
    let bare = |name, test| trial(name, Tool::Docker, engine().map(|()| RuntimeApi::Bare), test);
    [
        under_rie("every_handler_answers_under_aws_rie_as_here", every_handler),
        under_rie("an_unknown_handler_lists_the_others_under_aws_rie", an_unknown_handler),
        bare("every_handler_answers_a_bare_runtime_api_as_here", every_handler),
        bare("a_bare_runtime_api_hears_of_an_unknown_handler", an_unknown_handler),
    ]
}

fn find_rie() -> Result<PathBuf, String> {
    let path = env::var_os(RIE).ok_or(format!("{RIE} names no `aws-lambda-rie`"))?;
    fs::canonicalize(&path).map_err(|error| format!("{RIE} is {}: {error}", path.display()))
}

fn every_handler(api: &RuntimeApi) {
    block_on(async {
        for handler in Handler::ALL {
            // There is nobody to be called: a caller refuses the event of another handler.
            let event = if handler == Handler::Caller { Handler::CustomEvent } else { handler };
            let event = root().join(format!("deploy/events/{}.json", event.name()));
            let told = check(api, handler.name(), &event).await;
            let refused = told.get("errorType").map(|kind| kind == "Runtime.InvalidEvent");
            assert_eq!(refused, (handler == Handler::Caller).then_some(true), "{told}");
        }
    });
}

fn an_unknown_handler(api: &RuntimeApi) {
    block_on(async {
        let event = root().join("deploy/events/custom-event.json");
        let told = check(api, UNKNOWN, &event).await;
        assert_eq!(told["errorType"], "Runtime.UnknownHandler");
        for handler in Handler::ALL.map(Handler::name) {
            let message = told["errorMessage"].as_str().unwrap();
            assert!(message.contains(handler), "{handler} is not in {message:?}");
        }
    });
}

/// What a function with this HANDLER tells of an event: the same to this Runtime API as in the emulator.
async fn check(api: &RuntimeApi, handler: &str, event: &Path) -> Value {
    let there = match api {
        RuntimeApi::Rie(rie) => told_under_rie(rie, handler, event).await,
        RuntimeApi::Bare => told_bare_runtime_api(handler, event).await,
    };
    assert_eq!(there, told_in_the_emulator(handler, event).await, "{handler}");
    there
}

async fn told_in_the_emulator(handler: &str, event: &Path) -> Value {
    let world = World::start().await;
    world.deploy("function", Handler::S3).variable("HANDLER", handler).await;
    // As it is in the file, since a refusal tells where in it the fault is.
    let event = Blob::new(fs::read(event).unwrap());
    let told = world.lambda().invoke().function_name("function").payload(event).send().await;
    let told = told.unwrap().payload.expect("an invocation that was waited for has an answer");
    world.close().await;
    serde_json::from_slice(told.as_ref()).unwrap()
}

/// Follows the page; where that fails, shows the container's log and removes it.
async fn told_under_rie(rie: &Path, handler: &str, event: &Path) -> Value {
    let clean_up =
        r#"trap '{ docker logs "$CONTAINER"; docker rm --force "$CONTAINER"; } >&2 || true' EXIT"#;
    let script = [clean_up, &page::script("sh rie")].join("\n");
    let mut shell = Command::new("timeout");
    shell.args(["60", "bash", "-euxo", "pipefail", "-c", &script]);
    shell.env("RIE", rie).env("IMAGE", TAG).env("HANDLER", handler).env("EVENT", event);
    let printed = output(shell).await;
    let told = printed.lines().next().expect("curl prints what was answered");
    serde_json::from_str(told).unwrap_or_else(|_| panic!("{told:?} is not JSON"))
}

async fn told_bare_runtime_api(handler: &str, event: &Path) -> Value {
    let mut api = Command::new("python3");
    api.arg(script("runtime_api.py")).args([TAG, handler]).arg(event);
    let printed = output(api).await;
    let (path, told) = printed.split_once('\n').expect("a path and a document are printed");
    let told: Value = serde_json::from_str(told).unwrap_or_else(|_| panic!("{told:?} is not JSON"));
    let expected = match handler {
        UNKNOWN => "init/error",
        _ if handler == Handler::Caller.name() => "invocation/1/error",
        _ => "invocation/1/response",
    };
    assert_eq!(path, expected);
    told
}
