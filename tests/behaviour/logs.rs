//! CloudWatch Logs as its own clients use it, without any function.

use aws_sdk_cloudwatchlogs::operation::put_log_events::builders::PutLogEventsFluentBuilder;
use aws_sdk_cloudwatchlogs::types::{FilteredLogEvent, InputLogEvent};
use tests::{eventually, refusal};
use time::UtcDateTime;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    create_log_group_takes_a_name_once,
    create_log_stream_takes_a_name_once,
    delete_log_stream_takes_its_events_with_it,
    put_log_events_says_which_events_it_has_rejected,
    put_log_group_deletion_protection_keeps_a_group_from_being_deleted,
    tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn,
    tag_log_group_and_untag_log_group_and_list_tags_log_group_take_a_name,
    list_log_groups_finds_names_by_their_start_or_a_part,
    filter_log_events_takes_patterns_of_every_kind,
    filter_log_events_takes_streams_times_and_pages,
];

/// A group.
async fn group(world: &World) -> String {
    let name = world.name("ours");
    world.logs().create_log_group().log_group_name(&name).send().await.unwrap();
    name
}

/// A group with the stream `s`.
async fn with_stream(world: &World) -> String {
    let name = group(world).await;
    let stream = world.logs().create_log_stream().log_group_name(&name).log_stream_name("s");
    stream.send().await.unwrap();
    name
}

/// Milliseconds since 1970.
fn now() -> i64 {
    i64::try_from(UtcDateTime::now().unix_timestamp_nanos() / 1_000_000).unwrap()
}

fn put(world: &World, group: &str) -> PutLogEventsFluentBuilder {
    world.logs().put_log_events().log_group_name(group).log_stream_name("s")
}

/// Writes events with these messages, each a second after the one before, the last of them at `end`.
async fn put_until(world: &World, group: &str, end: i64, messages: &[&str]) {
    let start = end - 1000 * (i64::try_from(messages.len()).unwrap() - 1);
    let events = (0..).zip(messages).map(|(number, message)| {
        let event = InputLogEvent::builder().timestamp(start + 1000 * number).message(*message);
        event.build().unwrap()
    });
    put(world, group).set_log_events(Some(events.collect())).send().await.unwrap();
}

/// Waits until a pattern finds these messages.
async fn finds(world: &World, group: &str, pattern: &str, expected: &[&str]) {
    eventually(&format!("{pattern:?} to find {expected:?}"), async || {
        let request = world.logs().filter_log_events().log_group_name(group);
        let found = request.filter_pattern(pattern).send().await.unwrap();
        (messages(found.events()) == expected).then_some(())
    })
    .await;
}

fn messages(events: &[FilteredLogEvent]) -> Vec<&str> {
    events.iter().filter_map(FilteredLogEvent::message).collect()
}

async fn create_log_group_takes_a_name_once(world: &World) {
    let group = group(world).await;
    let again = world.logs().create_log_group().log_group_name(group);
    assert_eq!(
        refusal(again.send().await),
        "400 ResourceAlreadyExistsException: The specified log group already exists",
    );
}

async fn create_log_stream_takes_a_name_once(world: &World) {
    let group = with_stream(world).await;
    let again = world.logs().create_log_stream().log_group_name(group).log_stream_name("s");
    assert_eq!(
        refusal(again.send().await),
        "400 ResourceAlreadyExistsException: The specified log stream already exists",
    );
}

async fn delete_log_stream_takes_its_events_with_it(world: &World) {
    let group = &with_stream(world).await;
    put_until(world, group, now(), &["one"]).await;
    finds(world, group, "", &["one"]).await;
    let delete = || world.logs().delete_log_stream().log_group_name(group).log_stream_name("s");
    delete().send().await.unwrap();
    finds(world, group, "", &[]).await;
    assert_eq!(
        refusal(delete().send().await),
        "400 ResourceNotFoundException: The specified log stream does not exist.",
    );
}

async fn put_log_events_says_which_events_it_has_rejected(world: &World) {
    let (group, now) = (&with_stream(world).await, now());
    let event = |hours: i64| {
        let event = InputLogEvent::builder().timestamp(now + hours * 60 * 60 * 1000);
        event.message(format!("in {hours} hours")).build().unwrap()
    };
    let put = || put(world, group);
    let put_three = put().log_events(event(0)).log_events(event(1)).log_events(event(3));
    let answer = put_three.send().await.unwrap();
    let rejected = answer.rejected_log_events_info().unwrap();
    assert_eq!(rejected.too_new_log_event_start_index(), Some(2));
    assert!(answer.next_sequence_token().is_some());
    finds(world, group, "", &["in 0 hours", "in 1 hours"]).await;
    let disordered = put().log_events(event(1)).log_events(event(0)).send().await;
    assert_eq!(
        refusal(disordered),
        "400 InvalidParameterException: Log events in a single PutLogEvents request must be in \
         chronological order.",
    );
}

async fn put_log_group_deletion_protection_keeps_a_group_from_being_deleted(world: &World) {
    let (logs, group) = (world.logs(), &world.name("ours"));
    let create = logs.create_log_group().log_group_name(group);
    create.deletion_protection_enabled(true).send().await.unwrap();
    let delete = || logs.delete_log_group().log_group_name(group);
    let refused = refusal(delete().send().await);
    let unprotect = logs.put_log_group_deletion_protection().log_group_identifier(group);
    unprotect.deletion_protection_enabled(false).send().await.unwrap();
    assert!(refused.starts_with("400 ValidationException: "), "{refused}");
    delete().send().await.unwrap();
}

async fn tag_resource_and_untag_resource_and_list_tags_for_resource_take_an_arn(world: &World) {
    let (logs, group) = (world.logs(), &world.name("ours"));
    let arn = &world.group_arn(group);
    let create = logs.create_log_group().log_group_name(group).tags("team", "blue");
    create.send().await.unwrap();
    let tag = logs.tag_resource().resource_arn(arn);
    tag.tags("team", "red").tags("stage", "test").send().await.unwrap();
    logs.untag_resource().resource_arn(arn).tag_keys("stage").send().await.unwrap();
    let list = logs.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
    let tags: Vec<_> = list.tags().unwrap().iter().collect();
    assert_eq!(tags, [(&"team".to_owned(), &"red".to_owned())]);
}

#[expect(deprecated, reason = "tools of before 2022 still tag so")]
async fn tag_log_group_and_untag_log_group_and_list_tags_log_group_take_a_name(world: &World) {
    let (logs, group) = (world.logs(), &group(world).await);
    let tag = logs.tag_log_group().log_group_name(group);
    tag.tags("team", "red").tags("stage", "test").send().await.unwrap();
    logs.untag_log_group().log_group_name(group).tags("stage").send().await.unwrap();
    let list = logs.list_tags_log_group().log_group_name(group).send().await.unwrap();
    let tags: Vec<_> = list.tags().unwrap().iter().collect();
    assert_eq!(tags, [(&"team".to_owned(), &"red".to_owned())]);
}

async fn list_log_groups_finds_names_by_their_start_or_a_part(world: &World) {
    let mark = world.name("");
    let [web, jobs] = &["web", "jobs"].map(|part| format!("{part}/all{mark}"));
    for name in [web, jobs] {
        world.logs().create_log_group().log_group_name(name).send().await.unwrap();
    }
    for (pattern, expected) in [
        (format!("all{mark}"), &[jobs, web][..]),
        (format!("^web/all{mark}"), &[web]),
        (format!("jobs/all{mark}|^web/all{mark}"), &[jobs, web]),
    ] {
        let list = world.logs().list_log_groups().log_group_name_pattern(&pattern);
        let list = list.send().await.unwrap();
        let names = list.log_groups().iter().filter_map(|group| group.log_group_name());
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{pattern}");
    }
}

async fn filter_log_events_takes_patterns_of_every_kind(world: &World) {
    let group = &with_stream(world).await;
    let [web, json, plain] = ["GET /a 404 12", "{\"level\": \"ERROR\", \"code\": 7}", "an ERROR"];
    put_until(world, group, now(), &[web, json, plain]).await;
    for (pattern, expected) in [
        ("ERROR -code", &[plain][..]),
        ("?GET ?an", &[web, plain]),
        ("{ $.level = \"E*\" && $.code > 5 }", &[json]),
        ("[method, path, status = 4*, time]", &[web]),
        ("%^an|4[0-9]{2}%", &[web, plain]),
    ] {
        finds(world, group, pattern, expected).await;
    }
    let request = world.logs().filter_log_events().log_group_name(group);
    let refused = refusal(request.filter_pattern("{ $.level }").send().await);
    let start = "400 InvalidParameterException: Invalid filter pattern: ";
    assert!(refused.starts_with(start), "{refused}");
}

async fn filter_log_events_takes_streams_times_and_pages(world: &World) {
    let (group, end) = (&with_stream(world).await, now());
    let all = ["one", "two", "three", "four"];
    put_until(world, group, end, &all).await;
    finds(world, group, "", &all).await;
    let filter = || world.logs().filter_log_events().log_group_name(group);
    let middle =
        || filter().log_stream_names("s").start_time(end - 2000).end_time(end - 1).limit(1);
    let first = middle().send().await.unwrap();
    let next = middle().next_token(first.next_token().unwrap()).send().await.unwrap();
    assert_eq!(messages(first.events()), ["two"]);
    assert_eq!(messages(next.events()), ["three"]);
    assert_eq!(next.next_token(), None);
    let none = filter().log_stream_name_prefix("t").send().await.unwrap();
    assert_eq!(messages(none.events()), [""; 0]);
}
