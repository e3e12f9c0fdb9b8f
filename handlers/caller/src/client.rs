//! The client of a caller: one, for as long as its execution environment lives.
//!
//! What may have to differ is a variable: another endpoint (`AWS_ENDPOINT_URL_LAMBDA`, `AWS_ENDPOINT_URL`),
//! more patience with a throttled callee (`AWS_MAX_ATTEMPTS`) or a FIPS endpoint (`AWS_USE_FIPS_ENDPOINT`) is a
//! setting of the function, and no other code.

use std::time::Duration;

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::SharedHttpClient;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_types::service_config::ServiceConfigKey;
use http::Uri;
use lambda_runtime::Diagnostic;

/// How long a connection may take to be made, each time that it is tried. Ours: Lambda's endpoint is
/// milliseconds away, or, from a subnet without a way to it, not there at all. By the SDK's own 3.1 s most
/// callers would run out of time before they could tell.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A variable that should name Lambda's endpoint, and does not.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no endpoint (hint: AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL has to be like `https://vpce-1.lambda.\
     eu-west-1.vpce.amazonaws.com`)"
)]
pub struct InvalidEndpoint(String);

impl From<InvalidEndpoint> for Diagnostic {
    fn from(error: InvalidEndpoint) -> Self {
        Self { error_type: "InvalidEndpoint".into(), error_message: error.to_string() }
    }
}

/// Builds the client. Only what Lambda sets is looked at: the SDK's own search for a region and for
/// credentials would go on to files and to other services.
pub(crate) async fn from_environment() -> Result<Client, InvalidEndpoint> {
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(EnvironmentVariableRegionProvider::new())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .load()
        .await;
    let config = aws_sdk_lambda::config::Builder::from(&shared).http_client(http_client(&shared)?);
    Ok(Client::from_conf(config.build()))
}

/// With TLS, unless the endpoint is spoken to without: to read the image's CA roots is most of what it costs
/// to build a client. They are read here and not by the first call, since Lambda gives an environment more of
/// a processor while it starts than a small function has later.
///
/// The cryptography is ring's. AWS-LC, the SDK's own choice, gathers entropy from the jitter of the processor at
/// first use: 10 to 50 ms of a whole one (aws/aws-lc-rs, pull request 922), of which a function of 128 MB has a
/// fourteenth. `AWS_LC_SYS_NO_JITTER_ENTROPY=1` leaves that out, but everybody who builds would have to set it.
fn http_client(shared: &SdkConfig) -> Result<SharedHttpClient, InvalidEndpoint> {
    let with_tls = || Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let Some(url) = endpoint(shared) else { return Ok(with_tls()) };
    match url.parse::<Uri>().ok().as_ref().and_then(Uri::scheme_str) {
        Some("https") => Ok(with_tls()),
        Some("http") => Ok(Builder::new().build_http()),
        _ => Err(InvalidEndpoint(url)),
    }
}

/// The endpoint that a variable names, asked for as the SDK does: Lambda's own comes before everybody's.
fn endpoint(shared: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id("Lambda");
    let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let own = shared.service_config()?.load_config(key.expect("it has all its parts"));
    own.or_else(|| shared.endpoint_url().map(str::to_owned))
}
