//! `UntagResource`: takes tags off a function.

use emulator_front::{Constraints, Members, Operation, applied, only};
use serde::Deserialize;

use super::taggable::{self, Error};
use crate::functions::Functions;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html>
pub(crate) struct UntagResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "Resource")]
    resource: String,
    /// Repeated in the query.
    tag_keys: Option<Vec<String>>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const MEMBERS: &'static [Members] = &[
        only(
            &["Resource"],
            &["the ARN of a function"],
            "emulator_lambda::tests::tagging::tags_are_written_and_taken_off",
        ),
        applied(&["TagKeys"], "emulator_lambda::tests::tagging::tags_are_written_and_taken_off"),
    ];
    const ROUTE: &'static str = "DELETE /2017-03-31/tags/{Resource}";
    const STATUS: u16 = 204;
    type Service = Functions;
    type Input = Input;
    type Output = ();
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        constraints.required(input.tag_keys.as_ref(), "tagKeys");
        let target = taggable::read(&input.resource, &functions.home, constraints)?;
        let keys = input.tag_keys.unwrap_or_default();
        taggable::change(functions, &target, |tags| Ok(tags.without(&keys))).await
    }
}
