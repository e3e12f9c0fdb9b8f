//! `PutIntegration`: a Lambda function stands behind a method.

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Rule, Unapplied, WireError, applied,
    inert, only, refused,
};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::integration::{Integration, InvalidUri, LONGEST, SHORTEST, Uri};
use crate::not_found::NotFound;
use crate::verb::{InvalidVerb, Verb};

/// Source: `IntegrationType` in the API Gateway service model, 2015-07-09, in the order of AWS's error.
const TYPES: [&str; 5] = ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"];

const DEFAULT_PASSTHROUGH: &str = "WHEN_NO_MATCH";

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html>
pub(crate) struct PutIntegration;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rest_api_id: String,
    resource_id: String,
    /// The method that the integration stands behind.
    method: String,
    #[serde(rename = "type")]
    kind: String,
    /// How Lambda is called. The SDKs call it `integrationHttpMethod`.
    http_method: Option<String>,
    uri: Option<String>,
    credentials: Option<String>,
    connection_type: Option<String>,
    passthrough_behavior: Option<String>,
    timeout_in_millis: Option<i64>,
    response_transfer_mode: Option<String>,
    #[serde(default)]
    cache_key_parameters: Unapplied,
    #[serde(default)]
    cache_namespace: Unapplied,
    #[serde(default)]
    connection_id: Unapplied,
    #[serde(default)]
    content_handling: Unapplied,
    #[serde(default)]
    integration_target: Unapplied,
    #[serde(default)]
    request_parameters: Unapplied,
    #[serde(default)]
    request_templates: Unapplied,
    #[serde(default)]
    tls_config: Unapplied,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Uri(#[from] InvalidUri),
    #[error(transparent)]
    Verb(#[from] InvalidVerb),
    /// AWS's wording of this and the next as its users quote it; not recorded.
    #[error("Enumeration value for HttpMethod must be non-empty")]
    NoVerb,
    #[error(
        "Timeout should be between {} ms and {} ms", SHORTEST.as_millis(), LONGEST.as_millis()
    )]
    Timeout,
    /// AWS's wording is not recorded.
    #[error(
        "Invalid PassthroughBehavior `{0}`. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER"
    )]
    Passthrough(String),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound(error) => error.shape(),
            Self::Invalid(_) => (400, "ValidationException"),
            Self::NotEmulated(_)
            | Self::Uri(_)
            | Self::Verb(_)
            | Self::NoVerb
            | Self::Timeout
            | Self::Passthrough(_) => (400, "BadRequestException"),
        }
    }
}

impl Operation for PutIntegration {
    const NAME: &'static str = "PutIntegration";
    const ROUTE: &'static str =
        "PUT /restapis/{restApiId}/resources/{resourceId}/methods/{method}/integration";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["httpMethod", "resourceId", "restApiId", "uri"],
            "apigateway::put_integration_and_get_integration_and_put_integration_response",
        ),
        applied(
            &["integrationHttpMethod"],
            "emulator_apigateway::tests::calls::an_integration_that_calls_lambda_with_get_fails",
        ),
        applied(
            &["credentials"],
            "emulator_apigateway::tests::calls::an_integration_with_a_role_needs_no_permission",
        ),
        applied(
            &["timeoutInMillis"],
            "emulator_apigateway::tests::calls::a_function_that_takes_longer_than_its_integration_waits_answers_504",
        ),
        only(
            &["type"],
            &["AWS_PROXY"],
            "apigateway::put_integration_and_get_integration_and_put_integration_response",
        ),
        only(
            &["connectionType"],
            &["INTERNET"],
            "emulator_apigateway::tests::methods::an_integration_is_put_replaced_and_told",
        ),
        only(
            &["responseTransferMode"],
            &["BUFFERED"],
            "emulator_apigateway::tests::methods::an_integration_is_put_replaced_and_told",
        ),
        inert(&["passthroughBehavior"], "a proxy passes every body through, on AWS as well"),
        refused(&[
            "cacheKeyParameters",
            "cacheNamespace",
            "connectionId",
            "contentHandling",
            "integrationTarget",
            "requestParameters",
            "requestTemplates",
            "tlsConfig",
        ]),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::Integration;
    type Error = Error;

    async fn call(apis: &RestApis, input: Input) -> Result<document::Integration, Error> {
        input.refuse_what_is_not_emulated()?;
        let integration = input.integration()?;
        apis.edit(&input.rest_api_id, |api| {
            let resource = api.resource_mut(&input.resource_id)?;
            let document = document::Integration::new(&integration, &resource.id);
            resource.method_mut(&input.method)?.integration = Some(integration);
            Ok(document)
        })
    }
}

impl Input {
    fn refuse_what_is_not_emulated(&self) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        let is_type = TYPES.contains(&&*self.kind);
        constraints.check(is_type, "putIntegrationInput.type", &self.kind, Rule::OneOf(&TYPES));
        constraints.verdict()?;
        for (emulated, member, value) in [
            ("AWS_PROXY", "type", Some(&self.kind)),
            ("INTERNET", "connectionType", self.connection_type.as_ref()),
            ("BUFFERED", "responseTransferMode", self.response_transfer_mode.as_ref()),
        ] {
            NotEmulated::all_but(emulated, member, value.map(String::as_str))?;
        }
        NotEmulated::refuse([
            ("cacheKeyParameters", &self.cache_key_parameters),
            ("cacheNamespace", &self.cache_namespace),
            ("connectionId", &self.connection_id),
            ("contentHandling", &self.content_handling),
            ("integrationTarget", &self.integration_target),
            ("requestParameters", &self.request_parameters),
            ("requestTemplates", &self.request_templates),
            ("tlsConfig", &self.tls_config),
        ])?;
        Ok(())
    }

    fn integration(&self) -> Result<Integration, Error> {
        let verb = self.http_method.as_deref().filter(|verb| !verb.is_empty());
        Ok(Integration {
            verb: Verb::read(verb.ok_or(Error::NoVerb)?)?,
            uri: Uri::read(self.uri.as_deref().unwrap_or_default())?,
            credentials: self.credentials.clone(),
            passthrough_behavior: self.passthrough()?,
            timeout: self.timeout()?,
            responses: BTreeMap::new(),
        })
    }

    fn passthrough(&self) -> Result<String, Error> {
        match self.passthrough_behavior.as_deref().unwrap_or(DEFAULT_PASSTHROUGH) {
            known @ (DEFAULT_PASSTHROUGH | "WHEN_NO_TEMPLATES" | "NEVER") => Ok(known.to_owned()),
            unknown => Err(Error::Passthrough(unknown.to_owned())),
        }
    }

    fn timeout(&self) -> Result<Duration, Error> {
        let Some(asked) = self.timeout_in_millis else { return Ok(LONGEST) };
        let asked = u64::try_from(asked).map_err(|_| Error::Timeout)?;
        let asked = Duration::from_millis(asked);
        if (SHORTEST..=LONGEST).contains(&asked) { Ok(asked) } else { Err(Error::Timeout) }
    }
}
