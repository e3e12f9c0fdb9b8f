//! `GetMetricData`, and what `GetMetricStatistics` refuses.

use time::ext::NumericalDuration;

use super::*;

/// A query for a statistic of one of `shop`'s metrics.
fn query(id: &str, name: &str, stat: &str) -> Value {
    let metric = json!({ "Namespace": "shop", "MetricName": name });
    json!({ "Id": id, "MetricStat": { "Metric": metric, "Period": 60, "Stat": stat } })
}

/// `value` with these members, or without those that are null.
fn with(mut value: Value, change: &Value) -> Value {
    for (member, changed) in change.as_object().unwrap() {
        value[member] = changed.clone();
    }
    value
}

/// A request for two hours around the start.
fn request(queries: &[Value]) -> Value {
    let (start, end) = (seconds(START - 1.hours()), seconds(START + 1.hours()));
    json!({ "MetricDataQueries": queries, "StartTime": start, "EndTime": end })
}

/// What was measured in five minutes: 1, 2, 3, 4, 5.
async fn five_minutes(world: &World) {
    let data = (1..=5).map(|minute| {
        let at = seconds(START) + 60.0 * f64::from(minute);
        json!({ "MetricName": "sold", "Value": minute, "Timestamp": at })
    });
    world.put(json!(data.collect::<Vec<_>>())).await;
}

#[tokio::test]
async fn a_query_has_one_value_per_period_newest_first() {
    let world = World::new();
    five_minutes(&world).await;
    let minute = |number: f64| seconds(START) - 5.0 + 60.0 * number;
    let expected = json!({
        "MetricDataResults": [{
            "Id": "q", "Label": "sold", "StatusCode": "Complete", "Values": [5.0, 4.0, 3.0, 2.0, 1.0],
            "Timestamps": [minute(5.0), minute(4.0), minute(3.0), minute(2.0), minute(1.0)],
        }],
        "Messages": [],
    });
    assert_eq!(world.ask("GetMetricData", request(&[query("q", "sold", "Sum")])).await, expected);
}

#[tokio::test]
async fn periods_are_aligned_and_the_end_is_not_part_of_the_range() {
    let world = World::new();
    five_minutes(&world).await;
    let five = json!({ "Metric": { "Namespace": "shop", "MetricName": "sold" }, "Period": 300, "Stat": "Sum" });
    let input = request(&[json!({ "Id": "q", "MetricStat": five })]);
    let range = json!({
        "StartTime": seconds(START) + 125.0, "EndTime": seconds(START) + 295.0,
        "ScanBy": "TimestampAscending",
    });
    let answer = world.ask("GetMetricData", with(input, &range)).await;
    let result = &answer["MetricDataResults"][0];
    // From 03:06:00 (the start, rounded down) to 03:09:00: what was measured in the third to fourth minute.
    assert_eq!(result["Values"], json!([2.0 + 3.0 + 4.0]));
    assert_eq!(result["Timestamps"], json!([seconds(utc_datetime!(2026-01-02 03:05))]));
}

#[tokio::test]
async fn every_statistic_can_be_asked_for() {
    let world = World::new();
    let set = json!({ "SampleCount": 2, "Sum": 8, "Minimum": 1, "Maximum": 7 });
    world
        .put(json!([
            { "MetricName": "sold", "Values": [1, 2, 3, 4] },
            { "MetricName": "summary", "StatisticValues": set },
        ]))
        .await;
    for (name, stat, values) in [
        ("sold", "SampleCount", json!([4.0])),
        ("sold", "Average", json!([2.5])),
        ("sold", "Sum", json!([10.0])),
        ("sold", "Minimum", json!([1.0])),
        ("sold", "Maximum", json!([4.0])),
        ("sold", "p75", json!([3.0])),
        ("sold", "p75.1", json!([4.0])),
        ("summary", "Average", json!([4.0])),
        ("summary", "p50", json!([])),
        ("nothing", "Sum", json!([])),
    ] {
        let answer = world.ask("GetMetricData", request(&[query("q", name, stat)])).await;
        assert_eq!(answer["MetricDataResults"][0]["Values"], values, "{stat} of {name}");
    }
}

#[tokio::test]
async fn queries_are_labelled_by_what_tells_them_apart() {
    let world = World::new();
    let queries = [
        query("a", "sold", "Sum"),
        query("b", "sold", "p50"),
        query("c", "lost", "Sum"),
        with(query("d", "sold", "Sum"), &json!({ "Label": "all of it" })),
        with(query("e", "hidden", "Sum"), &json!({ "ReturnData": false })),
    ];
    let answer = world.ask("GetMetricData", request(&queries)).await;
    let results = answer["MetricDataResults"].as_array().unwrap();
    let labels: Vec<_> = results.iter().map(|result| result["Label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["sold Sum", "sold p50", "lost", "all of it"]);
}

#[tokio::test]
async fn several_units_are_told_of() {
    let world = World::new();
    world
        .put(json!([
            { "MetricName": "took", "Value": 1, "Unit": "Seconds" },
            { "MetricName": "took", "Value": 300, "Unit": "Milliseconds" },
        ]))
        .await;
    let answer = world.ask("GetMetricData", request(&[query("q", "took", "Sum")])).await;
    let result = &answer["MetricDataResults"][0];
    let message = json!([{
        "Code": "MultipleUnits", "Value": "Multiple units returned: '[Milliseconds, Seconds]'",
    }]);
    assert_eq!(result["Messages"], message);
    assert_eq!(result["Values"].as_array().unwrap().len(), 1);

    let mut one = query("q", "took", "Sum");
    one["MetricStat"]["Unit"] = json!("Seconds");
    let answer = world.ask("GetMetricData", request(&[one])).await;
    let result = &answer["MetricDataResults"][0];
    assert_eq!((&result["Values"], result.get("Messages")), (&json!([1.0]), None));
}

#[tokio::test]
async fn datapoints_come_in_pages_in_either_order() {
    let world = World::new();
    five_minutes(&world).await;
    let queries =
        [query("a", "sold", "Sum"), query("b", "sold", "Average"), query("c", "none", "Sum")];
    for (order, values) in [
        ("TimestampAscending", [1.0, 2.0, 3.0, 4.0, 5.0]),
        ("TimestampDescending", [5.0, 4.0, 3.0, 2.0, 1.0]),
    ] {
        let input = with(request(&queries), &json!({ "ScanBy": order, "MaxDatapoints": 3 }));
        let (mut pages, mut token) = (Vec::new(), Value::Null);
        loop {
            let input = with(input.clone(), &json!({ "NextToken": token }));
            let answer = world.ask("GetMetricData", input).await;
            let results = answer["MetricDataResults"].as_array().unwrap().clone();
            pages.extend(results.iter().map(|result| {
                let member = |name: &str| result[name].clone();
                (member("Id"), member("StatusCode"), member("Values"))
            }));
            token = answer["NextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        let part = |id: &str, code: &str, values: &[f64]| (json!(id), json!(code), json!(values));
        let expected = [
            part("a", "PartialData", &values[..3]),
            part("a", "Complete", &values[3..]),
            part("b", "PartialData", &values[..1]),
            part("b", "PartialData", &values[1..4]),
            part("b", "Complete", &values[4..]),
            part("c", "Complete", &[]),
        ];
        assert_eq!(pages, expected, "{order}");
    }
}

/// Asserts how a request with this query is refused.
async fn check(query: Value, refusal: &str) {
    assert_eq!(World::new().refusal("GetMetricData", request(&[query])).await, refusal);
}

fn in_stat(change: &Value) -> Value {
    let mut query = query("q", "sold", "Sum");
    query["MetricStat"] = with(query["MetricStat"].clone(), change);
    query
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let sum = || query("q", "sold", "Sum");
    let not_emulated = |member: &str| {
        let name = format!("MetricDataQueries.member.1.{member}");
        format!("InvalidParameterValue: `{name}` is not emulated (hint: leave it out here)")
    };
    check(json!({ "Id": "q", "Expression": "a + b" }), &not_emulated("Expression")).await;
    check(with(sum(), &json!({ "Period": 60 })), &not_emulated("Period")).await;
    check(with(sum(), &json!({ "AccountId": "123456789012" })), &not_emulated("AccountId")).await;
    let own = with(sum(), &json!({ "AccountId": "000000000000" }));
    World::new().ask("GetMetricData", request(&[own])).await;
    check(
        with(sum(), &json!({ "Label": "${MAX} sold" })),
        "InvalidParameterValue: `${MAX} sold` as `MetricDataQueries.member.1.Label` is not emulated \
         (hint: `a plain text` is)",
    )
    .await;

    let validation = |text: &str| format!("ValidationError: {text}");
    let stat = "MetricDataQueries.member.1.MetricStat";
    let text = format!("The value mean for parameter {stat}.Stat is not supported.");
    check(in_stat(&json!({ "Stat": "mean" })), &validation(&text)).await;
    let text =
        format!("the statistic tm90 of {stat}.Stat is not emulated (hint: p50 and its like are)");
    check(in_stat(&json!({ "Stat": "tm90" })), &validation(&text)).await;
    let text = format!("The value 45 for parameter {stat}.Period is invalid.");
    check(in_stat(&json!({ "Period": 45 })), &validation(&text)).await;
    let text = "The parameter MetricDataQueries.member.1.MetricStat is required.";
    check(json!({ "Id": "q" }), &validation(text)).await;
    check(
        query("Q", "sold", "Sum"),
        &validation(
            "1 validation error detected: Value 'Q' at 'metricDataQueries.1.member.id' failed to \
             satisfy constraint: Member must satisfy regular expression pattern: \
             ^[a-z][a-zA-Z0-9_]*$",
        ),
    )
    .await;
}

#[tokio::test]
async fn a_request_for_data_is_checked_as_a_whole() {
    let world = World::new();
    let sum = || query("q", "sold", "Sum");
    let twice = world.refusal("GetMetricData", request(&[sum(), sum()])).await;
    let text = "ValidationError: The values for parameter id in MetricDataQueries are not unique.";
    assert_eq!(twice, text);
    for (change, refusal) in [
        (
            json!({ "EndTime": seconds(START - 2.hours()) }),
            "ValidationError: The parameter StartTime must be less than the parameter EndTime.",
        ),
        (json!({ "EndTime": null }), "ValidationError: The parameter EndTime is required."),
        (json!({ "NextToken": "x" }), "InvalidNextToken: The specified NextToken is invalid."),
        (
            json!({ "MaxDatapoints": 100_801 }),
            "ValidationError: 1 validation error detected: Value '100801' at 'maxDatapoints' failed \
             to satisfy constraint: Member must have value less than or equal to 100800",
        ),
        (
            json!({ "LabelOptions": { "Timezone": "CET" } }),
            "ValidationError: 1 validation error detected: Value 'CET' at 'labelOptions.timezone' \
             failed to satisfy constraint: Member must satisfy regular expression pattern: \
             [+-]\\d{4}",
        ),
    ] {
        let input = with(request(&[sum()]), &change);
        assert_eq!(world.refusal("GetMetricData", input).await, refusal);
    }
    let timezone = json!({ "LabelOptions": { "Timezone": "+0130" } });
    world.ask("GetMetricData", with(request(&[sum()]), &timezone)).await;
}

#[tokio::test]
async fn a_request_for_statistics_is_checked() {
    let world = World::new();
    let input = json!({
        "Namespace": "shop", "MetricName": "sold", "Period": 60, "Statistics": ["Sum"],
        "StartTime": seconds(START), "EndTime": seconds(START + 1.days()),
    });
    assert_eq!(world.ask("GetMetricStatistics", input.clone()).await["Datapoints"], json!([]));
    for (change, refusal) in [
        (
            json!({ "Period": 1 }),
            "InvalidParameterCombination: You have requested up to 86400 datapoints, which exceeds \
             the limit of 1440. You may reduce the datapoints requested by increasing Period, or \
             decreasing the time range.",
        ),
        (
            json!({ "EndTime": seconds(START) }),
            "InvalidParameterValue: The parameter StartTime must be less than the parameter EndTime.",
        ),
        (
            json!({ "Period": 90 }),
            "InvalidParameterValue: The value 90 for parameter Period is invalid.",
        ),
        (
            json!({ "Statistics": [] }),
            "InvalidParameterCombination: At least one of the parameters Statistics and \
             ExtendedStatistics must be specified.",
        ),
        (
            json!({ "Statistics": ["Median"] }),
            "InvalidParameterValue: The parameter Statistics.member.1 must be a value in the set \
             [ SampleCount, Average, Sum, Minimum, Maximum ].",
        ),
        (
            json!({ "ExtendedStatistics": ["Sum"] }),
            "InvalidParameterValue: The value Sum for parameter ExtendedStatistics.member.1 is not \
             supported.",
        ),
        (json!({ "MetricName": null }), "MissingParameter: The parameter MetricName is required."),
    ] {
        let refusal_told = world.refusal("GetMetricStatistics", with(input.clone(), &change)).await;
        assert_eq!(refusal_told, refusal);
    }
}
