//! The operations, as a client on the wire meets them.

mod describing;
mod filtering;
mod following;
mod reading;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::http::{Request, Response};
use emulator_front::{Body, Front, Home, Plane, Serve, http};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::UtcDateTime;

use crate::{Logs, StreamWriter};

const GROUP: &str = "/aws/lambda/greeter";

/// The service behind a front, at 1,000,000 seconds after the epoch.
struct World {
    logs: Arc<Logs>,
    clock: Clock,
    front: Front,
}

impl World {
    fn new() -> Self {
        let start = UtcDateTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let clock = Clock::virtual_from(start);
        let logs = Logs::new(Home::default(), clock.clone());
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
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn ask(&self, operation: &str, input: Value) -> Value {
        let (status, body) = self.answer(operation, input).await;
        assert_eq!(status, 200, "{body}");
        body
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
