//! CloudWatch Logs, as the functions here fill it, and as its own clients do.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types::{InputLogEvent, LogGroupClass};
use probe::{Step, event};
use serde_json::json;
use tempfile::TempDir;
use tests::{World, refusal};

const GROUP: &str = "/aws/lambda/talker";

/// A world in which a function has said three things.
async fn talked() -> World {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    let lines = ["one".into(), "two".into(), "three".into()];
    world.invoke("talker", event([Step::Log(lines.to_vec())])).with_log().await;
    world
}

async fn stream(world: &World) -> String {
    let streams = world.logs().describe_log_streams().log_group_name(GROUP).send().await.unwrap();
    let [stream] = streams.log_streams() else { panic!("one environment has one stream") };
    stream.log_stream_name().unwrap().to_owned()
}

#[tokio::test]
async fn describe_log_groups_has_a_group_per_function_that_has_run() {
    let world = talked().await;
    world.deploy_probe("silent").await;
    let groups =
        world.logs().describe_log_groups().log_group_name_prefix("/aws/lambda/").send().await;
    let groups = groups.unwrap();
    let names: Vec<_> =
        groups.log_groups().iter().filter_map(|group| group.log_group_name()).collect();
    assert_eq!(names, [GROUP]);
    world.close().await;
}

#[tokio::test]
async fn describe_log_streams_has_a_stream_per_environment() {
    let world = talked().await;
    assert!(
        stream(&world).await.starts_with("2026/01/02/[$LATEST]"),
        "named for the emulator's day"
    );
    world.close().await;
}

#[tokio::test]
async fn get_log_events_reads_a_stream_forth_and_back() {
    let world = talked().await;
    let stream = stream(&world).await;
    let get = || world.logs().get_log_events().log_group_name(GROUP).log_stream_name(&stream);
    let first = get().start_from_head(true).limit(2).send().await.unwrap();
    let second =
        get().next_token(first.next_forward_token().unwrap()).limit(3).send().await.unwrap();
    let back =
        get().next_token(second.next_backward_token().unwrap()).limit(1).send().await.unwrap();

    let messages = |page: &[aws_sdk_cloudwatchlogs::types::OutputLogEvent]| -> Vec<String> {
        page.iter().map(|event| event.message().unwrap().trim_end().to_owned()).collect()
    };
    assert!(messages(first.events())[0].starts_with("START RequestId: "));
    assert_eq!(messages(second.events())[..2], ["two", "three"]);
    assert_eq!(messages(back.events()), ["one"]);
    world.close().await;
}

#[tokio::test]
async fn filter_log_events_finds_the_lines_that_match() {
    let world = talked().await;
    assert_eq!(world.logged("talker", "two").await, ["two"]);
    assert_eq!(world.logged("talker", "nothing like it").await, [""; 0]);
    assert_eq!(world.logged("talker", "RequestId").await.len(), 3, "START, END and REPORT");
    world.close().await;
}

#[tokio::test]
async fn a_function_that_has_not_run_has_no_log() {
    let world = World::start().await;
    world.deploy_probe("silent").await;
    let request = world.logs().filter_log_events().log_group_name("/aws/lambda/silent");
    assert_eq!(
        refusal(request.send().await),
        "400 ResourceNotFoundException: The specified log group does not exist.",
    );
    world.close().await;
}

#[tokio::test]
async fn a_log_group_of_ones_own_is_used_instead() {
    let world = World::start().await;
    let logging = aws_sdk_lambda::types::LoggingConfig::builder().log_group("ours").build();
    let request = world.deploy_probe("talker").request().logging_config(logging);
    request.send().await.unwrap();
    world.invoke("talker", json!({})).with_log().await.value();
    let groups = world.logs().describe_log_groups().send().await.unwrap();
    let names: Vec<_> =
        groups.log_groups().iter().filter_map(|group| group.log_group_name()).collect();
    assert_eq!(names, ["ours"]);
    world.close().await;
}

const OURS: &str = "ours";

const OUR_ARN: &str = "arn:aws:logs:us-east-1:000000000000:log-group:ours";

/// A world with a group and a stream that no function writes to.
async fn world_with_a_stream() -> World {
    let world = World::start().await;
    world.logs().create_log_group().log_group_name(OURS).send().await.unwrap();
    let stream = world.logs().create_log_stream().log_group_name(OURS).log_stream_name("s");
    stream.send().await.unwrap();
    world
}

/// Writes events with these messages, each a second after the one before, the last of them now.
async fn put(world: &World, messages: &[&str]) {
    let now = i64::try_from(world.clock().now().unix_timestamp_nanos() / 1_000_000).unwrap();
    let start = now - 1000 * (i64::try_from(messages.len()).unwrap() - 1);
    let events = (0..).zip(messages).map(|(number, message)| {
        let event = InputLogEvent::builder().timestamp(start + 1000 * number).message(*message);
        event.build().unwrap()
    });
    let put = world.logs().put_log_events().log_group_name(OURS).log_stream_name("s");
    put.set_log_events(Some(events.collect())).send().await.unwrap();
}

/// The messages that a pattern finds in our group.
async fn found(world: &World, pattern: &str) -> Vec<String> {
    let request = world.logs().filter_log_events().log_group_name(OURS).filter_pattern(pattern);
    let found = request.send().await.unwrap();
    found.events().iter().map(|event| event.message().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn create_log_group_takes_a_name_once() {
    let world = World::start().await;
    let create = || world.logs().create_log_group().log_group_name(OURS);
    let other = create().log_group_class(LogGroupClass::InfrequentAccess).send().await;
    assert_eq!(
        refusal(other),
        "400 InvalidParameterException: `INFREQUENT_ACCESS` as `logGroupClass` is not emulated \
         (hint: `STANDARD` is)",
    );
    create().log_group_class(LogGroupClass::Standard).send().await.unwrap();
    assert_eq!(
        refusal(create().send().await),
        "400 ResourceAlreadyExistsException: The specified log group already exists",
    );
    world.close().await;
}

#[tokio::test]
async fn delete_log_group_takes_everything_with_it() {
    let world = talked().await;
    world.logs().delete_log_group().log_group_name(GROUP).send().await.unwrap();
    let request = world.logs().filter_log_events().log_group_name(GROUP);
    assert_eq!(
        refusal(request.send().await),
        "400 ResourceNotFoundException: The specified log group does not exist.",
    );
    // The environment is warm and goes on writing.
    let lines = vec!["four".into()];
    world.invoke("talker", event([Step::Log(lines)])).with_log().await;
    let lines = world.logged("talker", "").await;
    assert!(lines[0].starts_with("START RequestId: "), "{lines:#?}");
    assert_eq!(lines[1], "four");
    world.close().await;
}

#[tokio::test]
async fn create_log_stream_takes_a_name_once() {
    let world = world_with_a_stream().await;
    let create = world.logs().create_log_stream().log_group_name(OURS).log_stream_name("s");
    assert_eq!(
        refusal(create.send().await),
        "400 ResourceAlreadyExistsException: The specified log stream already exists",
    );
    world.close().await;
}

#[tokio::test]
async fn delete_log_stream_takes_its_events_with_it() {
    let world = world_with_a_stream().await;
    put(&world, &["one"]).await;
    let delete = || world.logs().delete_log_stream().log_group_name(OURS).log_stream_name("s");
    delete().send().await.unwrap();
    assert_eq!(found(&world, "").await, [""; 0]);
    assert_eq!(
        refusal(delete().send().await),
        "400 ResourceNotFoundException: The specified log stream does not exist.",
    );
    world.close().await;
}

#[tokio::test]
async fn put_log_events_says_which_events_it_has_rejected() {
    let world = world_with_a_stream().await;
    let now = world.clock().now().unix_timestamp() * 1000;
    let event = |hours: i64| {
        let event = InputLogEvent::builder().timestamp(now + hours * 60 * 60 * 1000);
        event.message(format!("in {hours} hours")).build().unwrap()
    };
    let put = || world.logs().put_log_events().log_group_name(OURS).log_stream_name("s");
    let answer =
        put().log_events(event(0)).log_events(event(1)).log_events(event(3)).send().await.unwrap();
    let rejected = answer.rejected_log_events_info().unwrap();
    assert_eq!(rejected.too_new_log_event_start_index(), Some(2));
    assert!(answer.next_sequence_token().is_some());
    assert_eq!(found(&world, "").await, ["in 0 hours", "in 1 hours"]);
    let disordered = put().log_events(event(1)).log_events(event(0)).send().await;
    assert_eq!(
        refusal(disordered),
        "400 InvalidParameterException: Log events in a single PutLogEvents request must be in \
         chronological order.",
    );
    world.close().await;
}

#[tokio::test]
async fn put_retention_policy_ends_the_life_of_old_events() {
    let world = world_with_a_stream().await;
    put(&world, &["old"]).await;
    let retain = world.logs().put_retention_policy().log_group_name(OURS).retention_in_days(3);
    retain.send().await.unwrap();
    let groups = world.logs().describe_log_groups().send().await.unwrap();
    assert_eq!(groups.log_groups()[0].retention_in_days(), Some(3));

    world.clock().advance(Duration::from_hours(48)).await.unwrap();
    put(&world, &["young"]).await;
    assert_eq!(found(&world, "").await, ["old", "young"]);
    world.clock().advance(Duration::from_hours(25)).await.unwrap();
    assert_eq!(found(&world, "").await, ["young"]);
    world.close().await;
}

#[tokio::test]
async fn delete_retention_policy_keeps_events_for_ever() {
    let world = world_with_a_stream().await;
    put(&world, &["old"]).await;
    let retain = world.logs().put_retention_policy().log_group_name(OURS).retention_in_days(1);
    retain.send().await.unwrap();
    world.logs().delete_retention_policy().log_group_name(OURS).send().await.unwrap();
    world.clock().advance(Duration::from_hours(10_000)).await.unwrap();
    assert_eq!(found(&world, "").await, ["old"]);
    world.close().await;
}

#[tokio::test]
async fn put_log_group_deletion_protection_keeps_a_group_from_being_deleted() {
    let world = World::start().await;
    let create = world.logs().create_log_group().log_group_name(OURS);
    create.deletion_protection_enabled(true).send().await.unwrap();
    let delete = || world.logs().delete_log_group().log_group_name(OURS);
    let refused = refusal(delete().send().await);
    assert!(refused.starts_with("400 ValidationException: "), "{refused}");
    let unprotect = world.logs().put_log_group_deletion_protection().log_group_identifier(OURS);
    unprotect.deletion_protection_enabled(false).send().await.unwrap();
    delete().send().await.unwrap();
    world.close().await;
}

#[tokio::test]
async fn tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn() {
    let world = World::start().await;
    let create = world.logs().create_log_group().log_group_name(OURS).tags("team", "blue");
    create.send().await.unwrap();
    let tag = world.logs().tag_resource().resource_arn(OUR_ARN);
    tag.tags("team", "red").tags("stage", "test").send().await.unwrap();
    let untag = world.logs().untag_resource().resource_arn(OUR_ARN).tag_keys("stage");
    untag.send().await.unwrap();
    let list = world.logs().list_tags_for_resource().resource_arn(OUR_ARN).send().await.unwrap();
    let tags: Vec<_> = list.tags().unwrap().iter().collect();
    assert_eq!(tags, [(&"team".to_owned(), &"red".to_owned())]);
    world.close().await;
}

#[tokio::test]
#[expect(deprecated, reason = "tools of before 2022 still tag so")]
async fn tag_log_group_and_untag_log_group_and_list_tags_log_group_take_a_name() {
    let world = world_with_a_stream().await;
    let tag = world.logs().tag_log_group().log_group_name(OURS);
    tag.tags("team", "red").tags("stage", "test").send().await.unwrap();
    let untag = world.logs().untag_log_group().log_group_name(OURS).tags("stage");
    untag.send().await.unwrap();
    let list = world.logs().list_tags_log_group().log_group_name(OURS).send().await.unwrap();
    let tags: Vec<_> = list.tags().unwrap().iter().collect();
    assert_eq!(tags, [(&"team".to_owned(), &"red".to_owned())]);
    world.close().await;
}

#[tokio::test]
async fn list_log_groups_finds_names_by_their_start_or_a_part() {
    let world = talked().await;
    world.logs().create_log_group().log_group_name("/ours/aws/lambda").send().await.unwrap();
    for (pattern, expected) in [
        ("aws/lam", &[GROUP, "/ours/aws/lambda"][..]),
        ("^/aws", &[GROUP]),
        ("talker|^/ours", &[GROUP, "/ours/aws/lambda"]),
    ] {
        let list = world.logs().list_log_groups().log_group_name_pattern(pattern);
        let list = list.send().await.unwrap();
        let names: Vec<_> =
            list.log_groups().iter().filter_map(|group| group.log_group_name()).collect();
        assert_eq!(names, expected, "{pattern}");
    }
    let refused = world.logs().list_log_groups().include_linked_accounts(true).send().await;
    assert_eq!(
        refusal(refused),
        "400 InvalidParameterException: `includeLinkedAccounts` is not emulated (hint: leave it out \
         here)",
    );
    world.close().await;
}

#[tokio::test]
async fn filter_log_events_takes_patterns_of_every_kind() {
    let world = world_with_a_stream().await;
    let [web, json, plain] = ["GET /a 404 12", "{\"level\": \"ERROR\", \"code\": 7}", "an ERROR"];
    put(&world, &[web, json, plain]).await;
    for (pattern, expected) in [
        ("ERROR -code", &[plain][..]),
        ("?GET ?an", &[web, plain]),
        ("{ $.level = \"E*\" && $.code > 5 }", &[json]),
        ("[method, path, status = 4*, time]", &[web]),
        ("%^an|4[0-9]{2}%", &[web, plain]),
    ] {
        assert_eq!(found(&world, pattern).await, expected, "{pattern}");
    }
    let request = world.logs().filter_log_events().log_group_name(OURS);
    let refused = refusal(request.filter_pattern("{ $.level }").send().await);
    let start = "400 InvalidParameterException: Invalid filter pattern: ";
    assert!(refused.starts_with(start), "{refused}");
    world.close().await;
}

#[tokio::test]
async fn filter_log_events_takes_streams_times_and_pages() {
    let world = world_with_a_stream().await;
    put(&world, &["one", "two", "three", "four"]).await;
    let now = world.clock().now().unix_timestamp() * 1000;
    let request = || {
        let request = world.logs().filter_log_events().log_group_name(OURS);
        request.log_stream_names("s").start_time(now - 2000).end_time(now - 1).limit(1)
    };
    let first = request().send().await.unwrap();
    let next = request().next_token(first.next_token().unwrap()).send().await.unwrap();
    let message = |page: &[aws_sdk_cloudwatchlogs::types::FilteredLogEvent]| {
        page.iter().filter_map(|event| event.message().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(message(first.events()), ["two"]);
    assert_eq!(message(next.events()), ["three"]);
    assert_eq!(next.next_token(), None);
    let prefix = world.logs().filter_log_events().log_group_name(OURS);
    let none = prefix.log_stream_name_prefix("t").send().await.unwrap();
    assert_eq!(message(none.events()), [""; 0]);
    world.close().await;
}

#[tokio::test]
async fn logs_and_their_event_ids_outlast_the_emulator() {
    let directory = TempDir::new().unwrap();
    let start = || World::start_with(|config| config.data_dir = Some(directory.path().to_owned()));
    let all = async |world: &World| {
        let request = world.logs().filter_log_events().log_group_name(GROUP).send();
        request.await.unwrap().events().to_vec()
    };
    let world = start().await;
    world.deploy_probe("talker").await;
    let lines = ["one".into(), "two".into()];
    world.invoke("talker", event([Step::Log(lines.to_vec())])).with_log().await;
    let retain = world.logs().put_retention_policy().log_group_name(GROUP).retention_in_days(7);
    retain.send().await.unwrap();
    let before = all(&world).await;
    assert!(before.len() > 4, "{before:#?}");
    world.close().await;

    let world = start().await;
    assert_eq!(all(&world).await, before);
    let groups = world.logs().describe_log_groups().send().await.unwrap();
    assert_eq!(groups.log_groups()[0].retention_in_days(), Some(7));
    world.close().await;
}
