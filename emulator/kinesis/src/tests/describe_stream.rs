//! `DescribeStream` and `DescribeStreamSummary`.

use super::*;

const ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

#[tokio::test]
async fn a_description_has_every_member_that_aws_requires() {
    let world = World::with_stream(1).await;
    let described = world.answers("DescribeStream", json!({ "StreamARN": ARN })).await;
    let expected = json!({ "StreamDescription": {
        "StreamName": "orders",
        "StreamARN": ARN,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": { "StreamMode": "PROVISIONED" },
        "Shards": [{
            "ShardId": "shardId-000000000000",
            "HashKeyRange": { "StartingHashKey": "0", "EndingHashKey": "340282366920938463463374607431768211455" },
            "SequenceNumberRange": {
                "StartingSequenceNumber": described["StreamDescription"]["Shards"][0]["SequenceNumberRange"]["StartingSequenceNumber"],
            },
        }],
        "HasMoreShards": false,
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": 1_893_499_200.25,
        "EnhancedMonitoring": [{ "ShardLevelMetrics": [] }],
        "EncryptionType": "NONE",
    }});
    assert_eq!(described, expected);
}

#[tokio::test]
async fn a_summary_counts_the_shards_and_leaves_them_out() {
    let world = World::with_stream(3).await;
    let summary = world
        .answers("DescribeStreamSummary", json!({ "StreamName": "orders", "StreamARN": ARN }))
        .await;
    let expected = json!({ "StreamDescriptionSummary": {
        "StreamName": "orders",
        "StreamARN": ARN,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": { "StreamMode": "PROVISIONED" },
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": 1_893_499_200.25,
        "EnhancedMonitoring": [{ "ShardLevelMetrics": [] }],
        "EncryptionType": "NONE",
        "OpenShardCount": 3,
        "ConsumerCount": 0,
        "MaxRecordSizeInKiB": 1024,
    }});
    assert_eq!(summary, expected);
}

#[tokio::test]
async fn shards_are_described_a_page_at_a_time() {
    let world = World::with_stream(101).await;
    let page = async |mut input: Value| {
        input["StreamName"] = json!("orders");
        let described = world.answers("DescribeStream", input).await["StreamDescription"].take();
        let shards = described["Shards"].as_array().unwrap().clone();
        let ids: Vec<_> =
            shards.iter().map(|shard| shard["ShardId"].as_str().unwrap().to_owned()).collect();
        (ids.len(), ids.first().cloned(), described["HasMoreShards"].as_bool().unwrap())
    };
    let id = |index: u32| format!("shardId-{index:012}");
    assert_eq!(page(json!({})).await, (100, Some(id(0)), true));
    assert_eq!(page(json!({ "ExclusiveStartShardId": id(99) })).await, (1, Some(id(100)), false));
    assert_eq!(page(json!({ "ExclusiveStartShardId": id(100) })).await, (0, None, false));
    assert_eq!(
        page(json!({ "ExclusiveStartShardId": id(4), "Limit": 2 })).await,
        (2, Some(id(5)), true)
    );
    assert_eq!(page(json!({ "Limit": 10_000 })).await, (101, Some(id(0)), false));
}

#[tokio::test]
async fn a_page_that_is_too_large_is_refused() {
    let world = World::with_stream(1).await;
    let message = violation(
        "Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    );
    let input = json!({ "StreamName": "orders", "Limit": 10_001 });
    world.refuses("DescribeStream", input, "ValidationException", &message).await;
}
