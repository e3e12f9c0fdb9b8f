//! The operations as clients meet them: HTTP requests into a front, without a socket.

use std::sync::Arc;

use emulator_clock::Clock;
use emulator_front::http::request::Parts;
use emulator_front::http::{Request, Response};
use emulator_front::{Body, Front, Home, Plane, Serve};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::macros::utc_datetime;

use crate::{Position, Streams, api};

/// Nothing else is asked for.
struct Nothing;

impl Plane for Nothing {
    fn claims(&self, _: &Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: std::net::SocketAddr) -> BoxFuture<'_, Response<Body>> {
        panic!("every request here is for Kinesis")
    }
}

struct World {
    streams: Arc<Streams>,
    front: Front,
}

impl World {
    fn new() -> Self {
        let clock = Clock::virtual_from(utc_datetime!(2030-01-01 12:00:00.25));
        let streams = Arc::new(Streams::new(Home::default(), clock));
        let front = Front::builder().api(api(&streams)).otherwise(Nothing);
        Self { streams, front }
    }

    async fn with_stream(shard_count: u32) -> Self {
        let world = Self::new();
        let input = json!({ "StreamName": "orders", "ShardCount": shard_count });
        assert_eq!(world.call("CreateStream", input).await, (200, Value::Null));
        world
    }

    /// Status and document; null where there is none.
    async fn call(&self, operation: &str, input: Value) -> (u16, Value) {
        let request = Request::post("/")
            .header("x-amz-target", format!("Kinesis_20131202.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .body(Body::from(input.to_string()))
            .unwrap();
        let response = self.front.serve(request, ([127, 0, 0, 1], 1).into()).await;
        let status = response.status().as_u16();
        let document = response.into_body().collect(usize::MAX).await.unwrap();
        let document = match &*document {
            b"" => Value::Null,
            document => serde_json::from_slice(document).unwrap(),
        };
        (status, document)
    }

    async fn answers(&self, operation: &str, input: Value) -> Value {
        let (status, document) = self.call(operation, input).await;
        assert_eq!(status, 200, "{document}");
        document
    }

    async fn refuses(&self, operation: &str, input: Value, code: &str, message: &str) {
        let expected = json!({ "__type": code, "message": message });
        assert_eq!(self.call(operation, input).await, (400, expected));
    }

    /// What every reader from the start sees, shard by shard.
    fn records(&self) -> Vec<(String, String)> {
        let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
        let stream = self.streams.read(arn).unwrap();
        let read = stream
            .shards()
            .iter()
            .flat_map(|shard| shard.reader(Position::TrimHorizon).next(usize::MAX));
        read.map(|record| {
            let data = String::from_utf8(record.data.to_vec()).unwrap();
            (record.shard_id.to_string(), data)
        })
        .collect()
    }
}

fn violation(what: &str) -> String {
    format!("1 validation error detected: {what}")
}

mod create_stream;
mod describe_stream;
mod put;

/// Every operation has tests; the names are checked against the table.
const TESTED: [&str; 5] =
    ["CreateStream", "DescribeStream", "DescribeStreamSummary", "PutRecord", "PutRecords"];

#[tokio::test]
async fn every_operation_is_in_the_table_and_refuses_a_member_that_it_does_not_know() {
    let world = World::new();
    let table: Vec<_> = api(&world.streams).operations().collect();
    assert_eq!(table, TESTED);
    for operation in table {
        let (status, document) = world.call(operation, json!({ "Colour": "red" })).await;
        assert_eq!((status, &document["__type"]), (400, &json!("SerializationException")));
        let message = document["message"].as_str().unwrap();
        assert!(message.starts_with("unknown field `Colour`"), "{operation}: {message}");
    }
}

#[tokio::test]
async fn every_operation_on_a_stream_refuses_one_that_does_not_exist() {
    let world = World::new();
    let rest = [
        ("DescribeStream", json!({})),
        ("DescribeStreamSummary", json!({})),
        ("PutRecord", json!({ "Data": "", "PartitionKey": "a" })),
        ("PutRecords", json!({ "Records": [{ "Data": "", "PartitionKey": "a" }] })),
    ];
    for (operation, mut input) in rest {
        let unnamed = "Either StreamName or StreamARN should be provided.";
        world.refuses(operation, input.clone(), "InvalidArgumentException", unnamed).await;
        input["StreamName"] = json!("bills");
        let absent = "Stream bills under account 000000000000 not found.";
        world.refuses(operation, input, "ResourceNotFoundException", absent).await;
    }
}
