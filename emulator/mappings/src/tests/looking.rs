//! `GetEventSourceMapping`, `ListEventSourceMappings` and `DeleteEventSourceMapping`.

use super::*;
use std::collections::BTreeSet;

/// Every operation has tests; the names are checked against the table.
const TESTED: [&str; 4] = [
    "CreateEventSourceMapping",
    "DeleteEventSourceMapping",
    "GetEventSourceMapping",
    "ListEventSourceMappings",
];

#[tokio::test]
async fn every_operation_is_in_the_table() {
    let world = World::with_stream(1).await;
    let api = operations(Api::rest_json("lambda", emulator_lambda::error_body), &world.mappings);
    assert_eq!(api.operations().collect::<Vec<_>>(), TESTED);
}

#[tokio::test]
async fn a_mapping_is_enabled_or_disabled_as_soon_as_it_is_looked_at() {
    let world = World::with_stream(1).await;
    for (enabled, state) in [(true, "Enabled"), (false, "Disabled")] {
        let id = world.map(json!({ "Enabled": enabled })).await;
        let (status, document) = world.lambda("GET", &format!("/{id}"), Value::Null).await;
        assert_eq!((status, &document["State"]), (200, &json!(state)));
        world.lambda("DELETE", &format!("/{id}"), Value::Null).await;
    }
}

#[tokio::test]
async fn a_deleted_mapping_says_so_once_and_is_gone() {
    let world = World::with_stream(1).await;
    let id = world.map(json!({})).await;
    let (status, document) = world.lambda("DELETE", &format!("/{id}"), Value::Null).await;
    assert_eq!((status, &document["State"]), (202, &json!("Deleting")));
    for (method, path) in [("GET", &*id), ("DELETE", &*id), ("GET", "none")] {
        let (status, document) = world.lambda(method, &format!("/{path}"), Value::Null).await;
        assert_eq!(status, 404);
        assert_eq!(document["Message"], "The resource you requested does not exist.");
    }
}

impl World {
    async fn listed(&self, query: &str) -> (BTreeSet<String>, Option<String>) {
        let (status, document) = self.lambda("GET", &format!("/{query}"), Value::Null).await;
        assert_eq!(status, 200, "{document}");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let listed = document["EventSourceMappings"].as_array().unwrap();
        let ids = listed.iter().filter_map(|each| text(&each["UUID"])).collect();
        (ids, text(&document["NextMarker"]))
    }
}

#[tokio::test]
async fn mappings_are_listed_by_stream_and_by_function_as_it_was_named() {
    let world = World::with_stream(1).await;
    let plain = world.map(json!({})).await;
    let latest = world.map(json!({ "FunctionName": "greeter:$LATEST" })).await;
    let check = async |query: &str, expected: &[&String]| {
        let (ids, marker) = world.listed(query).await;
        assert_eq!(ids, expected.iter().copied().cloned().collect(), "{query}");
        assert_eq!(marker, None);
    };
    check("", &[&plain, &latest]).await;
    check("?FunctionName=greeter", &[&plain]).await;
    check("?FunctionName=000000000000:function:greeter:$LATEST", &[&latest]).await;
    check("?FunctionName=nobody", &[]).await;
    check(&format!("?EventSourceArn={STREAM}"), &[&plain, &latest]).await;
    check("?EventSourceArn=arn:aws:sqs:us-east-1:000000000000:q", &[]).await;
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ended() {
    let world = World::with_stream(1).await;
    world.map(json!({})).await;
    world.map(json!({ "FunctionName": "greeter:$LATEST" })).await;
    let (first, marker) = world.listed("?MaxItems=1").await;
    let (second, end) = world.listed(&format!("?MaxItems=1&Marker={}", marker.unwrap())).await;
    assert_eq!((first.len(), second.len(), end), (1, 1, None));
    assert!(first.is_disjoint(&second));
    for query in ["?MaxItems=0", "?Marker=next"] {
        assert_eq!(world.lambda("GET", &format!("/{query}"), Value::Null).await.0, 400);
    }
}
