//! `PutMethodResponse`: what a method is declared to answer with one status.
//!
//! The function behind a proxy sets status and headers itself, so this changes no answer, here or on
//! AWS: it is told back by `GetMethod`. It is here because many scripts call it.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Invalid, Members, Operation, Rule, WireError, applied};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::not_found::NotFound;
use crate::resource::MethodResponse;

/// Models that every API has. No others can be made here.
const MODELS: [&str; 2] = ["Empty", "Error"];

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethodResponse.html>
pub(crate) struct PutMethodResponse;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    http_method: String,
    status_code: String,
    response_parameters: Option<BTreeMap<String, bool>>,
    response_models: Option<BTreeMap<String, String>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// AWS's wording of these three as its users quote it; not recorded.
    #[error("Invalid mapping expression specified: {0}")]
    Parameter(String),
    #[error("Invalid model identifier specified: {0}")]
    Model(String),
    #[error("Response already exists for this resource")]
    Exists,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::NotFound(error) => error.shape(),
            Self::Parameter(_) | Self::Model(_) => (400, "BadRequestException"),
            Self::Exists => (409, "ConflictException"),
        }
    }
}

impl Operation for PutMethodResponse {
    const NAME: &'static str = "PutMethodResponse";
    const ROUTE: &'static str = "PUT /restapis/{restApiId}/resources/{resourceId}\
                                 /methods/{httpMethod}/responses/{statusCode}";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["httpMethod", "resourceId", "restApiId", "statusCode"],
            "apigateway::put_method_and_get_method_and_put_method_response",
        ),
        applied(
            &["responseModels", "responseParameters"],
            "emulator_apigateway::tests::methods::a_method_is_put_once_and_told_with_all_that_hangs_on_it",
        ),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::MethodResponse;
    type Error = Error;

    async fn call(apis: &RestApis, input: Input) -> Result<document::MethodResponse, Error> {
        check_status("putMethodResponseInput.statusCode", &input.status_code)?;
        let response = MethodResponse {
            parameters: input.response_parameters.unwrap_or_default(),
            models: input.response_models.unwrap_or_default(),
        };
        check(&response)?;
        apis.edit(&input.rest_api_id, |api| {
            let resource = api.resource_mut(&input.resource_id)?;
            let method = resource.method_mut(&input.http_method)?;
            if method.responses.contains_key(&input.status_code) {
                return Err(Error::Exists);
            }
            let document = document::MethodResponse::new(&input.status_code, &response);
            method.responses.insert(input.status_code, response);
            Ok(document)
        })
    }
}

fn check(response: &MethodResponse) -> Result<(), Error> {
    let is_header = |name: &&String| name.starts_with("method.response.header.");
    if let Some(odd) = response.parameters.keys().find(|name| !is_header(name)) {
        return Err(Error::Parameter(odd.clone()));
    }
    match response.models.values().find(|model| !MODELS.contains(&&***model)) {
        Some(unknown) => Err(Error::Model(unknown.clone())),
        None => Ok(()),
    }
}

/// Source of the pattern: `StatusCode` in the API Gateway service model, 2015-07-09.
pub(super) fn check_status(path: &str, status: &str) -> Result<(), Invalid> {
    let digits = status.as_bytes();
    let is_status = matches!(digits, [b'1'..=b'5', _, _]) && digits.iter().all(u8::is_ascii_digit);
    let mut constraints = Constraints::default();
    constraints.check(is_status, path, status, Rule::Pattern(r"[1-5]\d\d"));
    constraints.verdict()
}
