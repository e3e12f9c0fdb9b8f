//! `PutMetricData`, read back with `GetMetricStatistics`.

use std::time::Duration;

use time::ext::NumericalDuration;

use super::*;

#[tokio::test]
async fn a_value_is_counted_in_the_minute_that_it_is_of() {
    let world = World::new();
    let at = |second: f64| seconds(START) - 5.0 + second;
    for (second, value) in [(0.0, 1.0), (59.9, 3.0), (60.0, 5.0)] {
        world.put(json!([{ "MetricName": "sold", "Value": value, "Timestamp": at(second) }])).await;
    }
    let one = json!({
        "Timestamp": at(0.0), "SampleCount": 2.0, "Average": 2.0, "Sum": 4.0, "Minimum": 1.0,
        "Maximum": 3.0, "Unit": "None",
    });
    let two = json!({
        "Timestamp": at(60.0), "SampleCount": 1.0, "Average": 5.0, "Sum": 5.0, "Minimum": 5.0,
        "Maximum": 5.0, "Unit": "None",
    });
    assert_eq!(world.datapoints("sold", json!({})).await, [one, two]);
}

#[tokio::test]
async fn values_counts_and_statistic_sets_add_up() {
    let world = World::new();
    let set = json!({ "SampleCount": 10, "Sum": 55, "Minimum": 1, "Maximum": 10 });
    world
        .put(json!([
            { "MetricName": "sold", "Values": [2.0, 20.0], "Counts": [3, 0.5] },
            { "MetricName": "sold", "Values": [4] },
            { "MetricName": "sold", "StatisticValues": set },
        ]))
        .await;
    let found = world.datapoints("sold", json!({})).await;
    assert_eq!(found.len(), 1);
    let sum = 6.0 + 10.0 + 4.0 + 55.0;
    for (statistic, value) in [
        ("SampleCount", 14.5),
        ("Sum", sum),
        ("Average", sum / 14.5),
        ("Minimum", 1.0),
        ("Maximum", 20.0),
    ] {
        assert_eq!(found[0][statistic], value, "{statistic}");
    }
}

#[tokio::test]
async fn percentiles_need_values_and_a_set_of_equal_ones_has_them() {
    let world = World::new();
    let values: Vec<_> = (1..=100).collect();
    let equal = json!({ "SampleCount": 100, "Sum": 700, "Minimum": 7, "Maximum": 7 });
    let wide = json!({ "SampleCount": 2, "Sum": 8, "Minimum": 1, "Maximum": 7 });
    world
        .put(json!([
            { "MetricName": "raw", "Values": values },
            { "MetricName": "equal", "StatisticValues": equal },
            { "MetricName": "wide", "StatisticValues": wide },
        ]))
        .await;
    let asked = json!({ "Statistics": [], "ExtendedStatistics": ["p50", "p99.9"] });
    let found = world.datapoints("raw", asked.clone()).await;
    assert_eq!(found[0]["ExtendedStatistics"], json!({ "p50": 50.0, "p99.9": 100.0 }));
    assert_eq!(found[0].get("Sum"), None, "nobody has asked for it");
    let found = world.datapoints("equal", asked.clone()).await;
    assert_eq!(found[0]["ExtendedStatistics"], json!({ "p50": 7.0, "p99.9": 7.0 }));
    assert_eq!(world.datapoints("wide", asked).await, Vec::<Value>::new());
}

#[tokio::test]
async fn units_are_counted_apart() {
    let world = World::new();
    world
        .put(json!([
            { "MetricName": "took", "Value": 1, "Unit": "Seconds" },
            { "MetricName": "took", "Value": 300, "Unit": "Milliseconds" },
        ]))
        .await;
    let sums = |found: Vec<Value>| -> Vec<(Value, Value)> {
        found.iter().map(|one| (one["Unit"].clone(), one["Sum"].clone())).collect()
    };
    let both = sums(world.datapoints("took", json!({})).await);
    assert_eq!(both, [(json!("Seconds"), json!(1.0)), (json!("Milliseconds"), json!(300.0))]);
    let one = sums(world.datapoints("took", json!({ "Unit": "Seconds" })).await);
    assert_eq!(one, [(json!("Seconds"), json!(1.0))]);
}

#[tokio::test]
async fn only_what_was_put_by_the_second_is_read_by_the_second() {
    let world = World::new();
    world
        .put(json!([
            { "MetricName": "fine", "Value": 1, "StorageResolution": 1 },
            { "MetricName": "coarse", "Value": 1, "StorageResolution": 60 },
        ]))
        .await;
    let by_second =
        json!({ "Period": 1, "StartTime": seconds(START), "EndTime": seconds(START) + 9.0 });
    let found = world.datapoints("fine", by_second.clone()).await;
    assert_eq!(found[0]["Timestamp"], seconds(START));
    assert_eq!(world.datapoints("coarse", by_second).await, Vec::<Value>::new());
    for name in ["fine", "coarse"] {
        assert_eq!(world.datapoints(name, json!({})).await.len(), 1, "{name}");
    }
}

/// Asserts how a datum is refused, next to the namespace `shop`.
async fn check(datum: Value, refusal: &str) {
    let world = World::new();
    let input = json!({ "Namespace": "shop", "MetricData": [datum] });
    assert_eq!(world.refusal("PutMetricData", input).await, refusal);
    let found = world.ask("ListMetrics", json!({})).await;
    assert_eq!(found["Metrics"], json!([]), "nothing is counted of what is refused");
}

#[tokio::test]
async fn what_excludes_each_other_is_refused() {
    let set = json!({ "SampleCount": 10, "Sum": 55, "Minimum": 1, "Maximum": 10 });
    check(
        json!({ "MetricName": "m", "Value": 1.5, "Values": [1.0] }),
        "InvalidParameterCombination: The parameters MetricData.member.1.Value and \
         MetricData.member.1.Values are mutually exclusive and you have specified both.",
    )
    .await;
    check(
        json!({ "MetricName": "m", "Value": 1.5, "StatisticValues": set }),
        "InvalidParameterCombination: The parameters MetricData.member.1.Value and \
         MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.",
    )
    .await;
    check(
        json!({ "MetricName": "m", "Values": [1.0, 10.0], "Counts": [2, 4, 5] }),
        "InvalidParameterValue: The parameters MetricData.member.1.Values and \
         MetricData.member.1.Counts must be of the same size.",
    )
    .await;
    // AWS accepts this pair.
    World::new().put(json!([{ "MetricName": "m", "Values": [1.0], "StatisticValues": set }])).await;
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let world = World::new();
    let refusal = world.refusal("PutMetricData", json!({})).await;
    assert_eq!(refusal, "MissingParameter: The parameter Namespace is required.");
    let input = json!({ "Namespace": "shop", "MetricData": [] });
    let refusal = world.refusal("PutMetricData", input).await;
    assert_eq!(refusal, "MissingParameter: The parameter MetricData is required.");
    check(json!({ "MetricName": "m" }), &missing("Value")).await;
    check(json!({ "Value": 1 }), &missing("MetricName")).await;
    let dimensions = json!([{ "Name": "a" }]);
    let datum = json!({ "MetricName": "m", "Value": 1, "Dimensions": dimensions });
    check(datum, &missing("Dimensions.member.1.Value")).await;
    let datum = json!({ "MetricName": "m", "StatisticValues": { "SampleCount": 1 } });
    check(datum, &missing("StatisticValues.Sum")).await;
}

fn missing(member: &str) -> String {
    format!("MissingParameter: The parameter MetricData.member.1.{member} is required.")
}

#[tokio::test]
async fn what_is_out_of_its_range_is_refused() {
    let invalid = |value: &str, member: &str| {
        let name = format!("MetricData.member.1.{member}");
        format!("InvalidParameterValue: The value {value} for parameter {name} is invalid.")
    };
    let datum = |change: Value| {
        let mut datum = json!({ "MetricName": "m", "Value": 1 });
        datum.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        datum
    };
    check(datum(json!({ "StorageResolution": 30 })), &invalid("30", "StorageResolution")).await;
    let largest = 2_f64.powi(360);
    World::new().put(json!([datum(json!({ "Value": largest }))])).await;
    check(datum(json!({ "Value": 1e200 })), &invalid("1e200", "Value")).await;
    let counted = json!({ "MetricName": "m", "Values": [1], "Counts": [-1] });
    check(counted, &invalid("-1.0", "Counts")).await;
    let set = json!({ "SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1 });
    let set = json!({ "MetricName": "m", "StatisticValues": set });
    check(set, &invalid("2.0", "StatisticValues.Minimum")).await;

    let many = json!({ "MetricName": "m", "Values": vec![1; 151] });
    let text = "InvalidParameterValue: The collection MetricData.member.1.Values must not have a \
                size greater than 150.";
    check(many, text).await;
    let old = datum(json!({ "Timestamp": seconds(START - 14.days()) - 1.0 }));
    let text = "InvalidParameterValue: The parameter MetricData.member.1.Timestamp must specify a \
                time within the past two weeks.";
    check(old, text).await;
    let early = datum(json!({ "Timestamp": seconds(START + 2.hours()) + 1.0 }));
    let text = "InvalidParameterValue: The parameter MetricData.member.1.Timestamp must specify a \
                time no more than two hours in the future.";
    check(early, text).await;

    let world = World::new();
    let unit = json!({ "Namespace": "shop", "MetricData": [datum(json!({ "Unit": "Parsecs" }))] });
    let refusal = world.refusal("PutMetricData", unit).await;
    let start = "InvalidParameterValue: The parameter MetricData.member.1.Unit must be a value in \
                 the set [ Seconds, Microseconds, ";
    assert!(refusal.starts_with(start), "{refusal}");
    let many = json!({ "Namespace": "shop", "MetricData": vec![datum(json!({})); 1001] });
    let text = "InvalidParameterValue: The collection MetricData must not have a size greater than \
                1000.";
    assert_eq!(world.refusal("PutMetricData", many).await, text);
}

#[tokio::test]
async fn names_are_checked_and_those_of_aws_are_reserved() {
    let world = World::new();
    let data = json!([{ "MetricName": "m", "Value": 1 }]);
    for (namespace, refusal) in [
        (
            "AWS/Lambda",
            "InvalidParameterValue: The value AWS/Lambda for parameter Namespace is invalid.",
        ),
        (
            ":shop",
            "ValidationError: 1 validation error detected: Value ':shop' at 'namespace' failed to \
             satisfy constraint: Member must satisfy regular expression pattern: [^:].*",
        ),
        (
            "",
            "ValidationError: 1 validation error detected: Value '' at 'namespace' failed to \
             satisfy constraint: Member must have length greater than or equal to 1",
        ),
    ] {
        let input = json!({ "Namespace": namespace, "MetricData": data });
        assert_eq!(world.refusal("PutMetricData", input).await, refusal);
    }
    let dimensions = vec![json!({ "Name": "a", "Value": "b" }); 31];
    check(
        json!({ "MetricName": "m", "Value": 1, "Dimensions": dimensions }),
        "ValidationError: 1 validation error detected: Value at 'metricData.1.member.dimensions' \
         failed to satisfy constraint: Member must have length less than or equal to 30",
    )
    .await;
}

#[tokio::test]
async fn entities_are_refused_by_name() {
    let world = World::new();
    for (member, value) in [
        ("EntityMetricData", json!([{ "MetricData": [] }])),
        ("StrictEntityValidation", json!(true)),
    ] {
        let mut input = json!({ "Namespace": "shop" });
        input[member] = value;
        let refusal = world.refusal("PutMetricData", input).await;
        let text = format!("`{member}` is not emulated (hint: leave it out here)");
        assert_eq!(refusal, format!("InvalidParameterValue: {text}"));
    }
    let refusal = world.refusal("PutMetricData", json!({ "Colour": "red" })).await;
    assert!(refusal.starts_with("SerializationException: unknown field `Colour`"), "{refusal}");
}

#[tokio::test]
async fn there_is_no_time_at_which_nothing_can_be_put() {
    let world = World::new();
    world.clock.advance(Duration::from_hours(24 * 366 * 9000)).await.unwrap();
    world.put(json!([{ "MetricName": "sold", "Value": 2 }])).await;
    let listed = world.ask("ListMetrics", json!({})).await;
    assert_eq!(listed["Metrics"][0]["MetricName"], "sold");
}
