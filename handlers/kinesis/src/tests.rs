//! A batch in; the answer and the log lines out.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::*;

const SAMPLE: &str = include_str!("../../../deploy/events/kinesis.json");

/// `ÿ` in Latin-1, which is not UTF-8.
const NOT_TEXT: &str = "/w==";

#[test]
fn a_record_is_logged_with_its_name_its_text_and_where_it_came_from() {
    let (answer, lines) = handled(SAMPLE);
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    assert_eq!(
        lines,
        [concat!(
            " INFO aws:kinesis:record Data = test partition_key=\"key-1\" ",
            "sequence_number=\"49590338271490256608559692538361571095921575989136588898\" ",
            "shard=\"shardId-000000000000\""
        )]
    );
}

#[test]
fn the_first_record_that_is_not_text_is_the_only_failed_item_and_later_ones_are_left() {
    check(
        &["dGVzdA==", NOT_TEXT, "dGVzdA==", NOT_TEXT],
        &["1"],
        &["aws:kinesis:record Data = test", "record is not UTF-8, the batch restarts at it"],
    );
    check(&[NOT_TEXT, "dGVzdA=="], &["0"], &["record is not UTF-8, the batch restarts at it"]);
}

#[test]
fn a_batch_of_text_has_no_failed_items() {
    check(&[], &[], &[]);
    check(&["YQ==", "w7w="], &[], &["aws:kinesis:record Data = a", "aws:kinesis:record Data = ü"]);
}

/// The records of `data` get their position as sequence number.
#[track_caller]
fn check(data: &[&str], failures: &[&str], messages: &[&str]) {
    let (answer, lines) = handled(&batch(data).to_string());
    let failures: Vec<_> =
        failures.iter().map(|number| json!({ "itemIdentifier": number })).collect();
    assert_eq!(answer, json!({ "batchItemFailures": failures }));
    assert_eq!(lines.len(), messages.len(), "{lines:#?}");
    for (line, message) in lines.iter().zip(messages) {
        assert!(line.contains(message), "{line}");
    }
}

fn batch(data: &[&str]) -> Value {
    let template = serde_json::from_str::<Value>(SAMPLE).unwrap()["Records"][0].clone();
    let record = |(position, data): (usize, &&str)| {
        let mut record = template.clone();
        record["kinesis"]["data"] = json!(data);
        record["kinesis"]["sequenceNumber"] = json!(position.to_string());
        record
    };
    json!({ "Records": data.iter().enumerate().map(record).collect::<Vec<_>>() })
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
