//! One query of `GetMetricData`: what it asks, once it is checked, and what is found.

use std::collections::BTreeMap;

use emulator_front::{Constraints, NotEmulated, Unapplied};
use serde::Deserialize;
use time::UtcDateTime;

use super::super::dimension::{self, Dimension};
use super::super::parameter::{BadParameter, period, required, statistic, unit};
use super::super::range::TimeRange;
use super::{Error, Message};
use crate::series::Window;
use crate::statistic::Statistic;
use crate::{Metrics, Unit, metric};

/// The shape of this name in the service model.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct MetricDataQuery {
    id: Option<String>,
    metric_stat: Option<MetricStat>,
    #[serde(default)]
    expression: Unapplied,
    label: Option<String>,
    return_data: Option<bool>,
    /// Of an expression.
    #[serde(default)]
    period: Unapplied,
    account_id: Option<String>,
}

/// The shape of this name in the service model.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MetricStat {
    metric: Option<Metric>,
    period: Option<i64>,
    stat: Option<String>,
    unit: Option<String>,
}

/// The shape of this name in the service model.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Metric {
    namespace: Option<String>,
    #[serde(rename = "MetricName")]
    name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

/// What a query asks for.
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) label: String,
    /// Whether its result is part of the answer.
    pub(super) is_returned: bool,
    metric: metric::Metric,
    /// The statistic, and what it was asked for by.
    statistic: (Statistic, String),
    period: i64,
    unit: Option<Unit>,
}

impl MetricDataQuery {
    /// Notes what the model does not allow; `path` leads here.
    pub(super) fn check(&self, constraints: &mut Constraints, path: &str) {
        let path_to_id = format!("{path}.id");
        constraints.length(self.id.as_deref(), &path_to_id, 1, 255);
        constraints.pattern(self.id.as_deref(), &path_to_id, "^[a-z][a-zA-Z0-9_]*$", |id| {
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            id.starts_with(|first: char| first.is_ascii_lowercase()) && id.bytes().all(is_word)
        });
        let Some(stat) = &self.metric_stat else { return };
        let path = format!("{path}.metricStat");
        constraints.range(stat.period, format_args!("{path}.period"), 1, i64::from(i32::MAX));
        let Some(metric) = &stat.metric else { return };
        let path = format!("{path}.metric");
        let (namespace, name) = (metric.namespace.as_deref(), metric.name.as_deref());
        dimension::check_namespace(constraints, namespace, &format!("{path}.namespace"));
        dimension::check_name(constraints, name, &format!("{path}.metricName"));
        dimension::check(constraints, &metric.dimensions, &format!("{path}.dimensions"));
    }

    fn plan(self, name: &str, account: &str) -> Result<Plan, Error> {
        NotEmulated::unless(!self.expression.asks, format!("{name}.Expression"))?;
        NotEmulated::unless(!self.period.asks, format!("{name}.Period"))?;
        let is_own = self.account_id.is_none_or(|asked| asked == account);
        NotEmulated::unless(is_own, format!("{name}.AccountId"))?;
        if let Some(value) = self.label.as_ref().filter(|label| label.contains("${")) {
            let (member, value) = (format!("{name}.Label").into(), value.clone());
            return Err(NotEmulated::Value { member, value, emulated: "a plain text" }.into());
        }

        let id = required(self.id, &format!("{name}.Id"))?;
        let stat = required(self.metric_stat, &format!("{name}.MetricStat"))?;
        let in_stat = |member| format!("{name}.MetricStat.{member}");
        let metric = required(stat.metric, &in_stat("Metric"))?.read(&in_stat("Metric"))?;
        let asked = required(stat.stat, &in_stat("Stat"))?;
        Ok(Plan {
            id,
            // Empty until it is known what else is asked for.
            label: self.label.unwrap_or_default(),
            is_returned: self.return_data.unwrap_or(true),
            metric,
            statistic: (statistic(&asked, &in_stat("Stat"))?, asked),
            period: period(stat.period, &in_stat("Period"))?,
            unit: unit(stat.unit.as_deref(), &in_stat("Unit"))?,
        })
    }
}

impl Metric {
    fn read(self, name: &str) -> Result<metric::Metric, BadParameter> {
        Ok(metric::Metric {
            namespace: required(self.namespace, &format!("{name}.Namespace"))?,
            name: required(self.name, &format!("{name}.MetricName"))?,
            dimensions: dimension::read(self.dimensions, &format!("{name}.Dimensions"))?,
        })
    }
}

/// What all queries ask for, with their labels.
pub(super) fn plans(queries: Vec<MetricDataQuery>, account: &str) -> Result<Vec<Plan>, Error> {
    let plans = (1..)
        .zip(queries)
        .map(|(number, query)| query.plan(&format!("MetricDataQueries.member.{number}"), account));
    let mut plans: Vec<Plan> = plans.collect::<Result<_, _>>()?;
    let mut ids: Vec<_> = plans.iter().map(|plan| &plan.id).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::SameId);
    }
    name_unnamed(&mut plans);
    Ok(plans)
}

/// A query without a label is called like its metric, and its statistic too if another query asks for
/// another statistic of that metric. Observed on AWS.
fn name_unnamed(plans: &mut [Plan]) {
    let mut statistics: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for plan in plans.iter() {
        statistics.entry(plan.metric.key()).or_default().push(&plan.statistic.1);
    }
    let labels = plans.iter().map(|plan| {
        let (name, statistic) = (&plan.metric.name, &plan.statistic.1);
        let is_only_one = statistics[&plan.metric.key()].iter().all(|other| other == statistic);
        if is_only_one { name.clone() } else { format!("{name} {statistic}") }
    });
    let labels: Vec<_> = labels.collect();
    for (plan, label) in plans.iter_mut().zip(labels) {
        if plan.label.is_empty() {
            plan.label = label;
        }
    }
}

impl Plan {
    /// Values by the start of their period in seconds since 1970, and what there is to say of them.
    ///
    /// Where there are several units, each period has the value of the first of them. Which one AWS takes
    /// is not recorded.
    pub(super) fn run(
        &self,
        metrics: &Metrics,
        range: TimeRange,
        now: UtcDateTime,
    ) -> (Vec<(i64, f64)>, Option<Message>) {
        let start = range.rounded_start(self.period, now);
        let window = Window { start, end: range.end, period: self.period, unit: self.unit };
        let periods = metrics.read(&self.metric, window);
        let mut units: Vec<_> = periods.values().flat_map(|units| units.keys()).collect();
        units.sort_unstable_by_key(|unit| unit.name());
        units.dedup();
        let message = (units.len() > 1).then(|| {
            let names: Vec<_> = units.iter().map(|unit| unit.name()).collect();
            let value = format!("Multiple units returned: '[{}]'", names.join(", "));
            Message { code: "MultipleUnits", value }
        });
        let values = periods.iter().filter_map(|(start, found)| {
            let found = units.iter().find_map(|unit| found.get(unit))?;
            Some((*start, found.statistic(self.statistic.0)?))
        });
        (values.collect(), message)
    }
}
