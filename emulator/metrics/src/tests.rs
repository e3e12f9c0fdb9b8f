//! The operations, as clients on the wire meet them in each of their protocols.

mod listing;
mod model;
mod protocols;
mod putting;
mod querying;
mod recording;
mod storing;

use std::net::SocketAddr;
use std::sync::Arc;

use emulator_clock::Clock;
use emulator_front::http::{Request, Response, request};
use emulator_front::{Body, Front, Home, Plane, Serve};
use emulator_store::{LoadError, Store};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::UtcDateTime;
use time::macros::utc_datetime;

use crate::{Datum, Metrics, Unit};

/// When a world starts: a few seconds into a minute.
const START: UtcDateTime = utc_datetime!(2026-01-02 03:04:05);

/// The service behind a front.
struct World {
    metrics: Arc<Metrics>,
    clock: Clock,
    front: Front,
}

impl World {
    fn new() -> Self {
        Self::on(&Store::in_memory(), START)
    }

    fn on(store: &Store, now: UtcDateTime) -> Self {
        Self::of(store, now, Metrics::open)
    }

    /// Where metrics may take so much memory.
    fn within(most_bytes: usize, store: &Store) -> Self {
        let open =
            |home, clock, store: &Store| Metrics::open_within(most_bytes, home, clock, store);
        Self::of(store, START, open)
    }

    fn of(
        store: &Store,
        now: UtcDateTime,
        open: impl FnOnce(Home, Clock, &Store) -> Result<Arc<Metrics>, LoadError>,
    ) -> Self {
        let clock = Clock::virtual_from(now);
        let metrics = open(Home::default(), clock.clone(), store).unwrap();
        let front = Front::builder().api(crate::api(&metrics)).otherwise(Nobody);
        Self { metrics, clock, front }
    }

    async fn send(&self, request: request::Builder, body: impl Into<Body>) -> Response<Body> {
        let request = request.body(body.into()).unwrap();
        self.front.serve(request, SocketAddr::from(([127, 0, 0, 1], 1))).await
    }

    /// The answer in JSON, with the code of the query protocol, if there is one.
    async fn answer(&self, operation: &str, input: &Value) -> (u16, Option<String>, Value) {
        let response = self.send(json_request(operation), input.to_string()).await;
        let status = response.status().as_u16();
        let code = response.headers().get("x-amzn-query-error");
        let code = code.map(|code| code.to_str().unwrap().to_owned());
        let body = response.into_body().collect(usize::MAX).await.unwrap();
        let body =
            if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        (status, code, body)
    }

    #[track_caller]
    fn ask(&self, operation: &str, input: Value) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        let operation = operation.to_owned();
        async move {
            let (status, _, body) = self.answer(&operation, &input).await;
            assert_eq!(status, 200, "{body} at {place}");
            body
        }
    }

    /// Puts measurements into the namespace `shop`.
    async fn put(&self, data: Value) {
        let input = json!({ "Namespace": "shop", "MetricData": data });
        assert_eq!(self.ask("PutMetricData", input).await, Value::Null);
    }

    /// The refusal of a request, in one line: the code of the query protocol, and the message.
    async fn refusal(&self, operation: &str, input: Value) -> String {
        let (status, code, body) = self.answer(operation, &input).await;
        assert_eq!(status, 400, "{body}");
        let code = code.expect("every error has a code of the query protocol");
        format!("{}: {}", code.trim_end_matches(";Sender"), body["message"].as_str().unwrap())
    }

    fn record(&self, name: &str, value: f64, at: UtcDateTime) {
        let dimensions = &[("FunctionName", "greeter")];
        let (namespace, unit) = ("AWS/Lambda", Unit::Count);
        self.metrics.record(Datum { namespace, name, dimensions, unit, value, at });
    }

    /// The datapoints of a statistic that `GetMetricStatistics` has of `shop`'s metric.
    async fn datapoints(&self, name: &str, change: Value) -> Vec<Value> {
        let mut input = json!({
            "Namespace": "shop", "MetricName": name, "Period": 60,
            "StartTime": seconds(START) - 3600.0, "EndTime": seconds(START) + 3600.0,
            "Statistics": ["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
        });
        for (member, value) in change.as_object().unwrap() {
            input[member] = value.clone();
        }
        let answer = self.ask("GetMetricStatistics", input).await;
        assert_eq!(answer["Label"], name);
        answer["Datapoints"].as_array().unwrap().clone()
    }
}

fn json_request(operation: &str) -> request::Builder {
    Request::post("/")
        .header("x-amz-target", format!("GraniteServiceVersion20100801.{operation}"))
        .header("content-type", "application/x-amz-json-1.0")
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this era have 31 bits")]
fn seconds(time: UtcDateTime) -> f64 {
    time.unix_timestamp() as f64
}

/// Answers what is for no service.
struct Nobody;

impl Plane for Nobody {
    fn claims(&self, _: &request::Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::empty()) })
    }
}
