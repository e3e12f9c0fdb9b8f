//! Who may call a function.

use aws_sdk_lambda::operation::add_permission::builders::AddPermissionFluentBuilder;
use serde_json::{Value, json};
use tests::{Handler, World, refusal};

fn statement(world: &World, id: &str) -> AddPermissionFluentBuilder {
    let request = world.lambda().add_permission().function_name("listener").statement_id(id);
    request.action("lambda:InvokeFunction").principal("s3.amazonaws.com")
}

#[tokio::test]
async fn add_permission_answers_the_statement_it_made() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    let request = statement(&world, "photos").source_arn("arn:aws:s3:::photos");
    let added = request.source_account("000000000000").send().await.unwrap();

    let statement: Value = serde_json::from_str(added.statement().unwrap()).unwrap();
    assert_eq!(
        statement,
        json!({
            "Sid": "photos",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": world.arn("listener"),
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": "000000000000"},
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"},
            },
        }),
    );
    world.close().await;
}

#[tokio::test]
async fn add_permission_takes_a_statement_id_once() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    statement(&world, "photos").send().await.unwrap();
    assert_eq!(
        refusal(statement(&world, "photos").send().await),
        "409 ResourceConflictException: The statement id (photos) provided already exists. Please \
         provide a new statement id, or remove the existing statement.",
    );
    world.close().await;
}

#[tokio::test]
async fn get_policy_holds_every_statement() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    let get = || world.lambda().get_policy().function_name("listener");
    assert_eq!(
        refusal(get().send().await),
        "404 ResourceNotFoundException: The resource you requested does not exist.",
        "before there is a statement",
    );
    statement(&world, "one").send().await.unwrap();
    statement(&world, "two").send().await.unwrap();

    let policy = get().send().await.unwrap();
    let policy: Value = serde_json::from_str(policy.policy().unwrap()).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let ids: Vec<_> = statements.iter().map(|statement| &statement["Sid"]).collect();
    assert_eq!(ids, [&json!("one"), &json!("two")]);
    assert!(statements.iter().all(|statement| statement["Resource"] == world.arn("listener")));
    world.close().await;
}

#[tokio::test]
async fn remove_permission_takes_a_statement_back() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    statement(&world, "one").send().await.unwrap();
    statement(&world, "two").send().await.unwrap();
    let remove = || {
        let remove = world.lambda().remove_permission().function_name("listener");
        remove.statement_id("one").send()
    };
    remove().await.unwrap();
    let policy = world.lambda().get_policy().function_name("listener").send().await.unwrap();
    let policy: Value = serde_json::from_str(policy.policy().unwrap()).unwrap();
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 1);
    assert_eq!(policy["Statement"][0]["Sid"], "two");
    assert!(refusal(remove().await).starts_with("404 ResourceNotFoundException: "));
    world.close().await;
}
