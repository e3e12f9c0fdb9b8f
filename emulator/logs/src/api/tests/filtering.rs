//! Looking for events in all streams of a group.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn group() -> Value {
    json!({ "logGroupName": GROUP })
}

#[tokio::test]
async fn events_of_all_streams_come_in_the_order_of_their_time() {
    let world = World::new();
    world.write("a", [1, 4, 5]);
    world.write("b", [2, 3, 6]);
    // What `aws logs tail` sends.
    let mut input = with(group(), "interleaved", &json!(true));
    input["startTime"] = json!(START_MS + 2);
    let answer = world.ask("FilterLogEvents", input).await;
    assert_eq!(messages(&answer), ["2", "3", "4", "5", "6"]);
    assert_eq!(column(&answer, "events", "logStreamName"), ["b", "b", "a", "a", "b"]);
    assert_eq!(answer["searchedLogStreams"], json!([]));
    assert_eq!(answer.get("nextToken"), None);
}

#[tokio::test]
async fn every_member_of_an_event_is_there_and_its_id_is_56_digits() {
    let world = World::new();
    world.write("a", [1, 2]);
    let answer = world.ask("FilterLogEvents", group()).await;
    let ids = column(&answer, "events", "eventId");
    assert!(ids.iter().all(|id| id.len() == 56) && ids[0] < ids[1], "{ids:?}");
    let mut first = answer["events"][0].clone();
    first.as_object_mut().unwrap().remove("eventId");
    assert_eq!(
        first,
        json!({
            "logStreamName": "a",
            "timestamp": START_MS + 1,
            "message": "1",
            "ingestionTime": START_MS,
        }),
    );
}

#[tokio::test]
async fn a_pattern_picks_events_and_both_ends_of_a_range_are_in_it() {
    let world = World::new();
    let lines = ["START", "S3 trigger Lambda", "Data = test", "END"];
    world.stream("a").put_all((0..).zip(lines).map(|(ms, line)| (world.at(ms), line)));
    for (member, value, found) in [
        ("filterPattern", json!("\"S3 trigger Lambda\""), &["S3 trigger Lambda"][..]),
        ("filterPattern", json!("?START ?END"), &["START", "END"]),
        ("startTime", json!(START_MS + 2), &["Data = test", "END"]),
        ("endTime", json!(START_MS + 1), &["START", "S3 trigger Lambda"]),
    ] {
        let answer = world.ask("FilterLogEvents", with(group(), member, &value)).await;
        assert_eq!(messages(&answer), found);
    }
}

#[tokio::test]
async fn streams_are_picked_by_name_or_prefix_and_not_by_both() {
    let world = World::new();
    world.write("a1", [1]);
    world.write("a2", [2]);
    world.write("b", [3]);
    let named = with(group(), "logStreamNames", &json!(["a1", "b"]));
    assert_eq!(messages(&world.ask("FilterLogEvents", named.clone()).await), ["1", "3"]);
    let starting = with(group(), "logStreamNamePrefix", &json!("a"));
    assert_eq!(messages(&world.ask("FilterLogEvents", starting).await), ["1", "2"]);

    let unknown = with(group(), "logStreamNames", &json!(["c"]));
    let message = "The specified log stream does not exist.";
    world.refuses("FilterLogEvents", unknown, "ResourceNotFoundException", message).await;
    let both = with(named, "logStreamNamePrefix", &json!("a"));
    let message = "LogStream names and LogStream name prefix are mutually exclusive parameters.";
    world.refuses("FilterLogEvents", both, "InvalidParameterException", message).await;
}

#[tokio::test]
async fn patterns_of_every_kind_pick_events() {
    let world = World::new();
    let lines = ["ERROR 7", "{\"level\": \"ERROR\"}", "ready in 12 ms"];
    world.stream("a").put_all(lines.map(|line| (world.at(1), line)));
    for (pattern, found) in [
        ("ERROR -level", lines[0]),
        ("{ $.level = \"E*\" }", lines[1]),
        ("[..., time > 10, unit]", lines[2]),
        (r"%[0-9]{2}\sms$%", lines[2]),
    ] {
        let input = with(group(), "filterPattern", &json!(pattern));
        assert_eq!(messages(&world.ask("FilterLogEvents", input).await), [found]);
    }
}

#[tokio::test]
async fn a_pattern_and_a_token_that_cannot_be_read_are_refused() {
    let world = World::new();
    world.write("a", [1]);
    let input = with(group(), "filterPattern", &json!("{ $.level = }"));
    let message = "Invalid filter pattern: a value is expected, not `}`";
    world.refuses("FilterLogEvents", input, "InvalidParameterException", message).await;

    let input = with(group(), "nextToken", &json!("not-a-token"));
    let message = "The specified nextToken is invalid.";
    world.refuses("FilterLogEvents", input, "InvalidParameterException", message).await;
}

#[tokio::test]
async fn an_event_too_large_for_the_rest_of_a_page_is_not_overtaken() {
    let world = World::new();
    world.write("a", [1]);
    world.stream("a").put(world.at(2), "x".repeat(1024 * 1024));
    world.write("b", [3]);
    let mut input = group();
    let mut lengths = Vec::new();
    loop {
        let answer = world.ask("FilterLogEvents", input.clone()).await;
        lengths.extend(messages(&answer).iter().map(|message| message.len()));
        match answer.get("nextToken") {
            Some(token) => input["nextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(lengths, [1, 1024 * 1024, 1]);
}

proptest! {
    #[test]
    fn all_pages_together_hold_every_event_once_in_order(
        lines in prop::collection::vec((0..4_usize, 0..20_u64), 0..60),
        limit in 1..8_u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let world = World::new();
        for (number, (stream, ms)) in lines.iter().enumerate() {
            let message = number.to_string();
            world.stream(&format!("s{stream}")).put(world.at(*ms), message);
        }
        let mut expected: Vec<_> = lines.iter().map(|(_, ms)| ms).zip(0..).collect();
        expected.sort_unstable();

        let mut found = Vec::new();
        let mut ids = BTreeSet::new();
        let mut input = with(group(), "limit", &json!(limit));
        while !lines.is_empty() {
            let answer = runtime.block_on(world.ask("FilterLogEvents", input.clone()));
            found.extend(messages(&answer).iter().map(|text| text.parse::<usize>().unwrap()));
            ids.extend(column(&answer, "events", "eventId").into_iter().map(str::to_owned));
            match answer.get("nextToken") {
                Some(token) => input["nextToken"] = token.clone(),
                None => break,
            }
        }
        let expected: Vec<_> = expected.into_iter().map(|(_, number)| number).collect();
        prop_assert_eq!(ids.len(), expected.len());
        prop_assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_stream_that_is_named_twice_is_searched_once() {
    let world = World::new();
    world.write("a", [1]);
    let input = with(group(), "logStreamNames", &json!(["a", "a"]));
    assert_eq!(messages(&world.ask("FilterLogEvents", input).await), ["1"]);
}

#[tokio::test]
async fn a_page_ends_before_everything_is_searched_where_that_is_much() {
    let world = World::new();
    let large: Box<str> = "x".repeat(1_000_000).into();
    world.stream("a").put_all((0..40).map(|ms| (world.at(ms), large.clone())));
    world.stream("b").put(world.at(50), "here");
    let input = with(group(), "filterPattern", &json!("here"));
    let first = world.ask("FilterLogEvents", input.clone()).await;
    assert_eq!(messages(&first), [""; 0]);
    let second = world.ask("FilterLogEvents", with(input, "nextToken", &first["nextToken"])).await;
    assert_eq!((messages(&second), second.get("nextToken")), (vec!["here"], None));
}

#[tokio::test]
async fn others_get_their_turn_while_a_group_is_searched() {
    let world = World::new();
    let large: Box<str> = "x".repeat(1_000_000).into();
    world.stream("a").put_all((0..3).map(|ms| (world.at(ms), large.clone())));
    let input = with(group(), "filterPattern", &json!("nothing"));
    let mut searching = std::pin::pin!(world.ask("FilterLogEvents", input));
    assert!(futures_util::poll!(&mut searching).is_pending());
    assert_eq!(searching.await.get("nextToken"), None);
}
