//! `TagResource`: writes tags on a function.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Members, Operation, applied, only};
use serde::Deserialize;

use super::taggable::{self, Error};
use crate::functions::Functions;
use crate::tags::Tags;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html>
pub(crate) struct TagResource;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource: String,
    tags: Option<BTreeMap<String, String>>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const MEMBERS: &'static [Members] = &[
        only(
            &["Resource"],
            &["the ARN of a function"],
            "emulator_lambda::tests::tagging::tags_are_written_and_taken_off",
        ),
        applied(&["Tags"], "emulator_lambda::tests::tagging::tags_are_written_and_taken_off"),
    ];
    const ROUTE: &'static str = "POST /2017-03-31/tags/{Resource}";
    const STATUS: u16 = 204;
    type Service = Functions;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        constraints.required(input.tags.as_ref(), "tags");
        let target = taggable::read(&input.resource, &functions.home, constraints)?;
        let new = input.tags.unwrap_or_default();
        if new.is_empty() {
            return Err(Error::NoTags);
        }
        Tags::read(new.clone())?;
        taggable::change(functions, &target, |tags| tags.and(new)).await
    }
}
