//! The main job in the words of the AWS CLI, versions 1 and 2: a function per HANDLER, each invoked and
//! fired by its trigger, and what was logged.

use std::path::PathBuf;

use libtest_mimic::Trial;
use serde_json::Value;
use tests::command::{output, probed};
use tests::requirement::{Required, Tool};
use tests::{Handler, World};

use crate::command::{block_on, clean};

/// A version of the CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    Two,
}

/// The CLI of one version.
pub(crate) struct Cli {
    pub(crate) version: Version,
    pub(crate) path: PathBuf,
}

impl Cli {
    /// Looks where a variable says, then in every folder of PATH, then where Debian puts it.
    pub(crate) fn find(version: Version) -> Result<Self, String> {
        let (variable, start) = match version {
            Version::One => ("MANIFOLD_AWS_V1", "aws-cli/1."),
            Version::Two => ("MANIFOLD_AWS_V2", "aws-cli/2."),
        };
        if probed("curl", &["--version"]).is_none() {
            return Err("there is no `curl`".to_owned());
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).map(|folder| folder.join("aws"));
        let named = std::env::var_os(variable).map(PathBuf::from);
        named
            .into_iter()
            .chain(folders)
            .chain([PathBuf::from("/usr/bin/aws")])
            .find(|path| probed(path, &["--version"]).is_some_and(|text| text.starts_with(start)))
            .map(|path| Self { version, path })
            .ok_or_else(|| format!("there is no `{start}x` (hint: {variable} says where)"))
    }
}

pub(crate) fn trials(required: &Required) -> [Trial; 2] {
    let trial = |name, version| {
        required.trial(name, Tool::AwsCli, Cli::find(version), |cli| block_on(main_job(cli)))
    };
    [
        trial("the_main_job_is_done_with_version_1_of_the_aws_cli", Version::One),
        trial("the_main_job_is_done_with_version_2_of_the_aws_cli", Version::Two),
    ]
}

/// A terminal in which the CLI speaks to one world.
struct Terminal {
    cli: Cli,
    world: World,
}

async fn main_job(cli: Cli) {
    let terminal = Terminal { cli, world: World::start().await };
    for handler in Handler::ALL {
        terminal.create(handler.name()).await;
    }
    terminal.invoke_each().await;
    terminal.call_a_rest_api().await;
    terminal.upload_an_object().await;
    terminal.put_a_record().await;
    terminal.world.settle().await;
    assert!(terminal.log_of("s3").await.contains("S3 trigger Lambda"));
    assert!(terminal.log_of("kinesis").await.contains("Data = test"));
    terminal.world.close().await;
}

impl Terminal {
    /// Runs `aws` with arguments that hold no blanks.
    async fn aws(&self, arguments: &str) -> String {
        let mut command = clean(&self.cli.path, self.world.folder());
        command.args(["--endpoint-url", self.world.endpoint()]).args(arguments.split_whitespace());
        command.current_dir(self.world.folder());
        output(command).await
    }

    /// Runs `aws` for the one value that `query` picks out of its answer.
    async fn ask(&self, arguments: &str, query: &str) -> String {
        let text = self.aws(&format!("{arguments} --query {query} --output text")).await;
        text.trim_end().to_owned()
    }

    async fn create(&self, handler: &str) {
        let created = self
            .ask(
                &format!(
                    "lambda create-function --function-name {handler} --package-type Image \
                     --code ImageUri=manifold:latest --role {} --timeout 10 \
                     --environment Variables={{HANDLER={handler}}}",
                    self.world.role(),
                ),
                "FunctionArn",
            )
            .await;
        assert_eq!(created, self.world.arn(handler));
    }

    async fn invoke_each(&self) {
        let events = tests::command::root().join("deploy/events");
        for (handler, answer) in [
            ("api-gateway", "hello lambda"),
            ("custom-event", "\"Hello lambda!\""),
            ("kinesis", "{\"batchItemFailures\":[]}"),
            ("s3", "{\"processed\":1}"),
        ] {
            let event = events.join(handler).with_extension("json");
            // As it is: `file://` would be base64 to version 2.
            let payload = format!("fileb://{}", event.display());
            let arguments = format!(
                "lambda invoke --function-name {handler} --payload {payload} --log-type Tail answer.json"
            );
            assert_eq!(self.ask(&arguments, "[StatusCode,FunctionError]").await, "200\tNone");
            let answered =
                std::fs::read_to_string(self.world.folder().join("answer.json")).unwrap();
            assert!(answered.contains(answer), "{handler} answered {answered}");
        }
        let raw = match self.cli.version {
            Version::One => "",
            Version::Two => "--cli-binary-format raw-in-base64-out",
        };
        let event = r#"{"name":"version"}"#;
        let arguments = format!(
            "lambda invoke --function-name custom-event {raw} --payload {event} answer.json"
        );
        self.aws(&arguments).await;
        let answered = std::fs::read_to_string(self.world.folder().join("answer.json")).unwrap();
        assert_eq!(answered, "\"Hello version!\"");
    }

    async fn call_a_rest_api(&self) {
        let api = self.ask("apigateway create-rest-api --name greeter", "id").await;
        let on = format!("--rest-api-id {api}");
        let root = self.ask(&format!("apigateway get-resources {on}"), "items[0].id").await;
        let create =
            format!("apigateway create-resource {on} --parent-id {root} --path-part hello");
        let method =
            format!("{on} --resource-id {} --http-method GET", self.ask(&create, "id").await);
        self.aws(&format!("apigateway put-method {method} --authorization-type NONE")).await;
        let uri = self.world.integration_uri("api-gateway");
        self.aws(&format!(
            "apigateway put-integration {method} --type AWS_PROXY --integration-http-method POST --uri {uri}"
        ))
        .await;
        let source = format!("arn:aws:execute-api:us-east-1:000000000000:{api}/*/GET/hello");
        self.permit("api-gateway", "apigateway.amazonaws.com", &source).await;
        self.aws(&format!("apigateway create-deployment {on} --stage-name prod")).await;

        let mut curl = clean("curl", self.world.folder());
        let endpoint = self.world.endpoint();
        let url = format!("{endpoint}/restapis/{api}/prod/_user_request_/hello?name=lambda");
        curl.args(["--silent", "--show-error", "--fail", &url]);
        assert_eq!(output(curl).await, "hello lambda");
    }

    async fn upload_an_object(&self) {
        self.aws("s3 mb s3://photos").await;
        self.permit("s3", "s3.amazonaws.com", "arn:aws:s3:::photos").await;
        let function = self.world.arn("s3");
        self.aws(&format!(
            "s3api put-bucket-notification-configuration --bucket photos --notification-configuration \
             {{\"LambdaFunctionConfigurations\":[{{\"LambdaFunctionArn\":\"{function}\",\
             \"Events\":[\"s3:ObjectCreated:*\"]}}]}}"
        ))
        .await;
        std::fs::write(self.world.folder().join("cat.jpg"), "miaow").unwrap();
        self.aws("s3 cp cat.jpg s3://photos/cat.jpg").await;
    }

    async fn put_a_record(&self) {
        self.aws("kinesis create-stream --stream-name orders --shard-count 1").await;
        let stream = self.world.stream_arn("orders");
        self.aws(&format!(
            "lambda create-event-source-mapping --function-name kinesis --event-source-arn {stream} \
             --starting-position TRIM_HORIZON --function-response-types ReportBatchItemFailures"
        ))
        .await;
        // Version 2 wants base64.
        let data = match self.cli.version {
            Version::One => "test",
            Version::Two => "dGVzdA==",
        };
        self.aws(&format!(
            "kinesis put-record --stream-name orders --partition-key any --data {data}"
        ))
        .await;
    }

    async fn permit(&self, function: &str, principal: &str, source: &str) {
        self.aws(&format!(
            "lambda add-permission --function-name {function} --statement-id trigger --action \
             lambda:InvokeFunction --principal {principal} --source-arn {source}"
        ))
        .await;
    }

    /// Everything in the newest stream of a function's log.
    async fn log_of(&self, function: &str) -> String {
        let on = format!("--log-group-name /aws/lambda/{function}");
        let describe =
            format!("logs describe-log-streams {on} --order-by LastEventTime --descending");
        let stream = self.ask(&describe, "logStreams[0].logStreamName").await;
        let get = format!("logs get-log-events {on} --log-stream-name {stream} --start-from-head");
        let events = self.aws(&format!("{get} --output json")).await;
        let events: Value = serde_json::from_str(&events).unwrap();
        let messages = events["events"].as_array().unwrap().iter();
        messages.map(|event| event["message"].as_str().unwrap()).collect()
    }
}
