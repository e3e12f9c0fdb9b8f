//! CloudWatch metrics: put, listed and read by AWS's own client, which speaks CBOR.

use std::time::Duration;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, DimensionFilter, Metric, MetricDataQuery, MetricDatum, MetricStat, RecentlyActive,
    ScanBy, StandardUnit, Statistic, StatisticSet, StatusCode,
};
use http::Request;
use serde_json::json;
use tests::{World, refusal};

const NAMESPACE: &str = "shop";

/// The time of a world, so many seconds later.
fn after(world: &World, seconds: i64) -> DateTime {
    DateTime::from_secs(world.clock().now().unix_timestamp() + seconds)
}

fn branch(number: &str) -> Dimension {
    Dimension::builder().name("branch").value(number).build()
}

async fn put(world: &World, datum: aws_sdk_cloudwatch::types::builders::MetricDatumBuilder) {
    let put = world.cloudwatch().put_metric_data().namespace(NAMESPACE);
    put.metric_data(datum.build()).send().await.expect("a measurement is put");
}

fn sold() -> aws_sdk_cloudwatch::types::builders::MetricDatumBuilder {
    MetricDatum::builder().metric_name("sold").unit(StandardUnit::Count)
}

#[tokio::test]
async fn what_put_metric_data_puts_is_read_with_get_metric_statistics() {
    let world = World::start().await;
    put(&world, sold().dimensions(branch("4")).value(3.0)).await;
    put(&world, sold().dimensions(branch("4")).value(0.5).timestamp(after(&world, -1))).await;
    put(&world, sold().dimensions(branch("5")).value(100.0)).await;

    let statistics = world
        .cloudwatch()
        .get_metric_statistics()
        .namespace(NAMESPACE)
        .metric_name("sold")
        .dimensions(branch("4"))
        .start_time(after(&world, -600))
        .end_time(after(&world, 600))
        .period(60)
        .statistics(Statistic::Sum)
        .statistics(Statistic::Maximum)
        .extended_statistics("p50")
        .unit(StandardUnit::Count);
    let found = statistics.send().await.unwrap();
    assert_eq!(found.label(), Some("sold"));
    let [datapoint] = found.datapoints() else { panic!("{:?}", found.datapoints()) };
    // The clock of a world starts five seconds into a minute.
    assert_eq!(datapoint.timestamp(), Some(&after(&world, -5)));
    assert_eq!(
        (datapoint.sum(), datapoint.maximum(), datapoint.average()),
        (Some(3.5), Some(3.0), None)
    );
    assert_eq!(datapoint.extended_statistics().unwrap().get("p50"), Some(&0.5));
    assert_eq!(datapoint.unit(), Some(&StandardUnit::Count));
    world.close().await;
}

#[tokio::test]
async fn put_metric_data_takes_many_values_and_summaries_in_a_compressed_request() {
    let world = World::start().await;
    let put = world.cloudwatch().put_metric_data().namespace(NAMESPACE);
    let values: Vec<_> = (1..=150).map(f64::from).collect();
    let summary = StatisticSet::builder().sample_count(10.0).sum(55.0).minimum(0.25).maximum(1e9);
    let data = [
        sold().set_values(Some(values.clone())).set_counts(Some(vec![2.0; 150])).build(),
        sold().statistic_values(summary.build()).build(),
    ];
    // The client compresses what has more than 10,240 bytes.
    let much =
        (0..200).map(|number| MetricDatum::builder().metric_name(format!("m{number}")).value(0.0));
    let much = much.map(|datum| datum.dimensions(branch(&"x".repeat(100))).build());
    put.set_metric_data(Some(data.into_iter().chain(much).collect())).send().await.unwrap();

    let statistics = world.cloudwatch().get_metric_statistics().namespace(NAMESPACE);
    let statistics = statistics.metric_name("sold").period(3600).statistics(Statistic::SampleCount);
    let statistics = statistics.statistics(Statistic::Average).statistics(Statistic::Minimum);
    let statistics = statistics.start_time(after(&world, -60)).end_time(after(&world, 60));
    let found = statistics.send().await.unwrap();
    let datapoint = &found.datapoints()[0];
    assert_eq!(datapoint.sample_count(), Some(310.0));
    assert_eq!(datapoint.average(), Some((2.0 * values.iter().sum::<f64>() + 55.0) / 310.0));
    assert_eq!(datapoint.minimum(), Some(0.25));
    world.close().await;
}

#[tokio::test]
async fn list_metrics_finds_metrics_by_what_they_are_called() {
    let world = World::start().await;
    put(&world, sold().dimensions(branch("4")).value(1.0)).await;
    put(&world, sold().value(1.0)).await;
    put(&world, MetricDatum::builder().metric_name("lost").dimensions(branch("4")).value(1.0))
        .await;

    let list = || world.cloudwatch().list_metrics().namespace(NAMESPACE);
    let names = |listed: &[Metric]| -> Vec<_> {
        let name = |metric: &Metric| {
            let branch = metric.dimensions().first().and_then(Dimension::value).unwrap_or("-");
            format!("{} {branch}", metric.metric_name().unwrap())
        };
        listed.iter().map(name).collect()
    };
    let all = list().recently_active(RecentlyActive::Pt3H).send().await.unwrap();
    assert_eq!(names(all.metrics()), ["lost 4", "sold -", "sold 4"]);
    let filter = DimensionFilter::builder().name("branch").build();
    let some = list().metric_name("sold").dimensions(filter).send().await.unwrap();
    assert_eq!(names(some.metrics()), ["sold 4"]);
    world.clock().advance(Duration::from_hours(24 * 15)).await.unwrap();
    assert_eq!(names(list().send().await.unwrap().metrics()), Vec::<String>::new());
    world.close().await;
}

fn query(id: &str, stat: &str, period: i32) -> MetricDataQuery {
    let metric = Metric::builder().namespace(NAMESPACE).metric_name("sold").build();
    let stat = MetricStat::builder().metric(metric).period(period).stat(stat).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

#[tokio::test]
async fn get_metric_data_answers_several_queries_at_once() {
    let world = World::start().await;
    for minute in 0..10_i32 {
        let at = after(&world, i64::from(minute) * 60);
        put(&world, sold().value(f64::from(minute)).timestamp(at)).await;
    }
    let get = world.cloudwatch().get_metric_data().scan_by(ScanBy::TimestampAscending);
    let get = get
        .metric_data_queries(query("a", "Sum", 300))
        .metric_data_queries(query("b", "p90", 3600));
    let get = get.start_time(after(&world, 0)).end_time(after(&world, 530));
    let found = get.send().await.unwrap();
    let results: Vec<_> = found.metric_data_results().iter().collect();
    let labels: Vec<_> = results.iter().filter_map(|result| result.label()).collect();
    assert_eq!(labels, ["sold Sum", "sold p90"]);
    // Periods start at 03:00, 03:05 and 03:10; the first minute is 03:04, the last within the range 03:12.
    assert_eq!(results[0].values(), [0.0, 1.0 + 2.0 + 3.0 + 4.0 + 5.0, 6.0 + 7.0 + 8.0]);
    let start = after(&world, -245);
    assert_eq!(results[0].timestamps()[0], start);
    assert_eq!(results[1].values(), [8.0]);
    assert!(results.iter().all(|result| result.status_code() == Some(&StatusCode::Complete)));
    world.close().await;
}

#[tokio::test]
async fn a_client_hears_of_errors_by_the_codes_of_the_query_protocol() {
    let world = World::start().await;
    let reserved = world.cloudwatch().put_metric_data().namespace("AWS/Lambda");
    let reserved = reserved.metric_data(sold().value(1.0).build()).send().await;
    assert_eq!(
        refusal(reserved),
        "400 InvalidParameterValue: The value AWS/Lambda for parameter Namespace is invalid.",
    );
    let both = world.cloudwatch().put_metric_data().namespace(NAMESPACE);
    let both = both.metric_data(sold().value(1.0).values(1.0).build()).send().await;
    assert_eq!(
        refusal(both),
        "400 InvalidParameterCombination: The parameters MetricData.member.1.Value and \
         MetricData.member.1.Values are mutually exclusive and you have specified both.",
    );
    let expression = MetricDataQuery::builder().id("e").expression("a + b").build();
    let get = world.cloudwatch().get_metric_data().metric_data_queries(expression);
    let get = get.start_time(after(&world, 0)).end_time(after(&world, 60)).send().await;
    assert_eq!(
        refusal(get),
        "400 InvalidParameterValue: `MetricDataQueries.member.1.Expression` is not emulated (hint: \
         leave it out here)",
    );
    let alarms = world.cloudwatch().describe_alarms().send().await;
    assert_eq!(
        refusal(alarms),
        "501 NotImplementedException: DescribeAlarms of monitoring is not emulated (hint: the \
         README lists what is)",
    );
    world.close().await;
}

#[tokio::test]
async fn clients_of_other_protocols_find_the_same_metrics() {
    let world = World::start().await;
    put(&world, sold().value(7.0)).await;
    let form = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let form = form.body("Action=ListMetrics&Version=2010-08-01".to_owned()).unwrap();
    let page = world.fetch(form).await;
    assert!(page.body.contains("<MetricName>sold</MetricName>"), "{}", page.body);

    let target = "GraniteServiceVersion20100801.ListMetrics";
    let json = Request::post("/").header("x-amz-target", target);
    let page = world.fetch(json.body("{}".to_owned()).unwrap()).await;
    let metric = json!({ "Namespace": NAMESPACE, "MetricName": "sold", "Dimensions": [] });
    assert_eq!(page.json(), json!({ "Metrics": [metric] }));
    world.close().await;
}
