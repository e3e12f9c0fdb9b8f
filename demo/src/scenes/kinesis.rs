//! `kinesis`: Lambda reads a stream for the function.

use futures_util::FutureExt;
use http::Method;
use serde_json::{Value, json};

use super::{Expected, Scene};
use crate::aws::{Aws, AwsError};
use crate::function::Function;

const STREAM: &str = "readings";

/// `test`, as the wire has it.
const DATA: &str = "dGVzdA==";

pub(super) const SCENE: Scene = Scene {
    handler: "kinesis",
    trigger: "Kinesis PutRecord",
    note: Some(
        "its mapping has FunctionResponseTypes=[ReportBatchItemFailures], so Lambda goes on from the \
         record that failed;\nwithout it Lambda does not read the answer, and the record that failed is \
         never tried again",
    ),
    expected: Expected::LogLine("Data = test", |aws, function| put(aws, function).boxed()),
};

async fn put(aws: &Aws, function: &Function) -> Result<(), AwsError> {
    let stream = json!({ "StreamName": STREAM, "ShardCount": 1 });
    aws.json::<Value>("Kinesis_20131202.CreateStream", stream).await?;
    let mapping = json!({
        "FunctionName": function.name,
        "EventSourceArn": aws.home.arn("kinesis", &format!("stream/{STREAM}")),
        "StartingPosition": "TRIM_HORIZON",
        // Without it Lambda does not read which record has failed, and that record is lost.
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    });
    aws.rest::<Value>(Method::POST, "/2015-03-31/event-source-mappings", mapping).await?;
    let record = json!({ "StreamName": STREAM, "PartitionKey": "key-1", "Data": DATA });
    aws.json::<Value>("Kinesis_20131202.PutRecord", record).await.map(drop)
}
