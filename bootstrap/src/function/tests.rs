//! JSON in; JSON or a failure out.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt as _;
use lambda_runtime::Context;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Order {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    price: u32,
}

struct Nothing;

impl From<Nothing> for Diagnostic {
    fn from(_: Nothing) -> Self {
        Self { error_type: "Nothing".into(), error_message: "nothing was ordered".into() }
    }
}

async fn total(order: Order) -> Result<u32, Nothing> {
    match order.items.iter().map(|item| item.price).sum() {
        0 => Err(Nothing),
        13 => panic!("{} is bad luck", 13),
        total => Ok(total),
    }
}

fn answered(function: Function, event: &str) -> Result<String, String> {
    let payload = RawValue::from_string(event.to_owned()).unwrap();
    let started = function.start().now_or_never().expect("it waits for nothing").unwrap();
    let answer = started.call(LambdaEvent::new(payload, Context::default())).now_or_never();
    answer
        .expect("it waits for nothing")
        .map(|json| json.to_string())
        .map_err(|failure| format!("{failure:?}"))
}

#[track_caller]
fn check(event: &str, expected: Result<&str, &str>) {
    let answer = answered(Function::event(total), event);
    assert_eq!(answer, expected.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn an_answer_is_json() {
    check(r#"{"items":[{"price":3},{"price":4}]}"#, Ok("7"));
}

#[test]
fn the_handlers_own_error_is_the_failure() {
    check(r#"{"items":[]}"#, Err("Nothing: nothing was ordered"));
}

#[test]
fn an_event_that_does_not_fit_is_refused_with_the_field() {
    check(
        r#"{"items":[{"price":3},{"price":"4"}]}"#,
        Err("Runtime.InvalidEvent: the event does not fit the handler at `items[1].price`: \
             invalid type: string \"4\", expected u32 at line 1 column 34"),
    );
    check(
        "{}",
        Err(
            "Runtime.InvalidEvent: the event does not fit the handler: missing field `items` at line 1 column 2",
        ),
    );
}

#[test]
fn a_panic_is_a_failure_with_its_message() {
    check(
        r#"{"items":[{"price":13}]}"#,
        Err("Runtime.Panic: the handler panicked: 13 is bad luck"),
    );
}

#[test]
fn a_panic_before_the_first_await_is_a_failure_too() {
    fn never(_: Order) -> std::future::Ready<Result<u32, Infallible>> {
        panic!("at once")
    }
    let answer = answered(Function::event(never), r#"{"items":[]}"#);
    assert_eq!(answer, Err("Runtime.Panic: the handler panicked: at once".into()));
}

#[test]
fn an_answer_without_a_json_form_is_a_failure() {
    async fn pairs(_: Order) -> Result<std::collections::HashMap<(u8, u8), u8>, Infallible> {
        Ok([((1, 2), 3)].into())
    }
    let answer = answered(Function::event(pairs), r#"{"items":[]}"#);
    let expected = "Runtime.InvalidAnswer: the handler's answer cannot be written as JSON: key must be a string";
    assert_eq!(answer, Err(expected.into()));
}

#[test]
fn what_a_handler_keeps_is_made_once_and_given_with_each_event() {
    async fn counter() -> Result<Arc<AtomicU32>, Nothing> {
        Ok(Arc::default())
    }
    async fn count(seen: Arc<AtomicU32>, _: LambdaEvent<u32>) -> Result<u32, Infallible> {
        Ok(1 + seen.fetch_add(1, Ordering::Relaxed))
    }
    let started = Function::event_with(counter, count).start().now_or_never().unwrap().unwrap();
    for expected in ["1", "2"] {
        let event =
            LambdaEvent::new(RawValue::from_string("0".into()).unwrap(), Context::default());
        let answer = started.clone().call(event).now_or_never().unwrap();
        assert_eq!(answer.unwrap().get(), expected);
    }
}

#[test]
fn what_cannot_be_made_is_an_error_before_the_first_event() {
    async fn nothing() -> Result<u32, Nothing> {
        Err(Nothing)
    }
    async fn never(_: u32, _: LambdaEvent<u32>) -> Result<u32, Infallible> {
        unreachable!("there is no event")
    }
    let started = Function::event_with(nothing, never).start().now_or_never().unwrap();
    assert_eq!(started.err().unwrap(), Nothing.into());
}

#[test]
fn a_handler_can_ask_for_the_context_of_its_event() {
    async fn id(event: LambdaEvent<Order>) -> Result<String, Infallible> {
        Ok(event.context.request_id)
    }
    assert_eq!(answered(Function::event_in_context(id), r#"{"items":[]}"#), Ok("\"\"".into()));
}
