//! Which groups and streams there are, and what is refused.

use super::*;

#[tokio::test]
async fn a_group_and_its_stream_are_there_from_the_first_line_on() {
    let world = World::new();
    let writer = world.stream("a");
    assert_eq!(world.ask("DescribeLogGroups", json!({})).await, json!({ "logGroups": [] }));

    writer.put(world.at(5), "hello");
    writer.put(world.at(3), "late");

    assert_eq!(
        world.ask("DescribeLogGroups", json!({})).await,
        json!({ "logGroups": [{
            "logGroupName": GROUP,
            "logGroupArn": ARN,
            "arn": format!("{ARN}:*"),
            "creationTime": START_MS,
            "logGroupClass": "STANDARD",
            "metricFilterCount": 0,
            "storedBytes": 0,
            "deletionProtectionEnabled": false,
        }]}),
    );
    assert_eq!(
        world.ask("DescribeLogStreams", json!({ "logGroupName": GROUP })).await,
        json!({ "logStreams": [{
            "logStreamName": "a",
            "arn": format!("{ARN}:log-stream:a"),
            "creationTime": START_MS,
            "firstEventTimestamp": START_MS + 3,
            "lastEventTimestamp": START_MS + 5,
            "lastIngestionTime": START_MS,
            "storedBytes": 0,
        }]}),
    );
}

#[tokio::test]
async fn groups_are_found_by_prefix_pattern_name_or_arn() {
    let world = World::new();
    for group in ["/aws/lambda/a", "/aws/lambda/b", "mine"] {
        world.logs.stream(group, "s").put(world.at(0), "x");
    }
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:mine";
    for (input, found) in [
        (json!({ "logGroupNamePrefix": "/aws/" }), &["/aws/lambda/a", "/aws/lambda/b"][..]),
        (json!({ "logGroupNamePattern": "da/b" }), &["/aws/lambda/b"]),
        (json!({ "logGroupIdentifiers": [arn, "/aws/lambda/a"] }), &["/aws/lambda/a", "mine"]),
        (json!({ "logGroupClass": "STANDARD", "logGroupNamePrefix": "mi" }), &["mine"]),
        (json!({ "logGroupClass": "DELIVERY" }), &[]),
    ] {
        let answer = world.ask("DescribeLogGroups", input).await;
        assert_eq!(column(&answer, "logGroups", "logGroupName"), found);
    }
}

#[tokio::test]
async fn names_are_listed_by_their_start_or_any_part() {
    let world = World::new();
    for group in ["/aws/lambda/a", "/aws/lambda/b", "mine/aws"] {
        world.logs.stream(group, "s").put(world.at(0), "x");
    }
    for (input, found) in [
        (json!({}), &["/aws/lambda/a", "/aws/lambda/b", "mine/aws"][..]),
        (json!({ "logGroupNamePattern": "/aws" }), &["/aws/lambda/a", "/aws/lambda/b", "mine/aws"]),
        (json!({ "logGroupNamePattern": "^/aws" }), &["/aws/lambda/a", "/aws/lambda/b"]),
        (json!({ "logGroupNamePattern": "da/a|^mine" }), &["/aws/lambda/a", "mine/aws"]),
        (json!({ "logGroupNamePattern": "MINE" }), &[]),
        (json!({ "logGroupClass": "DELIVERY" }), &[]),
    ] {
        let answer = world.ask("ListLogGroups", input).await;
        assert_eq!(column(&answer, "logGroups", "logGroupName"), found);
    }

    let first = world.ask("ListLogGroups", json!({ "limit": 1 })).await;
    let summary = json!({
        "logGroupName": "/aws/lambda/a",
        "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/a",
        "logGroupClass": "STANDARD",
    });
    assert_eq!(first["logGroups"], json!([summary]));
    let next = json!({ "nextToken": first["nextToken"] });
    let rest = world.ask("ListLogGroups", next).await;
    assert_eq!(column(&rest, "logGroups", "logGroupName"), ["/aws/lambda/b", "mine/aws"]);

    let message = "2 validation errors detected: Value '^ab' at 'logGroupNamePattern' failed to \
                   satisfy constraint: Member must satisfy regular expression pattern: \
                   (\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}; \
                   Value '1001' at 'limit' failed to satisfy constraint: Member must have value less \
                   than or equal to 1000";
    let input = json!({ "logGroupNamePattern": "^ab", "limit": 1001 });
    world.refuses("ListLogGroups", input, "InvalidParameterException", message).await;
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let world = World::new();
    for number in 10..15 {
        world.logs.stream(&format!("group-{number}"), "s").put(world.at(0), "x");
    }
    let first = world.ask("DescribeLogGroups", json!({ "limit": 3 })).await;
    assert_eq!(column(&first, "logGroups", "logGroupName"), ["group-10", "group-11", "group-12"]);
    let token = &first["nextToken"];
    let last = world.ask("DescribeLogGroups", json!({ "limit": 3, "nextToken": token })).await;
    assert_eq!(column(&last, "logGroups", "logGroupName"), ["group-13", "group-14"]);
    assert_eq!(last.get("nextToken"), None);
}

#[tokio::test]
async fn streams_are_listed_by_name_or_by_their_last_event() {
    let world = World::new();
    world.write("a", [30]);
    world.write("b", [10]);
    world.write("c", [20]);
    let group = json!({ "logGroupName": GROUP });
    let by_time = with(group.clone(), "orderBy", &json!("LastEventTime"));
    let youngest = with(by_time.clone(), "descending", &json!(true));
    for (input, found) in [
        (group.clone(), &["a", "b", "c"][..]),
        (with(group.clone(), "descending", &json!(true)), &["c", "b", "a"]),
        (with(group, "logStreamNamePrefix", &json!("b")), &["b"]),
        (by_time, &["b", "c", "a"]),
        (youngest.clone(), &["a", "c", "b"]),
    ] {
        let answer = world.ask("DescribeLogStreams", input).await;
        assert_eq!(column(&answer, "logStreams", "logStreamName"), found);
    }

    let youngest = with(youngest, "limit", &json!(2));
    let first = world.ask("DescribeLogStreams", youngest.clone()).await;
    assert_eq!(column(&first, "logStreams", "logStreamName"), ["a", "c"]);
    let rest = with(youngest, "nextToken", &first["nextToken"]);
    let last = world.ask("DescribeLogStreams", rest).await;
    assert_eq!(column(&last, "logStreams", "logStreamName"), ["b"]);
}

#[tokio::test]
async fn a_list_that_cannot_be_is_refused_in_aws_own_words() {
    let world = World::new();
    world.write("a", [1]);
    let invalid = "InvalidParameterException";
    world
        .refuses(
            "DescribeLogGroups",
            json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "a" }),
            invalid,
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        )
        .await;
    world
        .refuses(
            "DescribeLogGroups",
            json!({ "limit": 51, "logGroupNamePrefix": "a b" }),
            invalid,
            "2 validation errors detected: Value 'a b' at 'logGroupNamePrefix' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+; \
             Value '51' at 'limit' failed to satisfy constraint: Member must have value less than \
             or equal to 50",
        )
        .await;
    world
        .refuses(
            "DescribeLogStreams",
            json!({ "logGroupName": GROUP, "orderBy": "LastEventTime", "logStreamNamePrefix": "a" }),
            invalid,
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        )
        .await;
    world
        .refuses(
            "DescribeLogStreams",
            json!({ "logGroupName": GROUP, "nextToken": "2" }),
            invalid,
            "The specified nextToken is invalid.",
        )
        .await;
}

#[tokio::test]
async fn members_that_are_not_applied_are_refused_by_name() {
    let world = World::new();
    let hint = "(hint: leave it out here)";
    for (member, value) in
        [("includeLinkedAccounts", json!(true)), ("accountIdentifiers", json!(["000000000000"]))]
    {
        let input = with(json!({}), member, &value);
        let message = format!("`{member}` is not emulated {hint}");
        for operation in ["DescribeLogGroups", "ListLogGroups"] {
            let invalid = "InvalidParameterException";
            world.refuses(operation, input.clone(), invalid, &message).await;
        }
    }
    let unlinked = json!({ "includeLinkedAccounts": false });
    assert_eq!(world.ask("DescribeLogGroups", unlinked).await, json!({ "logGroups": [] }));

    let (status, refusal) = world.answer("GetLogEvents", json!({ "sequenceToken": "1" })).await;
    assert_eq!((status, &refusal["__type"]), (400, &json!("SerializationException")));
    assert!(refusal["message"].as_str().unwrap().starts_with("unknown field `sequenceToken`"));
}

#[tokio::test]
async fn an_operation_that_is_not_emulated_is_named() {
    for operation in ["StartLiveTail", "PutSubscriptionFilter", "PutMetricFilter", "StartQuery"] {
        let (status, refusal) = World::new().answer(operation, json!({})).await;
        assert_eq!(status, 501);
        let message = refusal["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("{operation} of logs")), "{message}");
    }
}
