//! Event source mappings: from a stream into a function.

use aws_sdk_lambda::operation::get_event_source_mapping::GetEventSourceMappingError;
use aws_sdk_lambda::types::{EventSourcePosition, FunctionResponseType};
use tests::{Handler, eventually, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    create_event_source_mapping_wants_a_stream_and_a_function_that_are_there,
    get_event_source_mapping_shows_how_it_goes,
    list_event_source_mappings_finds_them_by_function_and_by_stream,
    delete_event_source_mapping_makes_it_go_away,
    a_record_that_fails_is_tried_again_and_those_before_it_are_not,
    without_partial_responses_a_failed_item_is_taken_for_done,
];

/// A stream, a function that reads it, and the mapping between them.
async fn mapped(world: &World) -> (String, String, String) {
    let (stream, name) = (world.name("orders"), world.name("reader"));
    world.deploy(&name, Handler::Kinesis).await;
    world.stream(&stream).await;
    let uuid = world.map(&stream, &name).await;
    (stream, name, uuid)
}

async fn create_event_source_mapping_wants_a_stream_and_a_function_that_are_there(world: &World) {
    let stream = &world.name("orders");
    world.stream(stream).await;
    let create = world.lambda().create_event_source_mapping();
    let create = create.function_name(world.name("nobody"));
    let create = create.event_source_arn(world.stream_arn(stream));
    let create = create.starting_position(EventSourcePosition::Latest);
    let refused = refusal(create.send().await);
    assert_eq!(refused, "400 InvalidParameterValueException: Function does not exist");
}

async fn get_event_source_mapping_shows_how_it_goes(world: &World) {
    let (stream, name, uuid) = mapped(world).await;
    let reached = async |state: &str, result: &str| {
        eventually(result, async || {
            let got = world.lambda().get_event_source_mapping().uuid(&uuid).send().await.unwrap();
            let seen = (got.state(), got.last_processing_result());
            (seen == (Some(state), Some(result))).then_some(got)
        })
        .await
    };
    let got = reached("Enabled", "No records processed").await;
    assert_eq!(got.function_arn(), Some(&*world.arn(&name)));
    world.put_record(&stream, b"one").await;
    reached("Enabled", "OK").await;
}

async fn list_event_source_mappings_finds_them_by_function_and_by_stream(world: &World) {
    let (stream, name, uuid) = mapped(world).await;
    let list = || world.lambda().list_event_source_mappings();
    let by_function = list().function_name(name).send().await.unwrap();
    let by_stream = list().event_source_arn(world.stream_arn(&stream)).send().await.unwrap();
    let others = world.stream_arn(&world.name("others"));
    let others = list().event_source_arn(others).send().await.unwrap();
    assert_eq!(by_function.event_source_mappings()[0].uuid(), Some(&*uuid));
    assert_eq!(by_stream.event_source_mappings()[0].uuid(), Some(&*uuid));
    assert!(others.event_source_mappings().is_empty());
}

async fn delete_event_source_mapping_makes_it_go_away(world: &World) {
    let (stream, name, uuid) = mapped(world).await;
    world.put_record(&stream, b"before").await;
    world.lines(&name, "Data = before", 1).await;
    world.lambda().delete_event_source_mapping().uuid(&uuid).send().await.unwrap();
    eventually("the end of a mapping", async || {
        let got = world.lambda().get_event_source_mapping().uuid(&uuid).send().await;
        got.err().filter(|error| {
            error
                .as_service_error()
                .is_some_and(GetEventSourceMappingError::is_resource_not_found_exception)
        })
    })
    .await;
}

async fn a_record_that_fails_is_tried_again_and_those_before_it_are_not(world: &World) {
    let (stream, name) = (&world.name("orders"), &world.name("reader"));
    world.deploy(name, Handler::Kinesis).await;
    world.stream(stream).await;
    world.put_record(stream, b"good").await;
    let bad = world.put_record(stream, b"\xff\xfe").await;
    let mapping = world.lambda().create_event_source_mapping().function_name(name);
    let mapping = mapping.event_source_arn(world.stream_arn(stream)).maximum_retry_attempts(2);
    let mapping = mapping.starting_position(EventSourcePosition::TrimHorizon);
    let report = FunctionResponseType::ReportBatchItemFailures;
    mapping.function_response_types(report).send().await.unwrap();
    world.put_record(stream, b"after").await;
    world.lines(name, "Data = after", 1).await;

    assert_eq!(world.logged(name, "Data = good").await.len(), 1, "it is not read again");
    let failed = world.logged(name, &bad).await;
    assert_eq!(failed.len(), 4, "once beside the good one, and three attempts alone: {failed:#?}");
}

async fn without_partial_responses_a_failed_item_is_taken_for_done(world: &World) {
    let (stream, name) = (&world.name("orders"), &world.name("reader"));
    world.deploy(name, Handler::Kinesis).await;
    world.stream(stream).await;
    let bad = world.put_record(stream, b"\xff").await;
    let lost = world.put_record(stream, b"lost").await;
    let mapping = world.lambda().create_event_source_mapping().function_name(name);
    let mapping = mapping.event_source_arn(world.stream_arn(stream)).batch_size(2);
    mapping.starting_position(EventSourcePosition::TrimHorizon).send().await.unwrap();
    world.lines(name, &bad, 1).await;
    world.put_record(stream, b"after").await;
    world.lines(name, "Data = after", 1).await;

    assert_eq!(world.logged(name, &bad).await.len(), 1, "it is not tried again");
    assert_eq!(world.logged(name, &lost).await, [""; 0], "nor is what came after it");
}
