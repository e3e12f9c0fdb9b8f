//! Triggers in front of functions: what a person would set up, one verb each. REST APIs have a module of
//! their own.

use aws_sdk_kinesis::client::Waiters;
use aws_sdk_lambda::types::{EventSourcePosition, FunctionResponseType};
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, Event, LambdaFunctionConfiguration,
    NotificationConfiguration,
};

use crate::Account;
use crate::patience::PATIENCE;

/// The region that S3 does not want to be told.
const NO_CONSTRAINT: &str = "us-east-1";

impl Account {
    /// Creates a bucket.
    pub async fn bucket(&self, bucket: &str) {
        let region = (self.region() != NO_CONSTRAINT).then(|| self.region());
        let place = region.map(|region| {
            let constraint = BucketLocationConstraint::from(region);
            CreateBucketConfiguration::builder().location_constraint(constraint).build()
        });
        let create = self.s3().create_bucket().bucket(bucket);
        let create = create.set_create_bucket_configuration(place);
        create.send().await.expect("a bucket is created");
    }

    /// Creates a bucket that tells `function` of every object that is created in it.
    pub async fn bucket_for(&self, function: &str, bucket: &str) {
        self.bucket(bucket).await;
        let source = format!("arn:aws:s3:::{bucket}");
        self.permit(function, "s3.amazonaws.com", &source).await;
        let put = self.s3().put_bucket_notification_configuration().bucket(bucket);
        let put = put.notification_configuration(self.created_objects_to(function));
        put.send().await.expect("a notification is configured");
    }

    /// Tells a function of every object that is created.
    pub fn created_objects_to(&self, function: &str) -> NotificationConfiguration {
        let created = LambdaFunctionConfiguration::builder()
            .lambda_function_arn(self.arn(function))
            .events(Event::S3ObjectCreated)
            .build()
            .expect("a function and an event are all it needs");
        NotificationConfiguration::builder().lambda_function_configurations(created).build()
    }

    /// Puts a small object into a bucket.
    pub async fn put_object(&self, bucket: &str, key: &str) {
        let put = self.s3().put_object().bucket(bucket).key(key);
        put.body(b"miaow".to_vec().into()).send().await.expect("an object is put");
    }

    /// Creates a stream of one shard.
    pub async fn stream(&self, stream: &str) {
        self.stream_of(stream, 1).await;
    }

    /// Creates a stream of so many shards, and waits until it takes records.
    pub async fn stream_of(&self, stream: &str, shards: i32) {
        let create = self.kinesis().create_stream().stream_name(stream).shard_count(shards);
        create.send().await.expect("a stream is created");
        let there = self.kinesis();
        let there = there.wait_until_stream_exists().stream_name(stream);
        there.wait(PATIENCE).await.expect("a stream becomes active");
    }

    /// Maps a stream to `function`, from its beginning, with partial batch responses; answers the
    /// mapping's UUID.
    pub async fn map(&self, stream: &str, function: &str) -> String {
        let mapping = self.lambda().create_event_source_mapping().function_name(function);
        let mapping = mapping.event_source_arn(self.stream_arn(stream));
        let mapping = mapping.starting_position(EventSourcePosition::TrimHorizon);
        let mapping =
            mapping.function_response_types(FunctionResponseType::ReportBatchItemFailures);
        let created = mapping.send().await.expect("a mapping is created");
        created.uuid().expect("a mapping has a UUID").to_owned()
    }

    /// Puts a record into a stream; answers its sequence number.
    pub async fn put_record(&self, stream: &str, data: &[u8]) -> String {
        let put = self.kinesis().put_record().stream_name(stream).partition_key("any");
        let put = put.data(aws_sdk_kinesis::primitives::Blob::new(data)).send().await;
        put.expect("a record is put").sequence_number().to_owned()
    }

    /// Lets a service call a function on behalf of `source`.
    pub(crate) async fn permit(&self, function: &str, principal: &str, source: &str) {
        let id = principal.split('.').next().unwrap_or_default();
        let permission = self.lambda().add_permission().function_name(function).statement_id(id);
        let permission = permission.action("lambda:InvokeFunction").principal(principal);
        permission.source_arn(source).send().await.expect("a permission is added");
    }
}
