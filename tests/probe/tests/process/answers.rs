//! What is posted for an event: answers, errors, and what the steps before them did.

use probe::{Echo, Rendezvous, Step, StreamEnd, script};
use serde_json::json;

use crate::fake_runtime_api::{FakeRuntimeApi, Posted};
use crate::world::World;

#[tokio::test]
async fn an_event_without_a_script_is_echoed_with_all_that_the_probe_sees() {
    let mut world = World::start_with(&[("COLOUR", "green")]).await;

    let posted = world.invoke(json!({"Records": []})).await;
    let echo: Echo = serde_json::from_slice(&posted.body).unwrap();

    assert_eq!(posted.path, "/2018-06-01/runtime/invocation/request-1/response");
    assert_eq!(posted.headers["content-type"], "application/json");
    assert_eq!(echo.event, json!({"Records": []}));
    assert_eq!(echo.headers["lambda-runtime-aws-request-id"], "request-1");
    assert_eq!(echo.headers["lambda-runtime-trace-id"], "Root=1-2-3");
    assert_eq!(echo.environment["COLOUR"], "green");
    assert_eq!(echo.arguments, ["first argument", "second"]);
    assert_eq!(echo.pid, world.probe.id().unwrap());
    assert_eq!(echo.working_directory, env!("CARGO_MANIFEST_DIR"));
    assert_eq!((echo.invocation, echo.notes), (1, vec![]));
}

#[tokio::test]
async fn answers_are_posted_as_they_were_asked_for() {
    let mut world = World::start().await;

    assert_eq!(world.run([Step::Answer(json!({"a": 1}))]).await.body, r#"{"a":1}"#);
    assert_eq!(world.run([Step::AnswerText("{".into())]).await.body, "{");
    assert_eq!(world.run([Step::AnswerBytes(6_291_557)]).await.body.len(), 6_291_557);
    assert_eq!(world.run([Step::AnswerEvent]).await.body, r#"{"probe":["answer_event"]}"#);
}

#[tokio::test]
async fn events_that_are_no_scripts_can_have_a_script_of_their_own() {
    let steps = script([Step::Answer(json!({"batchItemFailures": []}))]);
    let mut world = World::start_with(&[("PROBE_STEPS", &steps)]).await;

    assert_eq!(world.invoke(json!({"Records": []})).await.body, r#"{"batchItemFailures":[]}"#);
    assert_eq!(world.run([Step::Answer(json!(1))]).await.body, "1");
}

#[tokio::test]
async fn an_error_step_posts_its_type_and_message() {
    let mut world = World::start().await;

    let posted = world.run([Step::error("Some.Type", "because")]).await;

    assert_eq!(posted.path, "/2018-06-01/runtime/invocation/request-1/error");
    assert_eq!(posted.headers["lambda-runtime-function-error-type"], "Some.Type");
    assert_eq!(posted.body, r#"{"errorType":"Some.Type","errorMessage":"because"}"#);
}

#[tokio::test]
async fn a_misspelt_step_is_posted_as_an_error_and_nothing_of_the_script_is_done() {
    let mut world = World::start().await;

    let posted = world.invoke(json!({"probe": [{"exit": 1}, "ecko"]})).await;

    assert!(posted.path.ends_with("/error"));
    assert_eq!(posted.error()["errorType"], "Function.BadScript");
    assert!(posted.error_message().contains("step 2, `\"ecko\"`"), "{}", posted.error_message());
}

#[tokio::test]
async fn a_step_that_cannot_be_done_is_posted_with_its_cause() {
    let mut world = World::start().await;

    let posted = world.run([Step::Read("/no/such/file".into()), Step::Exit(1)]).await;
    assert_eq!(posted.error()["errorType"], "Function.StepFailed");
    let message = posted.error_message();
    assert!(message.contains("`read`") && message.contains("No such file"), "{message}");

    let unsendable = Step::error("two\nlines", "");
    assert!(world.run([unsendable]).await.error_message().contains("cannot be sent"));
}

#[tokio::test]
async fn first_calls_fail_across_processes() {
    let directory = tempfile::tempdir().unwrap();
    let steps = [
        Step::FailFirst {
            calls: 2,
            key: "calls".into(),
            directory: directory.path().into(),
            by: vec![],
        },
        Step::Answer(json!("done")),
    ];
    let mut first = World::start().await;
    let mut second = World::start().await;

    let message = first.run(steps.clone()).await.error_message();
    assert_eq!(message, "call 1 of `calls`, whose first 2 fail");
    assert_eq!(second.run(steps.clone()).await.error()["errorType"], "Function.AskedToFail");
    assert_eq!(first.run(steps).await.body, r#""done""#);
}

#[tokio::test]
async fn first_calls_fail_in_the_way_that_is_asked_for() {
    let mut world = World::start().await;
    let directory = tempfile::tempdir().unwrap();
    let steps = [
        Step::FailFirst {
            calls: 1,
            key: "calls".into(),
            directory: directory.path().into(),
            by: vec![Step::Answer(json!("instead"))],
        },
        Step::Answer(json!("done")),
    ];

    assert_eq!(world.run(steps.clone()).await.body, r#""instead""#);
    assert_eq!(world.run(steps).await.body, r#""done""#);
}

#[tokio::test]
async fn files_are_written_and_read() {
    let mut world = World::start().await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a");

    let write = Step::Write { path: path.clone(), text: "kept".into() };
    assert_eq!(world.run([write, Step::Read(path)]).await.body, r#""kept""#);
}

#[tokio::test]
async fn memory_is_held_until_it_is_freed() {
    let mut world = World::start().await;
    let status = || Step::Read("/proc/self/status".into());
    let resident_mb = |posted: Posted| {
        let status: String = serde_json::from_slice(&posted.body).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() / 1024
    };

    assert!(resident_mb(world.run([Step::AllocateMb(64), status()]).await) >= 64);
    assert!(resident_mb(world.run([status()]).await) >= 64);
    assert!(resident_mb(world.run([Step::Free, status()]).await) < 64);
    let message = world.run([Step::AllocateMb(usize::MAX)]).await.error_message();
    assert!(message.contains("MiB are too much"), "{message}");
}

#[tokio::test]
async fn a_page_is_fetched_and_a_refusal_tells_its_cause() {
    let mut world = World::start().await;
    let page = format!("http://{}/page?a=b", world.api.address);

    let fetched = world.run([Step::Fetch(page)]).await;
    assert_eq!(fetched.body, r#"{"status":200,"body":"page of /page?a=b"}"#);

    let closed = Rendezvous::open().await.unwrap().address().unwrap();
    let message = world.run([Step::Fetch(format!("http://{closed}/"))]).await.error_message();
    assert!(message.contains("cannot connect") && message.contains("refused"), "{message}");
    let message = world.run([Step::Fetch("ftp://localhost/".into())]).await.error_message();
    assert!(message.contains("no URL with http"), "{message}");
}

#[tokio::test]
async fn a_function_is_called_at_the_endpoint_that_the_environment_names() {
    let call = || Step::invoke("other", json!({}));
    let mut nowhere = World::start_with(&[("AWS_ENDPOINT_URL", "ftp://localhost")]).await;
    let message = nowhere.run([call()]).await.error_message();
    assert!(
        message.contains("`ftp://localhost/2015-03-31/functions/other/invocations`"),
        "{message}"
    );

    let pages = FakeRuntimeApi::start().await;
    let endpoint = format!("http://{}", pages.address);
    let mut world = World::start_with(&[("AWS_ENDPOINT_URL", &endpoint)]).await;
    let message = world.run([call()]).await.error_message();
    assert!(message.contains("the answer is not JSON"), "pages are not: {message}");
}

#[tokio::test]
async fn an_answer_in_pieces_is_posted_as_one_request_with_its_mode() {
    let mut world = World::start().await;
    let steps = [
        Step::stream("text/plain"),
        Step::StreamText("one".into()),
        Step::StreamText(String::new()),
        Step::StreamBytes(3),
        Step::StreamEnd(StreamEnd::Whole),
    ];
    let posted = world.run(steps).await;
    assert_eq!(posted.body, "onexxx");
    assert_eq!(posted.headers["lambda-runtime-function-response-mode"], "streaming");
    assert_eq!(posted.headers["content-type"], "text/plain");
    assert_eq!(posted.headers["transfer-encoding"], "chunked");

    let echo: Echo = serde_json::from_slice(&world.invoke(json!({})).await.body).unwrap();
    let posts: Vec<_> = echo.notes.iter().map(|note| (&*note.call, note.status)).collect();
    assert_eq!(posts, [("POST /2018-06-01/runtime/invocation/request-1/response", 202)]);
}

#[tokio::test]
async fn a_piece_without_a_beginning_is_a_step_that_fails() {
    let mut world = World::start().await;
    let posted = world.run([Step::StreamText("one".into())]).await;
    let message = "the step `stream_text` failed: no answer in pieces has been begun (hint: `stream` \
                   begins one)";
    assert_eq!(posted.error_message(), message);
}
