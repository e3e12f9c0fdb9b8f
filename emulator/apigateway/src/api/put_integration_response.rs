//! `PutIntegrationResponse`: how an answer of the integration would become one of the method.
//!
//! A proxy passes its function's answer on as it is, so this changes no answer, here or on AWS: it is
//! told back by `GetIntegration`. It is here because many scripts call it.

use std::collections::BTreeMap;

use emulator_front::{
    Invalid, Members, NotEmulated, Operation, Unapplied, WireError, applied, inert, refused,
};
use serde::Deserialize;

use super::document;
use super::put_method_response::check_status;
use crate::RestApis;
use crate::integration::IntegrationResponse;
use crate::not_found::NotFound;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html>
pub(crate) struct PutIntegrationResponse;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    http_method: String,
    status_code: String,
    selection_pattern: Option<String>,
    response_parameters: Option<BTreeMap<String, String>>,
    response_templates: Option<BTreeMap<String, String>>,
    #[serde(default)]
    content_handling: Unapplied,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::NotFound(error) => error.shape(),
            Self::NotEmulated(_) => (400, "BadRequestException"),
        }
    }
}

impl Operation for PutIntegrationResponse {
    const NAME: &'static str = "PutIntegrationResponse";
    const ROUTE: &'static str = "PUT /restapis/{restApiId}/resources/{resourceId}\
                                 /methods/{httpMethod}/integration/responses/{statusCode}";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["httpMethod", "resourceId", "restApiId", "statusCode"],
            "apigateway::put_integration_and_get_integration_and_put_integration_response",
        ),
        inert(
            &["responseParameters", "responseTemplates", "selectionPattern"],
            "a proxy answers what its function answers, on AWS as well; told back",
        ),
        refused(&["contentHandling"]),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::IntegrationResponse;
    type Error = Error;

    async fn call(apis: &RestApis, input: Input) -> Result<document::IntegrationResponse, Error> {
        NotEmulated::refuse([("contentHandling", &input.content_handling)])?;
        check_status("putIntegrationResponseInput.statusCode", &input.status_code)?;
        let response = IntegrationResponse {
            selection_pattern: input.selection_pattern,
            parameters: input.response_parameters.unwrap_or_default(),
            templates: input.response_templates.unwrap_or_default(),
        };
        apis.edit(&input.rest_api_id, |api| {
            let resource = api.resource_mut(&input.resource_id)?;
            let method = resource.method_mut(&input.http_method)?;
            let integration = method.integration.as_mut().ok_or(NotFound::Integration)?;
            if !method.responses.contains_key(&input.status_code) {
                return Err(NotFound::Response.into());
            }
            let document = document::IntegrationResponse::new(&input.status_code, &response);
            integration.responses.insert(input.status_code, response);
            Ok(document)
        })
    }
}
