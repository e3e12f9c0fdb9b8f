//! From a request to the event that a function gets: a Lambda proxy event, payload format 1.0.
//!
//! Rules observed on AWS, unless marked as ours. The names of headers are lost on the way here, because
//! the HTTP library knows them in lower case only: functions get `User-Agent` where the client may have
//! written `user-agent`, word by word with a capital.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use serde::Serialize;
use time::UtcDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::media_types::MediaTypes;

/// Headers of the connection, not of the request. `Transfer-Encoding` is among them because the body
/// has been put together.
const DROPPED: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

/// As web servers' logs have it.
const CLF: &[BorrowedFormatItem<'_>] =
    format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");

type Values = BTreeMap<String, Vec<String>>;

/// What the function receives.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    resource: &'a str,
    path: String,
    http_method: &'a str,
    headers: BTreeMap<String, String>,
    multi_value_headers: Values,
    query_string_parameters: Option<BTreeMap<String, String>>,
    multi_value_query_string_parameters: Option<Values>,
    path_parameters: Option<&'a BTreeMap<String, String>>,
    stage_variables: Option<&'a BTreeMap<String, String>>,
    request_context: RequestContext<'a>,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    resource_id: &'a str,
    resource_path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<&'a str>,
    http_method: &'a str,
    extended_request_id: &'a str,
    request_time: String,
    path: String,
    account_id: &'a str,
    protocol: String,
    stage: &'a str,
    domain_prefix: &'a str,
    request_time_epoch: i128,
    request_id: &'a str,
    identity: Identity,
    domain_name: String,
    deployment_id: &'a str,
    api_id: &'a str,
}

/// Who calls. Nobody in particular: there is no authorization.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    cognito_identity_pool_id: Option<String>,
    account_id: Option<String>,
    cognito_identity_id: Option<String>,
    caller: Option<String>,
    source_ip: String,
    principal_org_id: Option<String>,
    access_key: Option<String>,
    cognito_authentication_type: Option<String>,
    cognito_authentication_provider: Option<String>,
    user_arn: Option<String>,
    user_agent: Option<String>,
    user: Option<String>,
}

/// What a call is besides its request: where it arrived, and when.
pub(crate) struct Arrival<'a> {
    pub(crate) api: &'a str,
    pub(crate) stage: &'a str,
    pub(crate) deployment: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource_id: &'a str,
    /// Such as `/pets/{id}`.
    pub(crate) resource_path: &'a str,
    pub(crate) operation_name: Option<&'a str>,
    /// Behind the stage, as it stood in the address.
    pub(crate) path: &'a str,
    pub(crate) path_parameters: &'a BTreeMap<String, String>,
    pub(crate) stage_variables: &'a BTreeMap<String, String>,
    pub(crate) binary_media_types: &'a MediaTypes,
    /// With its port, as the client asked for it.
    pub(crate) host: &'a str,
    /// The client's address.
    pub(crate) source_ip: String,
    pub(crate) request_id: &'a str,
    pub(crate) extended_request_id: &'a str,
    /// `X-Amzn-Trace-Id`.
    pub(crate) trace: &'a str,
    pub(crate) time: UtcDateTime,
}

impl<'a> Event<'a> {
    pub(crate) fn new(head: &'a Parts, body: &Bytes, arrival: &Arrival<'a>) -> Self {
        let multi_value_headers = headers(&head.headers, arrival);
        let query = query(head.uri.query().unwrap_or_default());
        let content_type = text(&head.headers, CONTENT_TYPE.as_str());
        let is_binary = arrival.binary_media_types.contain_first_of(content_type.as_deref());
        let (body, is_base64_encoded) = written(body, is_binary);
        Self {
            resource: arrival.resource_path,
            path: format!("/{}", arrival.path.trim_start_matches('/')),
            http_method: head.method.as_str(),
            headers: last_of_each(&multi_value_headers),
            multi_value_headers,
            query_string_parameters: Some(last_of_each(&query)).filter(|it| !it.is_empty()),
            multi_value_query_string_parameters: Some(query).filter(|it| !it.is_empty()),
            path_parameters: Some(arrival.path_parameters).filter(|it| !it.is_empty()),
            stage_variables: Some(arrival.stage_variables).filter(|it| !it.is_empty()),
            request_context: RequestContext::new(head, arrival),
            body,
            is_base64_encoded,
        }
    }
}

impl<'a> RequestContext<'a> {
    fn new(head: &'a Parts, arrival: &Arrival<'a>) -> Self {
        Self {
            resource_id: arrival.resource_id,
            resource_path: arrival.resource_path,
            operation_name: arrival.operation_name,
            http_method: head.method.as_str(),
            extended_request_id: arrival.extended_request_id,
            request_time: arrival.time.format(CLF).expect("every part of the format is known"),
            path: format!("/{}{}", arrival.stage, arrival.path),
            account_id: arrival.account,
            protocol: format!("{:?}", head.version),
            stage: arrival.stage,
            domain_prefix: arrival.api,
            request_time_epoch: arrival.time.unix_timestamp_nanos() / 1_000_000,
            request_id: arrival.request_id,
            identity: Identity {
                source_ip: arrival.source_ip.clone(),
                user_agent: text(&head.headers, USER_AGENT.as_str()),
                ..Identity::default()
            },
            domain_name: arrival.host.to_owned(),
            deployment_id: arrival.deployment,
            api_id: arrival.api,
        }
    }
}

/// The request's headers, with those that say how it came here.
fn headers(given: &HeaderMap, arrival: &Arrival<'_>) -> Values {
    let mut headers = Values::new();
    for (name, value) in given {
        if !DROPPED.contains(&name.as_str()) {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.entry(capitalized(name.as_str())).or_default().push(value);
        }
    }
    let (_, port) = arrival.host.rsplit_once(':').unwrap_or(("", "80"));
    let forwarded = match text(given, "x-forwarded-for") {
        Some(before) => format!("{before}, {}", arrival.source_ip),
        None => arrival.source_ip.clone(),
    };
    for (name, value) in [
        ("X-Amzn-Trace-Id", arrival.trace),
        ("X-Forwarded-For", &forwarded),
        ("X-Forwarded-Port", port),
        ("X-Forwarded-Proto", "http"),
    ] {
        headers.insert(name.to_owned(), vec![value.to_owned()]);
    }
    headers
}

/// `x-amzn-trace-id` as `X-Amzn-Trace-Id`.
fn capitalized(name: &str) -> String {
    let mut begins = true;
    let capital = |character: char| {
        let written = if begins { character.to_ascii_uppercase() } else { character };
        begins = character == '-';
        written
    };
    name.chars().map(capital).collect()
}

fn query(query: &str) -> Values {
    let mut parameters = Values::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        parameters.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    parameters
}

fn last_of_each(values: &Values) -> BTreeMap<String, String> {
    let last = |(name, values): (&String, &Vec<String>)| {
        values.last().map(|value| (name.clone(), value.clone()))
    };
    values.iter().filter_map(last).collect()
}

/// The body as text, and whether that is base64.
fn written(body: &Bytes, is_binary: bool) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    match std::str::from_utf8(body) {
        Ok(text) if !is_binary => (Some(text.to_owned()), false),
        _ => (Some(BASE64_STANDARD.encode(body)), true),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests;
