//! The members of `CreateEventSourceMapping`, and the mapping that they come to.
//!
//! Every member is applied, or refused by name as soon as it asks for something.

use std::time::Duration;

use emulator_front::{Constraints, NotEmulated, Rule, Unapplied};
use emulator_lambda::Target;
use serde::Deserialize;
use time::UtcDateTime;
use uuid::Uuid;

use super::Error;
use crate::mapping::{LastResult, Mapping, REPORT_BATCH_ITEM_FAILURES, StartingPosition};
use crate::retry::Policy;

/// Records in a batch unless the mapping says otherwise. Source: the API reference, for Kinesis.
const DEFAULT_BATCH_SIZE: i64 = 100;

/// Largest ages of records, in seconds: a week, the longest that Lambda keeps trying.
const AGES: std::ops::RangeInclusive<i64> = 60..=604_800;

/// Services whose queues, tables and brokers are event sources on AWS and not here.
const SOURCES: [&str; 6] = ["sqs", "dynamodb", "kafka", "kafka-cluster", "mq", "rds"];

/// Source: `Arn` in the Lambda service model, 2015-03-31.
const ARN: &str =
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)";

/// As Lambda lists them in its message.
const POSITIONS: [&str; 3] = ["LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(super) function_name: Option<String>,
    event_source_arn: Option<String>,
    enabled: Option<bool>,
    batch_size: Option<i64>,
    maximum_batching_window_in_seconds: Option<i64>,
    starting_position: Option<String>,
    /// Epoch seconds.
    starting_position_timestamp: Option<f64>,
    maximum_record_age_in_seconds: Option<i64>,
    maximum_retry_attempts: Option<i64>,
    bisect_batch_on_function_error: Option<bool>,
    function_response_types: Option<Vec<String>>,
    /// Applied as long as a shard's batches go one by one.
    parallelization_factor: Option<i64>,
    /// Applied as long as there are no windows.
    tumbling_window_in_seconds: Option<i64>,
    tags: Option<Unapplied>,
    destination_config: Option<Unapplied>,
    filter_criteria: Option<Unapplied>,
    #[serde(rename = "KMSKeyArn")]
    kms_key_arn: Option<Unapplied>,
    metrics_config: Option<Unapplied>,
    logging_config: Option<Unapplied>,
    scaling_config: Option<Unapplied>,
    provisioned_poller_config: Option<Unapplied>,
    topics: Option<Unapplied>,
    queues: Option<Unapplied>,
    source_access_configurations: Option<Unapplied>,
    self_managed_event_source: Option<Unapplied>,
    self_managed_kafka_event_source_config: Option<Unapplied>,
    amazon_managed_kafka_event_source_config: Option<Unapplied>,
    #[serde(rename = "DocumentDBEventSourceConfig")]
    document_db_event_source_config: Option<Unapplied>,
}

impl Input {
    /// What Lambda's front door checks, then what is not emulated.
    pub(super) fn check(&self) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        constraints.required(self.function_name.as_ref(), "functionName");
        constraints.pattern(self.event_source_arn.as_deref(), "eventSourceArn", ARN, is_arn);
        let position = self.starting_position.as_deref();
        constraints.one_of(position, "startingPosition", &POSITIONS);
        constraints.range(self.batch_size, "batchSize", 1, 10_000);
        let window = self.maximum_batching_window_in_seconds;
        constraints.range(window, "maximumBatchingWindowInSeconds", 0, 300);
        constraints.range(self.parallelization_factor, "parallelizationFactor", 1, 10);
        constraints.range(self.tumbling_window_in_seconds, "tumblingWindowInSeconds", 0, 900);
        constraints.range(self.maximum_retry_attempts, "maximumRetryAttempts", -1, 10_000);
        let age = self.maximum_record_age_in_seconds;
        constraints.range(age, "maximumRecordAgeInSeconds", -1, *AGES.end());
        self.check_response_types(&mut constraints);
        constraints.verdict()?;
        Ok(self.refuse_what_is_not_emulated()?)
    }

    fn check_response_types(&self, constraints: &mut Constraints) {
        let types = self.function_response_types.as_deref().unwrap_or_default();
        let path = "functionResponseTypes";
        let shown = format!("[{}]", types.join(", "));
        constraints.check(types.len() <= 1, path, &shown, Rule::LengthAtMost(1));
        let known = types.iter().all(|each| each == REPORT_BATCH_ITEM_FAILURES);
        constraints.check(known, path, &shown, Rule::EachOneOf(&[REPORT_BATCH_ITEM_FAILURES]));
    }

    fn refuse_what_is_not_emulated(&self) -> Result<(), NotEmulated> {
        let members = [
            ("DestinationConfig", &self.destination_config),
            ("FilterCriteria", &self.filter_criteria),
            ("KMSKeyArn", &self.kms_key_arn),
            ("MetricsConfig", &self.metrics_config),
            ("LoggingConfig", &self.logging_config),
            ("ScalingConfig", &self.scaling_config),
            ("ProvisionedPollerConfig", &self.provisioned_poller_config),
            ("Topics", &self.topics),
            ("Queues", &self.queues),
            ("Tags", &self.tags),
            ("SourceAccessConfigurations", &self.source_access_configurations),
            ("SelfManagedEventSource", &self.self_managed_event_source),
            ("SelfManagedKafkaEventSourceConfig", &self.self_managed_kafka_event_source_config),
            ("AmazonManagedKafkaEventSourceConfig", &self.amazon_managed_kafka_event_source_config),
            ("DocumentDBEventSourceConfig", &self.document_db_event_source_config),
        ];
        let given = members.iter().filter_map(|(name, member)| Some((*name, member.as_ref()?)));
        NotEmulated::refuse(given)?;
        NotEmulated::unless(self.parallelization_factor <= Some(1), "ParallelizationFactor")?;
        NotEmulated::unless(self.tumbling_window_in_seconds <= Some(0), "TumblingWindowInSeconds")
    }

    /// What a checked input asks for, at that time.
    pub(super) fn mapping(self, target: Target, now: UtcDateTime) -> Result<Mapping, Error> {
        let stream_arn = self.stream_arn()?;
        let batch_size = self.batch_size.unwrap_or(DEFAULT_BATCH_SIZE);
        let window = self.maximum_batching_window_in_seconds.unwrap_or(0);
        Ok(Mapping {
            id: Uuid::new_v4(),
            stream_arn,
            target,
            start: self.start(now)?,
            enabled: self.enabled != Some(false),
            batch_size: usize::try_from(batch_size).expect("`check` allows 1 to 10,000"),
            window: Duration::from_secs(window.unsigned_abs()),
            max_age: self.max_age()?,
            policy: Policy {
                retries: self.maximum_retry_attempts.and_then(|times| times.try_into().ok()),
                bisect: self.bisect_batch_on_function_error == Some(true),
            },
            reports_failures: self.function_response_types.is_some_and(|types| !types.is_empty()),
            modified: now,
            last_result: LastResult::none(),
        })
    }

    fn stream_arn(&self) -> Result<String, Error> {
        let arn = self.event_source_arn.as_deref().ok_or(Error::UnrecognizedSource)?;
        match arn.splitn(6, ':').collect::<Vec<_>>()[..] {
            ["arn", _, "kinesis", _, _, resource] if resource.starts_with("stream/") => {
                if resource.contains("/consumer/") {
                    return Err(Error::SourceNotEmulated("kinesis consumers".to_owned()));
                }
                Ok(arn.to_owned())
            }
            ["arn", _, service, _, _, _] if SOURCES.contains(&service) => {
                Err(Error::SourceNotEmulated(service.to_owned()))
            }
            _ => Err(Error::UnrecognizedSource),
        }
    }

    fn start(&self, now: UtcDateTime) -> Result<StartingPosition, Error> {
        match (self.starting_position.as_deref(), self.starting_position_timestamp) {
            (None, _) => {
                let mut constraints = Constraints::default();
                constraints.required(None::<&str>, "startingPosition");
                let missing = constraints.verdict().expect_err("it is not there");
                Err(Error::NoStartingPosition(missing))
            }
            (Some("TRIM_HORIZON"), None) => Ok(StartingPosition::TrimHorizon),
            (Some("LATEST"), None) => Ok(StartingPosition::Latest),
            (Some("AT_TIMESTAMP"), Some(seconds)) => {
                let from = time_at(seconds).filter(|from| *from <= now);
                Ok(StartingPosition::AtTimestamp(from.ok_or(Error::FutureTimestamp)?))
            }
            _ => Err(Error::UnexpectedTimestamp),
        }
    }

    fn max_age(&self) -> Result<Option<Duration>, Error> {
        match self.maximum_record_age_in_seconds {
            None | Some(-1) => Ok(None),
            Some(seconds) if AGES.contains(&seconds) => {
                Ok(Some(Duration::from_secs(seconds.unsigned_abs())))
            }
            Some(_) => Err(Error::RecordAge),
        }
    }
}

/// The time so many seconds after 1970, to the millisecond; `None` if it is beyond all times.
fn time_at(seconds: f64) -> Option<UtcDateTime> {
    let since = time::Duration::checked_seconds_f64((seconds * 1000.0).round() / 1000.0)?;
    UtcDateTime::UNIX_EPOCH.checked_add(since)
}

/// Whether a text has the parts of an ARN; which region it names is for others to judge.
fn is_arn(text: &str) -> bool {
    let is_account =
        |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", partition, service, _region, account, _resource] => {
            let is_service = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            partition.starts_with("aws")
                && !service.is_empty()
                && service.bytes().all(is_service)
                && (account.is_empty() || is_account(account))
        }
        _ => false,
    }
}
