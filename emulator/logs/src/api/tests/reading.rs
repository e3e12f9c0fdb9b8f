//! Reading one stream, in both directions.

use super::*;

const NO_GROUP: &str = "The specified log group does not exist.";

fn stream() -> Value {
    json!({ "logGroupName": GROUP, "logStreamName": "a" })
}

#[tokio::test]
async fn an_event_has_its_own_time_and_that_of_its_arrival() {
    let world = World::new();
    world.stream("a").put(world.at(7), "hello");
    let answer = world.ask("GetLogEvents", stream()).await;
    assert_eq!(
        answer["events"],
        json!([{ "timestamp": START_MS + 7, "message": "hello", "ingestionTime": START_MS }]),
    );
}

#[tokio::test]
async fn events_come_by_time_and_those_of_one_millisecond_as_they_arrived() {
    let world = World::new();
    let writer = world.stream("a");
    for (ms, message) in [(2, "c"), (5, "e"), (2, "d"), (1, "a"), (1, "b"), (9, "f")] {
        writer.put(world.at(ms), message);
    }
    let answer = world.ask("GetLogEvents", stream()).await;
    assert_eq!(messages(&answer), ["a", "b", "c", "d", "e", "f"]);
}

#[tokio::test]
async fn a_read_without_a_token_answers_the_latest_page() {
    let world = World::new();
    world.write("a", 1..=5);
    let input = with(stream(), "limit", &json!(2));
    let latest = world.ask("GetLogEvents", input.clone()).await;
    assert_eq!(messages(&latest), ["4", "5"]);

    let before = with(input.clone(), "nextToken", &latest["nextBackwardToken"]);
    assert_eq!(messages(&world.ask("GetLogEvents", before).await), ["2", "3"]);

    // What is written later is found from the forward token.
    let after = with(input, "nextToken", &latest["nextForwardToken"]);
    assert_eq!(messages(&world.ask("GetLogEvents", after.clone()).await), [""; 0]);
    world.write("a", [6]);
    assert_eq!(messages(&world.ask("GetLogEvents", after).await), ["6"]);
}

#[tokio::test]
async fn the_end_of_a_stream_answers_the_token_that_was_given() {
    let world = World::new();
    world.write("a", 1..=5);
    for (token, head, pages) in [
        ("nextForwardToken", true, [&["1", "2"][..], &["3", "4"], &["5"], &[]]),
        ("nextBackwardToken", false, [&["4", "5"][..], &["2", "3"], &["1"], &[]]),
    ] {
        let mut input = with(stream(), "limit", &json!(2));
        input["startFromHead"] = json!(head);
        let mut answer = Value::Null;
        for page in pages {
            answer = world.ask("GetLogEvents", input.clone()).await;
            assert_eq!(messages(&answer), page);
            if page.is_empty() {
                assert_eq!(answer[token], input["nextToken"]);
            }
            input["nextToken"] = answer[token].clone();
        }
        // And the way back starts where the stream ends.
        let back = if head { "nextBackwardToken" } else { "nextForwardToken" };
        input["nextToken"] = answer[back].clone();
        let expected = if head { ["4", "5"] } else { ["1", "2"] };
        assert_eq!(messages(&world.ask("GetLogEvents", input).await), expected);
    }
}

#[tokio::test]
async fn tokens_have_aws_shape_and_others_are_refused() {
    let world = World::new();
    world.write("a", [1]);
    let answer = world.ask("GetLogEvents", stream()).await;
    let forward = answer["nextForwardToken"].as_str().unwrap();
    let digits = forward.strip_prefix("f/").unwrap();
    assert!(digits.len() == 56 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{forward}");
    assert!(answer["nextBackwardToken"].as_str().unwrap().starts_with("b/"));

    let unknown = format!("g/{digits}");
    for token in ["not-a-token", "f/1", &unknown, digits] {
        let input = with(stream(), "nextToken", &json!(token));
        let message = "The specified nextToken is invalid.";
        world.refuses("GetLogEvents", input, "InvalidParameterException", message).await;
    }
}

#[tokio::test]
async fn the_start_of_a_range_is_in_it_and_the_end_is_not() {
    let world = World::new();
    world.write("a", 1..=5);
    let mut input = stream();
    input["startTime"] = json!(START_MS + 2);
    input["endTime"] = json!(START_MS + 4);
    assert_eq!(messages(&world.ask("GetLogEvents", input.clone()).await), ["2", "3"]);

    // A range that ends before it starts is empty.
    input["startTime"] = json!(START_MS + 9);
    assert_eq!(messages(&world.ask("GetLogEvents", input).await), [""; 0]);
}

#[tokio::test]
async fn a_page_holds_a_mebibyte_and_one_event_at_least() {
    let world = World::new();
    let writer = world.stream("a");
    let half = "x".repeat(512 * 1024);
    writer.put_all([1, 2, 3].map(|ms| (world.at(ms), half.clone())));
    writer.put(world.at(4), "y".repeat(2 * 1024 * 1024));

    let mut input = with(stream(), "startFromHead", &json!(true));
    let mut sizes = Vec::new();
    loop {
        let answer = world.ask("GetLogEvents", input.clone()).await;
        if answer["nextForwardToken"] == input["nextToken"] {
            break;
        }
        sizes.push(messages(&answer).len());
        input["nextToken"] = answer["nextForwardToken"].clone();
    }
    // Two halves of a mebibyte are more than one, with 26 bytes counted for each event.
    assert_eq!(sizes, [1, 1, 1, 1]);
}

#[tokio::test]
async fn what_is_not_there_is_named_as_aws_does() {
    let world = World::new();
    let missing = "ResourceNotFoundException";
    world.refuses("GetLogEvents", stream(), missing, NO_GROUP).await;
    let group = json!({ "logGroupName": GROUP });
    world.refuses("DescribeLogStreams", group, missing, NO_GROUP).await;

    world.write("b", [1]);
    let message = "The specified log stream does not exist.";
    world.refuses("GetLogEvents", stream(), missing, message).await;
}

#[tokio::test]
async fn a_group_is_named_by_name_or_arn_and_not_by_both() {
    let world = World::new();
    world.write("a", [1]);
    let of = |region: &str| format!("arn:aws:logs:{region}:000000000000:log-group:{GROUP}");
    for identifier in [GROUP, &of("us-east-1")] {
        let input = json!({ "logGroupIdentifier": identifier, "logStreamName": "a" });
        assert_eq!(messages(&world.ask("GetLogEvents", input).await), ["1"]);
    }

    let elsewhere = json!({ "logGroupIdentifier": of("eu-west-1"), "logStreamName": "a" });
    world.refuses("GetLogEvents", elsewhere, "ResourceNotFoundException", NO_GROUP).await;
    let both = with(stream(), "logGroupIdentifier", &json!(GROUP));
    let message = "LogGroup name and LogGroup ARN are mutually exclusive parameters.";
    world.refuses("GetLogEvents", both, "ValidationException", message).await;
    let neither = json!({ "logStreamName": "a" });
    let message = "1 validation error detected: Value null at 'logGroupName' failed to satisfy \
                   constraint: Member must not be null";
    world.refuses("GetLogEvents", neither, "InvalidParameterException", message).await;
}

#[tokio::test]
async fn a_limit_beyond_ten_thousand_is_refused() {
    let world = World::new();
    world.write("a", [1]);
    for (limit, rule) in
        [(10_001, "less than or equal to 10000"), (0, "greater than or equal to 1")]
    {
        let message = format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: \
             Member must have value {rule}"
        );
        for operation in ["GetLogEvents", "FilterLogEvents"] {
            let mut input = json!({ "logGroupName": GROUP, "limit": limit });
            if operation == "GetLogEvents" {
                input["logStreamName"] = json!("a");
            }
            world.refuses(operation, input, "InvalidParameterException", &message).await;
        }
    }
}
