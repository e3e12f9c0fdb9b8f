//! A notification in; the answer and the log lines out.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::*;

const SAMPLE: &str = include_str!("../../../deploy/events/s3.json");

#[test]
fn a_record_is_one_line_with_the_objects_name_and_content() {
    check(
        SAMPLE,
        1,
        &[concat!(
            " INFO S3 trigger Lambda event_name=\"ObjectCreated:Put\" bucket=\"photos\" ",
            "key=\"in/red flower@home.jpg\" size=9 etag=\"437b930db84b8079c2dd804a71936b5f\" ",
            "sequencer=\"0055AED6DCD90281E5\""
        )],
    );
}

#[test]
fn records_are_logged_in_their_order() {
    check(
        &of_keys(&["b", "a"]).to_string(),
        2,
        &[
            " INFO S3 trigger Lambda event_name=\"ObjectRemoved:Delete\" bucket=\"photos\" key=\"b\" sequencer=\"1\"",
            " INFO S3 trigger Lambda event_name=\"ObjectRemoved:Delete\" bucket=\"photos\" key=\"a\" sequencer=\"1\"",
        ],
    );
}

#[test]
fn an_event_without_records_is_accepted_and_says_so() {
    check("{}", 0, &[" INFO S3 event without records"]);
    check(r#"{"Records":[]}"#, 0, &[" INFO S3 event without records"]);
    let test_event = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-02T03:04:05.678Z",
        "Bucket":"photos","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"}"#;
    check(test_event, 0, &[" INFO S3 event without records event_name=\"s3:TestEvent\""]);
}

#[test]
fn keys_are_decoded_as_form_fields() {
    for (encoded, key) in [
        ("plain.txt", "plain.txt"),
        ("a+b", "a b"),
        ("a%2Bb", "a+b"),
        ("caf%C3%A9/%E2%82%AC", "café/€"),
        ("100%25", "100%"),
        ("broken%ZZ", "broken%ZZ"),
    ] {
        assert_eq!(decoded(encoded), key);
    }
}

#[track_caller]
fn check(event: &str, processed: usize, expected: &[&str]) {
    let (answer, lines) = handled(event);
    assert_eq!(answer, json!({ "processed": processed }));
    assert_eq!(lines, expected);
}

/// Removals: the records with the fewest members, for a removed object has neither size nor `ETag`.
fn of_keys(keys: &[&str]) -> Value {
    let template = serde_json::from_str::<Value>(SAMPLE).unwrap()["Records"][0].clone();
    let record = |key: &&str| {
        let mut record = template.clone();
        record["eventName"] = json!("ObjectRemoved:Delete");
        record["s3"]["object"] = json!({ "key": key, "sequencer": "1" });
        record
    };
    json!({ "Records": keys.iter().map(record).collect::<Vec<_>>() })
}

fn handled(event: &str) -> (Value, Vec<String>) {
    let event = serde_json::from_str(event).unwrap();
    let written = Arc::new(Mutex::new(Vec::new()));
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_target(false)
        .with_writer(Mutex::new(Shared(Arc::clone(&written))))
        .finish();
    let answer = tracing::subscriber::with_default(subscriber, || handle(event).now_or_never());
    let Ok(answer) = answer.expect("it waits for nothing");
    let text = String::from_utf8(written.lock().unwrap().clone()).unwrap();
    (serde_json::to_value(answer).unwrap(), text.lines().map(str::to_owned).collect())
}

/// What was logged, readable while the subscriber still writes to it.
struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
