//! `ListMetrics`: which metrics there are.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Unapplied, WireError, applied, refused,
};
use serde::{Deserialize, Serialize};
use time::ext::NumericalDuration;

use super::dimension::{Dimension, check_name, check_namespace};
use super::parameter::{BadParameter, required};
use super::{INVALID, VALIDATION};
use crate::{Metrics, metric};

/// Metrics in one answer. Source: `ListMetrics` in the API reference.
const PAGE: usize = 500;

/// Most dimensions to look for. Source: `DimensionFilters` in the service model, 2010-08-01.
const MAX_FILTERS: usize = 10;

/// The only word for how recently a metric must have been measured: within three hours.
const THREE_HOURS: &str = "PT3H";

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html>
pub(super) struct ListMetrics;

impl Operation for ListMetrics {
    const NAME: &'static str = "ListMetrics";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["Namespace", "MetricName", "Dimensions"],
            "metrics::list_metrics_finds_metrics_by_what_they_are_called",
        ),
        applied(
            &["RecentlyActive", "NextToken"],
            "emulator_metrics::tests::listing::metrics_come_in_pages_of_five_hundred",
        ),
        refused(&["IncludeLinkedAccounts", "OwningAccount"]),
    ];
    type Service = Metrics;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(metrics: &Metrics, input: Input) -> Result<Output, Error> {
        NotEmulated::refuse([
            ("IncludeLinkedAccounts", &input.include_linked_accounts),
            ("OwningAccount", &input.owning_account),
        ])?;
        input.check()?;
        let filter = Filter {
            namespace: input.namespace,
            name: input.metric_name,
            dimensions: dimensions(input.dimensions)?,
        };
        // "Metrics that have had data in the last two weeks", says the API reference.
        let recent = if input.recently_active.is_some() { 3.hours() } else { 14.days() };
        let since = (metrics.now() - recent).unix_timestamp() - 59;
        let after = input.next_token.map(|token| match token.strip_prefix(AFTER) {
            Some(key) => Ok(key.to_owned()),
            None => Err(Error::Token),
        });
        let after = after.transpose()?;

        let wanted = |metric: &metric::Metric| filter.lets_through(metric);
        let mut found = metrics.list(since, after.as_deref(), PAGE + 1, wanted);
        let is_last = found.len() <= PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| !is_last).map(|(key, _)| format!("{AFTER}{key}"));
        let found = found.into_iter().map(|(_, metric)| metric.into());
        Ok(Output { metrics: found.collect(), next_token: next })
    }
}

/// What a token starts with; the key of the last metric of the page before follows.
const AFTER: &str = "after/";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<DimensionFilter>,
    recently_active: Option<String>,
    next_token: Option<String>,
    #[serde(default)]
    include_linked_accounts: Unapplied,
    #[serde(default)]
    owning_account: Unapplied,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DimensionFilter {
    name: Option<String>,
    value: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    metrics: Vec<Metric>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// The shape of this name in the service model.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    namespace: String,
    #[serde(rename = "MetricName")]
    name: String,
    dimensions: Vec<Dimension>,
}

impl From<metric::Metric> for Metric {
    fn from(metric: metric::Metric) -> Self {
        let metric::Metric { namespace, name, dimensions } = metric;
        let dimensions = dimensions.into_iter().map(Dimension::from).collect();
        Self { namespace, name, dimensions }
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Parameter(#[from] BadParameter),
    /// AWS's wording is not recorded.
    #[error("The parameter NextToken is invalid.")]
    Token,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, VALIDATION),
            Self::Parameter(error) => error.shape(),
            Self::NotEmulated(_) | Self::Token => (400, INVALID),
        }
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        check_namespace(&mut constraints, self.namespace.as_deref(), "namespace");
        check_name(&mut constraints, self.metric_name.as_deref(), "metricName");
        constraints.size(self.dimensions.len(), "dimensions", 0, MAX_FILTERS);
        for (number, filter) in (1..).zip(&self.dimensions) {
            let path = format!("dimensions.{number}.member");
            constraints.length(filter.name.as_deref(), format_args!("{path}.name"), 1, 255);
            constraints.length(filter.value.as_deref(), format_args!("{path}.value"), 1, 1024);
        }
        constraints.one_of(self.recently_active.as_deref(), "recentlyActive", &[THREE_HOURS]);
        constraints.verdict()
    }
}

/// Names, and the values that they must have, if that matters.
type Dimensions = Vec<(String, Option<String>)>;

fn dimensions(filters: Vec<DimensionFilter>) -> Result<Dimensions, BadParameter> {
    let read = (1..).zip(filters).map(|(number, filter)| {
        Ok((required(filter.name, &format!("Dimensions.member.{number}.Name"))?, filter.value))
    });
    read.collect()
}

/// What a metric must be called to be listed.
struct Filter {
    namespace: Option<String>,
    name: Option<String>,
    dimensions: Dimensions,
}

impl Filter {
    fn lets_through(&self, metric: &metric::Metric) -> bool {
        let is =
            |asked: &Option<String>, text: &str| asked.as_deref().is_none_or(|one| one == text);
        is(&self.namespace, &metric.namespace)
            && is(&self.name, &metric.name)
            && self.dimensions.iter().all(|(name, value)| {
                metric.dimensions.iter().any(|one| one.name == *name && is(value, &one.value))
            })
    }
}
