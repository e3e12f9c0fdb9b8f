//! The same request and answer in each protocol.

use emulator_front::http::HeaderMap;

use super::*;

async fn text(
    world: &World,
    request: request::Builder,
    body: impl Into<Body>,
) -> (u16, HeaderMap, String) {
    let (head, body) = world.send(request, body).await.into_parts();
    let body = body.collect(usize::MAX).await.unwrap();
    (head.status.as_u16(), head.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn form() -> request::Builder {
    Request::post("/").header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
}

const PUT: &str = "Action=PutMetricData&Version=2010-08-01&Namespace=shop\
    &MetricData.member.1.MetricName=sold&MetricData.member.1.Unit=Count\
    &MetricData.member.1.Timestamp=2026-01-02T03%3A04%3A05Z\
    &MetricData.member.1.Dimensions.member.1.Name=branch\
    &MetricData.member.1.Dimensions.member.1.Value=a%3Cb\
    &MetricData.member.1.Values.member.1=1&MetricData.member.1.Values.member.2=3.5\
    &MetricData.member.1.Counts.member.1=2&MetricData.member.1.Counts.member.2=1";

#[tokio::test]
async fn the_query_protocol_takes_forms_and_answers_in_xml() {
    let world = World::new();
    let (status, _, answer) = text(&world, form(), PUT).await;
    assert_eq!(status, 200, "{answer}");
    let start = "<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">\
                 <ResponseMetadata><RequestId>";
    assert!(answer.starts_with(start), "{answer}");

    let ask = "Action=GetMetricStatistics&Version=2010-08-01&Namespace=shop&MetricName=sold&Period=60\
        &Dimensions.member.1.Name=branch&Dimensions.member.1.Value=a%3Cb\
        &StartTime=2026-01-02T03%3A00%3A00Z&EndTime=2026-01-02T03%3A10%3A00.5Z\
        &Statistics.member.1=Sum&Statistics.member.2=SampleCount&ExtendedStatistics.member.1=p50";
    let (_, _, answer) = text(&world, form(), ask).await;
    let result = "<GetMetricStatisticsResult><Label>sold</Label><Datapoints><member>\
        <Timestamp>2026-01-02T03:04:00Z</Timestamp><SampleCount>3</SampleCount><Sum>5.5</Sum>\
        <Unit>Count</Unit><ExtendedStatistics><entry><key>p50</key><value>1</value></entry>\
        </ExtendedStatistics></member></Datapoints></GetMetricStatisticsResult>";
    assert!(answer.contains(result), "{answer}");

    let ask = "Action=ListMetrics&Version=2010-08-01&Dimensions.member.1.Name=branch";
    let (_, _, answer) = text(&world, form(), ask).await;
    let result = "<ListMetricsResult><Metrics><member><Namespace>shop</Namespace>\
        <MetricName>sold</MetricName><Dimensions><member><Name>branch</Name><Value>a&lt;b</Value>\
        </member></Dimensions></member></Metrics></ListMetricsResult>";
    assert!(answer.contains(result), "{answer}");

    let ask = "Action=GetMetricData&Version=2010-08-01&StartTime=2026-01-02T03%3A00%3A00Z\
        &EndTime=2026-01-02T04%3A00%3A00Z&MetricDataQueries.member.1.Id=q\
        &MetricDataQueries.member.1.MetricStat.Metric.Namespace=shop\
        &MetricDataQueries.member.1.MetricStat.Metric.MetricName=sold\
        &MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name=branch\
        &MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value=a%3Cb\
        &MetricDataQueries.member.1.MetricStat.Period=60&MetricDataQueries.member.1.MetricStat.Stat=Sum";
    let (_, _, answer) = text(&world, form(), ask).await;
    let result = "<GetMetricDataResult><MetricDataResults><member><Id>q</Id><Label>sold</Label>\
        <Timestamps><member>2026-01-02T03:04:00Z</member></Timestamps>\
        <Values><member>5.5</member></Values><StatusCode>Complete</StatusCode></member>\
        </MetricDataResults><Messages></Messages></GetMetricDataResult>";
    assert!(answer.contains(result), "{answer}");
}

#[tokio::test]
async fn an_error_has_the_code_that_each_client_knows() {
    let world = World::new();
    let (status, _, answer) =
        text(&world, form(), format!("{PUT}&MetricData.member.1.Value=1")).await;
    assert_eq!(status, 400);
    let told = "<Error><Type>Sender</Type><Code>InvalidParameterCombination</Code>";
    assert!(answer.contains(told), "{answer}");

    let input = json!({ "Namespace": "AWS/X", "MetricData": [{ "MetricName": "m", "Value": 1 }] });
    let (_, headers, answer) = text(&world, json_request("PutMetricData"), input.to_string()).await;
    assert_eq!(headers["x-amzn-query-error"], "InvalidParameterValue;Sender");
    let id = "com.amazonaws.cloudwatch.v2010_08_01#InvalidParameterValueException";
    assert!(answer.contains(&format!("\"__type\":\"{id}\"")), "{answer}");

    let (status, _, answer) = text(&world, json_request("PutMetricAlarm"), "{}").await;
    assert_eq!(status, 501);
    assert!(answer.contains("PutMetricAlarm of monitoring is not emulated"), "{answer}");
}
