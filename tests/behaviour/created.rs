//! `Created`: what a test has made in its account, noted by watching its clients, so that all of it can be
//! removed, also when the test has failed.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_apigateway::operation::create_rest_api::CreateRestApiOutput;
use aws_sdk_cloudwatchlogs::operation::create_log_group::CreateLogGroupInput;
use aws_sdk_kinesis::operation::create_stream::CreateStreamInput;
use aws_sdk_lambda::config::interceptors::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_lambda::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::create_event_source_mapping::CreateEventSourceMappingOutput;
use aws_sdk_lambda::operation::create_function::CreateFunctionInput;
use aws_sdk_s3::operation::create_bucket::CreateBucketInput;
use tests::{Account, eventually};

/// What one test has created. A clone is the same list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Created(Arc<Mutex<Vec<Thing>>>);

/// By the name under which it is removed; in the order in which things can be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Mapping(String),
    RestApi(String),
    Bucket(String),
    Stream(String),
    Function(String),
    LogGroup(String),
}

impl Intercept for Created {
    fn name(&self) -> &'static str {
        "Created"
    }

    /// Noted before it is there: a test may end before it hears of it.
    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let input = context.input();
        if let Some(CreateFunctionInput { function_name: Some(name), logging_config, .. }) =
            input.downcast_ref()
        {
            let own_group = logging_config.as_ref().and_then(|config| config.log_group());
            let group = own_group.map_or_else(|| format!("/aws/lambda/{name}"), str::to_owned);
            self.note([Thing::Function(name.clone()), Thing::LogGroup(group)]);
        }
        if let Some(CreateBucketInput { bucket: Some(name), .. }) = input.downcast_ref() {
            self.note([Thing::Bucket(name.clone())]);
        }
        if let Some(CreateStreamInput { stream_name: Some(name), .. }) = input.downcast_ref() {
            self.note([Thing::Stream(name.clone())]);
        }
        if let Some(CreateLogGroupInput { log_group_name: Some(name), .. }) = input.downcast_ref() {
            self.note([Thing::LogGroup(name.clone())]);
        }
        Ok(())
    }

    /// What has no name before it is there.
    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(Ok(output)) = context.output_or_error() else { return Ok(()) };
        if let Some(CreateRestApiOutput { id: Some(id), .. }) = output.downcast_ref() {
            self.note([Thing::RestApi(id.clone())]);
        }
        if let Some(CreateEventSourceMappingOutput { uuid: Some(uuid), .. }) = output.downcast_ref()
        {
            self.note([Thing::Mapping(uuid.clone())]);
        }
        Ok(())
    }
}

impl Created {
    fn note<const N: usize>(&self, things: [Thing; N]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(things);
    }

    /// Removes everything, and answers what could not be.
    pub(crate) async fn remove_from(&self, account: &Account) -> Vec<String> {
        let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        things.sort();
        things.dedup();
        let mut left = Vec::new();
        for thing in things {
            if let Err(error) = thing.remove_from(account).await {
                left.push(format!("{thing:?}: {error}"));
            }
        }
        left
    }
}

impl Thing {
    async fn remove_from(&self, account: &Account) -> Result<(), String> {
        match self {
            Self::Mapping(uuid) => {
                let mapping = account.lambda().delete_event_source_mapping().uuid(uuid);
                gone(async || mapping.clone().send().await).await
            }
            Self::RestApi(id) => {
                let api = account.apigateway().delete_rest_api().rest_api_id(id);
                gone(async || api.clone().send().await).await
            }
            Self::Bucket(name) => {
                empty(account, name).await;
                let bucket = account.s3().delete_bucket().bucket(name);
                gone(async || bucket.clone().send().await).await
            }
            Self::Stream(name) => {
                let stream = account.kinesis().delete_stream().stream_name(name);
                gone(async || stream.clone().send().await).await
            }
            Self::Function(name) => {
                let function = account.lambda().delete_function().function_name(name);
                gone(async || function.clone().send().await).await
            }
            Self::LogGroup(name) => {
                let group = account.logs().delete_log_group().log_group_name(name);
                gone(async || group.clone().send().await).await
            }
        }
    }
}

/// Asks for something to be removed as long as it is still in use; it may also be gone already.
async fn gone<T, E>(ask: impl AsyncFn() -> Result<T, SdkError<E>>) -> Result<(), String>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    eventually("the end of what a test has created", async || match ask().await {
        Ok(_) => Some(Ok(())),
        Err(error) => match error.code() {
            Some("ResourceNotFoundException" | "NotFoundException" | "NoSuchBucket") => {
                Some(Ok(()))
            }
            // The emulator has no DeleteStream: its streams go with it.
            Some("NotImplementedException") => Some(Ok(())),
            Some("ResourceInUseException" | "ResourceConflictException") => None,
            code => {
                Some(Err(format!("{}: {}", code.unwrap_or("?"), error.message().unwrap_or("?"))))
            }
        },
    })
    .await
}

/// Takes the objects out of a bucket; whoever fails to is told when the bucket cannot be removed.
async fn empty(account: &Account, bucket: &str) {
    let mut pages = account.s3().list_objects_v2().bucket(bucket).into_paginator().send();
    while let Some(Ok(page)) = pages.next().await {
        for key in page.contents().iter().filter_map(|object| object.key()) {
            let _ = account.s3().delete_object().bucket(bucket).key(key).send().await;
        }
    }
}
