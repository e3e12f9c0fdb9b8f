//! `ListVersionsByFunction`: `$LATEST`, and all that has been published, page by page.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::{Deserialize, Serialize};

use crate::api::function_configuration::FunctionConfiguration;
use crate::api::paging::{ListError, Page};
use crate::functions::Functions;
use crate::name::{Grammar, Target};
use crate::version::Version;

/// Versions on a page, however many are asked for. Source: `MaxItems` in the API reference.
const PAGE: usize = 50;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html>
pub(crate) struct ListVersionsByFunction;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    marker: Option<String>,
    max_items: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    versions: Vec<FunctionConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListVersionsByFunction {
    const NAME: &'static str = "ListVersionsByFunction";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Marker", "MaxItems"],
        "emulator_lambda::tests::versions::versions_are_listed_from_latest_on_page_by_page",
    )];
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}/versions";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = ListError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, ListError> {
        let mut constraints = Constraints::default();
        let Input { function_name, marker, max_items } = input;
        let page = Page::read(marker, max_items, 10_000, PAGE, &mut constraints);
        let name = Some(function_name.as_str());
        let target = Grammar::ASKING.read(name, None, &functions.home, constraints)?.unqualified();
        let function = functions.find(&target)?.function;
        let shown = function.all_versions().map(|version| {
            let qualifier = Some(version.version.to_string());
            let target = Target { function: target.function.clone(), qualifier };
            (version.version, version.listed(target.arn(&functions.home)))
        });
        let (versions, next_marker) = page.of(shown, Version::read, Version::to_string)?;
        Ok(Output { versions, next_marker })
    }
}
