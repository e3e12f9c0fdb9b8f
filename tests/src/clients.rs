//! How AWS's own clients are set up: told nothing but a URL, or to go to AWS itself.

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_types::SdkConfig;
use aws_types::sdk_config;

use crate::patience::PATIENCE;

/// Clients of whatever answers at `endpoint`. They do not try again: a test sees every answer.
pub fn at(endpoint: &str, region: &str) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "tests");
    let clients = for_anybody(credentials, region).endpoint_url(endpoint);
    clients.http_client(Builder::new().build_http()).retry_config(RetryConfig::disabled()).build()
}

/// Clients of AWS itself. They try again where AWS asks its clients to be slower.
pub fn at_aws(credentials: Credentials, region: &str) -> SdkConfig {
    let secure = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let clients = for_anybody(credentials, region).http_client(secure);
    clients.retry_config(RetryConfig::standard()).build()
}

fn for_anybody(credentials: Credentials, region: &str) -> sdk_config::Builder {
    let timeout = TimeoutConfig::builder().operation_timeout(PATIENCE).build();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .region(Region::new(region.to_owned()))
        .timeout_config(timeout)
}
