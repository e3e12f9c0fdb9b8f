//! What stands behind a method: a Lambda function, named by an ARN within an ARN.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::verb::Verb;

/// How long API Gateway waits for a function, unless told otherwise. It is also the longest.
///
/// Source: the API Gateway quotas page, integration timeout of REST APIs.
pub(crate) const LONGEST: Duration = Duration::from_secs(29);

/// The shortest that it can be told to wait. Same source.
pub(crate) const SHORTEST: Duration = Duration::from_millis(50);

const BEFORE_FUNCTION: &str = "path/2015-03-31/functions/";
const AFTER_FUNCTION: &str = "/invocations";

/// An integration of the type `AWS_PROXY` with a Lambda function.
#[derive(Clone, Debug)]
pub(crate) struct Integration {
    /// How API Gateway calls Lambda. With anything but POST the integration can be put, but not called.
    pub(crate) verb: Verb,
    pub(crate) uri: Uri,
    /// A role to call with. With one, the function's resource policy is not asked.
    pub(crate) credentials: Option<String>,
    /// Of no effect on a proxy, on AWS too; told back.
    pub(crate) passthrough_behavior: String,
    pub(crate) timeout: Duration,
    /// By status code. Of no effect on a proxy, on AWS too; told back.
    pub(crate) responses: BTreeMap<String, IntegrationResponse>,
}

/// How an answer of the integration would become one of the method, were it not a proxy.
#[derive(Clone, Debug, Default)]
pub(crate) struct IntegrationResponse {
    pub(crate) selection_pattern: Option<String>,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) templates: BTreeMap<String, String>,
}

/// `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION/invocations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uri {
    text: String,
    /// The function's ARN within, which may hold stage variables.
    function: String,
}

/// Not the address of something that an `AWS_PROXY` integration can call. Texts recorded from API
/// Gateway.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidUri {
    #[error("Invalid ARN specified in the request")]
    NotAnArn,
    #[error("AWS ARN for integration must contain path or action")]
    NoPath,
    #[error(
        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream \
         invocations."
    )]
    OtherService,
}

impl Uri {
    pub(crate) fn read(text: &str) -> Result<Self, InvalidUri> {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let ["arn", _partition, "apigateway", _region, service, resource] = parts[..] else {
            return Err(InvalidUri::NotAnArn);
        };
        if !resource.starts_with("path/") && !resource.starts_with("action/") {
            return Err(InvalidUri::NoPath);
        }
        if service != "lambda" {
            return Err(InvalidUri::OtherService);
        }
        let function = resource
            .strip_prefix(BEFORE_FUNCTION)
            .and_then(|rest| rest.strip_suffix(AFTER_FUNCTION))
            .ok_or(InvalidUri::NotAnArn)?;
        Ok(Self { text: text.to_owned(), function: function.to_owned() })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The function's ARN, with each `${stageVariables.name}` replaced; one that is not set leaves
    /// nothing.
    pub(crate) fn function(&self, variables: &BTreeMap<String, String>) -> String {
        const OPENING: &str = "${stageVariables.";
        let mut function = String::new();
        let mut rest = &*self.function;
        while let Some((before, opened)) = rest.split_once(OPENING) {
            let Some((name, after)) = opened.split_once('}') else { break };
            function.push_str(before);
            function.push_str(variables.get(name).map_or("", String::as_str));
            rest = after;
        }
        function.push_str(rest);
        function
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:greeter";

    fn uri(function: &str) -> String {
        format!(
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
        )
    }

    #[test]
    fn a_uri_names_a_function_with_its_stage_variables_filled_in() {
        let variables =
            [("name", "greeter"), ("alias", "live")].map(|(name, it)| (name.into(), it.into()));
        let variables = BTreeMap::from(variables);
        for (function, expected) in [
            (FUNCTION.to_owned(), FUNCTION.to_owned()),
            (FUNCTION.replace("greeter", "${stageVariables.name}"), FUNCTION.to_owned()),
            (format!("{FUNCTION}:${{stageVariables.alias}}"), format!("{FUNCTION}:live")),
            (format!("{FUNCTION}${{stageVariables.none}}"), FUNCTION.to_owned()),
            (format!("{FUNCTION}${{stageVariables."), format!("{FUNCTION}${{stageVariables.")),
        ] {
            assert_eq!(Uri::read(&uri(&function)).unwrap().function(&variables), expected);
        }
    }

    #[test]
    fn a_uri_of_anything_else_is_refused_in_api_gateways_words() {
        for (uri, expected) in [
            ("", InvalidUri::NotAnArn),
            ("https://example.com", InvalidUri::NotAnArn),
            (FUNCTION, InvalidUri::NotAnArn),
            ("arn:aws:apigateway:us-east-1:lambda:path/greeter", InvalidUri::NotAnArn),
            ("arn:aws:apigateway:us-east-1:lambda:function/greeter", InvalidUri::NoPath),
            ("arn:aws:apigateway:us-east-1:dynamodb:action/Query", InvalidUri::OtherService),
        ] {
            assert_eq!(Uri::read(uri), Err(expected), "{uri}");
        }
    }
}
