//! Triggers in front of functions: what a person would set up, one verb each.

use aws_sdk_lambda::types::{EventSourcePosition, FunctionResponseType};
use aws_sdk_s3::types::{Event, LambdaFunctionConfiguration, NotificationConfiguration};

use crate::{World, arn};

impl World {
    /// Creates a REST API that calls `function` for every path and method, on the stage `prod`; answers
    /// its id.
    pub async fn rest_api(&self, function: &str) -> String {
        let client = self.apigateway();
        let api = client.create_rest_api().name(function).send().await.expect("an API is created");
        let api = api.id().expect("an API has an id").to_owned();
        let resources =
            client.get_resources().rest_api_id(&api).send().await.expect("it has a root");
        let root = resources.items()[0].id().expect("a resource has an id");
        let proxy =
            client.create_resource().rest_api_id(&api).parent_id(root).path_part("{proxy+}");
        let proxy = proxy.send().await.expect("a resource is created");
        let proxy = proxy.id().expect("a resource has an id");

        let method = client.put_method().rest_api_id(&api).resource_id(proxy).http_method("ANY");
        method.authorization_type("NONE").send().await.expect("a method is put");
        let integration = client.put_integration().rest_api_id(&api).resource_id(proxy);
        let integration = integration.http_method("ANY").integration_http_method("POST");
        let integration = integration.r#type(aws_sdk_apigateway::types::IntegrationType::AwsProxy);
        integration.uri(integration_uri(function)).send().await.expect("an integration is put");
        let deployment = client.create_deployment().rest_api_id(&api).stage_name("prod");
        deployment.send().await.expect("an API is deployed");
        let source = format!("arn:aws:execute-api:us-east-1:000000000000:{api}/*");
        self.permit(function, "apigateway.amazonaws.com", &source).await;
        api
    }

    /// Creates a bucket that tells `function` of every object that is created in it.
    pub async fn bucket_for(&self, function: &str, bucket: &str) {
        self.s3().create_bucket().bucket(bucket).send().await.expect("a bucket is created");
        let source = format!("arn:aws:s3:::{bucket}");
        self.permit(function, "s3.amazonaws.com", &source).await;
        let put = self.s3().put_bucket_notification_configuration().bucket(bucket);
        let put = put.notification_configuration(created_objects_to(function));
        put.send().await.expect("a notification is configured");
    }

    /// Puts a small object into a bucket.
    pub async fn put_object(&self, bucket: &str, key: &str) {
        let put = self.s3().put_object().bucket(bucket).key(key);
        put.body(b"miaow".to_vec().into()).send().await.expect("an object is put");
    }

    /// Creates a stream of one shard.
    pub async fn stream(&self, stream: &str) {
        let create = self.kinesis().create_stream().stream_name(stream).shard_count(1);
        create.send().await.expect("a stream is created");
    }

    /// Maps a stream to `function`, from its beginning, with partial batch responses; answers the
    /// mapping's UUID.
    pub async fn map(&self, stream: &str, function: &str) -> String {
        let mapping = self.lambda().create_event_source_mapping().function_name(function);
        let mapping = mapping.event_source_arn(stream_arn(stream));
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

    async fn permit(&self, function: &str, principal: &str, source: &str) {
        let id = principal.split('.').next().unwrap_or_default();
        let permission = self.lambda().add_permission().function_name(function).statement_id(id);
        let permission = permission.action("lambda:InvokeFunction").principal(principal);
        permission.source_arn(source).send().await.expect("a permission is added");
    }
}

/// What a method is integrated with, to call a function.
pub fn integration_uri(function: &str) -> String {
    let arn = arn(function);
    format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations")
}

/// Tells a function of every object that is created.
pub fn created_objects_to(function: &str) -> NotificationConfiguration {
    let created = LambdaFunctionConfiguration::builder()
        .lambda_function_arn(arn(function))
        .events(Event::S3ObjectCreated)
        .build()
        .expect("a function and an event are all it needs");
    NotificationConfiguration::builder().lambda_function_configurations(created).build()
}

/// The ARN of a stream here.
pub fn stream_arn(stream: &str) -> String {
    format!("arn:aws:kinesis:us-east-1:000000000000:stream/{stream}")
}
