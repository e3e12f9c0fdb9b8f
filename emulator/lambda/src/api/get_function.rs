//! `GetFunction`: what is deployed under a name, and from which image.

use emulator_front::{Operation, WireError};
use serde::{Deserialize, Serialize};

use crate::function_configuration::FunctionConfiguration;
use crate::functions::{Functions, NoSuchFunction};
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
    const ROUTE: &'static str = "GET /2015-03-31/functions/{FunctionName}";
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = LookUpError;

    async fn call(functions: &Functions, input: Input) -> Result<Output, LookUpError> {
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        let configuration = functions.find(&target)?.configuration;
        let image = &configuration.image;
        let code = Code {
            repository_type: "ECR",
            image_uri: image.uri.clone(),
            resolved_image_uri: format!("{}@sha256:{}", repository(&image.uri), image.digest),
        };
        let configuration = configuration.shown(target.arn(&functions.home));
        Ok(Output { configuration, code })
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
