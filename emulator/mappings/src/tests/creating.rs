//! `CreateEventSourceMapping`: what it answers, and what it refuses.

use super::*;
use insta::assert_json_snapshot;

#[tokio::test]
async fn a_mapping_is_answered_as_lambda_writes_it_for_a_stream() {
    let world = World::with_stream(1).await;
    let (status, document) = world.lambda("POST", "", mapping(json!({}))).await;
    assert_eq!(status, 202);
    let id = document["UUID"].as_str().unwrap();
    let document: Value = serde_json::from_str(&document.to_string().replace(id, "[id]")).unwrap();
    assert_json_snapshot!(document, @r#"
    {
      "BatchSize": 100,
      "BisectBatchOnFunctionError": false,
      "DestinationConfig": {
        "OnFailure": {}
      },
      "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
      "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:[id]",
      "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:greeter",
      "FunctionResponseTypes": [],
      "LastModified": 1893499200.0,
      "LastProcessingResult": "No records processed",
      "MaximumBatchingWindowInSeconds": 0,
      "MaximumRecordAgeInSeconds": -1,
      "MaximumRetryAttempts": -1,
      "ParallelizationFactor": 1,
      "StartingPosition": "TRIM_HORIZON",
      "State": "Creating",
      "StateTransitionReason": "User action",
      "TumblingWindowInSeconds": 0,
      "UUID": "[id]"
    }
    "#);
}

#[tokio::test]
async fn every_setting_that_is_applied_is_answered() {
    let world = World::with_stream(1).await;
    let members = json!({
        "FunctionName": "000000000000:function:greeter:$LATEST",
        "StartingPosition": "AT_TIMESTAMP",
        "StartingPositionTimestamp": 1_893_499_199.5,
        "BatchSize": 10_000,
        "MaximumBatchingWindowInSeconds": 300,
        "MaximumRetryAttempts": 0,
        "MaximumRecordAgeInSeconds": 60,
        "BisectBatchOnFunctionError": true,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "Enabled": false,
    });
    let (status, created) = world.lambda("POST", "", mapping(members)).await;
    assert_eq!(status, 202, "{created}");
    let function = "arn:aws:lambda:us-east-1:000000000000:function:greeter:$LATEST";
    let expected = [
        ("FunctionArn", json!(function)),
        ("StartingPosition", json!("AT_TIMESTAMP")),
        ("StartingPositionTimestamp", json!(1_893_499_199.5)),
        ("BatchSize", json!(10_000)),
        ("MaximumBatchingWindowInSeconds", json!(300)),
        ("MaximumRetryAttempts", json!(0)),
        ("MaximumRecordAgeInSeconds", json!(60)),
        ("BisectBatchOnFunctionError", json!(true)),
        ("FunctionResponseTypes", json!(["ReportBatchItemFailures"])),
        ("State", json!("Creating")),
    ];
    for (member, value) in expected {
        assert_eq!(created[member], value, "{member}");
    }
}

#[tokio::test]
async fn a_setting_that_asks_for_nothing_is_accepted() {
    let world = World::with_stream(1).await;
    let members = json!({
        "MaximumBatchingWindowInSeconds": 0,
        "ParallelizationFactor": 1,
        "TumblingWindowInSeconds": 0,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
        "DestinationConfig": { "OnFailure": {} },
        "FilterCriteria": { "Filters": [] },
        "FunctionResponseTypes": [],
        "MetricsConfig": { "Metrics": [] },
        "KMSKeyArn": "",
        "Tags": {},
        "Enabled": null,
    });
    world.map(members).await;
}

#[tokio::test]
async fn a_setting_that_is_not_emulated_is_refused_by_name() {
    let world = World::with_stream(1).await;
    let settings = [
        ("ParallelizationFactor", json!(2)),
        ("TumblingWindowInSeconds", json!(30)),
        (
            "DestinationConfig",
            json!({ "OnFailure": { "Destination": "arn:aws:sqs:us-east-1:000000000000:failed" } }),
        ),
        ("FilterCriteria", json!({ "Filters": [{ "Pattern": "{}" }] })),
        ("Tags", json!({ "team": "" })),
        ("KMSKeyArn", json!("arn:aws:kms:us-east-1:000000000000:key/a")),
        ("MetricsConfig", json!({ "Metrics": ["EventCount"] })),
        ("ProvisionedPollerConfig", json!({ "MinimumPollers": 1 })),
    ];
    for (name, value) in settings {
        let (status, document) = world.lambda("POST", "", mapping(json!({ name: value }))).await;
        let message = format!("`{name}` is not emulated (hint: leave it out here)");
        assert_eq!((status, document["message"].as_str()), (400, Some(&*message)));
    }
    let (status, document) = world.lambda("POST", "", mapping(json!({ "Colour": "red" }))).await;
    assert_eq!(status, 400);
    assert!(document["Message"].as_str().unwrap().starts_with("unknown field `Colour`"));
}

#[track_caller]
fn check(answer: &(u16, Value), status: u16, message: &str) {
    assert_eq!((answer.0, answer.1["message"].as_str()), (status, Some(message)));
}

#[tokio::test]
async fn what_cannot_be_mapped_is_refused_in_lambdas_words() {
    let world = World::with_stream(1).await;
    let cases = [
        (json!({ "EventSourceArn": null }), "Unrecognized event source."),
        (json!({ "EventSourceArn": "arn:aws:s3:::orders" }), "Unrecognized event source."),
        (
            json!({ "EventSourceArn": "orders" }),
            "1 validation error detected: Value 'orders' at 'eventSourceArn' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):\
             ([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)",
        ),
        (
            json!({ "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:orders" }),
            "event sources of `sqs` are not emulated (hint: Kinesis streams are)",
        ),
        (
            json!({ "EventSourceArn": format!("{STREAM}/consumer/fast:1") }),
            "event sources of `kinesis consumers` are not emulated (hint: Kinesis streams are)",
        ),
        (
            json!({ "StartingPosition": null }),
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy \
             constraint: Member must not be null.",
        ),
        (
            json!({ "StartingPosition": "NOW" }),
            "1 validation error detected: Value 'NOW' at 'startingPosition' failed to satisfy \
             constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
        ),
        (
            json!({ "StartingPosition": "AT_TIMESTAMP" }),
            "StartingPositionTimestamp is expected when StartingPosition is AT_TIMESTAMP, and only then.",
        ),
        (
            json!({ "StartingPositionTimestamp": 0 }),
            "StartingPositionTimestamp is expected when StartingPosition is AT_TIMESTAMP, and only then.",
        ),
        (
            json!({ "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1e300 }),
            "StartingPositionTimestamp must not be in the future.",
        ),
        (
            json!({ "MaximumRecordAgeInSeconds": 59 }),
            "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)",
        ),
        (
            json!({ "BatchSize": 10_001 }),
            "1 validation error detected: Value '10001' at 'batchSize' failed to satisfy constraint: \
             Member must have value less than or equal to 10000",
        ),
        (
            json!({ "FunctionResponseTypes": ["Nothing"] }),
            "1 validation error detected: Value '[Nothing]' at 'functionResponseTypes' failed to \
             satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: \
             [ReportBatchItemFailures], Member must not be null]",
        ),
        (
            json!({ "FunctionName": null }),
            "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: \
             Member must not be null",
        ),
        (json!({ "FunctionName": "nobody" }), "Function does not exist"),
        (
            json!({ "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/bills" }),
            "Stream not found: arn:aws:kinesis:us-east-1:000000000000:stream/bills",
        ),
    ];
    for (members, message) in cases {
        check(&world.lambda("POST", "", mapping(members)).await, 400, message);
    }
}

#[tokio::test]
async fn a_stream_is_mapped_to_a_function_once() {
    let world = World::with_stream(1).await;
    let id = world.map(json!({})).await;
    let message = format!(
        "The event source arn (\" {STREAM} \") and function (\" greeter \") provided mapping already \
         exists. Please update or delete the existing mapping with UUID {id}"
    );
    let again = mapping(json!({ "FunctionName": "000000000000:function:greeter" }));
    check(&world.lambda("POST", "", again).await, 409, &message);
}
