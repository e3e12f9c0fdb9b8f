//! Which handler is run, and what is said when none can be.

use serde_json::json;

use crate::process::{Function, bootstrap, output};

#[tokio::test]
async fn the_argument_names_the_handler_if_the_variable_does_not() {
    for command in
        [bootstrap().arg("custom-event"), bootstrap().arg("custom-event").env("HANDLER", "")]
    {
        let mut function = Function::start(command).await;
        assert_eq!(function.invoke(r#"{"name":"argument"}"#).await.body, json!("Hello argument!"));
    }
}

#[tokio::test]
async fn the_variable_comes_before_the_argument() {
    let mut function = Function::start(bootstrap().arg("s3").env("HANDLER", "custom-event")).await;
    assert_eq!(function.invoke(r#"{"name":"variable"}"#).await.body, json!("Hello variable!"));
}

#[tokio::test]
async fn an_unknown_handler_is_an_init_error_that_names_it_and_lists_the_others() {
    let message = "no handler is called `nope` (hint: this image holds api-gateway, s3, kinesis, custom-event, caller)";
    let mut function = Function::start(bootstrap().env("HANDLER", "nope")).await;
    let post = function.posted().await;
    assert_eq!(post.path, "init/error");
    assert_eq!(post.headers["Lambda-Runtime-Function-Error-Type"], "Runtime.UnknownHandler");
    assert_eq!(
        post.body,
        json!({ "errorMessage": message, "errorType": "Runtime.UnknownHandler", "stackTrace": [] })
    );

    let output = function.end().await;
    assert_eq!((output.status, output.stdout.as_str()), (Some(78), ""));
    assert_eq!(output.stderr, format!("bootstrap: {message}\n"));
}

#[tokio::test]
async fn a_missing_handler_is_an_init_error_that_lists_those_that_could_be_set() {
    let message = "HANDLER is not set, nor is there an argument \
                   (hint: this image holds api-gateway, s3, kinesis, custom-event, caller)";
    let mut function = Function::start(&mut bootstrap()).await;
    let post = function.posted().await;
    assert_eq!(post.headers["Lambda-Runtime-Function-Error-Type"], "Runtime.UnknownHandler");
    assert_eq!(post.body["errorMessage"], message);
    assert_eq!(function.end().await.stderr, format!("bootstrap: {message}\n"));
}

#[tokio::test]
async fn what_lambda_sets_and_is_missing_is_an_init_error_too() {
    let mut command = bootstrap();
    command.env("HANDLER", "s3");
    let mut function = Function::start_without(&mut command, "AWS_LAMBDA_FUNCTION_NAME").await;
    let post = function.posted().await;
    assert_eq!(post.path, "init/error");
    assert_eq!(post.body["errorType"], "Runtime.InvalidEnvironment");
    assert_eq!(function.end().await.status, Some(78));
}

#[tokio::test]
async fn a_setting_that_a_handlers_client_cannot_have_is_an_init_error_too() {
    let endpoint = "vpce-1.lambda.us-east-1.vpce.amazonaws.com";
    for (name, value, kind, message) in [
        (
            "AWS_ENDPOINT_URL_LAMBDA",
            endpoint,
            "InvalidSetting",
            format!("`{endpoint}` is no endpoint"),
        ),
        ("AWS_CA_BUNDLE", "/nowhere", "InvalidSetting", "AWS_CA_BUNDLE is `/nowhere`".to_owned()),
        ("AWS_MAX_ATTEMPTS", "none", "Runtime.Panic", "the handler panicked: ".to_owned()),
    ] {
        let mut command = bootstrap();
        command.env("HANDLER", "caller").env("AWS_REGION", "us-east-1").env(name, value);
        let post = Function::start(&mut command).await.posted().await;
        assert_eq!((post.path.as_str(), &post.body["errorType"]), ("init/error", &json!(kind)));
        let told = post.body["errorMessage"].as_str().unwrap();
        assert!(told.starts_with(&message) && told.contains(name), "{told}");
    }
}

#[tokio::test]
async fn without_a_runtime_api_the_error_says_what_is_missing() {
    let output = output(bootstrap().env("HANDLER", "s3")).await;
    assert_eq!((output.status, output.stdout.as_str()), (Some(78), ""));
    assert_eq!(
        output.stderr,
        "bootstrap: AWS_LAMBDA_RUNTIME_API is not set (hint: Lambda sets it; on this machine the emulator does)\n"
    );
}

#[tokio::test]
async fn an_unknown_handler_is_told_on_standard_error_even_if_nobody_takes_the_init_error() {
    // Port 0 is nobody's.
    let output =
        output(bootstrap().env("HANDLER", "nope").env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:0"))
            .await;
    assert_eq!(output.status, Some(78));
    assert!(
        output.stderr.starts_with("bootstrap: no handler is called `nope`"),
        "{}",
        output.stderr
    );
    assert!(
        output.stdout.contains("the Runtime API did not take the init error"),
        "{}",
        output.stdout
    );
}

#[tokio::test]
async fn a_runtime_api_that_hangs_up_ends_the_process_with_an_error() {
    let mut function = Function::start(bootstrap().env("HANDLER", "custom-event")).await;
    function.invoke(r#"{"name":"lambda"}"#).await;
    let output = function.end().await;
    assert_eq!(output.status, Some(78));
    assert!(output.stderr.starts_with("bootstrap: the Runtime API failed: "), "{}", output.stderr);
}
