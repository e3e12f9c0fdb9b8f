//! `AddPermission` and `GetPolicy`.

use emulator_deliver::Source;

use super::*;
use crate::Target;

const POLICY: &str = "/2015-03-31/functions/greeter/policy";

/// A permission for a bucket.
pub(super) fn s3() -> Value {
    json!({
        "StatementId": "bucket", "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::photos",
        "SourceAccount": "000000000000",
    })
}

async fn add(world: &World, input: Value) -> Value {
    world.answers(201, &format!("POST {POLICY}"), input).await
}

async fn refuses(world: &World, input: Value, code: &str, message: &str) {
    world.refuses(&format!("POST {POLICY}"), input, code, message).await;
}

#[tokio::test]
async fn a_permission_is_answered_and_then_part_of_the_policy() {
    let world = World::with_greeter().await;
    let bucket = r#"{"Sid":"bucket","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:000000000000:function:greeter","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"},"StringEquals":{"AWS:SourceAccount":"000000000000"}}}"#;
    assert_eq!(add(&world, s3()).await, json!({ "Statement": bucket }));
    let anyone = json!({ "StatementId": "any-1", "Action": "*", "Principal": "*" });
    let anyone = add(&world, anyone).await["Statement"].as_str().unwrap().to_owned();

    let found = world.finds(&format!("GET {POLICY}")).await;
    let policy =
        format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{bucket},{anyone}]}}"#);
    let function = world.finds("GET /2015-03-31/functions/greeter/configuration").await;
    assert_eq!(found, json!({ "Policy": policy, "RevisionId": function["RevisionId"] }));
}

#[tokio::test]
async fn a_permission_lets_its_source_in_and_nobody_else() {
    let world = World::with_greeter().await;
    let target = Target::read("greeter", None, world.functions.home()).unwrap();
    let source = |bucket: &str| Source {
        principal: "s3.amazonaws.com",
        arn: format!("arn:aws:s3:::{bucket}"),
        account: "000000000000".to_owned(),
    };
    assert!(!world.functions.permits(&target, &source("photos")));
    add(&world, s3()).await;
    assert!(world.functions.permits(&target, &source("photos")));
    assert!(!world.functions.permits(&target, &source("videos")));
}

#[tokio::test]
async fn a_permission_gives_the_function_another_revision_but_no_other_date() {
    let world = World::with_greeter().await;
    let look = "GET /2015-03-31/functions/greeter/configuration";
    let before = world.finds(look).await;
    add(&world, with(s3(), json!({ "RevisionId": before["RevisionId"] }))).await;
    let after = world.finds(look).await;
    assert_ne!(after["RevisionId"], before["RevisionId"]);
    assert_eq!(settled(after), settled(before.clone()));

    let other = json!({ "StatementId": "other", "RevisionId": before["RevisionId"] });
    let message = "The Revision Id provided does not match the latest Revision Id. Call the \
                   GetPolicy API to retrieve the latest Revision Id";
    refuses(&world, with(s3(), other), "PreconditionFailedException", message).await;
    // The duplicate is told first.
    let duplicate = "The statement id (bucket) provided already exists. Please provide a new \
                     statement id, or remove the existing statement.";
    let stale = with(s3(), json!({ "RevisionId": before["RevisionId"] }));
    refuses(&world, stale, "ResourceConflictException", duplicate).await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_permission_is_told_at_once() {
    let world = World::with_greeter().await;
    let reasons = [
        "Value 'a b' at 'statementId' must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
        "Value 'invoke' at 'action' must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])",
        "Value null at 'principal' must not be null",
    ];
    let input = json!({ "StatementId": "a b", "Action": "invoke" });
    world.finds_invalid(&format!("POST {POLICY}"), input, &reasons).await;
    let source = r"Value 'photos' at 'sourceArn' must satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)";
    let input = with(s3(), json!({ "SourceArn": "photos" }));
    world.finds_invalid(&format!("POST {POLICY}"), input, &[source]).await;
    let account = r"Value '1' at 'sourceAccount' must satisfy regular expression pattern: \d{12}";
    let input = with(s3(), json!({ "SourceAccount": "1" }));
    world.finds_invalid(&format!("POST {POLICY}"), input, &[account]).await;
}

#[tokio::test]
async fn a_permission_needs_somebody_and_something_that_there_is() {
    let world = World::with_greeter().await;
    let invalid = "InvalidParameterValueException";
    let principal = "The provided principal was invalid. Please check the principal and try again.";
    refuses(&world, with(s3(), json!({ "Principal": "bob" })), invalid, principal).await;
    let organization = with(s3(), json!({ "PrincipalOrgID": "o-1" }));
    let refusal = "`PrincipalOrgID` is not emulated (hint: leave it out here)";
    refuses(&world, organization, invalid, refusal).await;

    let latest = "We currently do not support adding policies for $LATEST.";
    let path = format!("POST {POLICY}?Qualifier=%24LATEST");
    world.refuses(&path, s3(), invalid, latest).await;
    let missing = "ResourceNotFoundException";
    let path = format!("POST {POLICY}?Qualifier=live");
    world.refuses(&path, s3(), missing, &format!("Cannot find alias arn: {ARN}:live")).await;
    let path = format!("POST {POLICY}?Qualifier=7");
    world.refuses(&path, s3(), missing, &format!("{NOT_FOUND}:7")).await;
    refuses(&World::new(), s3(), missing, NOT_FOUND).await;
}

#[tokio::test]
async fn a_policy_is_there_once_somebody_is_let_in() {
    let missing = "The resource you requested does not exist.";
    let code = "ResourceNotFoundException";
    World::new().call(&format!("GET {POLICY}"), "").await.is_refused(code, missing);
    let world = World::with_greeter().await;
    world.call(&format!("GET {POLICY}"), "").await.is_refused(code, missing);
    add(&world, s3()).await;
    world.finds(&format!("GET {POLICY}")).await;
    let latest = world.call(&format!("GET {POLICY}?Qualifier=%24LATEST"), "").await;
    latest.is_refused(code, missing);
}

#[tokio::test]
async fn a_statement_is_taken_back_by_its_id() {
    let world = World::with_greeter().await;
    let delete = |id: &str| format!("DELETE {POLICY}/{id}");
    let missing = "ResourceNotFoundException";
    let none = "No policy is associated with the given resource.";
    world.call(&delete("bucket"), "").await.is_refused(missing, none);
    add(&world, s3()).await;
    let other = "Statement other is not found in resource policy.";
    world.call(&delete("other"), "").await.is_refused(missing, other);
    let stale = world.call(&format!("{}?RevisionId=nobodys", delete("bucket")), "").await;
    assert_eq!(stale.status, 412);
    let alias = world.call(&format!("{}?Qualifier=live", delete("bucket")), "").await;
    alias.is_refused(missing, &format!("Cannot find alias arn: {ARN}:live"));

    assert_eq!(world.call(&delete("bucket"), "").await.status, 204);
    assert_eq!(world.call(&format!("GET {POLICY}"), "").await.status, 404);
    let nobody = delete("bucket").replace("greeter", "nobody");
    let message = format!("No policy found for: {}", ARN.replace("greeter", "nobody"));
    world.call(&nobody, "").await.is_refused(missing, &message);
}

#[tokio::test]
async fn a_policy_has_room_for_twenty_kilobytes() {
    let world = World::with_greeter().await;
    let statement =
        |n: u32| with(s3(), json!({ "StatementId": format!("{n:0100}"), "SourceArn": null }));
    let mut added = 0;
    let refused = loop {
        let answer = world.call(&format!("POST {POLICY}"), statement(added).to_string()).await;
        if answer.status != 201 {
            break answer;
        }
        added += 1;
    };
    assert_eq!(refused.header("x-amzn-errortype"), Some("PolicyLengthExceededException"));
    let policy = world.finds(&format!("GET {POLICY}")).await;
    let length = policy["Policy"].as_str().unwrap().len();
    assert!((20_000..=20_480).contains(&length), "{length}");
}
