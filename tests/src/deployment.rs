//! Creating functions, as a deployment does: one image, and HANDLER.

use std::collections::HashMap;
use std::future::IntoFuture;

use aws_sdk_lambda::operation::create_function::builders::CreateFunctionFluentBuilder;
use aws_sdk_lambda::types::{Environment, FunctionCode, PackageType};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// A role for functions. Nothing here asks what it may do.
pub const ROLE: &str = "arn:aws:iam::000000000000:role/tests";

/// The image of the shipped handlers.
const IMAGE: &str = "manifold:latest";

/// The image of the probe.
pub const PROBE: &str = "probe:latest";

/// The ARN of a function here.
pub fn arn(function: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:{function}")
}

/// The handlers in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Greets over HTTP.
    ApiGateway,
    /// Greets by name.
    CustomEvent,
    /// Logs the text of every record.
    Kinesis,
    /// Logs every object.
    S3,
}

impl Handler {
    /// Every one, by name.
    pub const ALL: [Self; 4] = [Self::ApiGateway, Self::CustomEvent, Self::Kinesis, Self::S3];

    /// What HANDLER says for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiGateway => "api-gateway",
            Self::CustomEvent => "custom-event",
            Self::Kinesis => "kinesis",
            Self::S3 => "s3",
        }
    }
}

/// A function that is created when it is awaited.
#[must_use = "nothing is deployed before this is awaited"]
pub struct Deployment {
    request: CreateFunctionFluentBuilder,
    image: String,
    variables: HashMap<String, String>,
}

impl Deployment {
    pub(crate) fn of(lambda: &aws_sdk_lambda::Client, function: &str) -> Self {
        let request = lambda.create_function().function_name(function);
        let request = request.package_type(PackageType::Image).role(ROLE);
        Self { request, image: IMAGE.to_owned(), variables: HashMap::new() }
    }

    /// Runs another image.
    pub fn image(self, uri: &str) -> Self {
        Self { image: uri.to_owned(), ..self }
    }

    /// Sets an environment variable.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets memory, in MB.
    pub fn memory(self, megabytes: i32) -> Self {
        Self { request: self.request.memory_size(megabytes), ..self }
    }

    /// Sets the timeout, in seconds.
    pub fn timeout(self, seconds: i32) -> Self {
        Self { request: self.request.timeout(seconds), ..self }
    }

    /// The request as it stands, for what has no verb here.
    pub fn request(self) -> CreateFunctionFluentBuilder {
        let code = FunctionCode::builder().image_uri(self.image).build();
        let environment = Environment::builder().set_variables(Some(self.variables)).build();
        self.request.code(code).environment(environment)
    }
}

impl IntoFuture for Deployment {
    type Output = ();
    type IntoFuture = BoxFuture<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            if let Err(error) = self.request().send().await {
                panic!("CreateFunction was refused: {error:?}");
            }
        }
        .boxed()
    }
}
