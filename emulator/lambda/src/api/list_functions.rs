//! `ListFunctions`: what is deployed, by name, page by page.

use emulator_front::{Constraints, Invalid, Operation, Rule, WireError};
use serde::{Deserialize, Serialize};

use crate::function_configuration::FunctionConfiguration;
use crate::functions::Functions;
use crate::name::{LATEST, Target};

/// Functions on a page, however many are asked for. Source: `MaxItems` in the API reference.
const PAGE: i64 = 50;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub(crate) struct ListFunctions;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Only `ALL`: each version too, of which there is `$LATEST`.
    function_version: Option<String>,
    /// The name after which the page begins.
    marker: Option<String>,
    max_items: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    functions: Vec<FunctionConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct Error(#[from] Invalid);

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        (400, "ValidationException")
    }
}

impl Operation for ListFunctions {
    const NAME: &'static str = "ListFunctions";
    const ROUTE: &'static str = "GET /2015-03-31/functions";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Output, Error> {
        let mut constraints = Constraints::default();
        constraints.range(input.max_items, "maxItems", 1, 10_000);
        if let Some(version) = input.function_version.as_deref() {
            constraints.check(version == "ALL", "functionVersion", version, Rule::OneOf(&["ALL"]));
        }
        constraints.verdict()?;

        let qualifier = input.function_version.map(|_| LATEST.to_owned());
        let page = usize::try_from(input.max_items.unwrap_or(PAGE).min(PAGE)).unwrap_or_default();
        let after = input.marker.unwrap_or_default();
        let mut rest = functions.all().into_iter().skip_while(|each| each.name.as_str() <= &*after);
        let mut listed = Vec::new();
        let mut last = None;
        for each in rest.by_ref().take(page) {
            let target = Target { function: each.name.clone(), qualifier: qualifier.clone() };
            last = Some(each.name.as_str().to_owned());
            listed.push(each.listed(target.arn(&functions.home)));
        }
        Ok(Output { functions: listed, next_marker: last.filter(|_| rest.next().is_some()) })
    }
}
