//! The operations, as a client on the wire meets them.

mod changing;
mod describing;
mod tagging;

mod writing;

mod filtering;
mod following;
mod reading;

mod forgetting;
mod storing;

mod said;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::http::{Request, Response};
use emulator_front::{Body, Front, Home, Plane, Serve, http};
use emulator_store::Store;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::UtcDateTime;

use crate::{Logs, StreamWriter};

const GROUP: &str = "/aws/lambda/greeter";

/// The group's ARN.
const ARN: &str = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/greeter";

/// When every world starts, in milliseconds: 100 days after the epoch.
const START_MS: u64 = 8_640_000_000;

/// The service behind a front, in virtual time.
struct World {
    logs: Arc<Logs>,
    clock: Clock,
    front: Front,
}

impl World {
    fn new() -> Self {
        Self::with(|clock| Logs::new(Home::default(), clock))
    }

    /// The service as it finds itself in a store.
    fn on(store: &Store) -> Self {
        Self::with(|clock| Logs::open(Home::default(), clock, store).unwrap())
    }

    fn with(logs: impl FnOnce(Clock) -> Arc<Logs>) -> Self {
        let start = UtcDateTime::UNIX_EPOCH + Duration::from_secs(START_MS / 1000);
        let clock = Clock::virtual_from(start);
        let logs = logs(clock.clone());
        let front = Front::builder().api(super::api(&logs)).otherwise(Nobody);
        Self { logs, clock, front }
    }

    fn stream(&self, name: &str) -> StreamWriter {
        self.logs.stream(GROUP, name)
    }

    /// A time, in milliseconds after the start.
    fn at(&self, ms: u64) -> UtcDateTime {
        self.clock.now() + Duration::from_millis(ms)
    }

    /// Writes one event for each number, which is its message and its time in milliseconds.
    fn write(&self, stream: &str, numbers: impl IntoIterator<Item = u64>) {
        let lines = numbers.into_iter().map(|number| (self.at(number), number.to_string()));
        self.stream(stream).put_all(lines);
    }

    async fn answer(&self, operation: &str, input: Value) -> (u16, Value) {
        let request = Request::post("/")
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .body(Body::from(input.to_string()))
            .unwrap();
        let response = self.front.serve(request, SocketAddr::from(([127, 0, 0, 1], 1))).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect(usize::MAX).await.unwrap();
        let body =
            if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        (status, body)
    }

    async fn ask(&self, operation: &str, input: Value) -> Value {
        let (status, body) = self.answer(operation, input).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Asks for something that is answered with nothing.
    async fn done(&self, operation: &str, input: Value) {
        assert_eq!(self.answer(operation, input).await, (200, Value::Null));
    }

    async fn pass(&self, time: Duration) {
        assert!(self.clock.advance(time).await.unwrap().settled());
    }

    /// Everything that is read from a stream of the group.
    async fn read(&self, stream: &str) -> Vec<String> {
        let input =
            json!({ "logGroupName": GROUP, "logStreamName": stream, "startFromHead": true });
        let answer = self.ask("GetLogEvents", input).await;
        messages(&answer).into_iter().map(str::to_owned).collect()
    }

    /// Asserts that the answer is a refusal with this code and text.
    async fn refuses(&self, operation: &str, input: Value, code: &str, message: &str) {
        let refusal = (400, json!({ "__type": code, "message": message }));
        assert_eq!(self.answer(operation, input).await, refusal);
    }
}

/// Answers what is for no service.
struct Nobody;

impl Plane for Nobody {
    fn claims(&self, _: &http::request::Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::empty()) })
    }
}

/// One member of every item of a list.
fn column<'a>(answer: &'a Value, list: &str, member: &str) -> Vec<&'a str> {
    let items = answer[list].as_array().expect("the list is there");
    items.iter().map(|item| item[member].as_str().expect("the member is a text")).collect()
}

fn messages(answer: &Value) -> Vec<&str> {
    column(answer, "events", "message")
}

/// `input` with one more member.
fn with(mut input: Value, member: &str, value: &Value) -> Value {
    input[member] = value.clone();
    input
}
