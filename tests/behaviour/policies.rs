//! Who may call a function.

use aws_sdk_lambda::operation::add_permission::builders::AddPermissionFluentBuilder;
use serde_json::{Value, json};
use tests::{Handler, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    add_permission_answers_the_statement_it_made,
    add_permission_takes_a_statement_id_once,
    get_policy_holds_every_statement,
    remove_permission_takes_a_statement_back,
];

async fn listener(world: &World) -> String {
    let name = world.name("listener");
    world.deploy(&name, Handler::S3).await;
    name
}

fn statement(world: &World, function: &str, id: &str) -> AddPermissionFluentBuilder {
    let request = world.lambda().add_permission().function_name(function).statement_id(id);
    request.action("lambda:InvokeFunction").principal("s3.amazonaws.com")
}

async fn policy(world: &World, function: &str) -> Value {
    let policy = world.lambda().get_policy().function_name(function).send().await.unwrap();
    serde_json::from_str(policy.policy().unwrap()).unwrap()
}

async fn add_permission_answers_the_statement_it_made(world: &World) {
    let name = &listener(world).await;
    let request = statement(world, name, "photos").source_arn("arn:aws:s3:::photos");
    let added = request.source_account(world.number()).send().await.unwrap();

    let statement: Value = serde_json::from_str(added.statement().unwrap()).unwrap();
    assert_eq!(
        statement,
        json!({
            "Sid": "photos",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": world.arn(name),
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": world.number()},
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"},
            },
        }),
    );
}

async fn add_permission_takes_a_statement_id_once(world: &World) {
    let name = &listener(world).await;
    statement(world, name, "photos").send().await.unwrap();
    assert_eq!(
        refusal(statement(world, name, "photos").send().await),
        "409 ResourceConflictException: The statement id (photos) provided already exists. Please \
         provide a new statement id, or remove the existing statement.",
    );
}

async fn get_policy_holds_every_statement(world: &World) {
    let name = &listener(world).await;
    let none = world.lambda().get_policy().function_name(name).send().await;
    assert_eq!(
        refusal(none),
        "404 ResourceNotFoundException: The resource you requested does not exist.",
        "before there is a statement",
    );
    statement(world, name, "one").send().await.unwrap();
    statement(world, name, "two").send().await.unwrap();

    let policy = policy(world, name).await;
    let statements = policy["Statement"].as_array().unwrap();
    let ids: Vec<_> = statements.iter().map(|statement| &statement["Sid"]).collect();
    assert_eq!(ids, [&json!("one"), &json!("two")]);
    assert!(statements.iter().all(|statement| statement["Resource"] == world.arn(name)));
}

async fn remove_permission_takes_a_statement_back(world: &World) {
    let name = &listener(world).await;
    statement(world, name, "one").send().await.unwrap();
    statement(world, name, "two").send().await.unwrap();
    let remove = || {
        let remove = world.lambda().remove_permission().function_name(name);
        remove.statement_id("one").send()
    };
    remove().await.unwrap();
    let policy = policy(world, name).await;
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 1);
    assert_eq!(policy["Statement"][0]["Sid"], "two");
    assert!(refusal(remove().await).starts_with("404 ResourceNotFoundException: "));
}
