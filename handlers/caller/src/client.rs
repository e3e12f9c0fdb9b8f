//! The client of a caller: one, for as long as its execution environment lives.
//!
//! What may have to differ is a variable: another endpoint (`AWS_ENDPOINT_URL_LAMBDA`, `AWS_ENDPOINT_URL`), other
//! CA roots (`AWS_CA_BUNDLE`), more patience with a throttled callee (`AWS_MAX_ATTEMPTS`) or a FIPS endpoint
//! (`AWS_USE_FIPS_ENDPOINT`) is a setting of the function, and no other code.

use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, io};

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::SharedHttpClient;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_types::service_config::ServiceConfigKey;
use http::Uri;
use lambda_runtime::Diagnostic;

/// How long a connection may take to be made, each time that it is tried. Ours: Lambda's endpoint is
/// milliseconds away, or, from a subnet without a way to it, not there at all. By the SDK's own 3.1 s most
/// callers would run out of time before they could tell.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A variable that does not say what it has to.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSetting {
    /// It should name Lambda's endpoint.
    #[error(
        "`{0}` is no endpoint (hint: AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL has to be like \
         `https://vpce-1.lambda.eu-west-1.vpce.amazonaws.com`)"
    )]
    Endpoint(String),
    /// It should name a file of CA roots.
    #[error("AWS_CA_BUNDLE is `{}`, which cannot be read: {source}", .file.display())]
    Roots {
        /// What it says.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl From<InvalidSetting> for Diagnostic {
    fn from(error: InvalidSetting) -> Self {
        Self { error_type: "InvalidSetting".into(), error_message: error.to_string() }
    }
}

/// Builds the client. Only what Lambda sets is looked at: the SDK's own search for a region and for
/// credentials would go on to files and to other services.
pub(crate) async fn from_environment() -> Result<Client, InvalidSetting> {
    let shared = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(EnvironmentVariableRegionProvider::new())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .load()
        .await;
    let config = aws_sdk_lambda::config::Builder::from(&shared).http_client(http_client(&shared)?);
    Ok(Client::from_conf(config.build()))
}

/// With TLS, unless the endpoint is spoken to without.
///
/// The cryptography is ring's. AWS-LC, the SDK's own choice, gathers entropy from the jitter of the processor at
/// first use: 10 to 50 ms of a whole one (aws/aws-lc-rs, pull request 922), of which a function of 128 MB has a
/// fourteenth. `AWS_LC_SYS_NO_JITTER_ENTROPY=1` leaves that out, but everybody who builds would have to set it.
fn http_client(shared: &SdkConfig) -> Result<SharedHttpClient, InvalidSetting> {
    let url = endpoint(shared);
    match url.as_deref().map_or(Some("https"), scheme) {
        Some("http") => Ok(Builder::new().build_http()),
        Some("https") => {
            let with_tls = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
            Ok(with_tls.tls_context(trusted()?).build_https())
        }
        _ => Err(InvalidSetting::Endpoint(url.unwrap_or_default())),
    }
}

/// Whom to trust: the CA roots in the file that `AWS_CA_BUNDLE` names, as other SDKs of AWS take it, or else all
/// that there are.
///
/// Most of what it costs to build a client is to read CA roots, so the image comes with a file of the five that
/// AWS's endpoints are signed by, beside that of all. They are read here and not by the first call: Lambda gives an
/// environment more of a processor while it starts than a small function has later.
fn trusted() -> Result<TlsContext, InvalidSetting> {
    let Some(file) = env::var_os("AWS_CA_BUNDLE").filter(|file| !file.is_empty()) else {
        return Ok(TlsContext::default());
    };
    let file = PathBuf::from(file);
    let roots = fs::read(&file).map_err(|source| InvalidSetting::Roots { file, source })?;
    let roots = TrustStore::empty().with_pem_certificate(roots);
    Ok(TlsContext::builder().with_trust_store(roots).build().expect("roots are all that is set"))
}

fn scheme(url: &str) -> Option<&'static str> {
    let url: Uri = url.parse().ok()?;
    ["http", "https"].into_iter().find(|scheme| url.scheme_str() == Some(scheme))
}

/// The endpoint that a variable names, asked for as the SDK does: Lambda's own comes before everybody's.
fn endpoint(shared: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id("Lambda");
    let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let own = shared.service_config()?.load_config(key.expect("it has all its parts"));
    own.or_else(|| shared.endpoint_url().map(str::to_owned))
}
