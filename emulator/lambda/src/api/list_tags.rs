//! `ListTags`: the tags of a function.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Members, Operation, only};
use serde::{Deserialize, Serialize};

use super::taggable::{self, Error};
use crate::functions::Functions;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html>
pub(crate) struct ListTags;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    tags: BTreeMap<String, String>,
}

impl Operation for ListTags {
    const NAME: &'static str = "ListTags";
    const MEMBERS: &'static [Members] = &[only(
        &["Resource"],
        &["the ARN of a function"],
        "emulator_lambda::tests::tagging::tags_are_written_and_taken_off",
    )];
    const ROUTE: &'static str = "GET /2017-03-31/tags/{Resource}";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Output, Error> {
        let target = taggable::read(&input.resource, &functions.home, Constraints::default())?;
        Ok(Output { tags: functions.find(&target)?.function.tags.clone() })
    }
}
