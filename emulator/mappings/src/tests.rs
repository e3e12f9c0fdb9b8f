//! Mappings as clients meet them: HTTP requests into a front, records into a stream, and a function
//! that does what the test has told it to.

mod creating;
mod looking;
mod reading;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use emulator_clock::Clock;
use emulator_front::http::request::Parts;
use emulator_front::http::{Request, Response};
use emulator_front::{Api, Body, Front, Home, Plane, RequestId, Serve};
use emulator_kinesis::{Stream, Streams};
use emulator_lambda::{Cause, Invocation, InvokeError, Outcome, Status, Target, Throttle};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::UtcDateTime;
use time::macros::utc_datetime;
use tokio::sync::Semaphore;

use crate::{Invoke, Mappings, operations};

const NOON: UtcDateTime = utc_datetime!(2030-01-01 12:00);
const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

/// Nothing else is asked for.
struct Nothing;

impl Plane for Nothing {
    fn claims(&self, _: &Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: std::net::SocketAddr) -> BoxFuture<'_, Response<Body>> {
        panic!("every request here is for Kinesis or Lambda")
    }
}

/// What the function is to do next.
enum Reply {
    Answer(&'static str),
    /// Answers that it has failed on the record with this data.
    Report(&'static str),
    Fail,
    Throttle,
}

/// One invocation as the function saw it.
#[derive(Clone, Debug)]
struct Seen {
    /// Since noon.
    at: Duration,
    /// The records' data, joined by spaces.
    data: String,
    id: RequestId,
}

/// The function `greeter`, which answers `null` unless it has been told otherwise.
struct Function {
    clock: Clock,
    deployed: Mutex<bool>,
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
    /// Taken by each invocation: without one, it does not end.
    ends: Semaphore,
}

impl Function {
    fn new(clock: Clock) -> Self {
        Self {
            clock,
            deployed: Mutex::new(true),
            replies: Mutex::default(),
            seen: Mutex::default(),
            ends: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }

    fn see(&self, id: RequestId, records: &[Value]) {
        let data: Vec<_> = records.iter().map(data_of).collect();
        let at = Duration::try_from(self.clock.now() - NOON).unwrap();
        self.seen.lock().unwrap().push(Seen { at, data: data.join(" "), id });
    }
}

impl Invoke for Function {
    fn iterates(&self, _: &Target, _: Duration) {}

    fn invoke(&self, invocation: Invocation) -> BoxFuture<'_, Result<Outcome, InvokeError>> {
        assert_eq!(invocation.cause, Cause::Mapping);
        Box::pin(async move {
            let event: Value = serde_json::from_slice(&invocation.payload).unwrap();
            let records = event["Records"].as_array().unwrap();
            self.see(invocation.id, records);
            self.ends.acquire().await.unwrap().forget();
            let reply = self.replies.lock().unwrap().pop_front();
            let (status, payload) = match reply.unwrap_or(Reply::Answer("null")) {
                Reply::Answer(payload) => (Status::Answered, payload.to_owned()),
                Reply::Report(data) => (Status::Answered, report(data, records)),
                Reply::Fail => (Status::Failed, r#"{"errorMessage":"no"}"#.to_owned()),
                Reply::Throttle => return Err(InvokeError::Throttled(Throttle::Account)),
            };
            let payload = payload.into();
            let executed_version = "$LATEST".to_owned();
            Ok(Outcome {
                executed_version,
                payload,
                content_type: None,
                streamed: false,
                status,
                log_tail: None,
            })
        })
    }

    fn role(&self, target: &Target) -> Option<String> {
        let is_there = target.function.as_str() == "greeter" && *self.deployed.lock().unwrap();
        is_there.then(|| "arn:aws:iam::000000000000:role/reader".to_owned())
    }
}

fn data_of(record: &Value) -> String {
    let data = BASE64_STANDARD.decode(record["kinesis"]["data"].as_str().unwrap()).unwrap();
    String::from_utf8_lossy(&data).into_owned()
}

fn report(data: &str, records: &[Value]) -> String {
    let record = records.iter().find(|record| data_of(record) == data).unwrap();
    let number = &record["kinesis"]["sequenceNumber"];
    json!({ "batchItemFailures": [{ "itemIdentifier": number }] }).to_string()
}

pub(crate) struct World {
    clock: Clock,
    streams: Arc<Streams>,
    function: Arc<Function>,
    mappings: Arc<Mappings>,
    front: Front,
}

impl World {
    /// With the stream `orders`, at noon.
    pub(crate) async fn with_stream(shard_count: u32) -> Self {
        let clock = Clock::virtual_from(NOON);
        let home = Home::default();
        let streams = Arc::new(Streams::new(home.clone(), clock.clone()));
        let function = Arc::new(Function::new(clock.clone()));
        let mappings =
            Arc::new(Mappings::new(home, clock.clone(), function.clone(), streams.clone()));
        let lambda = Api::rest_json("lambda", emulator_lambda::error_body);
        let front = Front::builder()
            .api(emulator_kinesis::api(&streams))
            .api(operations(lambda, &mappings))
            .otherwise(Nothing);
        let world = Self { clock, streams, function, mappings, front };
        world
            .kinesis("CreateStream", &json!({ "StreamName": "orders", "ShardCount": shard_count }))
            .await;
        world
    }

    pub(crate) fn stream(&self) -> Arc<Stream> {
        self.streams.read(STREAM).unwrap()
    }

    pub(crate) async fn put(&self, data: &[u8]) {
        self.put_for("key", data).await;
    }

    async fn put_for(&self, partition_key: &str, data: &[u8]) {
        let data = BASE64_STANDARD.encode(data);
        let input = json!({ "StreamName": "orders", "Data": data, "PartitionKey": partition_key });
        self.kinesis("PutRecord", &input).await;
    }

    async fn kinesis(&self, operation: &str, input: &Value) {
        let request = Request::post("/")
            .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
            .header("content-type", "application/x-amz-json-1.1");
        let (status, document) = self.send(request.body(Body::from(input.to_string()))).await;
        assert_eq!(status, 200, "{document}");
    }

    /// Status and document of a request for Lambda.
    async fn lambda(&self, method: &str, path: &str, input: Value) -> (u16, Value) {
        let body = if input.is_null() { Body::empty() } else { Body::from(input.to_string()) };
        let path = format!("/2015-03-31/event-source-mappings{path}");
        self.send(Request::builder().method(method).uri(path).body(body)).await
    }

    async fn send(
        &self,
        request: Result<Request<Body>, emulator_front::http::Error>,
    ) -> (u16, Value) {
        let response = self.front.serve(request.unwrap(), ([127, 0, 0, 1], 1).into()).await;
        let status = response.status().as_u16();
        let document = response.into_body().collect(usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&document).unwrap_or_default())
    }

    /// Maps the stream to the function, with these members besides. Returns the mapping's id.
    async fn map(&self, members: Value) -> String {
        let (status, document) = self.lambda("POST", "", mapping(members)).await;
        assert_eq!(status, 202, "{document}");
        document["UUID"].as_str().unwrap().to_owned()
    }

    async fn last_result(&self, id: &str) -> String {
        let (_, document) = self.lambda("GET", &format!("/{id}"), Value::Null).await;
        document["LastProcessingResult"].as_str().unwrap().to_owned()
    }

    fn will(&self, replies: impl IntoIterator<Item = Reply>) {
        self.function.replies.lock().unwrap().extend(replies);
    }

    /// Lets time pass, and everything that happens in it.
    async fn pass(&self, time: Duration) {
        let advanced = self.clock.advance(time).await.unwrap();
        assert!(advanced.settled(), "{advanced:?}");
    }

    async fn settle(&self) {
        self.pass(Duration::ZERO).await;
    }

    /// What the function has seen, each with the milliseconds since noon.
    #[track_caller]
    fn saw(&self, expected: &[(u128, &str)]) {
        let seen = self.function.seen.lock().unwrap();
        let seen: Vec<_> = seen.iter().map(|each| (each.at.as_millis(), &*each.data)).collect();
        assert_eq!(seen, expected);
    }
}

/// `members` with those that every mapping needs.
fn mapping(members: Value) -> Value {
    let mut input = json!({
        "FunctionName": "greeter",
        "EventSourceArn": STREAM,
        "StartingPosition": "TRIM_HORIZON",
    });
    let Value::Object(members) = members else { panic!("members are an object") };
    input.as_object_mut().unwrap().extend(members);
    input
}
