//! Creating functions, as a deployment does: one image, and HANDLER.

use std::collections::HashMap;
use std::future::IntoFuture;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::client::Waiters;
use aws_sdk_lambda::operation::create_function::builders::CreateFunctionFluentBuilder;
use aws_sdk_lambda::types::{Environment, FunctionCode, PackageType};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::Account;
use crate::patience::PATIENCE;

/// A function that is created when it is awaited, and can then be called.
#[must_use = "nothing is deployed before this is awaited"]
pub struct Deployment {
    lambda: Client,
    function: String,
    request: CreateFunctionFluentBuilder,
    image: String,
    variables: HashMap<String, String>,
}

impl Deployment {
    pub(crate) fn of(account: &Account, function: &str, image: &str) -> Self {
        let lambda = account.lambda();
        let request = lambda.create_function().function_name(function).role(account.role());
        Self {
            request: request.package_type(PackageType::Image),
            lambda,
            function: function.to_owned(),
            image: image.to_owned(),
            variables: HashMap::new(),
        }
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
        self.with(|request| request.memory_size(megabytes))
    }

    /// Sets the timeout, in seconds.
    pub fn timeout(self, seconds: i32) -> Self {
        self.with(|request| request.timeout(seconds))
    }

    /// Sets what has no verb here.
    pub fn with(
        self,
        set: impl FnOnce(CreateFunctionFluentBuilder) -> CreateFunctionFluentBuilder,
    ) -> Self {
        Self { request: set(self.request), ..self }
    }

    /// The request as it stands, for who wants to see its answer.
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
            let (lambda, function) = (self.lambda.clone(), self.function.clone());
            if let Err(error) = self.request().send().await {
                panic!("CreateFunction was refused: {error:?}");
            }
            let active = lambda.wait_until_function_active_v2().function_name(function);
            active.wait(PATIENCE).await.expect("a function becomes active");
        }
        .boxed()
    }
}
