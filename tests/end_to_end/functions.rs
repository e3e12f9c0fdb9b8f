//! Functions come, are looked at, change and go.

use std::collections::HashMap;

use aws_sdk_lambda::types::{
    DeadLetterConfig, FunctionCode, ImageConfig, LastUpdateStatus, PackageType, State,
};
use tests::{Handler, World, refusal};

#[tokio::test]
async fn create_function_shows_what_it_made_and_that_it_is_on_its_way() {
    let world = World::start().await;
    let request = world.deploy("greeter", Handler::CustomEvent).memory(256).timeout(7).request();
    let created = request.send().await.unwrap();

    assert_eq!(created.function_arn(), Some(&*world.arn("greeter")));
    assert_eq!(created.package_type(), Some(&PackageType::Image));
    assert_eq!(created.memory_size(), Some(256));
    assert_eq!(created.timeout(), Some(7));
    assert_eq!(created.version(), Some("$LATEST"));
    assert_eq!(created.last_modified(), Some("2026-01-02T03:04:05.000+0000"));
    assert_eq!(created.state(), Some(&State::Pending));
    let variables = created.environment().and_then(|environment| environment.variables()).unwrap();
    assert_eq!(variables["HANDLER"], "custom-event");
    world.close().await;
}

#[tokio::test]
async fn create_function_has_lambdas_defaults() {
    let world = World::start().await;
    let created = world.deploy("greeter", Handler::CustomEvent).request().send().await.unwrap();
    assert_eq!((created.memory_size(), created.timeout()), (Some(128), Some(3)));
    world.close().await;
}

#[tokio::test]
async fn create_function_takes_a_name_once() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let again = world.deploy("greeter", Handler::S3).request().send().await;
    assert!(
        again.as_ref().unwrap_err().as_service_error().unwrap().is_resource_conflict_exception()
    );
    assert_eq!(refusal(again), "409 ResourceConflictException: Function already exist: greeter",);
    assert_eq!(
        world.invoke("greeter", serde_json::json!({"name": "first"})).await.value(),
        "Hello first!",
        "the first one is still what it was",
    );
    world.close().await;
}

#[tokio::test]
async fn create_function_refuses_by_name_what_it_would_not_do() {
    let world = World::start().await;
    let request = || world.deploy("greeter", Handler::CustomEvent).request();

    let zip = request().package_type(PackageType::Zip).send().await;
    assert_eq!(
        refusal(zip),
        "400 InvalidParameterValueException: functions from zip packages are not emulated \
         (hint: PackageType Image with Code.ImageUri)",
    );
    let letters = DeadLetterConfig::builder().target_arn("arn:aws:sqs:us-east-1:000000000000:q");
    let lettered = request().dead_letter_config(letters.build()).send().await;
    assert_eq!(
        refusal(lettered),
        "400 InvalidParameterValueException: `DeadLetterConfig` is not emulated (hint: leave it out \
         here)",
    );
    let tiny = request().memory_size(64).send().await;
    assert_eq!(
        refusal(tiny),
        "400 ValidationException: 1 validation error detected: Value '64' at 'memorySize' failed to \
         satisfy constraint: Member must have value greater than or equal to 128",
    );
    world.close().await;
}

#[tokio::test]
async fn get_function_says_where_the_code_comes_from() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let got = world.lambda().get_function().function_name("greeter").send().await.unwrap();

    let code = got.code().unwrap();
    assert_eq!(code.repository_type(), Some("ECR"));
    assert_eq!(code.image_uri(), Some("manifold:latest"));
    let digest = got.configuration().unwrap().code_sha256().unwrap();
    assert_eq!(code.resolved_image_uri(), Some(&*format!("manifold@sha256:{digest}")));
    assert_eq!(got.configuration().unwrap().state(), Some(&State::Active));
    world.close().await;
}

#[tokio::test]
async fn get_function_finds_a_function_by_every_form_of_its_name() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    for name in
        ["greeter", "greeter:$LATEST", "000000000000:function:greeter", &world.arn("greeter")]
    {
        let got = world.lambda().get_function().function_name(name).send().await.unwrap();
        assert_eq!(got.configuration().unwrap().function_name(), Some("greeter"), "by {name}");
    }
    world.close().await;
}

#[tokio::test]
async fn get_function_knows_no_function_that_is_not_there() {
    let world = World::start().await;
    let missing = world.lambda().get_function().function_name("nobody").send().await;
    let error = missing.as_ref().unwrap_err().as_service_error().unwrap();
    assert!(error.is_resource_not_found_exception());
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {}", world.arn("nobody")),
    );
    world.close().await;
}

#[tokio::test]
async fn get_function_configuration_is_what_waiters_ask() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let shown = world.lambda().get_function_configuration().function_name("greeter").send().await;
    let shown = shown.unwrap();
    assert_eq!(shown.state(), Some(&State::Active));
    assert_eq!(shown.last_update_status(), Some(&LastUpdateStatus::Successful));
    world.close().await;
}

#[tokio::test]
async fn list_functions_shows_all_by_name_in_pages() {
    let world = World::start().await;
    for name in ["two", "one", "three"] {
        world.deploy(name, Handler::CustomEvent).await;
    }
    let mut pages = world.lambda().list_functions().into_paginator().page_size(2).send();
    let mut names: Vec<Vec<String>> = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        names.push(
            page.functions().iter().map(|each| each.function_name().unwrap().to_owned()).collect(),
        );
    }
    assert_eq!(names, [vec!["one", "three"], vec!["two"]]);
    world.close().await;
}

#[tokio::test]
async fn update_function_configuration_changes_what_is_given_and_nothing_else() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).memory(256).await;
    let update = world.lambda().update_function_configuration().function_name("greeter");
    let updated = update.timeout(9).description("greets").send().await.unwrap();

    assert_eq!((updated.timeout(), updated.memory_size()), (Some(9), Some(256)));
    assert_eq!(updated.description(), Some("greets"));
    assert_eq!(updated.last_update_status(), Some(&LastUpdateStatus::InProgress));
    let variables = updated.environment().and_then(|environment| environment.variables()).unwrap();
    assert_eq!(variables["HANDLER"], "custom-event");
    world.close().await;
}

#[tokio::test]
async fn update_function_configuration_refuses_a_revision_that_has_passed() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let update = || world.lambda().update_function_configuration().function_name("greeter");
    let shown = world.lambda().get_function_configuration().function_name("greeter").send().await;
    let latest = shown.unwrap().revision_id().unwrap().to_owned();
    update().timeout(5).revision_id(&latest).send().await.unwrap();

    let stale = update().timeout(6).revision_id(&latest).send().await;
    assert_eq!(
        refusal(stale),
        "412 PreconditionFailedException: The Revision Id provided does not match the latest Revision \
         Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    );
    world.close().await;
}

#[tokio::test]
async fn update_function_code_moves_a_function_to_another_image() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    let update = || world.lambda().update_function_code().function_name("greeter");

    let dry = update().image_uri(&world.images().probe).dry_run(true).send().await.unwrap();
    let before = world.lambda().get_function().function_name("greeter").send().await.unwrap();
    assert_ne!(dry.code_sha256(), before.configuration().unwrap().code_sha256());
    assert_eq!(
        before.code().unwrap().image_uri(),
        Some("manifold:latest"),
        "a dry run does nothing"
    );

    let updated = update().image_uri(&world.images().probe).send().await.unwrap();
    assert_eq!(updated.code_sha256(), dry.code_sha256());
    let echo = world.invoke("greeter", serde_json::json!(1)).await.value();
    assert_eq!(echo["event"], 1, "it is the probe that answers now");
    world.close().await;
}

#[tokio::test]
async fn delete_function_forgets_the_function_and_keeps_its_logs() {
    let world = World::start().await;
    world.deploy("greeter", Handler::CustomEvent).await;
    world.invoke("greeter", serde_json::json!({"name": "lambda"})).with_log().await.value();
    world.lambda().delete_function().function_name("greeter").send().await.unwrap();

    let again = world.lambda().delete_function().function_name("greeter").send().await;
    let gone =
        format!("404 ResourceNotFoundException: Function not found: {}", world.arn("greeter"));
    assert_eq!(refusal(again), gone);
    assert_eq!(world.logged("greeter", "START RequestId").await.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn an_image_command_names_the_handler_where_the_environment_does_not() {
    let world = World::start().await;
    let command = ImageConfig::builder().command("custom-event").build();
    let code = FunctionCode::builder().image_uri("manifold:latest").build();
    let create =
        world.lambda().create_function().function_name("greeter").role(world.role()).code(code);
    create.package_type(PackageType::Image).image_config(command).send().await.unwrap();
    let answer = world.invoke("greeter", serde_json::json!({"name": "command"})).await;
    assert_eq!(answer.value(), "Hello command!");
    world.close().await;
}

#[tokio::test]
async fn tag_resource_and_list_tags_and_untag_resource() {
    let world = World::start().await;
    let lambda = world.lambda();
    world.deploy("greeter", Handler::CustomEvent).await;
    let tag = lambda.tag_resource().resource(world.arn("greeter"));
    tag.tags("team", "blue").tags("stage", "test").send().await.unwrap();
    let untag = lambda.untag_resource().resource(world.arn("greeter"));
    untag.tag_keys("stage").tag_keys("nobody").send().await.unwrap();

    let listed = lambda.list_tags().resource(world.arn("greeter")).send().await.unwrap();
    let expected = HashMap::from([("team".to_owned(), "blue".to_owned())]);
    assert_eq!(listed.tags(), Some(&expected));
    let got = lambda.get_function().function_name("greeter").send().await.unwrap();
    assert_eq!(got.tags(), Some(&expected));
    world.close().await;
}
