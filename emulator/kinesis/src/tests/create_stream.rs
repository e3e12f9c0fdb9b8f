//! `CreateStream`.

use super::*;

#[tokio::test]
async fn a_stream_is_active_as_soon_as_it_is_created() {
    let world = World::with_stream(2).await;
    let described = world.answers("DescribeStream", json!({ "StreamName": "orders" })).await;
    assert_eq!(described["StreamDescription"]["StreamStatus"], "ACTIVE");
    assert_eq!(described["StreamDescription"]["Shards"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_mode_and_the_number_of_shards_follow_from_each_other() {
    let world = World::new();
    for (name, input, mode, shards) in [
        ("a", json!({ "ShardCount": 3 }), "PROVISIONED", 3),
        (
            "b",
            json!({ "ShardCount": 1, "StreamModeDetails": { "StreamMode": "PROVISIONED" } }),
            "PROVISIONED",
            1,
        ),
        ("c", json!({}), "ON_DEMAND", 4),
        ("d", json!({ "StreamModeDetails": { "StreamMode": "ON_DEMAND" } }), "ON_DEMAND", 4),
    ] {
        let mut input = input;
        input["StreamName"] = json!(name);
        world.answers("CreateStream", input).await;
        let summary = world.answers("DescribeStreamSummary", json!({ "StreamName": name })).await;
        let summary = &summary["StreamDescriptionSummary"];
        assert_eq!(summary["StreamModeDetails"], json!({ "StreamMode": mode }));
        assert_eq!(summary["OpenShardCount"], shards);
    }
}

#[tokio::test]
async fn a_mode_that_contradicts_the_number_of_shards_is_refused() {
    let world = World::new();
    let on_demand = json!({ "StreamName": "a", "ShardCount": 4, "StreamModeDetails": { "StreamMode": "ON_DEMAND" } });
    let unexpected = "ShardCount is not expected when StreamMode=ON_DEMAND";
    world.refuses("CreateStream", on_demand, "ValidationException", unexpected).await;
    let provisioned =
        json!({ "StreamName": "a", "StreamModeDetails": { "StreamMode": "PROVISIONED" } });
    let missing = "ShardCount is expected when StreamMode=PROVISIONED";
    world.refuses("CreateStream", provisioned, "ValidationException", missing).await;
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let world = World::with_stream(1).await;
    let again = json!({ "StreamName": "orders", "ShardCount": 1 });
    let message = "Stream orders under account 000000000000 already exists.";
    world.refuses("CreateStream", again, "ResourceInUseException", message).await;
}

#[tokio::test]
async fn what_breaks_a_constraint_is_refused_in_the_words_of_aws() {
    let world = World::new();
    let refused = async |input: Value, what: &str| {
        world.refuses("CreateStream", input, "ValidationException", &violation(what)).await;
    };
    refused(
        json!({}),
        "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
    )
    .await;
    let long = "a".repeat(129);
    refused(
        json!({ "StreamName": long }),
        &format!("Value '{long}' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128"),
    )
    .await;
    refused(
        json!({ "StreamName": "a/b" }),
        "Value 'a/b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    )
    .await;
    refused(
        json!({ "StreamName": "a", "ShardCount": 0 }),
        "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
    )
    .await;
    refused(
        json!({ "StreamName": "a", "ShardCount": 1, "MaxRecordSizeInKiB": 10_241 }),
        "Value '10241' at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must have value less than or equal to 10240",
    )
    .await;
    refused(
        json!({ "StreamName": "a", "StreamModeDetails": { "StreamMode": "FREE" } }),
        "Value 'FREE' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
    )
    .await;
}

#[tokio::test]
async fn more_shards_than_an_account_may_have_are_refused_and_take_no_room() {
    let world = World::with_stream(1).await;
    let message = "This request would exceed the shard limit for the account 000000000000 in us-east-1. \
                   Current shard count for the account: 1. Limit: 20000. \
                   Number of additional shards that would have resulted from this request: 2147483647. \
                   Refer to the AWS Service Limits page \
                   (https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) \
                   for current limits and how to request higher limits.";
    let input = json!({ "StreamName": "a", "ShardCount": i32::MAX });
    world.refuses("CreateStream", input, "LimitExceededException", message).await;
}

#[tokio::test]
async fn a_member_without_effect_here_is_refused_by_name() {
    let world = World::new();
    for (member, value) in [
        ("RecordDistributionStrategy", json!("RANDOM")),
        ("Tags", json!({ "team": "a" })),
        ("WarmThroughputMiBps", json!(100)),
    ] {
        let mut input = json!({ "StreamName": "a" });
        input[member] = value;
        let message = format!("`{member}` is not emulated (hint: leave it out here)");
        world.refuses("CreateStream", input, "InvalidArgumentException", &message).await;
    }
}
