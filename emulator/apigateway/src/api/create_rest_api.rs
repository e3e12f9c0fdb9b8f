//! `CreateRestApi`: an API with nothing but its root.

use std::collections::BTreeMap;

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Rule, Unapplied, WireError, applied,
    inert, only, refused,
};
use serde::Deserialize;

use super::document;
use crate::RestApis;
use crate::rest_api::{About, Endpoint, RestApi};

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html>
pub(crate) struct CreateRestApi;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    description: Option<String>,
    version: Option<String>,
    binary_media_types: Option<Vec<String>>,
    endpoint_configuration: Option<EndpointConfiguration>,
    api_key_source: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    #[serde(default)]
    clone_from: Unapplied,
    #[serde(default)]
    disable_execute_api_endpoint: Unapplied,
    #[serde(default)]
    endpoint_access_mode: Unapplied,
    #[serde(default)]
    minimum_compression_size: Unapplied,
    #[serde(default)]
    policy: Unapplied,
    #[serde(default)]
    security_policy: Unapplied,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EndpointConfiguration {
    types: Option<Vec<String>>,
    ip_address_type: Option<String>,
    #[serde(default)]
    vpc_endpoint_ids: Unapplied,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    /// AWS's wording is not recorded.
    #[error("an API needs a name")]
    NoName,
    /// AWS's wording is not recorded.
    #[error("endpointConfiguration has {0} types; it must have one")]
    ManyTypes(usize),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::NotEmulated(_) | Self::NoName | Self::ManyTypes(_) => {
                (400, "BadRequestException")
            }
        }
    }
}

impl Operation for CreateRestApi {
    const NAME: &'static str = "CreateRestApi";
    const ROUTE: &'static str = "POST /restapis";
    const STATUS: u16 = 201;
    const MEMBERS: &'static [Members] = &[
        applied(
            &["name"],
            "apigateway::create_rest_api_and_get_rest_api_and_get_rest_apis_and_delete_rest_api",
        ),
        applied(
            &["description", "tags", "version"],
            "emulator_apigateway::tests::operations::an_api_is_created_told_and_deleted",
        ),
        applied(
            &["binaryMediaTypes"],
            "emulator_apigateway::tests::calls::bytes_go_through_where_the_binary_media_types_say_so",
        ),
        only(
            &["apiKeySource"],
            &["HEADER"],
            "emulator_apigateway::tests::operations::an_api_is_created_told_and_deleted",
        ),
        only(
            &["endpointConfiguration.types"],
            &["EDGE", "REGIONAL"],
            "emulator_apigateway::tests::operations::an_api_is_created_told_and_deleted",
        ),
        inert(&["endpointConfiguration.ipAddressType"], "every API is on this one port"),
        refused(&[
            "cloneFrom",
            "disableExecuteApiEndpoint",
            "endpointAccessMode",
            "endpointConfiguration.vpcEndpointIds",
            "minimumCompressionSize",
            "policy",
            "securityPolicy",
        ]),
    ];
    type Service = RestApis;
    type Input = Input;
    type Output = document::RestApi;
    type Error = Error;

    async fn call(apis: &RestApis, input: Input) -> Result<document::RestApi, Error> {
        input.refuse_what_is_not_emulated()?;
        if input.name.is_empty() {
            return Err(Error::NoName);
        }
        let about = About {
            endpoint: endpoint(input.endpoint_configuration)?,
            name: input.name,
            description: input.description,
            version: input.version,
            binary_media_types: input.binary_media_types.unwrap_or_default(),
            tags: input.tags.unwrap_or_default(),
        };
        let api = RestApi::new(about, apis.now());
        let document = document::RestApi::from(&api);
        apis.add(api);
        Ok(document)
    }
}

impl Input {
    fn refuse_what_is_not_emulated(&self) -> Result<(), NotEmulated> {
        NotEmulated::all_but("HEADER", "apiKeySource", self.api_key_source.as_deref())?;
        NotEmulated::refuse([
            ("cloneFrom", &self.clone_from),
            ("disableExecuteApiEndpoint", &self.disable_execute_api_endpoint),
            ("endpointAccessMode", &self.endpoint_access_mode),
            ("minimumCompressionSize", &self.minimum_compression_size),
            ("policy", &self.policy),
            ("securityPolicy", &self.security_policy),
        ])?;
        let Some(endpoint) = &self.endpoint_configuration else { return Ok(()) };
        NotEmulated::refuse([("endpointConfiguration.vpcEndpointIds", &endpoint.vpc_endpoint_ids)])
    }
}

/// What kind of endpoint AWS would make, edge-optimized unless told otherwise.
fn endpoint(given: Option<EndpointConfiguration>) -> Result<Endpoint, Error> {
    let given = given.unwrap_or_default();
    let mut types = given.types.unwrap_or_default();
    if types.len() > 1 {
        return Err(Error::ManyTypes(types.len()));
    }
    if let Some(kind) = types.first() {
        tracing::info!(
            kind,
            "a type of endpoint has no meaning here: every API is on this one port"
        );
    }
    let kind = types.pop().unwrap_or_else(|| "EDGE".to_owned());
    let ip_address_type = given.ip_address_type.unwrap_or_else(|| "ipv4".to_owned());
    let mut constraints = Constraints::default();
    let kinds = ["REGIONAL", "EDGE", "PRIVATE"];
    let path = "createRestApiInput.endpointConfiguration.types";
    constraints.check(kinds.contains(&&*kind), path, &kind, Rule::OneOf(&kinds));
    let versions = ["ipv4", "dualstack"];
    let path = "createRestApiInput.endpointConfiguration.ipAddressType";
    let is_version = versions.contains(&&*ip_address_type);
    constraints.check(is_version, path, &ip_address_type, Rule::OneOf(&versions));
    constraints.verdict()?;
    if kind == "PRIVATE" {
        return Err(NotEmulated::Value {
            member: "endpointConfiguration.types".into(),
            value: kind,
            emulated: "REGIONAL",
        }
        .into());
    }
    Ok(Endpoint { kind, ip_address_type })
}
