//! The shapes in which more than one operation answers. Observed on AWS; times are epoch seconds.

#![expect(clippy::struct_field_names, reason = "the names are AWS's, and SDKs read by them")]

use std::collections::BTreeMap;

use serde::Serialize;
use time::UtcDateTime;

use crate::verb::Verb;
use crate::{deployment, integration, resource, rest_api};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestApi {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_date: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    binary_media_types: Vec<String>,
    api_key_source: &'static str,
    endpoint_configuration: EndpointConfiguration,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    disable_execute_api_endpoint: bool,
    root_resource_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndpointConfiguration {
    types: [String; 1],
    ip_address_type: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_part: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    resource_methods: BTreeMap<String, ResourceMethod>,
}

/// A method in the view of its resource: whole if that is asked for, else only there.
#[derive(Serialize)]
#[serde(untagged)]
enum ResourceMethod {
    Named {},
    Embedded(Box<Method>),
}

/// How much a view of a resource says about its methods.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Methods {
    Named,
    Embedded,
}

impl Methods {
    /// Reads the query parameter `embed`.
    pub(crate) fn asked(embed: &[String]) -> Self {
        if embed.iter().any(|each| each == "methods") { Self::Embedded } else { Self::Named }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Method {
    http_method: String,
    authorization_type: &'static str,
    api_key_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    method_responses: BTreeMap<String, MethodResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method_integration: Option<Integration>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodResponse {
    status_code: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    response_parameters: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    response_models: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Integration {
    #[serde(rename = "type")]
    kind: &'static str,
    http_method: String,
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials: Option<String>,
    passthrough_behavior: String,
    timeout_in_millis: u128,
    cache_namespace: String,
    cache_key_parameters: [String; 0],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    integration_responses: BTreeMap<String, IntegrationResponse>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntegrationResponse {
    status_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection_pattern: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    response_parameters: BTreeMap<String, String>,
    /// An empty template is null, as AWS tells it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    response_templates: BTreeMap<String, Option<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deployment {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_date: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stage {
    deployment_id: String,
    stage_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    cache_cluster_enabled: bool,
    cache_cluster_status: &'static str,
    method_settings: NoSettings,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<String, String>,
    tracing_enabled: bool,
    created_date: i64,
    last_updated_date: i64,
}

/// Settings of single methods cannot be changed here, and so there are none.
#[derive(Serialize)]
struct NoSettings {}

/// A list, which all but the SDKs call `item`.
#[derive(Serialize)]
pub(crate) struct Items<T> {
    pub(crate) item: Vec<T>,
    /// Where the next page begins, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<String>,
}

fn seconds(time: UtcDateTime) -> i64 {
    time.unix_timestamp()
}

impl From<&rest_api::RestApi> for RestApi {
    fn from(api: &rest_api::RestApi) -> Self {
        let about = &api.about;
        Self {
            id: api.id.clone(),
            name: about.name.clone(),
            description: about.description.clone(),
            created_date: seconds(api.created),
            version: about.version.clone(),
            binary_media_types: about.binary_media_types.clone(),
            api_key_source: "HEADER",
            endpoint_configuration: EndpointConfiguration {
                types: [about.endpoint.kind.clone()],
                ip_address_type: about.endpoint.ip_address_type.clone(),
            },
            tags: about.tags.clone(),
            disable_execute_api_endpoint: false,
            root_resource_id: api.root.clone(),
        }
    }
}

impl Resource {
    pub(crate) fn new(resource: &resource::Resource, methods: Methods) -> Self {
        let view = |(verb, method): (&Verb, _)| {
            let view = match methods {
                Methods::Named => ResourceMethod::Named {},
                Methods::Embedded => {
                    ResourceMethod::Embedded(Box::new(Method::new(*verb, method, &resource.id)))
                }
            };
            (verb.to_string(), view)
        };
        Self {
            id: resource.id.clone(),
            parent_id: resource.parent.as_ref().map(|parent| parent.id.clone()),
            path_part: resource.parent.as_ref().map(|parent| parent.part.clone()),
            path: resource.path.clone(),
            resource_methods: resource.methods.iter().map(view).collect(),
        }
    }
}

impl Method {
    pub(crate) fn new(verb: Verb, method: &resource::Method, resource_id: &str) -> Self {
        let integration = method.integration.as_ref();
        let responses = method.responses.iter();
        Self {
            http_method: verb.to_string(),
            authorization_type: "NONE",
            api_key_required: false,
            operation_name: method.operation_name.clone(),
            method_responses: responses
                .map(|(status, response)| (status.clone(), MethodResponse::new(status, response)))
                .collect(),
            method_integration: integration.map(|it| Integration::new(it, resource_id)),
        }
    }
}

impl MethodResponse {
    pub(crate) fn new(status: &str, response: &resource::MethodResponse) -> Self {
        Self {
            status_code: status.to_owned(),
            response_parameters: response.parameters.clone(),
            response_models: response.models.clone(),
        }
    }
}

impl Integration {
    pub(crate) fn new(integration: &integration::Integration, resource_id: &str) -> Self {
        let responses = integration.responses.iter();
        Self {
            kind: "AWS_PROXY",
            http_method: integration.verb.to_string(),
            uri: integration.uri.as_str().to_owned(),
            credentials: integration.credentials.clone(),
            passthrough_behavior: integration.passthrough_behavior.clone(),
            timeout_in_millis: integration.timeout.as_millis(),
            cache_namespace: resource_id.to_owned(),
            cache_key_parameters: [],
            integration_responses: responses
                .map(|(status, it)| (status.clone(), IntegrationResponse::new(status, it)))
                .collect(),
        }
    }
}

impl IntegrationResponse {
    pub(crate) fn new(status: &str, response: &integration::IntegrationResponse) -> Self {
        let templates = response.templates.iter();
        Self {
            status_code: status.to_owned(),
            selection_pattern: response.selection_pattern.clone(),
            response_parameters: response.parameters.clone(),
            response_templates: templates
                .map(|(media, it)| (media.clone(), Some(it.clone()).filter(|it| !it.is_empty())))
                .collect(),
        }
    }
}

impl From<&deployment::Deployment> for Deployment {
    fn from(deployment: &deployment::Deployment) -> Self {
        Self {
            id: deployment.id.clone(),
            description: deployment.description.clone(),
            created_date: seconds(deployment.created),
        }
    }
}

impl From<&deployment::Stage> for Stage {
    fn from(stage: &deployment::Stage) -> Self {
        Self {
            deployment_id: stage.deployment.id.clone(),
            stage_name: stage.name.clone(),
            description: stage.description.clone(),
            cache_cluster_enabled: false,
            cache_cluster_status: "NOT_AVAILABLE",
            method_settings: NoSettings {},
            variables: (*stage.variables).clone(),
            tracing_enabled: false,
            created_date: seconds(stage.created),
            last_updated_date: seconds(stage.updated),
        }
    }
}
