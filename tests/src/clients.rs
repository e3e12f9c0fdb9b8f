//! AWS's own clients, told nothing but a URL.

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use aws_types::SdkConfig;

use crate::patience::PATIENCE;

/// A client per service; each is made when a test asks for it.
pub(crate) struct Clients(SdkConfig);

impl Clients {
    /// Clients of whatever answers at `endpoint`. They do not try again: a test sees every answer.
    pub(crate) fn of(endpoint: &str) -> Self {
        let credentials = Credentials::new("test", "test", None, None, "tests");
        let timeout = TimeoutConfig::builder().operation_timeout(PATIENCE).build();
        Self(
            SdkConfig::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .credentials_provider(SharedCredentialsProvider::new(credentials))
                .region(Region::new("us-east-1"))
                .endpoint_url(endpoint)
                .http_client(Builder::new().build_http())
                .retry_config(RetryConfig::disabled())
                .timeout_config(timeout)
                .build(),
        )
    }

    pub(crate) fn apigateway(&self) -> aws_sdk_apigateway::Client {
        aws_sdk_apigateway::Client::new(&self.0)
    }

    pub(crate) fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        aws_sdk_cloudwatch::Client::new(&self.0)
    }

    pub(crate) fn kinesis(&self) -> aws_sdk_kinesis::Client {
        aws_sdk_kinesis::Client::new(&self.0)
    }

    pub(crate) fn lambda(&self) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.0)
    }

    pub(crate) fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        aws_sdk_cloudwatchlogs::Client::new(&self.0)
    }

    /// With the bucket in the path: its name in the host would have to be resolved.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.0).force_path_style(true).build();
        aws_sdk_s3::Client::from_conf(config)
    }

    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.0)
    }
}
