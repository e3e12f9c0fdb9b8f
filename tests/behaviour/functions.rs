//! Functions come, are looked at, change and go.

use std::collections::HashMap;

use aws_sdk_lambda::types::{ImageConfig, LastUpdateStatus, PackageType, State};
use serde_json::json;
use tests::{Handler, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    create_function_shows_what_it_made_and_that_it_is_on_its_way,
    create_function_has_lambdas_defaults,
    create_function_takes_a_name_once,
    create_function_refuses_less_memory_than_lambda_has,
    get_function_says_where_the_code_comes_from,
    get_function_finds_a_function_by_every_form_of_its_name,
    get_function_knows_no_function_that_is_not_there,
    get_function_configuration_is_what_waiters_ask,
    list_functions_shows_each_function_on_one_page,
    update_function_configuration_changes_what_is_given_and_nothing_else,
    update_function_configuration_refuses_a_revision_that_has_passed,
    update_function_code_moves_a_function_to_another_image,
    delete_function_forgets_the_function_and_keeps_its_logs,
    an_image_command_names_the_handler_where_the_environment_does_not,
    tag_resource_and_list_tags_and_untag_resource,
];

async fn create_function_shows_what_it_made_and_that_it_is_on_its_way(world: &World) {
    let name = &world.name("greeter");
    let request = world.deploy(name, Handler::CustomEvent).memory(256).timeout(7).request();
    let created = request.send().await.unwrap();

    assert_eq!(created.function_arn(), Some(&*world.arn(name)));
    assert_eq!(created.package_type(), Some(&PackageType::Image));
    assert_eq!(created.memory_size(), Some(256));
    assert_eq!(created.timeout(), Some(7));
    assert_eq!(created.version(), Some("$LATEST"));
    assert_eq!(created.state(), Some(&State::Pending));
    let variables = created.environment().and_then(|environment| environment.variables()).unwrap();
    assert_eq!(variables["HANDLER"], "custom-event");
}

async fn create_function_has_lambdas_defaults(world: &World) {
    let request = world.deploy(&world.name("greeter"), Handler::CustomEvent).request();
    let created = request.send().await.unwrap();
    assert_eq!((created.memory_size(), created.timeout()), (Some(128), Some(3)));
}

async fn create_function_takes_a_name_once(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    let again = world.deploy(name, Handler::S3).request().send().await;
    let error = again.as_ref().unwrap_err().as_service_error().unwrap();
    assert!(error.is_resource_conflict_exception());
    assert_eq!(
        refusal(again),
        format!("409 ResourceConflictException: Function already exist: {name}"),
    );
    let greeting = world.invoke(name, json!({"name": "first"})).await;
    assert_eq!(greeting.value(), "Hello first!", "the first one is still what it was");
}

async fn create_function_refuses_less_memory_than_lambda_has(world: &World) {
    let tiny = world.deploy(&world.name("greeter"), Handler::CustomEvent).memory(64).request();
    assert_eq!(
        refusal(tiny.send().await),
        "400 ValidationException: 1 validation error detected: Value '64' at 'memorySize' failed to \
         satisfy constraint: Member must have value greater than or equal to 128",
    );
}

async fn get_function_says_where_the_code_comes_from(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    let got = world.lambda().get_function().function_name(name).send().await.unwrap();

    let (code, image) = (got.code().unwrap(), &world.images().handlers);
    assert_eq!(code.repository_type(), Some("ECR"));
    assert_eq!(code.image_uri(), Some(&**image));
    let (digest, repository) =
        (got.configuration().unwrap().code_sha256().unwrap(), repository(image));
    assert_eq!(code.resolved_image_uri(), Some(&*format!("{repository}@sha256:{digest}")));
    assert_eq!(got.configuration().unwrap().state(), Some(&State::Active));
}

/// An image's URI without tag and digest.
fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or_default();
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

async fn get_function_finds_a_function_by_every_form_of_its_name(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    let (latest, partial) =
        (format!("{name}:$LATEST"), format!("{}:function:{name}", world.number()));
    for form in [name, &latest, &partial, &world.arn(name)] {
        let got = world.lambda().get_function().function_name(form).send().await.unwrap();
        assert_eq!(got.configuration().unwrap().function_name(), Some(&**name), "by {form}");
    }
}

async fn get_function_knows_no_function_that_is_not_there(world: &World) {
    let nobody = &world.name("nobody");
    let missing = world.lambda().get_function().function_name(nobody).send().await;
    let error = missing.as_ref().unwrap_err().as_service_error().unwrap();
    assert!(error.is_resource_not_found_exception());
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {}", world.arn(nobody)),
    );
}

async fn get_function_configuration_is_what_waiters_ask(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    let shown = world.lambda().get_function_configuration().function_name(name).send().await;
    let shown = shown.unwrap();
    assert_eq!(shown.state(), Some(&State::Active));
    assert_eq!(shown.last_update_status(), Some(&LastUpdateStatus::Successful));
}

async fn list_functions_shows_each_function_on_one_page(world: &World) {
    let ours = ["one", "two", "three"].map(|name| world.name(name));
    for name in &ours {
        world.deploy(name, Handler::CustomEvent).await;
    }
    let mut pages = world.lambda().list_functions().into_paginator().page_size(2).send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.functions().len() <= 2, "{page:#?}");
        listed.extend(page.functions().iter().map(|each| each.function_name().unwrap().to_owned()));
    }
    for name in ours {
        assert_eq!(listed.iter().filter(|each| **each == name).count(), 1, "{name} in {listed:#?}");
    }
}

async fn update_function_configuration_changes_what_is_given_and_nothing_else(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).memory(256).await;
    let update = world.lambda().update_function_configuration().function_name(name);
    let updated = update.timeout(9).description("greets").send().await.unwrap();

    assert_eq!((updated.timeout(), updated.memory_size()), (Some(9), Some(256)));
    assert_eq!(updated.description(), Some("greets"));
    assert_eq!(updated.last_update_status(), Some(&LastUpdateStatus::InProgress));
    let variables = updated.environment().and_then(|environment| environment.variables()).unwrap();
    assert_eq!(variables["HANDLER"], "custom-event");
}

async fn update_function_configuration_refuses_a_revision_that_has_passed(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    let update = || world.lambda().update_function_configuration().function_name(name);
    let shown = world.lambda().get_function_configuration().function_name(name).send().await;
    let latest = shown.unwrap().revision_id().unwrap().to_owned();
    update().timeout(5).revision_id(&latest).send().await.unwrap();
    world.updated(name).await;

    let stale = update().timeout(6).revision_id(&latest).send().await;
    assert_eq!(
        refusal(stale),
        "412 PreconditionFailedException: The Revision Id provided does not match the latest Revision \
         Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    );
}

async fn update_function_code_moves_a_function_to_another_image(world: &World) {
    let name = &world.name("greeter");
    let (handlers, probe) = (&world.images().handlers, &world.images().probe);
    world.deploy(name, Handler::CustomEvent).await;
    let update = || world.lambda().update_function_code().function_name(name).image_uri(probe);

    let dry = update().dry_run(true).send().await.unwrap();
    let before = world.lambda().get_function().function_name(name).send().await.unwrap();
    assert_ne!(dry.code_sha256(), before.configuration().unwrap().code_sha256());
    assert_eq!(before.code().unwrap().image_uri(), Some(&**handlers), "a dry run does nothing");

    let updated = update().send().await.unwrap();
    assert_eq!(updated.code_sha256(), dry.code_sha256());
    world.updated(name).await;
    let echo = world.invoke(name, json!(1)).await.value();
    assert_eq!(echo["event"], 1, "it is the probe that answers now");
}

async fn delete_function_forgets_the_function_and_keeps_its_logs(world: &World) {
    let name = &world.name("greeter");
    world.deploy(name, Handler::CustomEvent).await;
    world.invoke(name, json!({"name": "lambda"})).with_log().await.value();
    world.lambda().delete_function().function_name(name).send().await.unwrap();

    let again = world.lambda().delete_function().function_name(name).send().await;
    let gone = format!("404 ResourceNotFoundException: Function not found: {}", world.arn(name));
    assert_eq!(refusal(again), gone);
    assert_eq!(world.lines(name, "START RequestId", 1).await.len(), 1);
}

async fn an_image_command_names_the_handler_where_the_environment_does_not(world: &World) {
    let name = &world.name("greeter");
    let command = ImageConfig::builder().command("custom-event").build();
    let deployed = world.deploy_probe(name).image(&world.images().handlers);
    deployed.with(|request| request.image_config(command)).await;
    let answer = world.invoke(name, json!({"name": "command"})).await;
    assert_eq!(answer.value(), "Hello command!");
}

async fn tag_resource_and_list_tags_and_untag_resource(world: &World) {
    let (lambda, name) = (world.lambda(), &world.name("greeter"));
    world.deploy(name, Handler::CustomEvent).await;
    let tag = lambda.tag_resource().resource(world.arn(name));
    tag.tags("team", "blue").tags("stage", "test").send().await.unwrap();
    let untag = lambda.untag_resource().resource(world.arn(name));
    untag.tag_keys("stage").tag_keys("nobody").send().await.unwrap();

    let listed = lambda.list_tags().resource(world.arn(name)).send().await.unwrap();
    let expected = HashMap::from([("team".to_owned(), "blue".to_owned())]);
    assert_eq!(listed.tags(), Some(&expected));
    let got = lambda.get_function().function_name(name).send().await.unwrap();
    assert_eq!(got.tags(), Some(&expected));
}
