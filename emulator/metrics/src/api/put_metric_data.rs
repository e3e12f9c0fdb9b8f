//! `PutMetricData`: measurements that a client has made.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Timestamp, Unapplied, WireError,
    applied, refused,
};
use emulator_store::MediumError;
use serde::Deserialize;
use time::UtcDateTime;
use time::ext::NumericalDuration;

use super::dimension::{self, Dimension};
use super::parameter::{BadParameter, at_most, invalid, required, unit};
use super::{CONFLICTING, INTERNAL, INVALID, VALIDATION};
use crate::Metrics;
use crate::aggregate::StatisticSet;
use crate::metric::Metric;
use crate::metrics::Put;
use crate::resolution::Resolution;

/// Most measurements in one request. Source: `PutMetricData` in the API reference.
const MAX_DATA: usize = 1000;

/// Most different values in one measurement. Source: `Values` of `MetricDatum` in the API reference.
const MAX_VALUES: usize = 150;

/// The largest value, and its negative the smallest. Source: `Value` of `MetricDatum` there: 2^360.
const LARGEST: f64 = f64::from_bits((1023 + 360) << 52);

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>
pub(super) struct PutMetricData;

impl Operation for PutMetricData {
    const NAME: &'static str = "PutMetricData";
    const MEMBERS: &'static [Members] = &[
        applied(
            &[
                "Namespace",
                "MetricData.MetricName",
                "MetricData.Dimensions",
                "MetricData.Timestamp",
                "MetricData.Value",
                "MetricData.Unit",
            ],
            "metrics::what_put_metric_data_puts_is_read_with_get_metric_statistics",
        ),
        applied(
            &[
                "MetricData.Values",
                "MetricData.Counts",
                "MetricData.StatisticValues",
                "MetricData.StorageResolution",
            ],
            "emulator_metrics::tests::putting::values_counts_and_statistic_sets_add_up",
        ),
        refused(&["EntityMetricData", "StrictEntityValidation"]),
    ];
    type Service = Metrics;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(metrics: &Metrics, input: Input) -> Result<(), Error> {
        NotEmulated::refuse([
            ("EntityMetricData", &input.entity_metric_data),
            ("StrictEntityValidation", &input.strict_entity_validation),
        ])?;
        input.check()?;
        let namespace = required(input.namespace, "Namespace")?;
        if namespace.starts_with("AWS/") {
            return Err(invalid("Namespace", &namespace).into());
        }
        let data = required(input.metric_data.filter(|data| !data.is_empty()), "MetricData")?;
        at_most(data.len(), MAX_DATA, "MetricData")?;
        let now = metrics.now();
        let data = (1..).zip(data).map(|(number, datum)| {
            datum.read(&namespace, &format!("MetricData.member.{number}"), now)
        });
        let data = data.collect::<Result<_, _>>()?;
        Ok(metrics.put(data).await?)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    namespace: Option<String>,
    metric_data: Option<Vec<MetricDatum>>,
    #[serde(default)]
    entity_metric_data: Unapplied,
    #[serde(default)]
    strict_entity_validation: Unapplied,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MetricDatum {
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    timestamp: Option<Timestamp>,
    value: Option<f64>,
    statistic_values: Option<StatisticValues>,
    values: Option<Vec<f64>>,
    counts: Option<Vec<f64>>,
    unit: Option<String>,
    storage_resolution: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StatisticValues {
    sample_count: Option<f64>,
    sum: Option<f64>,
    minimum: Option<f64>,
    maximum: Option<f64>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Parameter(#[from] BadParameter),
    #[error(
        "The parameters {name}.Value and {name}.{other} are mutually exclusive and you have \
         specified both."
    )]
    Both { name: String, other: &'static str },
    #[error("The parameters {0}.Values and {0}.Counts must be of the same size.")]
    Uneven(String),
    /// AWS's wording is not recorded.
    #[error("The parameter {0}.Timestamp must specify a time within the past two weeks.")]
    TooOld(String),
    /// AWS's wording is not recorded.
    #[error(
        "The parameter {0}.Timestamp must specify a time no more than two hours in the future."
    )]
    TooEarly(String),
    #[error("the measurements could not be written")]
    NotWritten(#[from] MediumError),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, VALIDATION),
            Self::Parameter(error) => error.shape(),
            Self::Both { .. } => (400, CONFLICTING),
            Self::NotEmulated(_) | Self::Uneven(_) | Self::TooOld(_) | Self::TooEarly(_) => {
                (400, INVALID)
            }
            Self::NotWritten(_) => (500, INTERNAL),
        }
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        dimension::check_namespace(&mut constraints, self.namespace.as_deref(), "namespace");
        for (number, datum) in (1..).zip(self.metric_data.iter().flatten()) {
            let path = format!("metricData.{number}.member");
            let name = datum.metric_name.as_deref();
            dimension::check_name(&mut constraints, name, &format!("{path}.metricName"));
            let path_to_dimensions = format!("{path}.dimensions");
            dimension::check(&mut constraints, &datum.dimensions, &path_to_dimensions);
            let resolution = datum.storage_resolution;
            constraints.range(resolution, format_args!("{path}.storageResolution"), 1, i64::MAX);
        }
        constraints.verdict()
    }
}

impl MetricDatum {
    /// What was measured; `name` is the parameter's, of which this has been checked.
    fn read(self, namespace: &str, name: &str, now: UtcDateTime) -> Result<Put, Error> {
        let unit = unit(self.unit.as_deref(), &format!("{name}.Unit"))?.unwrap_or_default();
        let resolution = match self.storage_resolution {
            None | Some(60) => Resolution::Minute,
            Some(1) => Resolution::Second,
            Some(other) => return Err(invalid(&format!("{name}.StorageResolution"), &other).into()),
        };
        let at = self.timestamp.map_or(now, Timestamp::time);
        if at < now.saturating_sub(14.days()) {
            return Err(Error::TooOld(name.to_owned()));
        }
        // The clock may stand at the end of all calendars.
        if at > now.saturating_add(2.hours()) {
            return Err(Error::TooEarly(name.to_owned()));
        }
        let (values, set) =
            measured(self.value, self.values, self.counts, self.statistic_values, name)?;
        let metric = Metric {
            namespace: namespace.to_owned(),
            name: required(self.metric_name, &format!("{name}.MetricName"))?,
            dimensions: dimension::read(self.dimensions, &format!("{name}.Dimensions"))?,
        };
        Ok(Put { metric, unit, resolution, at, values, set })
    }
}

type Measured = (Vec<(f64, f64)>, Option<StatisticSet>);

/// A value excludes the other ways to say what was measured; these do not exclude each other, on AWS
/// neither, and then all of it counts.
fn measured(
    value: Option<f64>,
    values: Option<Vec<f64>>,
    counts: Option<Vec<f64>>,
    set: Option<StatisticValues>,
    name: &str,
) -> Result<Measured, Error> {
    let both = |other| Error::Both { name: name.to_owned(), other };
    if let Some(value) = value {
        if values.is_some() {
            return Err(both("Values"));
        }
        if set.is_some() {
            return Err(both("StatisticValues"));
        }
        return Ok((vec![(in_range(value, name, "Value")?, 1.0)], None));
    }
    let set = set.map(|set| set.read(name)).transpose()?;
    let Some(values) = values.filter(|values| !values.is_empty()) else {
        return match set {
            Some(set) => Ok((Vec::new(), Some(set))),
            None => Err(BadParameter::Missing(format!("{name}.Value")).into()),
        };
    };
    at_most(values.len(), MAX_VALUES, &format!("{name}.Values"))?;
    let counts = counts.unwrap_or_else(|| vec![1.0; values.len()]);
    if counts.len() != values.len() {
        return Err(Error::Uneven(name.to_owned()));
    }
    let counted = values.into_iter().zip(counts).map(|(value, count)| {
        Ok((in_range(value, name, "Values")?, positive(count, name, "Counts")?))
    });
    Ok((counted.collect::<Result<_, Error>>()?, set))
}

impl StatisticValues {
    fn read(self, name: &str) -> Result<StatisticSet, Error> {
        let name = format!("{name}.StatisticValues");
        let needed = |value, member: &'static str| required(value, &format!("{name}.{member}"));
        let set = StatisticSet {
            count: positive(needed(self.sample_count, "SampleCount")?, &name, "SampleCount")?,
            sum: in_range(needed(self.sum, "Sum")?, &name, "Sum")?,
            minimum: in_range(needed(self.minimum, "Minimum")?, &name, "Minimum")?,
            maximum: in_range(needed(self.maximum, "Maximum")?, &name, "Maximum")?,
        };
        if set.minimum > set.maximum {
            return Err(out_of_range(set.minimum, &name, "Minimum").into());
        }
        Ok(set)
    }
}

fn in_range(value: f64, name: &str, member: &str) -> Result<f64, BadParameter> {
    if value.abs() <= LARGEST { Ok(value) } else { Err(out_of_range(value, name, member)) }
}

fn positive(count: f64, name: &str, member: &str) -> Result<f64, BadParameter> {
    let fits = count > 0.0 && count <= LARGEST;
    if fits { Ok(count) } else { Err(out_of_range(count, name, member)) }
}

/// Numbers are told with an exponent where they are long.
fn out_of_range(value: f64, name: &str, member: &str) -> BadParameter {
    invalid(&format!("{name}.{member}"), &format!("{value:?}"))
}
