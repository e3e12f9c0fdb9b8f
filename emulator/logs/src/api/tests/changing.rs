//! Making and deleting groups and streams, with a function that goes on writing.

use tracing::Level;

use super::said::Said;
use super::*;

const EXISTS: &str = "ResourceAlreadyExistsException";
const MISSING: &str = "ResourceNotFoundException";
const INVALID: &str = "InvalidParameterException";

fn group() -> Value {
    json!({ "logGroupName": GROUP })
}

fn stream() -> Value {
    json!({ "logGroupName": GROUP, "logStreamName": "a" })
}

#[tokio::test]
async fn a_group_and_a_stream_are_made_once() {
    let world = World::new();
    let message = "The specified log group does not exist.";
    world.refuses("CreateLogStream", stream(), MISSING, message).await;
    world.done("CreateLogGroup", group()).await;
    let message = "The specified log group already exists";
    world.refuses("CreateLogGroup", group(), EXISTS, message).await;

    world.done("CreateLogStream", stream()).await;
    let message = "The specified log stream already exists";
    world.refuses("CreateLogStream", stream(), EXISTS, message).await;
    assert_eq!(
        world.ask("DescribeLogStreams", group()).await,
        json!({ "logStreams": [{
            "logStreamName": "a",
            "arn": format!("{ARN}:log-stream:a"),
            "creationTime": START_MS,
            "storedBytes": 0,
        }]}),
    );
}

#[tokio::test]
async fn a_group_that_functions_have_made_is_there_already() {
    let world = World::new();
    world.write("a", [1]);
    world
        .refuses("CreateLogGroup", group(), EXISTS, "The specified log group already exists")
        .await;
    let message = "The specified log stream already exists";
    world.refuses("CreateLogStream", stream(), EXISTS, message).await;
}

#[tokio::test]
async fn names_are_refused_in_aws_own_words() {
    let world = World::new();
    let message = "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy \
                   constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+";
    world.refuses("CreateLogGroup", json!({ "logGroupName": "a b" }), INVALID, message).await;
    let message = "1 validation error detected: Value null at 'logGroupName' failed to satisfy \
                   constraint: Member must not be null";
    for operation in ["CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy"] {
        world.refuses(operation, json!({}), INVALID, message).await;
    }
    world.done("CreateLogGroup", group()).await;
    let message = "1 validation error detected: Value 'a:b' at 'logStreamName' failed to satisfy \
                   constraint: Member must satisfy regular expression pattern: [^:*]*";
    let input = with(group(), "logStreamName", &json!("a:b"));
    world.refuses("CreateLogStream", input, INVALID, message).await;

    let long = with(group(), "logStreamName", &json!("x".repeat(513)));
    let message = "Invalid LogGroup or LogStream, both must have length less than or equal to 512.";
    for operation in ["CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents"] {
        world.refuses(operation, long.clone(), INVALID, message).await;
    }
}

#[tokio::test]
async fn other_classes_are_refused_and_a_key_has_no_effect() {
    let world = World::new();
    let input = with(group(), "logGroupClass", &json!("INFREQUENT_ACCESS"));
    let message = "`INFREQUENT_ACCESS` as `logGroupClass` is not emulated (hint: `STANDARD` is)";
    world.refuses("CreateLogGroup", input, INVALID, message).await;
    let (told, _guard) = Said::from(Level::INFO);
    for name in [GROUP, "other"] {
        let key = "arn:aws:kms:us-east-1:000000000000:key/k";
        let input = json!({ "logGroupName": name, "kmsKeyId": key, "logGroupClass": "STANDARD" });
        world.done("CreateLogGroup", input).await;
    }
    assert_eq!(told.times(), 1, "the log says once that a key has no effect");
    let described = world.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(described["logGroups"][0].get("kmsKeyId"), None);
}

#[tokio::test]
async fn a_deleted_group_is_there_again_with_the_next_line_of_a_function() {
    let world = World::new();
    let writer = world.stream("a");
    writer.put(world.at(1), "before");
    world.done("DeleteLogGroup", group()).await;
    let message = "The specified log group does not exist.";
    world.refuses("GetLogEvents", stream(), MISSING, message).await;
    world.refuses("DeleteLogGroup", group(), MISSING, message).await;

    writer.put(world.at(2), "after");
    assert_eq!(world.read("a").await, ["after"]);
}

#[tokio::test]
async fn a_deleted_stream_is_there_again_with_the_next_line_of_a_function() {
    let world = World::new();
    let writer = world.stream("a");
    writer.put(world.at(1), "before");
    world.write("b", [1]);
    world.done("DeleteLogStream", stream()).await;
    let message = "The specified log stream does not exist.";
    world.refuses("DeleteLogStream", stream(), MISSING, message).await;
    let left = world.ask("DescribeLogStreams", group()).await;
    assert_eq!(column(&left, "logStreams", "logStreamName"), ["b"]);

    writer.put_all([(world.at(2), "after"), (world.at(3), "that")]);
    assert_eq!(world.read("a").await, ["after", "that"]);
}

#[tokio::test]
async fn a_protected_group_cannot_be_deleted_until_it_is_protected_no_more() {
    let world = World::new();
    world.done("CreateLogGroup", with(group(), "deletionProtectionEnabled", &json!(true))).await;
    let described = world.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(described["logGroups"][0]["deletionProtectionEnabled"], json!(true));
    let message = "The specified log group is protected from deletion (hint: \
                   PutLogGroupDeletionProtection ends that)";
    world.refuses("DeleteLogGroup", group(), "ValidationException", message).await;

    let input = json!({ "logGroupIdentifier": ARN, "deletionProtectionEnabled": false });
    world.done("PutLogGroupDeletionProtection", input).await;
    world.done("DeleteLogGroup", group()).await;
    assert_eq!(world.ask("DescribeLogGroups", json!({})).await, json!({ "logGroups": [] }));
}
