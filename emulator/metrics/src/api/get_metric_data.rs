//! `GetMetricData`: one statistic each of many metrics, period by period.

mod page;
mod query;

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Timestamp, WireError, applied, inert,
    refused,
};
use serde::{Deserialize, Serialize};

use self::page::{BadToken, Page};
use self::query::MetricDataQuery;
use super::parameter::{BadParameter, at_most, required};
use super::range::{EmptyRange, TimeRange};
use super::{BAD_TOKEN, INVALID, VALIDATION};
use crate::Metrics;

/// Most queries in one request. Source: `GetMetricData` in the API reference.
const MAX_QUERIES: usize = 500;

/// Most datapoints in one answer, and how many unless less are asked for. Source: the same page.
const MAX_DATAPOINTS: usize = 100_800;

const DESCENDING: &str = "TimestampDescending";
const ASCENDING: &str = "TimestampAscending";

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub(super) struct GetMetricData;

impl Operation for GetMetricData {
    const NAME: &'static str = "GetMetricData";
    const MEMBERS: &'static [Members] = &[
        applied(
            &[
                "MetricDataQueries.Id",
                "MetricDataQueries.MetricStat",
                "MetricDataQueries.Label",
                "StartTime",
                "EndTime",
            ],
            "metrics::get_metric_data_answers_several_queries_at_once",
        ),
        applied(
            &["MetricDataQueries.ReturnData", "ScanBy", "MaxDatapoints", "NextToken"],
            "emulator_metrics::tests::querying::datapoints_come_in_pages_in_either_order",
        ),
        applied(
            &["MetricDataQueries.AccountId"],
            "emulator_metrics::tests::querying::what_cannot_be_asked_is_refused",
        ),
        inert(&["LabelOptions"], "it says how dynamic labels tell times, and those are refused"),
        refused(&["MetricDataQueries.Expression", "MetricDataQueries.Period"]),
    ];
    type Service = Metrics;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(metrics: &Metrics, input: Input) -> Result<Output, Error> {
        input.check()?;
        let queries = required(input.metric_data_queries, "MetricDataQueries")?;
        at_most(queries.len(), MAX_QUERIES, "MetricDataQueries")?;
        let plans = query::plans(queries, metrics.account())?;
        let start = required(input.start_time, "StartTime")?;
        let range = TimeRange::between(start, required(input.end_time, "EndTime")?)?;

        let room = input.max_datapoints.and_then(|most| usize::try_from(most).ok());
        let is_ascending = input.scan_by.as_deref() == Some(ASCENDING);
        let token = input.next_token.as_deref();
        let mut page = Page::after(token, room.unwrap_or(MAX_DATAPOINTS), is_ascending)?;
        let now = metrics.now();
        for (number, plan) in plans.into_iter().enumerate().filter(|(_, plan)| plan.is_returned) {
            if page.is_wanted(number) {
                let (points, message) = plan.run(metrics, range, now);
                page.add(number, Named { id: plan.id, label: plan.label, message }, points);
            }
        }
        let (metric_data_results, next_token) = page.done();
        Ok(Output { metric_data_results, messages: Vec::new(), next_token })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Input {
    metric_data_queries: Option<Vec<MetricDataQuery>>,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    scan_by: Option<String>,
    max_datapoints: Option<i64>,
    next_token: Option<String>,
    label_options: Option<LabelOptions>,
}

/// The shape of this name in the service model.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct LabelOptions {
    timezone: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    metric_data_results: Vec<MetricDataResult>,
    messages: Vec<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// The shape of this name in the service model.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDataResult {
    id: String,
    label: String,
    timestamps: Vec<Timestamp>,
    values: Vec<f64>,
    status_code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

/// `MessageData` in the service model.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    code: &'static str,
    value: String,
}

/// What a query's result is called, and what is said of it.
struct Named {
    id: String,
    label: String,
    message: Option<Message>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Parameter(#[from] BadParameter),
    #[error(transparent)]
    EmptyRange(#[from] EmptyRange),
    #[error(transparent)]
    Token(#[from] BadToken),
    /// AWS's wording is not recorded.
    #[error("The values for parameter id in MetricDataQueries are not unique.")]
    SameId,
}

/// In this operation most of what is wrong is a validation error: it declares no other.
impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) | Self::Parameter(_) | Self::EmptyRange(_) | Self::SameId => {
                (400, VALIDATION)
            }
            Self::NotEmulated(_) => (400, INVALID),
            Self::Token(_) => (400, BAD_TOKEN),
        }
    }
}

impl Input {
    fn check(&self) -> Result<(), Invalid> {
        let mut constraints = Constraints::default();
        for (number, query) in (1..).zip(self.metric_data_queries.iter().flatten()) {
            query.check(&mut constraints, &format!("metricDataQueries.{number}.member"));
        }
        let scan_by = self.scan_by.as_deref();
        constraints.one_of(scan_by, "scanBy", &[DESCENDING, ASCENDING]);
        let most = i64::try_from(MAX_DATAPOINTS).expect("it is a small number");
        constraints.range(self.max_datapoints, "maxDatapoints", 1, most);
        let timezone = self.label_options.as_ref().and_then(|one| one.timezone.as_deref());
        constraints.pattern(timezone, "labelOptions.timezone", r"[+-]\d{4}", |text| {
            let digits = text.strip_prefix(['+', '-']).unwrap_or_default();
            digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        constraints.verdict()
    }
}
