//! `GetFunction`: what is deployed under a name, and from which image.

use std::collections::BTreeMap;

use emulator_front::{Members, Operation, WireError, applied};
use serde::{Deserialize, Serialize};

use crate::api::function_configuration::FunctionConfiguration;
use crate::functions::{Found, Functions, NoSuchFunction};
use crate::name::{NameError, Target};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>
pub(crate) struct GetFunction;

/// What names one function; other operations read it too.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) function_name: String,
    pub(crate) qualifier: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    configuration: FunctionConfiguration,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<Concurrency>,
}

/// What is set apart for a function.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Concurrency {
    reserved_concurrent_executions: u32,
}

impl Concurrency {
    pub(crate) fn of(reserved: u32) -> Self {
        Self { reserved_concurrent_executions: reserved }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Code {
    repository_type: &'static str,
    image_uri: String,
    resolved_image_uri: String,
}

/// A function that cannot be named, or is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookUpError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
}

impl WireError for LookUpError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
        }
    }
}

impl Operation for GetFunction {
    const NAME: &'static str = "GetFunction";
    const MEMBERS: &'static [Members] = &[applied(
        &["FunctionName", "Qualifier"],
        "emulator_lambda::tests::looking_at_functions::a_function_is_found_by_every_form_of_its_name_and_by_its_version",
    )];
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = LookUpError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, LookUpError> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        let Found { function, configuration } = functions.find(&target)?;
        let image = &configuration.image;
        let code = Code {
            repository_type: "ECR",
            image_uri: image.uri.clone(),
            resolved_image_uri: format!("{}@sha256:{}", repository(&image.uri), image.digest),
        };
        let configuration = configuration.shown(target.arn(&functions.home));
        let unqualified = target.qualifier.is_none();
        Ok(Output {
            configuration,
            code,
            tags: Some(function.tags.clone()).filter(|tags| unqualified && !tags.is_empty()),
            concurrency: function.reserved.filter(|_| unqualified).map(Concurrency::of),
        })
    }
}

/// An image URI without its tag or digest. A port is not a tag: a slash comes after it.
fn repository(uri: &str) -> &str {
    let uri = uri.split('@').next().unwrap_or(uri);
    match uri.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => uri,
    }
}

#[cfg(test)]
mod tests {
    use super::repository;

    #[test]
    fn a_repository_has_neither_tag_nor_digest() {
        assert_eq!(repository("manifold:latest"), "manifold");
        assert_eq!(repository("localhost:5000/manifold"), "localhost:5000/manifold");
        assert_eq!(repository("localhost:5000/manifold:1@sha256:ab"), "localhost:5000/manifold");
    }
}
