//! Scripts as text: what is read, what is written, and what is refused with which words.

use serde_json::{Value, json};

use super::{event, in_event, in_init, in_text, script};
use crate::chain::Chain;
use crate::step::{Signal, Step};

#[track_caller]
fn check(step: Step, written: impl Into<Value>) {
    let written = written.into();
    assert_eq!(event([step.clone()]), json!({"probe": [written]}));
    let event = json!({"probe": [written]}).to_string();
    assert_eq!(in_event(event.as_bytes()).unwrap(), Some(vec![step]));
}

#[track_caller]
fn refused(event: &str, words: &[&str]) {
    let error = in_event(event.as_bytes()).unwrap_err();
    let message = Chain(&error).to_string();
    for word in words {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
}

#[test]
fn a_step_is_written_as_it_is_read() {
    check(Step::Echo, json!("echo"));
    check(Step::Answer(json!(42)), json!({"answer": 42}));
    check(Step::Answer(json!(null)), json!({"answer": null}));
    check(Step::AnswerText("<p>".into()), json!({"answer_text": "<p>"}));
    check(Step::AnswerBytes(6_291_557), json!({"answer_bytes": 6_291_557}));
    check(Step::AnswerEvent, json!("answer_event"));
    check(
        Step::error("Some.Type", "why"),
        json!({"error": {"error_type": "Some.Type", "error_message": "why"}}),
    );
    check(Step::SleepMs(5), json!({"sleep_ms": 5}));
    check(Step::PastDeadlineMs(1), json!({"past_deadline_ms": 1}));
    check(Step::Hold(([127, 0, 0, 1], 4000).into()), json!({"hold": "127.0.0.1:4000"}));
    check(Step::Log(vec!["a".into(), "b".into()]), json!({"log": ["a", "b"]}));
    check(
        Step::LogLines { count: 3, text: "line".into() },
        json!({"log_lines": {"count": 3, "text": "line"}}),
    );
    check(Step::Stdout("a".into()), json!({"stdout": "a"}));
    check(Step::Stderr("a\n".into()), json!({"stderr": "a\n"}));
    check(Step::Panic("no".into()), json!({"panic": "no"}));
    check(Step::Exit(3), json!({"exit": 3}));
    check(Step::Abort, json!("abort"));
    check(Step::Kill(Signal::Kill), json!({"kill": "SIGKILL"}));
    check(Step::AllocateMb(64), json!({"allocate_mb": 64}));
    check(Step::Free, json!("free"));
    check(Step::Threads(3), json!({"threads": 3}));
    check(Step::fail_first(2, "k"), json!({"fail_first": {"calls": 2, "key": "k"}}));
    check(
        Step::FailFirst {
            calls: 1,
            key: "k".into(),
            directory: "/data".into(),
            by: vec![Step::Exit(1)],
        },
        json!({"fail_first": {"calls": 1, "key": "k", "directory": "/data", "by": [{"exit": 1}]}}),
    );
    check(
        Step::Write { path: "/tmp/a".into(), text: "b".into() },
        json!({"write": {"path": "/tmp/a", "text": "b"}}),
    );
    check(
        Step::WriteMb { path: "/tmp/a".into(), mb: 3 },
        json!({"write_mb": {"path": "/tmp/a", "mb": 3}}),
    );
    check(Step::Read("/tmp/a".into()), json!({"read": "/tmp/a"}));
    check(Step::Fetch("http://localhost".into()), json!({"fetch": "http://localhost"}));
    check(Step::invoke("f", json!({})), json!({"invoke": {"function": "f", "event": {}}}));
    check(Step::Next, json!("next"));
    check(
        Step::AnswerAs { request_id: "x".into(), value: json!(1) },
        json!({"answer_as": {"request_id": "x", "value": 1}}),
    );
}

#[test]
fn an_event_without_the_key_is_no_script() {
    for event in ["null", "42", "[]", "{}", r#"{"steps":[{"exit":1}]}"#] {
        assert_eq!(in_event(event.as_bytes()).unwrap(), None, "{event}");
    }
}

#[test]
fn an_empty_script_is_a_script() {
    assert_eq!(in_event(br#"{"probe":[]}"#).unwrap(), Some(vec![]));
}

#[test]
fn what_is_misspelt_is_refused_by_name() {
    refused(r#"{"probe":["ecko"]}"#, &["step 1", "unknown variant `ecko`", "`echo`"]);
    refused(r#"{"probe":["echo",{"slep_ms":5}]}"#, &["step 2", "unknown variant `slep_ms`"]);
    refused(
        r#"{"probe":[{"log_lines":{"count":1,"text":"a","to":"stderr"}}]}"#,
        &["step 1", "unknown field `to`"],
    );
    refused(
        r#"{"probe":[{"error":{"error_type":"A.B"}}]}"#,
        &["step 1", "missing field `error_message`"],
    );
    refused(r#"{"probe":[{"sleep_ms":5,"answer":1}]}"#, &["step 1", "single key"]);
    refused(r#"{"probe":[{"sleep_ms":"5"}]}"#, &["step 1", "expected u64"]);
    refused(r#"{"probe":[{"kill":"SIGINT"}]}"#, &["step 1", "unknown variant `SIGINT`"]);
    refused(
        r#"{"probe":[{"fail_first":{"calls":1,"key":"k","by":["exti"]}}]}"#,
        &["step 1", "unknown variant `exti`"],
    );
    refused(r#"{"probe":{"answer":1}}"#, &["list of steps", r#"{"answer":1}"#]);
    refused(r#"{"probe":[],"prob":1}"#, &["only key", "`prob`"]);
    refused("{", &["the event is not JSON"]);
}

#[test]
fn init_has_short_forms_and_scripts() {
    let init = |text| in_init(text, "Some.Type: because: so").unwrap();

    assert_eq!(init("error"), [Step::error("Some.Type", "because: so")]);
    assert_eq!(init("exit:3"), [Step::Exit(3)]);
    assert_eq!(init("sleep:500"), [Step::SleepMs(500)]);
    assert_eq!(init("log:a: line"), [Step::Log(vec!["a: line".into()])]);
    assert!(matches!(&init("panic")[..], [Step::Panic(_)]));
    let steps = [Step::SleepMs(1), Step::fail_first(1, "init")];
    assert_eq!(init(&script(steps.clone())), steps);
}

#[test]
fn an_init_that_says_nothing_known_is_refused() {
    for text in ["", "exit", "exit:none", "exit:256", "sleep:-1", "errors", "Panic", "error:x"] {
        let message = in_init(text, "").unwrap_err().to_string();
        assert!(message.starts_with(&format!("`{text}` is none of")), "{message}");
    }
    let error = in_text("[1]").unwrap_err();
    assert!(Chain(&error).to_string().starts_with("step 1, `1`"), "{}", Chain(&error));
}
