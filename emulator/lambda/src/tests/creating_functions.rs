//! `CreateFunction`.

use emulator_front::http::StatusCode;
use insta::assert_json_snapshot;

use super::*;

const CREATE: &str = "POST /2015-03-31/functions";

#[tokio::test]
async fn a_function_that_asks_for_nothing_gets_lambdas_defaults() {
    let world = World::new();
    let answer = world.call(CREATE, plain("greeter").to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-amzn-requestid").map(str::len), Some(36));
    assert_json_snapshot!(settled(answer.document), @r#"
    {
      "Architectures": "[this machine's]",
      "CodeSha256": "0000000000000000000000000000000000000000000000000000000000000000",
      "CodeSize": 0,
      "Description": "",
      "EphemeralStorage": {
        "Size": 512
      },
      "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:greeter",
      "FunctionName": "greeter",
      "LastModified": "2030-01-01T12:00:00.250+0000",
      "LoggingConfig": {
        "LogFormat": "Text",
        "LogGroup": "/aws/lambda/greeter"
      },
      "MemorySize": 128,
      "PackageType": "Image",
      "RevisionId": "[revision]",
      "Role": "arn:aws:iam::000000000000:role/lambda",
      "SnapStart": {
        "ApplyOn": "None",
        "OptimizationStatus": "Off"
      },
      "State": "Pending",
      "StateReason": "The function is being created.",
      "StateReasonCode": "Creating",
      "Timeout": 3,
      "TracingConfig": {
        "Mode": "PassThrough"
      },
      "Version": "$LATEST"
    }
    "#);
}

#[tokio::test]
async fn what_a_function_is_given_is_answered() {
    let world = World::new();
    let created = settled(world.create(greeter()).await);
    let defaults = settled(World::new().create(plain("greeter")).await);
    let differs: serde_json::Map<_, _> = created
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| defaults.get(name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    assert_json_snapshot!(differs, @r#"
    {
      "Description": "greets",
      "Environment": {
        "Variables": {
          "HANDLER": "custom-event"
        }
      },
      "ImageConfigResponse": {
        "ImageConfig": {
          "Command": [
            "custom-event"
          ]
        }
      },
      "LoggingConfig": {
        "LogFormat": "Text",
        "LogGroup": "greetings"
      },
      "MemorySize": 256,
      "Timeout": 10
    }
    "#);
}

#[tokio::test]
async fn a_function_is_created_by_any_form_of_its_name() {
    let world = World::new();
    for form in [
        "function:a",
        "000000000000:function:b",
        "arn:aws:lambda:us-east-1:000000000000:function:c",
    ] {
        let created = world.create(plain(form)).await;
        assert_eq!(created["FunctionName"], form.rsplit(':').next().unwrap());
    }
    world.create(plain("my-fn-1")).await;
    world.create(plain(&"x".repeat(64))).await;
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let world = World::with_greeter().await;
    let message = "Function already exist: greeter";
    world.refuses(CREATE, plain(ARN), "ResourceConflictException", message).await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_function_is_told_at_once() {
    let world = World::new();
    world
        .finds_invalid(
            CREATE,
            json!({ "PackageType": "image", "Timeout": 901, "MemorySize": 127 }),
            &[
                "Value null at 'role' must not be null",
                "Value null at 'code' must not be null",
                "Value 'image' at 'packageType' must satisfy enum value set: [Zip, Image]",
                "Value '901' at 'timeout' must have value less than or equal to 900",
                "Value '127' at 'memorySize' must have value greater than or equal to 128",
                "Value null at 'functionName' must not be null",
            ],
        )
        .await;
    let role = r"Value 'me' at 'role' must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";
    world.finds_invalid(CREATE, with(plain("a"), json!({ "Role": "me" })), &[role]).await;
    let both = json!({ "Architectures": ["x86_64", "arm64"] });
    let one = "Value '[x86_64, arm64]' at 'architectures' must have length less than or equal to 1";
    world.finds_invalid(CREATE, with(plain("a"), both), &[one]).await;
    let unknown = with(plain("a"), json!({ "Architectures": ["X86_64"] }));
    let each = "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy \
                constraint: Member must satisfy constraint: [Member must satisfy enum value set: \
                [x86_64, arm64], Member must not be null]";
    world.refuses(CREATE, unknown, "ValidationException", each).await;
    let variables = json!({ "Environment": { "Variables": { "A": "secret" } }, "Timeout": 901 });
    let told = "2 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: \
                Member must have value less than or equal to 900; Value at 'environment.variables' \
                failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy \
                regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]";
    world.refuses(CREATE, with(plain("a"), variables), "ValidationException", told).await;
    let group = r"Value '' at 'loggingConfig.logGroup' must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+";
    let length = "Value '' at 'loggingConfig.logGroup' must have length greater than or equal to 1";
    let logging = json!({ "LoggingConfig": { "LogGroup": "" } });
    world.finds_invalid(CREATE, with(plain("a"), logging), &[length, group]).await;
}

#[tokio::test]
async fn a_name_has_no_dots_and_at_most_64_characters() {
    let world = World::new();
    let pattern = r"must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";
    let reason = format!("Value 'a.b' at 'functionName' {pattern}");
    world.finds_invalid(CREATE, plain("a.b"), &[&reason]).await;

    let long = "x".repeat(141);
    let reason =
        format!("Value '{long}' at 'functionName' must have length less than or equal to 140");
    world.finds_invalid(CREATE, plain(&long), &[&reason]).await;

    let long = "x".repeat(65);
    let reason =
        format!("Value '{long}' at 'functionName' must have length less than or equal to 64");
    let code = "InvalidParameterValueException";
    world.refuses(CREATE, plain(&long), code, &invalid(&[&reason])).await;
}

#[tokio::test]
async fn a_function_of_another_region_or_account_is_not_made_here() {
    let world = World::new();
    let elsewhere = plain("arn:aws:lambda:eu-west-1:000000000000:function:greeter");
    let message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')";
    world.refuses(CREATE, elsewhere, "ResourceNotFoundException", message).await;

    let theirs = plain("111111111111:function:greeter");
    let answer = world.call(CREATE, theirs.to_string()).await;
    let message = "User: arn:aws:iam::000000000000:root is not authorized to perform the action on \
                   resource: arn:aws:lambda:us-east-1:111111111111:function:greeter";
    answer.is_refused("AccessDeniedException", message);
    assert_eq!(answer.document, json!({ "Message": message, "message": message }));
}

#[tokio::test]
async fn an_image_that_cannot_be_used_makes_no_function() {
    let world = World::new();
    let gone = with(plain("greeter"), json!({ "Code": { "ImageUri": "manifold:gone" } }));
    let message = "Source image manifold:gone does not exist. Provide a valid source image.";
    world.refuses(CREATE, gone, "InvalidParameterValueException", message).await;
    let look = "GET /2015-03-31/functions/greeter";
    world.call(look, "").await.is_refused("ResourceNotFoundException", NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_applied_is_refused_by_name() {
    let world = World::new();
    let zip =
        "functions from zip packages are not emulated (hint: PackageType Image with Code.ImageUri)";
    let of_zip = "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
    let level = "LogLevel is not supported when LogFormat is set to \"Text\". Remove LogLevel from \
                 your request or change the LogFormat to \"JSON\" and try again.";
    for (members, message) in [
        (json!({ "PackageType": null }), zip),
        (json!({ "Code": { "ZipFile": "UEsDBA==" } }), zip),
        (json!({ "Runtime": "provided.al2023" }), of_zip),
        (
            json!({ "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:us-east-1:000000000000:q" } }),
            "`DeadLetterConfig` is not emulated (hint: leave it out here)",
        ),
        (json!({ "LoggingConfig": { "SystemLogLevel": "WARN" } }), level),
    ] {
        let input = with(plain("greeter"), members);
        world.refuses(CREATE, input, "InvalidParameterValueException", message).await;
    }
    let memory = with(plain("greeter"), json!({ "MemorySize": 10_241 }));
    let message = "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240";
    world.refuses(CREATE, memory, "ValidationException", message).await;
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let answer = World::new().call(CREATE, "{").await;
    assert_eq!(answer.header("x-amzn-errortype"), Some("SerializationException"));
    assert!(answer.document["Message"].as_str().unwrap().starts_with("EOF while parsing"));
}
