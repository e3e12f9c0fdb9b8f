//! `CreateEventSourceMapping`: a stream, a function, and how the one is carried into the other.

mod input;

use std::sync::Arc;

use emulator_front::{Invalid, Members, NotEmulated, Operation, WireError, applied, only, refused};
use emulator_lambda::{NameError, Target};

use crate::mapping::{Document, Stage};
use crate::mappings::{AlreadyMapped, Mappings};
use input::Input;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
pub(crate) struct CreateEventSourceMapping;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("Unrecognized event source.")]
    UnrecognizedSource,
    #[error("event sources of `{0}` are not emulated (hint: Kinesis streams are)")]
    SourceNotEmulated(String),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    /// Lambda checks this one behind its front door, in the same words but for the full stop.
    #[error("{0}.")]
    NoStartingPosition(Invalid),
    /// AWS's wording is not recorded.
    #[error(
        "StartingPositionTimestamp is expected when StartingPosition is AT_TIMESTAMP, and only then."
    )]
    UnexpectedTimestamp,
    /// AWS's wording is not recorded.
    #[error("StartingPositionTimestamp must not be in the future.")]
    FutureTimestamp,
    #[error(
        "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)"
    )]
    RecordAge,
    #[error("Function does not exist")]
    NoSuchFunction,
    #[error("Stream not found: {0}")]
    NoSuchStream(String),
    #[error(transparent)]
    AlreadyMapped(#[from] AlreadyMapped),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Name(error) => error.shape(),
            Self::UnrecognizedSource
            | Self::SourceNotEmulated(_)
            | Self::NotEmulated(_)
            | Self::NoStartingPosition(_)
            | Self::UnexpectedTimestamp
            | Self::FutureTimestamp
            | Self::RecordAge
            | Self::NoSuchFunction
            | Self::NoSuchStream(_) => (400, "InvalidParameterValueException"),
            Self::AlreadyMapped(_) => (409, "ResourceConflictException"),
        }
    }
}

impl Operation for CreateEventSourceMapping {
    const NAME: &'static str = "CreateEventSourceMapping";
    const ROUTE: &'static str = "POST /2015-03-31/event-source-mappings";
    const STATUS: u16 = 202;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["EventSourceArn", "FunctionName"],
            "mappings::create_event_source_mapping_wants_a_stream_and_a_function_that_are_there",
        ),
        applied(
            &["Enabled"],
            "emulator_mappings::tests::reading::a_mapping_that_is_not_enabled_reads_nothing",
        ),
        applied(
            &["BatchSize"],
            "emulator_mappings::tests::reading::a_batch_has_no_more_records_than_it_may",
        ),
        applied(
            &["MaximumBatchingWindowInSeconds"],
            "emulator_mappings::tests::reading::a_batch_grows_until_its_window_is_over_or_it_is_full",
        ),
        applied(
            &["StartingPosition", "StartingPositionTimestamp"],
            "emulator_mappings::tests::reading::reading_starts_where_the_mapping_says",
        ),
        applied(
            &["MaximumRecordAgeInSeconds"],
            "emulator_mappings::tests::reading::a_batch_is_tried_no_longer_than_its_records_may_age",
        ),
        applied(
            &["MaximumRetryAttempts"],
            "emulator_mappings::tests::reading::a_batch_is_given_up_after_its_retries_and_reading_goes_on",
        ),
        applied(
            &["BisectBatchOnFunctionError"],
            "emulator_mappings::tests::reading::a_failed_batch_is_halved_if_the_mapping_says_so",
        ),
        applied(
            &["FunctionResponseTypes"],
            "emulator_mappings::tests::reading::a_report_is_heeded_if_the_mapping_says_so_and_the_rest_is_tried_at_once",
        ),
        only(
            &["ParallelizationFactor"],
            &["1"],
            "emulator_mappings::tests::creating::a_setting_that_asks_for_nothing_is_accepted",
        ),
        only(
            &["TumblingWindowInSeconds"],
            &["0"],
            "emulator_mappings::tests::creating::a_setting_that_asks_for_nothing_is_accepted",
        ),
        refused(&[
            "AmazonManagedKafkaEventSourceConfig",
            "DestinationConfig",
            "DocumentDBEventSourceConfig",
            "FilterCriteria",
            "KMSKeyArn",
            "LoggingConfig",
            "MetricsConfig",
            "ProvisionedPollerConfig",
            "Queues",
            "ScalingConfig",
            "SelfManagedEventSource",
            "SelfManagedKafkaEventSourceConfig",
            "SourceAccessConfigurations",
            "Tags",
            "Topics",
        ]),
    ];
    type Service = Mappings;
    type Input = Input;
    type Output = Document;
    type Error = Error;

    async fn call(mappings: &Mappings, input: Input) -> Result<Document, Error> {
        input.check()?;
        let name = input.function_name.as_deref().unwrap_or_default();
        let target = Target::read(name, None, &mappings.home)?;
        let mapping = Arc::new(input.mapping(target, mappings.clock.now())?);

        mappings.functions.role(&mapping.target).ok_or(Error::NoSuchFunction)?;
        let found = mappings.streams.read(&mapping.stream_arn);
        let stream = found.map_err(|_| Error::NoSuchStream(mapping.stream_arn.clone()))?;

        let created = mapping.document(Stage::Creating, &mappings.home);
        mappings.add(&mapping, &stream)?;
        Ok(created)
    }
}
