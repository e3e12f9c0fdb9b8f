//! What a function logs, in the format and from the level that its variables ask for.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::process::{Function, bootstrap, own_handlers};

const KINESIS: &str = include_str!("../../../deploy/events/kinesis.json");
const S3: &str = include_str!("../../../deploy/events/s3.json");

/// The lines that two invocations with the same event leave behind.
async fn logged(command: &mut Command, event: &str) -> Vec<String> {
    let mut function = Function::start(command).await;
    function.invoke(event).await;
    function.invoke(event).await;
    function.end().await.stdout.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn text_is_the_default_and_each_line_has_its_request_id() {
    let number = "49590338271490256608559692538361571095921575989136588898";
    let line = |id: &str| {
        format!(
            "INFO {id} aws:kinesis:record Data = test partition_key=key-1 sequence_number={number} \
             shard=shardId-000000000000"
        )
    };
    let expected = [line("id-1"), line("id-2")];
    assert_eq!(logged(bootstrap().env("HANDLER", "kinesis"), KINESIS).await, expected);
    let asked =
        logged(bootstrap().env("HANDLER", "kinesis").env("AWS_LAMBDA_LOG_FORMAT", "Text"), KINESIS)
            .await;
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn json_lines_are_objects_with_the_request_id_and_the_fields() {
    let lines =
        logged(bootstrap().env("HANDLER", "s3").env("AWS_LAMBDA_LOG_FORMAT", "JSON"), S3).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, id) in lines.iter().zip(["id-1", "id-2"]) {
        let mut line: Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].take().as_str().unwrap().ends_with('Z'));
        assert_eq!(
            line,
            json!({
                "timestamp": null, "level": "INFO", "message": "S3 trigger Lambda", "requestId": id,
                "event_name": "ObjectCreated:Put", "bucket": "photos", "key": "in/red flower@home.jpg", "size": 9,
                "etag": "437b930db84b8079c2dd804a71936b5f", "sequencer": "0055AED6DCD90281E5",
            })
        );
    }
}

#[tokio::test]
async fn a_panic_is_logged_where_it_was_and_as_what_the_caller_reads() {
    let lines = logged(own_handlers().env("HANDLER", "divide"), "[1, 0]").await;
    let [at, failure, ..] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(at.starts_with("ERROR id-1 panicked: attempt to divide by zero location="), "{at}");
    assert!(at.contains("own_handlers.rs:"), "{at}");
    assert_eq!(
        failure,
        "ERROR id-1 Runtime.Panic: the handler panicked: attempt to divide by zero"
    );
    assert_eq!(lines.len(), 4, "{lines:?}");
}

#[tokio::test]
async fn a_level_hides_what_is_below_it_and_keeps_the_request_id() {
    for variable in ["AWS_LAMBDA_LOG_LEVEL", "LOG_LEVEL"] {
        assert_eq!(
            logged(bootstrap().env("HANDLER", "s3").env(variable, "WARN"), S3).await,
            [""; 0]
        );
        let lines =
            logged(bootstrap().env("HANDLER", "custom-event").env(variable, "ERROR"), "null").await;
        assert_eq!(
            lines,
            ["ERROR id-1 NilEvent: received nil event", "ERROR id-2 NilEvent: received nil event"]
        );
    }
}

#[tokio::test]
async fn the_level_that_lambda_sets_comes_first() {
    let mut command = bootstrap();
    command.env("HANDLER", "s3").env("AWS_LAMBDA_LOG_LEVEL", "WARN").env("LOG_LEVEL", "INFO");
    assert_eq!(logged(&mut command, S3).await, [""; 0]);
}

#[tokio::test]
async fn an_unknown_level_or_format_is_said_once_and_the_default_is_used() {
    let mut command = bootstrap();
    command.env("HANDLER", "s3").env("LOG_LEVEL", "LOUD").env("AWS_LAMBDA_LOG_FORMAT", "XML");
    let lines = logged(&mut command, S3).await;
    let [format, level, first, second] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        format,
        "WARN AWS_LAMBDA_LOG_FORMAT is neither `Text` nor `JSON`; lines are text value=XML"
    );
    assert_eq!(
        level,
        "WARN the log level is not one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL; it is INFO value=LOUD"
    );
    assert!(first.starts_with("INFO id-1 S3 trigger Lambda "), "{first}");
    assert!(second.starts_with("INFO id-2 S3 trigger Lambda "), "{second}");
}
