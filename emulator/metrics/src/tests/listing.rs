//! `ListMetrics`.

use std::time::Duration;

use super::*;

fn datum(name: &str, dimensions: &[(&str, &str)]) -> Value {
    let dimensions = dimensions.iter().map(|(name, value)| json!({ "Name": name, "Value": value }));
    json!({ "MetricName": name, "Value": 1, "Dimensions": dimensions.collect::<Vec<_>>() })
}

async fn names(world: &World, input: Value) -> Vec<String> {
    let answer = world.ask("ListMetrics", input).await;
    let metrics = answer["Metrics"].as_array().unwrap().iter();
    metrics.map(|metric| metric["MetricName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_metric_is_listed_once_with_its_dimensions() {
    let world = World::new();
    world.put(json!([datum("sold", &[("branch", "4")]), datum("sold", &[("branch", "4")])])).await;
    let listed = json!({
        "Metrics": [{
            "Namespace": "shop", "MetricName": "sold",
            "Dimensions": [{ "Name": "branch", "Value": "4" }],
        }],
    });
    assert_eq!(world.ask("ListMetrics", json!({})).await, listed);
}

#[tokio::test]
async fn metrics_are_found_by_any_part_of_their_name() {
    let world = World::new();
    let one = &[("branch", "1"), ("till", "9")];
    world.put(json!([datum("a", &[]), datum("b", one), datum("c", &[("branch", "2")])])).await;
    world.record("Errors", 0.0, START);
    for (asked, found) in [
        (json!({}), vec!["Errors", "a", "b", "c"]),
        (json!({ "Namespace": "shop" }), vec!["a", "b", "c"]),
        (json!({ "MetricName": "b" }), vec!["b"]),
        (json!({ "Dimensions": [{ "Name": "branch" }] }), vec!["b", "c"]),
        (json!({ "Dimensions": [{ "Name": "branch", "Value": "2" }] }), vec!["c"]),
        (json!({ "Dimensions": [{ "Name": "branch" }, { "Name": "till" }] }), vec!["b"]),
        (json!({ "Namespace": "shop", "MetricName": "Errors" }), vec![]),
    ] {
        assert_eq!(names(&world, asked.clone()).await, found, "{asked}");
    }
}

#[tokio::test]
async fn metrics_come_in_pages_of_five_hundred() {
    let world = World::new();
    let data: Vec<_> = (0..501).map(|number| datum(&format!("m{number:03}"), &[])).collect();
    world.put(json!(data)).await;
    let first = world.ask("ListMetrics", json!({})).await;
    assert_eq!(first["Metrics"].as_array().unwrap().len(), 500);
    let token = &first["NextToken"];
    let second = world.ask("ListMetrics", json!({ "NextToken": token })).await;
    assert_eq!(second["Metrics"][0]["MetricName"], "m500");
    assert_eq!(second.get("NextToken"), None);
    let refusal = world.refusal("ListMetrics", json!({ "NextToken": "elsewhere" })).await;
    assert_eq!(refusal, "InvalidParameterValue: The parameter NextToken is invalid.");
}

#[tokio::test]
async fn what_was_not_measured_lately_is_not_listed() {
    let world = World::new();
    world.put(json!([datum("sold", &[])])).await;
    let recently = json!({ "RecentlyActive": "PT3H" });
    assert_eq!(names(&world, recently.clone()).await, ["sold"]);
    world.clock.advance(Duration::from_hours(3) + Duration::from_mins(2)).await.unwrap();
    assert_eq!(names(&world, recently).await, Vec::<String>::new());
    assert_eq!(names(&world, json!({})).await, ["sold"]);
    world.clock.advance(Duration::from_hours(14 * 24)).await.unwrap();
    assert_eq!(names(&world, json!({})).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_emulated_or_not_allowed_is_refused_by_name() {
    let world = World::new();
    for (input, refusal) in [
        (
            json!({ "IncludeLinkedAccounts": true }),
            "InvalidParameterValue: `IncludeLinkedAccounts` is not emulated (hint: leave it out here)",
        ),
        (
            json!({ "OwningAccount": "123456789012" }),
            "InvalidParameterValue: `OwningAccount` is not emulated (hint: leave it out here)",
        ),
        (
            json!({ "RecentlyActive": "PT1H" }),
            "ValidationError: 1 validation error detected: Value 'PT1H' at 'recentlyActive' failed \
             to satisfy constraint: Member must satisfy enum value set: [PT3H]",
        ),
        (
            json!({ "Dimensions": [{ "Value": "4" }] }),
            "MissingParameter: The parameter Dimensions.member.1.Name is required.",
        ),
    ] {
        assert_eq!(world.refusal("ListMetrics", input).await, refusal);
    }
}
