//! `ListFunctions`: what is deployed, by name, page by page.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Rule, Unapplied, WireError, applied,
    refused,
};
use serde::{Deserialize, Serialize};

use crate::api::function_configuration::FunctionConfiguration;
use crate::api::paging::{InvalidMarker, Page};
use crate::functions::Functions;
use crate::name::Target;
use crate::version::Version;

/// Functions on a page, however many are asked for. Source: `MaxItems` in the API reference.
const PAGE: usize = 50;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub(crate) struct ListFunctions;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Only `ALL`: each version too.
    function_version: Option<String>,
    /// The last function and version of the page before.
    marker: Option<String>,
    max_items: Option<i64>,
    /// Of Lambda@Edge.
    #[serde(default)]
    master_region: Unapplied,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    functions: Vec<FunctionConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Marker(#[from] InvalidMarker),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::NotEmulated(_) => (400, "InvalidParameterValueException"),
            Self::Marker(error) => error.shape(),
        }
    }
}

impl Operation for ListFunctions {
    const NAME: &'static str = "ListFunctions";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["Marker", "MaxItems"],
            "emulator_lambda::tests::looking_at_functions::a_long_list_comes_in_pages_of_at_most_fifty",
        ),
        applied(
            &["FunctionVersion"],
            "emulator_lambda::tests::versions::versions_are_listed_from_latest_on_page_by_page",
        ),
        refused(&["MasterRegion"]),
    ];
    const ROUTE: &'static str = "GET /2015-03-31/functions";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Output, Error> {
        let mut constraints = Constraints::default();
        let page = Page::read(input.marker, input.max_items, 10_000, PAGE, &mut constraints);
        if let Some(version) = input.function_version.as_deref() {
            constraints.check(version == "ALL", "functionVersion", version, Rule::OneOf(&["ALL"]));
        }
        constraints.verdict()?;
        NotEmulated::refuse([("MasterRegion", &input.master_region)])?;

        let every_version = input.function_version.is_some();
        let known = functions.all();
        let shown = known.iter().flat_map(|function| {
            let versions = function.all_versions().take(if every_version { usize::MAX } else { 1 });
            versions.map(|version| {
                let qualifier = every_version.then(|| version.version.to_string());
                let target = Target { function: version.name.clone(), qualifier };
                let key = (version.name.as_str().to_owned(), version.version);
                (key, version.listed(target.arn(&functions.home)))
            })
        });
        let read = |marker: &str| {
            let (name, version) = marker.split_once(':')?;
            Some((name.to_owned(), Version::read(version)?))
        };
        let (listed, next_marker) =
            page.of(shown, read, |(name, version)| format!("{name}:{version}"))?;
        Ok(Output { functions: listed, next_marker })
    }
}
