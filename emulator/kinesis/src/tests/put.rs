//! `PutRecord` and `PutRecords`.

use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

fn blob(data: impl AsRef<[u8]>) -> Value {
    json!(BASE64_STANDARD.encode(data))
}

/// A record for `orders`, with further members.
fn record(more: Value) -> Value {
    let mut input = json!({ "StreamName": "orders", "Data": blob("test"), "PartitionKey": "key" });
    if let (Value::Object(input), Value::Object(more)) = (&mut input, more) {
        input.extend(more);
    }
    input
}

#[tokio::test]
async fn a_record_that_is_put_can_be_read() {
    let world = World::with_stream(1).await;
    let put = world.answers("PutRecord", record(json!({}))).await;
    assert_eq!(put["ShardId"], "shardId-000000000000");
    assert_eq!(put["SequenceNumber"].as_str().unwrap().len(), 56);
    assert_eq!(put.as_object().unwrap().len(), 2);
    assert_eq!(world.records(), [("shardId-000000000000".to_owned(), "test".to_owned())]);
}

#[tokio::test]
async fn the_hash_key_decides_on_the_shard() {
    let world = World::with_stream(4).await;
    // MD5 of `a` starts with 0c, that of `b` with 92, that of `c` with 4a, that of `f` with 8f.
    for (key, shard) in [("a", 0), ("b", 2), ("c", 1), ("f", 2)] {
        let put = world.answers("PutRecord", record(json!({ "PartitionKey": key }))).await;
        assert_eq!(put["ShardId"], format!("shardId-{shard:012}"), "{key}");
    }
    for (key, shard) in [
        ("0", 0),
        ("85070591730234615865843651857942052863", 0),
        ("85070591730234615865843651857942052864", 1),
        ("340282366920938463463374607431768211455", 3),
    ] {
        let put = world.answers("PutRecord", record(json!({ "ExplicitHashKey": key }))).await;
        assert_eq!(put["ShardId"], format!("shardId-{shard:012}"), "{key}");
    }
}

#[tokio::test]
async fn an_explicit_hash_key_beyond_the_key_space_is_refused() {
    let world = World::with_stream(1).await;
    let beyond = "340282366920938463463374607431768211456";
    let message = format!(
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {beyond}"
    );
    let input = record(json!({ "ExplicitHashKey": beyond }));
    world.refuses("PutRecord", input, "InvalidArgumentException", &message).await;
    let input = json!({ "StreamName": "orders", "Records": [
        { "Data": "", "PartitionKey": "a" },
        { "Data": "", "PartitionKey": "a", "ExplicitHashKey": beyond },
    ]});
    world.refuses("PutRecords", input, "InvalidArgumentException", &message).await;
    assert_eq!(world.records(), []);
}

#[tokio::test]
async fn a_record_can_be_put_after_another_and_not_after_one_to_come() {
    let world = World::with_stream(1).await;
    let first = world.answers("PutRecord", record(json!({}))).await["SequenceNumber"].take();
    let after_first = record(json!({ "SequenceNumberForOrdering": first }));
    let second = world.answers("PutRecord", after_first).await["SequenceNumber"].take();
    assert!(second.as_str() > first.as_str());

    let elsewhere = World::with_stream(1).await;
    elsewhere.answers("PutRecord", record(json!({}))).await;
    for number in [second.as_str().unwrap(), "7"] {
        let message = format!(
            "ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream orders under account 000000000000 is invalid."
        );
        let input = record(json!({ "SequenceNumberForOrdering": number }));
        elsewhere.refuses("PutRecord", input, "InvalidArgumentException", &message).await;
    }
    assert_eq!(elsewhere.records().len(), 1);
}

#[tokio::test]
async fn a_record_and_its_key_come_to_a_mebibyte_unless_the_stream_says_otherwise() {
    let world = World::with_stream(1).await;
    let fits = vec![b'x'; 1024 * 1024 - 3];
    world.answers("PutRecord", record(json!({ "Data": blob(&fits) }))).await;
    let too_large = blob([&fits[..], b"x"].concat());
    let told = |path: &str| {
        violation(&format!(
            "Value at '{path}' failed to satisfy constraint: Member must have length less than or equal to 1048576"
        ))
    };
    let input = record(json!({ "Data": too_large }));
    world.refuses("PutRecord", input, "ValidationException", &told("data")).await;
    let input = json!({ "StreamName": "orders", "Records": [
        { "Data": "", "PartitionKey": "key" },
        { "Data": too_large, "PartitionKey": "key" },
    ]});
    world.refuses("PutRecords", input, "ValidationException", &told("records.2.member.data")).await;
    assert_eq!(world.records().len(), 1);

    let larger = json!({ "StreamName": "larger", "ShardCount": 1, "MaxRecordSizeInKiB": 1025 });
    world.answers("CreateStream", larger).await;
    world.answers("PutRecord", record(json!({ "StreamName": "larger", "Data": too_large }))).await;
}

#[tokio::test]
async fn what_breaks_a_constraint_of_a_record_is_refused_in_the_words_of_aws() {
    let world = World::with_stream(1).await;
    let null_data = "Value null at 'data' failed to satisfy constraint: Member must not be null";
    let null_key =
        "Value null at 'partitionKey' failed to satisfy constraint: Member must not be null";
    let message = format!("2 validation errors detected: {null_data}; {null_key}");
    let input = json!({ "StreamName": "orders" });
    world.refuses("PutRecord", input, "ValidationException", &message).await;

    let long = "é".repeat(257);
    let refused = [
        (
            json!({ "PartitionKey": "" }),
            "'' at 'partitionKey'",
            "have length greater than or equal to 1".to_owned(),
        ),
        (
            json!({ "PartitionKey": long }),
            &*format!("'{long}' at 'partitionKey'"),
            "have length less than or equal to 256".to_owned(),
        ),
        (
            json!({ "ExplicitHashKey": "01" }),
            "'01' at 'explicitHashKey'",
            r"satisfy regular expression pattern: 0|([1-9]\d{0,38})".to_owned(),
        ),
        (
            json!({ "SequenceNumberForOrdering": "x" }),
            "'x' at 'sequenceNumberForOrdering'",
            r"satisfy regular expression pattern: 0|([1-9]\d{0,128})".to_owned(),
        ),
    ];
    for (input, what, rule) in refused {
        let message =
            violation(&format!("Value {what} failed to satisfy constraint: Member must {rule}"));
        world.refuses("PutRecord", record(input), "ValidationException", &message).await;
    }
}

#[tokio::test]
async fn data_that_is_not_base64_is_refused() {
    let world = World::with_stream(1).await;
    let (status, document) = world.call("PutRecord", record(json!({ "Data": "not base64" }))).await;
    assert_eq!((status, &document["__type"]), (400, &json!("SerializationException")));
    assert_eq!(world.records(), []);
}

#[tokio::test]
async fn records_that_are_put_together_are_answered_in_order() {
    let world = World::with_stream(4).await;
    let input = json!({ "StreamName": "orders", "Records": [
        { "Data": blob("one"), "PartitionKey": "a" },
        { "Data": blob("two"), "PartitionKey": "b" },
        { "Data": blob("three"), "PartitionKey": "b", "ExplicitHashKey": "0" },
    ]});
    let put = world.answers("PutRecords", input).await;
    assert_eq!(put["FailedRecordCount"], 0);
    let shards: Vec<_> =
        put["Records"].as_array().unwrap().iter().map(|entry| &entry["ShardId"]).collect();
    assert_eq!(shards, ["shardId-000000000000", "shardId-000000000002", "shardId-000000000000"]);
    assert!(
        put["Records"][0]["SequenceNumber"].as_str() < put["Records"][2]["SequenceNumber"].as_str()
    );
    let records = world.records();
    let records: Vec<_> = records.iter().map(|(shard, data)| (&shard[18..], &**data)).collect();
    assert_eq!(records, [("00", "one"), ("00", "three"), ("02", "two")]);
}

#[tokio::test]
async fn a_request_carries_1_to_500_records() {
    let world = World::with_stream(1).await;
    let records = |count| vec![json!({ "Data": "", "PartitionKey": "a" }); count];
    let told = |rule| {
        violation(&format!(
            "Value at 'records' failed to satisfy constraint: Member must have length {rule}"
        ))
    };
    world.answers("PutRecords", json!({ "StreamName": "orders", "Records": records(500) })).await;
    let input = json!({ "StreamName": "orders", "Records": records(501) });
    world
        .refuses("PutRecords", input, "ValidationException", &told("less than or equal to 500"))
        .await;
    let input = json!({ "StreamName": "orders", "Records": [] });
    world
        .refuses("PutRecords", input, "ValidationException", &told("greater than or equal to 1"))
        .await;
    let null =
        violation("Value null at 'records' failed to satisfy constraint: Member must not be null");
    world
        .refuses("PutRecords", json!({ "StreamName": "orders" }), "ValidationException", &null)
        .await;
}

#[tokio::test]
async fn the_records_of_a_request_come_to_at_most_10_mebibytes() {
    let world = World::with_stream(1).await;
    let whole = json!({ "Data": blob(vec![b'x'; 1024 * 1024 - 1]), "PartitionKey": "a" });
    let mut records = vec![whole; 10];
    let input = json!({ "StreamName": "orders", "Records": records });
    world.answers("PutRecords", input).await;
    records.push(json!({ "Data": "", "PartitionKey": "a" }));
    let input = json!({ "StreamName": "orders", "Records": records });
    let message = "Records size exceeds 10 MB limit";
    world.refuses("PutRecords", input, "InvalidArgumentException", message).await;
}

#[tokio::test]
async fn a_dry_run_is_refused_by_name_and_puts_nothing() {
    let world = World::with_stream(1).await;
    let message = "`DryRun` is not emulated (hint: leave it out here)";
    let input = record(json!({ "DryRun": true }));
    world.refuses("PutRecord", input, "InvalidArgumentException", message).await;
    let records = json!([{ "Data": "", "PartitionKey": "a" }]);
    let input = json!({ "StreamName": "orders", "Records": records, "DryRun": true });
    world.refuses("PutRecords", input, "InvalidArgumentException", message).await;
    assert_eq!(world.records(), []);
}
