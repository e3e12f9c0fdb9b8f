"""A metric, put and read in every way."""

import datetime

from calls import Calls

NAMESPACE = {"Namespace": "Orders"}
HOUR = datetime.timedelta(hours=1)


def run(calls: dict[str, Calls]) -> None:
    """Every operation on a metric, and what none of them takes."""
    cloudwatch = calls["cloudwatch"]
    now = datetime.datetime.now(datetime.timezone.utc)
    span = {"StartTime": now - HOUR, "EndTime": now + HOUR}
    dimensions = [{"Name": "Shop", "Value": "1"}]
    datum = {"MetricName": "Paid", "Value": 2.0, "Unit": "Count", "Dimensions": dimensions}
    cloudwatch.ok("PutMetricData", **NAMESPACE, MetricData=[datum])
    odd = {"MetricName": "Paid", "Value": 2.0, "Values": [1.0]}
    code = "InvalidParameterCombination"
    cloudwatch.refused("PutMetricData", code, **NAMESPACE, MetricData=[odd])

    cloudwatch.ok("ListMetrics", **NAMESPACE)
    cloudwatch.refused("ListMetrics", "InvalidParameterValue", NextToken="?")

    metric = {**NAMESPACE, "MetricName": "Paid", "Dimensions": dimensions}
    asked = {**metric, **span, "Period": 60}
    cloudwatch.ok("GetMetricStatistics", **asked, Statistics=["Sum", "Average"])
    odd = {**asked, "Period": 61, "Statistics": ["Sum"]}
    cloudwatch.refused("GetMetricStatistics", "InvalidParameterValue", **odd)

    stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
    query = [{"Id": "paid", "MetricStat": stat}]
    cloudwatch.ok("GetMetricData", **span, MetricDataQueries=query)
    token = {"NextToken": "?"}
    cloudwatch.refused("GetMetricData", "InvalidNextToken", **span, **token, MetricDataQueries=query)
