//! `Account`: where tests work, whoever answers there. AWS's own clients for it; the verbs on it are in the
//! modules beside this one.

use aws_sdk_lambda::config::SharedInterceptor;
use aws_types::SdkConfig;

/// An AWS account in one region: an emulator's, or one at AWS.
pub struct Account {
    clients: SdkConfig,
    /// Twelve digits.
    number: String,
    role: String,
    images: Images,
    /// Sees whatever its clients ask for.
    watcher: Option<SharedInterceptor>,
}

/// What functions are made of, as image URIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// The image of this repository, with its handlers.
    pub handlers: String,
    /// The function that does what its event asks.
    pub probe: String,
}

impl Default for Images {
    /// As the emulators are told of them that tests start.
    fn default() -> Self {
        Self { handlers: "manifold:latest".to_owned(), probe: "probe:latest".to_owned() }
    }
}

/// A client of one service, set up as all of them are.
macro_rules! client {
    ($service:ident, $account:expr $(, $set:ident($value:expr))?) => {{
        let mut config = $service::config::Builder::from(&$account.clients)$(.$set($value))?;
        config.set_interceptors($account.watcher.clone());
        $service::Client::from_conf(config.build())
    }};
}

impl Account {
    /// The account of this number, to which `clients` lead. `role` is that of its functions; an emulator
    /// does not ask what it may do.
    pub fn new(clients: SdkConfig, number: &str, role: Option<&str>, images: Images) -> Self {
        let role = role.map_or_else(|| format!("arn:aws:iam::{number}:role/tests"), str::to_owned);
        Self { clients, number: number.to_owned(), role, images, watcher: None }
    }

    /// The account that `clients` find behind their endpoint, which says itself who it is.
    pub async fn found(clients: SdkConfig, role: Option<&str>, images: Images) -> Self {
        let identity = aws_sdk_sts::Client::new(&clients).get_caller_identity().send().await;
        let identity = identity.unwrap_or_else(|error| panic!("nobody says who we are: {error:?}"));
        let number = identity.account().expect("whoever calls is in an account");
        Self::new(clients, number, role, images)
    }

    /// The same account, where `watcher` sees whatever is asked for.
    #[must_use]
    pub fn watched_by(&self, watcher: SharedInterceptor) -> Self {
        let (clients, images) = (self.clients.clone(), self.images.clone());
        let same = Self::new(clients, &self.number, Some(&self.role), images);
        Self { watcher: Some(watcher), ..same }
    }

    /// Its number.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Its region.
    pub fn region(&self) -> &str {
        self.clients.region().expect("every client here has a region").as_ref()
    }

    /// The URL that its clients are told, unless it is at AWS.
    pub fn endpoint(&self) -> Option<&str> {
        self.clients.endpoint_url()
    }

    /// The role of its functions.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// The images that its functions are made of.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// The ARN of a function here.
    pub fn arn(&self, function: &str) -> String {
        self.arn_of("lambda", &format!("function:{function}"))
    }

    /// The ARN of a stream here.
    pub fn stream_arn(&self, stream: &str) -> String {
        self.arn_of("kinesis", &format!("stream/{stream}"))
    }

    /// The ARN of a log group here.
    pub fn group_arn(&self, group: &str) -> String {
        self.arn_of("logs", &format!("log-group:{group}"))
    }

    /// The ARN of something that a service has here.
    pub(crate) fn arn_of(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region(), self.number)
    }

    /// A client for API Gateway.
    pub fn apigateway(&self) -> aws_sdk_apigateway::Client {
        client!(aws_sdk_apigateway, self)
    }

    /// A client for CloudWatch metrics, which speaks CBOR.
    pub fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        client!(aws_sdk_cloudwatch, self)
    }

    /// A client for Kinesis.
    pub fn kinesis(&self) -> aws_sdk_kinesis::Client {
        client!(aws_sdk_kinesis, self)
    }

    /// A client for Lambda.
    pub fn lambda(&self) -> aws_sdk_lambda::Client {
        client!(aws_sdk_lambda, self)
    }

    /// A client for CloudWatch Logs.
    pub fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        client!(aws_sdk_cloudwatchlogs, self)
    }

    /// A client for S3, with the bucket in the path: its name in the host would have to be resolved.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        client!(aws_sdk_s3, self, force_path_style(true))
    }

    /// A client for STS.
    pub fn sts(&self) -> aws_sdk_sts::Client {
        client!(aws_sdk_sts, self)
    }
}
