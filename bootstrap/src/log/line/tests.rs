//! What is logged, as it is written.

use std::cell::RefCell;

use serde_json::json;
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

thread_local! {
    static WRITTEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Output that the test of this thread can read.
struct Captured;

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow_mut(|written| written.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn written(format: Format, log: impl FnOnce()) -> String {
    let lines = Lines { format, output: || Captured };
    with_default(tracing_subscriber::registry().with(lines), log);
    String::from_utf8(WRITTEN.take()).unwrap()
}

fn json(log: impl FnOnce()) -> Value {
    let line = written(Format::Json, log);
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    serde_json::from_str(&line).unwrap()
}

#[test]
fn text_is_level_message_and_fields() {
    let line =
        written(Format::Text, || tracing::info!(bucket = "photos", size = 9, "an object came"));
    assert_eq!(line, "INFO an object came bucket=photos size=9\n");
}

#[test]
fn text_carries_the_request_id_of_the_invocation_around_it() {
    let line = written(Format::Text, || {
        let _invocation = tracing::error_span!("invocation", { REQUEST_ID } = "id-1").entered();
        let _step = tracing::info_span!("step", step = 2).entered();
        tracing::warn!("slow");
    });
    assert_eq!(line, "WARN id-1 slow step=2\n");
}

#[test]
fn text_stays_on_one_line_whatever_is_logged() {
    let line = written(Format::Text, || {
        tracing::info!(value = "a\nb", empty = "", quoted = "x y", "one\r\ntwo\u{1b}");
    });
    assert_eq!(line, "INFO one\\r\\ntwo\\u{1b} value=\"a\\nb\" empty=\"\" quoted=\"x y\"\n");
}

#[test]
fn json_has_what_lambda_filters_by_and_the_fields_beside_it() {
    let mut line = json(|| {
        let _invocation = tracing::error_span!("invocation", { REQUEST_ID } = "id-1").entered();
        tracing::info!(bucket = "photos", size = 9, whole = true, ratio = 0.5, "one\ntwo");
    });
    let timestamp = line["timestamp"].take();
    assert_eq!(
        line,
        json!({
            "timestamp": null, "level": "INFO", "message": "one\ntwo", "requestId": "id-1",
            "bucket": "photos", "size": 9, "whole": true, "ratio": 0.5,
        })
    );
    let timestamp = timestamp.as_str().unwrap();
    assert_eq!(
        (timestamp.len(), &timestamp[10..11], &timestamp[26..]),
        (27, "T", "Z"),
        "{timestamp}"
    );
}

#[test]
fn json_outside_an_invocation_has_no_request_id() {
    assert_eq!(json(|| tracing::error!("early")).get(REQUEST_ID), None);
}

#[test]
fn a_field_cannot_take_the_place_of_a_member_of_every_line() {
    let line = json(|| tracing::info!(level = 3, timestamp = "never", "flood"));
    assert_eq!((&line["level"], &line["level_"]), (&json!("INFO"), &json!(3)));
    assert_eq!(line["timestamp_"], "never");
}

#[test]
fn a_field_that_is_recorded_later_is_there_from_then_on_with_its_last_value() {
    let line = written(Format::Text, || {
        let span = tracing::info_span!("step", step = 1, found = tracing::field::Empty).entered();
        span.record("step", 2).record("found", "yes");
        tracing::info!("here");
    });
    assert_eq!(line, "INFO here step=2 found=yes\n");
}

#[test]
fn an_error_is_written_by_its_message() {
    let error: &dyn std::error::Error = &io::Error::other("it broke");
    assert_eq!(
        written(Format::Text, || tracing::info!(error, "oh")),
        "INFO oh error=\"it broke\"\n"
    );
}
