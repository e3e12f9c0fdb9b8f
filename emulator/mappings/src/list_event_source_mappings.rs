//! `ListEventSourceMappings`: mappings by id, of one stream or one function if asked, page by page.

use emulator_front::{Constraints, Invalid, Members, Operation, WireError, applied};
use emulator_lambda::{NameError, Target};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mapping::{Document, Stage};
use crate::mappings::Mappings;

/// Mappings on a page, however many are asked for. Source: `MaxItems` in the API reference.
const PAGE: i64 = 100;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html>
pub(crate) struct ListEventSourceMappings;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    event_source_arn: Option<String>,
    function_name: Option<String>,
    /// The id after which the page begins.
    marker: Option<String>,
    max_items: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    event_source_mappings: Vec<Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Name(#[from] NameError),
    /// AWS's wording is not recorded.
    #[error("Invalid Marker: {0}")]
    Marker(String),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Name(error) => error.shape(),
            Self::Marker(_) => (400, "InvalidParameterValueException"),
        }
    }
}

impl Operation for ListEventSourceMappings {
    const NAME: &'static str = "ListEventSourceMappings";
    const ROUTE: &'static str = "GET /2015-03-31/event-source-mappings";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["EventSourceArn", "FunctionName"],
            "mappings::list_event_source_mappings_finds_them_by_function_and_by_stream",
        ),
        applied(
            &["Marker", "MaxItems"],
            "emulator_mappings::tests::looking::a_list_goes_on_where_its_page_ended",
        ),
    ];
    type Service = Mappings;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(mappings: &Mappings, input: Input) -> Result<Output, Error> {
        let mut constraints = Constraints::default();
        constraints.range(input.max_items, "maxItems", 1, 10_000);
        constraints.verdict()?;
        let name = input.function_name.as_deref();
        let target = name.map(|name| Target::read(name, None, &mappings.home)).transpose()?;
        let after: Option<Uuid> = match input.marker {
            Some(marker) => Some(marker.parse().map_err(|_| Error::Marker(marker))?),
            None => None,
        };

        let mut rest = mappings.all().into_iter().filter(|mapping| {
            after.is_none_or(|after| mapping.id > after)
                && target.as_ref().is_none_or(|target| mapping.target == *target)
                && input.event_source_arn.as_ref().is_none_or(|arn| mapping.stream_arn == *arn)
        });
        let page = usize::try_from(input.max_items.unwrap_or(PAGE).min(PAGE)).unwrap_or_default();
        let listed: Vec<_> = rest.by_ref().take(page).collect();
        let last = listed.last().map(|mapping| mapping.id.to_string());
        Ok(Output {
            event_source_mappings: listed
                .iter()
                .map(|each| each.document(Stage::Created, &mappings.home))
                .collect(),
            next_marker: last.filter(|_| rest.next().is_some()),
        })
    }
}
