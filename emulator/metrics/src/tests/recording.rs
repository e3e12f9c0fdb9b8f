//! What this process records.

use std::time::Duration;

use time::ext::NumericalDuration;

use super::*;

async fn sum(world: &World, change: Value) -> Vec<f64> {
    let mut input = json!({
        "Namespace": "AWS/Lambda", "MetricName": "Errors", "Period": 60, "Statistics": ["Sum"],
        "StartTime": seconds(START) - 3600.0, "EndTime": seconds(START) + 3600.0,
        "Dimensions": [{ "Name": "FunctionName", "Value": "greeter" }],
    });
    for (member, value) in change.as_object().unwrap() {
        input[member] = value.clone();
    }
    let answer = world.ask("GetMetricStatistics", input).await;
    let datapoints = answer["Datapoints"].as_array().unwrap().iter();
    datapoints.map(|point| point["Sum"].as_f64().unwrap()).collect()
}

#[tokio::test]
async fn what_is_recorded_is_read_by_its_exact_dimensions() {
    let world = World::new();
    world.record("Errors", 1.0, START);
    world.record("Errors", 2.0, START);
    world.record("Errors", f64::NAN, START);
    assert_eq!(sum(&world, json!({})).await, [3.0]);
    assert_eq!(sum(&world, json!({ "Dimensions": [] })).await, Vec::<f64>::new());

    let (namespace, name, unit, value, at) = ("AWS/Lambda", "Errors", Unit::Count, 5.0, START);
    for dimensions in
        [[("Resource", "g:1"), ("FunctionName", "g")], [("FunctionName", "g"), ("Resource", "g:1")]]
    {
        let dimensions = &dimensions;
        world.metrics.record(Datum { namespace, name, dimensions, unit, value, at });
    }
    let dimensions = json!([
        { "Name": "FunctionName", "Value": "g" }, { "Name": "Resource", "Value": "g:1" },
    ]);
    assert_eq!(sum(&world, json!({ "Dimensions": dimensions })).await, [10.0]);
}

#[tokio::test]
async fn what_gets_old_is_summed_up_and_goes_in_the_end() {
    let world = World::new();
    world.record("Errors", 1.0, START);
    world.record("Errors", 2.0, START + 1.minutes());
    let around = |period: i64| {
        let (start, end) = (seconds(START) - 7200.0, seconds(START) + 7200.0);
        json!({ "Period": period, "StartTime": start, "EndTime": end })
    };
    assert_eq!(sum(&world, around(60)).await, [1.0, 2.0]);

    let days = |days: u64| Duration::from_hours(24 * days);
    world.clock.advance(days(16)).await.unwrap();
    assert_eq!(sum(&world, around(60)).await, Vec::<f64>::new());
    // One was in the minutes from 03:00, the other in those from 03:05.
    assert_eq!(sum(&world, around(300)).await, [1.0, 2.0]);

    world.clock.advance(days(50)).await.unwrap();
    assert_eq!(sum(&world, around(300)).await, Vec::<f64>::new());
    assert_eq!(sum(&world, around(3600)).await, [3.0]);

    world.clock.advance(days(400)).await.unwrap();
    assert_eq!(sum(&world, around(3600)).await, Vec::<f64>::new());
}
