//! A function made of the image, and what may call it.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::{Aws, AwsError};

/// The tag that `docker build` gives the image. Here it runs the binary that was just built.
const IMAGE: &str = "manifold:latest";

/// A function, as `CreateFunction` answers it.
#[derive(Deserialize)]
pub(crate) struct Function {
    #[serde(rename = "FunctionName")]
    pub(crate) name: String,
    #[serde(rename = "FunctionArn")]
    pub(crate) arn: String,
}

/// What the function of a handler is called.
pub(crate) fn name(handler: &str) -> String {
    format!("manifold-{handler}")
}

impl Function {
    /// `CreateFunction`: always the same image, with another HANDLER.
    pub(crate) async fn create(aws: &Aws, handler: &str) -> Result<Self, AwsError> {
        let input = json!({
            "FunctionName": name(handler),
            "PackageType": "Image",
            "Code": { "ImageUri": IMAGE },
            "Role": "arn:aws:iam::000000000000:role/manifold",
            "Environment": { "Variables": { "HANDLER": handler } },
        });
        aws.rest(Method::POST, "/2015-03-31/functions", input).await
    }

    /// `AddPermission`: lets a service call the function on behalf of `source`.
    pub(crate) async fn permit(
        &self,
        aws: &Aws,
        principal: &str,
        source: &str,
    ) -> Result<(), AwsError> {
        let path = format!("/2015-03-31/functions/{}/policy", self.name);
        let input = json!({
            "StatementId": "trigger",
            "Action": "lambda:InvokeFunction",
            "Principal": principal,
            "SourceArn": source,
        });
        aws.rest::<Value>(Method::POST, &path, input).await.map(drop)
    }

    pub(crate) fn log_group(&self) -> String {
        log_group(&self.name)
    }
}

/// Where the function of that name logs.
pub(crate) fn log_group(name: &str) -> String {
    format!("/aws/lambda/{name}")
}
