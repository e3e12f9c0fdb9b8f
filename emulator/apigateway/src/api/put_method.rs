//! `PutMethod`: a resource answers an HTTP method, to anybody.

use emulator_front::{
    Members, NotEmulated, Operation, Unapplied, WireError, applied, only, refused,
};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::not_found::NotFound;
use crate::resource::Method;
use crate::verb::{InvalidVerb, Verb};

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html>
pub(crate) struct PutMethod;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    http_method: String,
    authorization_type: String,
    operation_name: Option<String>,
    #[serde(default)]
    api_key_required: Unapplied,
    #[serde(default)]
    authorization_scopes: Unapplied,
    #[serde(default)]
    authorizer_id: Unapplied,
    #[serde(default)]
    request_models: Unapplied,
    #[serde(default)]
    request_parameters: Unapplied,
    #[serde(default)]
    request_validator_id: Unapplied,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    Verb(#[from] InvalidVerb),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    /// AWS's wording as its users quote it; not recorded.
    #[error("Method already exists for this resource")]
    Exists,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound(error) => error.shape(),
            Self::NotEmulated(_) | Self::Verb(_) => (400, "BadRequestException"),
            Self::Exists => (409, "ConflictException"),
        }
    }
}

impl Operation for PutMethod {
    const NAME: &'static str = "PutMethod";
    const ROUTE: &'static str =
        "PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["httpMethod", "resourceId", "restApiId"],
            "apigateway::put_method_and_get_method_and_put_method_response",
        ),
        applied(
            &["operationName"],
            "emulator_apigateway::tests::methods::a_method_is_put_once_and_told_with_all_that_hangs_on_it",
        ),
        only(
            &["authorizationType"],
            &["NONE"],
            "apigateway::put_method_and_get_method_and_put_method_response",
        ),
        only(
            &["apiKeyRequired"],
            &["false"],
            "emulator_apigateway::tests::methods::a_method_is_put_once_and_told_with_all_that_hangs_on_it",
        ),
        refused(&[
            "authorizationScopes",
            "authorizerId",
            "requestModels",
            "requestParameters",
            "requestValidatorId",
        ]),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Method;
    type Error = Error;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Method, Error> {
        input.refuse_what_is_not_emulated()?;
        apis.edit(&input.rest_api_id, |api| {
            let resource = api.resource_mut(&input.resource_id)?;
            let verb = Verb::read(&input.http_method)?;
            if resource.methods.contains_key(&verb) {
                return Err(Error::Exists);
            }
            let method = Method { operation_name: input.operation_name, ..Method::default() };
            let document = document::Method::new(verb, &method, &resource.id);
            resource.methods.insert(verb, method);
            Ok(document)
        })
    }
}

impl Input {
    fn refuse_what_is_not_emulated(&self) -> Result<(), NotEmulated> {
        let authorization = Some(&*self.authorization_type);
        NotEmulated::all_but("NONE", "authorizationType", authorization)?;
        NotEmulated::refuse([
            ("apiKeyRequired", &self.api_key_required),
            ("authorizationScopes", &self.authorization_scopes),
            ("authorizerId", &self.authorizer_id),
            ("requestModels", &self.request_models),
            ("requestParameters", &self.request_parameters),
            ("requestValidatorId", &self.request_validator_id),
        ])
    }
}
