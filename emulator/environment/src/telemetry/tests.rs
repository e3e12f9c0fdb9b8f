use time::macros::utc_datetime;

use super::*;

const TIME: UtcDateTime = utc_datetime!(2026-09-22 10:11:12.345);

#[track_caller]
fn check(line: &str, schema: Schema, json_lines: bool, expected: &str) {
    let document = Record::Function(line.into()).document(TIME, schema, json_lines).unwrap();
    let time = "2026-09-22T10:11:12.345Z";
    assert_eq!(
        document,
        format!("{{\"time\":\"{time}\",\"type\":\"function\",\"record\":{expected}}}")
    );
}

#[test]
fn a_line_is_text_unless_its_function_logs_json_and_its_subscriber_knows_that() {
    let json = "{\"level\":\"INFO\"}\n";
    check("a \"line\"\n", Schema::Structured, true, r#""a \"line\"""#);
    check(json, Schema::Structured, true, r#"{"level":"INFO"}"#);
    check(json, Schema::Structured, false, r#""{\"level\":\"INFO\"}""#);
    check(json, Schema::Telemetry, true, r#""{\"level\":\"INFO\"}""#);
    check(json, Schema::Logs, true, r#""{\"level\":\"INFO\"}""#);
}
