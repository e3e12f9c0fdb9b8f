//! The event as a function gets it, and where a batch is cut.

use super::*;
use crate::tests::World;
use emulator_kinesis::Position;
use insta::assert_snapshot;
use serde_json::Value;

const SOURCE: Source<'_> = Source {
    stream_arn: "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
    role: "arn:aws:iam::000000000000:role/reader",
    region: "us-east-1",
};

async fn records(data: &[&[u8]]) -> Vec<Record> {
    let world = World::with_stream(1).await;
    for data in data {
        world.put(data).await;
    }
    world.stream().shards()[0].reader(Position::TrimHorizon).next(usize::MAX)
}

#[tokio::test]
async fn an_event_holds_its_records_as_lambda_writes_them() {
    let records = records(&[b"hello", b"\xff"]).await;
    let event = SOURCE.event(&records);
    assert_eq!(event.records, 2);
    let [first, second] = [0, 1].map(|place| records[place].sequence_number.to_string());
    let text = str::from_utf8(&event.payload).unwrap();
    let text = text.replace(&first, "[first]").replace(&second, "[second]");
    // One record a line, in the order of members that Lambda writes.
    assert_snapshot!(text.replace("},{", "},\n{"), @r#"
    {"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"key","sequenceNumber":"[first]","data":"aGVsbG8=","approximateArrivalTimestamp":1893499200.0},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000000:[first]","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::000000000000:role/reader","awsRegion":"us-east-1","eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/orders"},
    {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"key","sequenceNumber":"[second]","data":"/w==","approximateArrivalTimestamp":1893499200.0},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000000:[second]","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::000000000000:role/reader","awsRegion":"us-east-1","eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/orders"}]}
    "#);
}

#[tokio::test]
async fn a_batch_is_cut_where_its_event_is_full() {
    let records = records(&[b"one", b"two", b"six"]).await;
    let whole = SOURCE.event(&records).payload.len();
    let check = |limit: usize, expected: usize| {
        let event = SOURCE.event_within(limit, &records);
        assert_eq!(event.records, expected);
        let document: Value = serde_json::from_slice(&event.payload).unwrap();
        assert_eq!(document["Records"].as_array().unwrap().len(), expected);
        assert!(expected == 0 || event.payload.len() <= limit);
    };
    check(whole, 3);
    check(whole - 1, 2);
    check(whole / 2, 1);
    check(whole / 4, 0);
}
