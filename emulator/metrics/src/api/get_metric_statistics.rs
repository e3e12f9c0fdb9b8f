//! `GetMetricStatistics`: several statistics of one metric, period by period.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Invalid, Members, Operation, Timestamp, WireError, applied};
use serde::{Deserialize, Serialize};
use time::UtcDateTime;

use super::dimension::{self, Dimension};
use super::parameter::{BadParameter, period, required, simple_statistic, statistic, unit};
use super::range::{EmptyRange, TimeRange};
use super::{CONFLICTING, INVALID, VALIDATION};
use crate::aggregate::Aggregate;
use crate::metric::Metric;
use crate::series::Window;
use crate::statistic::Statistic;
use crate::{Metrics, Unit};

/// Most datapoints in one answer. Source: `GetMetricStatistics` in the API reference.
const MAX_DATAPOINTS: i64 = 1440;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html>
pub(super) struct GetMetricStatistics;

impl Operation for GetMetricStatistics {
    const NAME: &'static str = "GetMetricStatistics";
    const MEMBERS: &'static [Members] = &[applied(
        &[
            "Namespace",
            "MetricName",
            "Dimensions",
            "StartTime",
            "EndTime",
            "Period",
            "Statistics",
            "ExtendedStatistics",
            "Unit",
        ],
        "metrics::what_put_metric_data_puts_is_read_with_get_metric_statistics",
    )];
    type Service = Metrics;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(metrics: &Metrics, input: Input) -> Result<Output, Error> {
        input.check()?;
        let statistics = Asked::read(&input.statistics, &input.extended_statistics)?;
        let unit = unit(input.unit.as_deref(), "Unit")?;
        let metric = Metric {
            namespace: required(input.namespace, "Namespace")?,
            name: required(input.metric_name, "MetricName")?,
            dimensions: dimension::read(input.dimensions, "Dimensions")?,
        };
        let start = required(input.start_time, "StartTime")?;
        let range = TimeRange::between(start, required(input.end_time, "EndTime")?)?;
        let period = period(input.period, "Period")?;
        let asked = range.datapoints(period);
        if asked > MAX_DATAPOINTS {
            return Err(Error::TooMany(asked));
        }

        let start = range.rounded_start(period, metrics.now());
        let window = Window { start, end: range.end, period, unit };
        let periods = metrics.read(&metric, window).into_iter();
        let datapoints = periods.flat_map(|(start, units)| {
            let asked = &statistics;
            units.into_iter().filter_map(move |(unit, found)| asked.datapoint(start, unit, &found))
        });
        Ok(Output { label: metric.name, datapoints: datapoints.collect() })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    period: Option<i64>,
    #[serde(default)]
    statistics: Vec<String>,
    #[serde(default)]
    extended_statistics: Vec<String>,
    unit: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    label: String,
    datapoints: Vec<Datapoint>,
}

/// The shape of this name in the service model.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Datapoint {
    timestamp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_count: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<f64>,
    unit: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extended_statistics: BTreeMap<String, f64>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Parameter(#[from] BadParameter),
    #[error(transparent)]
    EmptyRange(#[from] EmptyRange),
    #[error(
        "You have requested up to {0} datapoints, which exceeds the limit of {MAX_DATAPOINTS}. You \
         may reduce the datapoints requested by increasing Period, or decreasing the time range."
    )]
    TooMany(i64),
    /// AWS's wording is not recorded.
    #[error("At least one of the parameters Statistics and ExtendedStatistics must be specified.")]
    NoStatistics,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, VALIDATION),
            Self::Parameter(error) => error.shape(),
            Self::EmptyRange(_) => (400, INVALID),
            Self::TooMany(_) | Self::NoStatistics => (400, CONFLICTING),
        }
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        dimension::check_namespace(&mut constraints, self.namespace.as_deref(), "namespace");
        dimension::check_name(&mut constraints, self.metric_name.as_deref(), "metricName");
        dimension::check(&mut constraints, &self.dimensions, "dimensions");
        constraints.range(self.period, "period", 1, i64::from(i32::MAX));
        constraints.size(self.statistics.len(), "statistics", 0, 5);
        constraints.size(self.extended_statistics.len(), "extendedStatistics", 0, 10);
        constraints.verdict()
    }
}

/// The statistics that are asked for; percentiles with the names that they are asked for by.
struct Asked {
    simple: Vec<Statistic>,
    percentiles: Vec<(String, Statistic)>,
}

impl Asked {
    fn read(simple: &[String], extended: &[String]) -> Result<Self, Error> {
        if simple.is_empty() && extended.is_empty() {
            return Err(Error::NoStatistics);
        }
        let simple = (1..)
            .zip(simple)
            .map(|(number, name)| simple_statistic(name, &format!("Statistics.member.{number}")));
        let percentiles = (1..).zip(extended).map(|(number, name)| {
            let parameter = format!("ExtendedStatistics.member.{number}");
            match statistic(name, &parameter)? {
                percentile @ Statistic::Percentile(_) => Ok((name.clone(), percentile)),
                _ => Err(BadParameter::NotSupported { name: parameter, value: name.clone() }),
            }
        });
        let simple = simple.collect::<Result<_, _>>()?;
        Ok(Self { simple, percentiles: percentiles.collect::<Result<_, _>>()? })
    }

    /// What is known of what is asked for; `None` if that is nothing.
    fn datapoint(&self, start: i64, unit: Unit, found: &Aggregate) -> Option<Datapoint> {
        let value =
            |asked: Statistic| found.statistic(asked).filter(|_| self.simple.contains(&asked));
        let percentiles = self
            .percentiles
            .iter()
            .filter_map(|(name, asked)| found.statistic(*asked).map(|value| (name.clone(), value)));
        let extended_statistics: BTreeMap<_, _> = percentiles.collect();
        if self.simple.is_empty() && extended_statistics.is_empty() {
            return None;
        }
        let timestamp = UtcDateTime::from_unix_timestamp(start);
        Some(Datapoint {
            timestamp: timestamp.expect("a period of a time starts at one").into(),
            sample_count: value(Statistic::SampleCount),
            average: value(Statistic::Average),
            sum: value(Statistic::Sum),
            minimum: value(Statistic::Minimum),
            maximum: value(Statistic::Maximum),
            unit: unit.name(),
            extended_statistics,
        })
    }
}
