//! `ListAliases`: the names of a function's versions, page by page.

use emulator_front::{Constraints, Members, Operation, applied};
use serde::{Deserialize, Serialize};

use super::alias_configuration::{AliasConfiguration, constrain_version};
use crate::api::paging::{ListError, Page};
use crate::functions::Functions;
use crate::name::Grammar;
use crate::version::Version;

/// Aliases on a page unless fewer are asked for: as many as may be. Observed on Lambda, where 53 came
/// at once.
const PAGE: usize = 10_000;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html>
pub(crate) struct ListAliases;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    function_version: Option<String>,
    marker: Option<String>,
    max_items: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    aliases: Vec<AliasConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListAliases {
    const NAME: &'static str = "ListAliases";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "FunctionVersion", "Marker", "MaxItems"],
        "emulator_lambda::tests::aliases::aliases_are_listed_by_name_and_by_version",
    )];
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}/aliases";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = ListError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, ListError> {
        let Input { function_name, function_version, marker, max_items } = input;
        let mut constraints = Constraints::default();
        constrain_version(function_version.as_deref(), &mut constraints);
        let page = Page::read(marker, max_items, 10_000, PAGE, &mut constraints);
        let name = Some(function_name.as_str());
        let target = Grammar::CHANGING.read(name, None, &functions.home, constraints)?;
        let function = functions.find(&target.unqualified())?.function;
        let wanted = function_version.as_deref().and_then(Version::read);
        let aliases = function.aliases.iter();
        let aliases =
            aliases.filter(|(_, alias)| wanted.is_none_or(|wanted| alias.leads_to(wanted)));
        let shown = aliases.map(|(name, alias)| {
            (name.clone(), AliasConfiguration::of(functions, &target.function, name, alias))
        });
        let (aliases, next_marker) = page.of(shown, |name| Some(name.to_owned()), String::clone)?;
        Ok(Output { aliases, next_marker })
    }
}
