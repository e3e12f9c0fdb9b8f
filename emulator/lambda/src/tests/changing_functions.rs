//! `UpdateFunctionConfiguration` and `UpdateFunctionCode`.

use std::time::Duration;

use super::images::UNLIMITED;
use super::*;

const CONFIGURATION: &str = "PUT /2015-03-31/functions/greeter/configuration";
const CODE: &str = "PUT /2015-03-31/functions/greeter/code";
const LOOK: &str = "GET /2015-03-31/functions/greeter/configuration";

/// What differs between two configurations, apart from what every change changes.
fn difference(before: &Value, after: &Value) -> Value {
    let members = |value: &Value| value.as_object().unwrap().clone();
    let (before, after) = (members(before), members(after));
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let differs = names.filter(|name| before.get(*name) != after.get(*name));
    differs
        .filter(|name| !matches!(name.as_str(), "RevisionId" | "LastModified"))
        .map(|name| (name.clone(), after.get(name).cloned().unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn a_change_is_answered_as_under_way_and_found_done() {
    let world = World::with_greeter().await;
    let before = world.finds(LOOK).await;
    world.clock.advance(Duration::from_mins(1)).await.unwrap();
    let answer = world.answers(200, CONFIGURATION, json!({ "Timeout": 20 })).await;
    let under_way = json!({
        "Timeout": 20,
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": "The function is being created.",
        "LastUpdateStatusReasonCode": "Creating",
    });
    assert_eq!(difference(&before, &answer), under_way);

    let after = world.finds(LOOK).await;
    assert_eq!(difference(&before, &after), json!({ "Timeout": 20 }));
    assert_eq!(after["LastModified"], "2030-01-01T12:01:00.250+0000");
    assert_ne!(after["RevisionId"], before["RevisionId"]);
}

#[tokio::test]
async fn room_in_tmp_is_refused_where_it_cannot_be_limited() {
    const INVALID: &str = "InvalidParameterValueException";
    const TEXT: &str = "`1024` as `EphemeralStorage.Size` is not emulated (hint: `512` is)";
    let world = World::with_greeter().await;
    let large = json!({ "EphemeralStorage": { "Size": 1024 } });
    let unlimited = with(plain("other"), json!({ "Code": { "ImageUri": UNLIMITED } }));
    let refused = with(unlimited.clone(), large.clone());
    world.refuses("POST /2015-03-31/functions", refused, INVALID, TEXT).await;
    world.create(unlimited).await;
    let other = "PUT /2015-03-31/functions/other/configuration";
    world.refuses(other, large.clone(), INVALID, TEXT).await;

    world.answers(200, CONFIGURATION, large).await;
    let before = world.finds(LOOK).await;
    world.refuses(CODE, json!({ "ImageUri": UNLIMITED }), INVALID, TEXT).await;
    assert_eq!(world.finds(LOOK).await, before);

    world.images.share_storage();
    world.images.build("1");
    let invoke = "POST /2015-03-31/functions/greeter/invocations";
    world.refuses(invoke, json!({}), INVALID, TEXT).await;
}

#[tokio::test]
async fn what_a_change_does_not_name_stays() {
    let world = World::with_greeter().await;
    for (change, effect) in [
        (json!({}), json!({})),
        (json!({ "Description": "" }), json!({ "Description": "" })),
        (json!({ "MemorySize": 512 }), json!({ "MemorySize": 512 })),
        (
            json!({ "Environment": { "Variables": { "NAME": "x" } } }),
            json!({ "Environment": { "Variables": { "NAME": "x" } } }),
        ),
        (json!({ "Environment": {} }), json!({ "Environment": { "Variables": {} } })),
        (
            json!({ "ImageConfig": { "Command": ["s3", "-v"] } }),
            json!({ "ImageConfigResponse": { "ImageConfig": { "Command": ["s3", "-v"] } } }),
        ),
        (json!({ "ImageConfig": {} }), json!({ "ImageConfigResponse": null })),
        (
            json!({ "LoggingConfig": { "LogFormat": "Text" } }),
            json!({ "LoggingConfig": { "LogFormat": "Text", "LogGroup": "/aws/lambda/greeter" } }),
        ),
    ] {
        let before = world.finds(LOOK).await;
        world.answers(200, CONFIGURATION, change.clone()).await;
        let after = world.finds(LOOK).await;
        assert_eq!(difference(&before, &after), effect, "{change}");
        assert_ne!(after["RevisionId"], before["RevisionId"], "{change}");
    }
}

#[tokio::test]
async fn a_change_to_another_revision_than_the_latest_is_refused() {
    let world = World::with_greeter().await;
    let created = world.finds(LOOK).await;
    let first = json!({ "RevisionId": created["RevisionId"], "Timeout": 20 });
    world.answers(200, CONFIGURATION, first.clone()).await;

    let changed = world.finds(LOOK).await;
    let code = "PreconditionFailedException";
    world.refuses(CONFIGURATION, first, code, STALE).await;
    let image = json!({ "RevisionId": created["RevisionId"], "ImageUri": "manifold:gone" });
    world.refuses(CODE, image, code, STALE).await;
    assert_eq!(world.finds(LOOK).await, changed);
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    let world = World::with_greeter().await;
    let before = world.finds(LOOK).await;
    let timeout = "Value '0' at 'timeout' must have value greater than or equal to 1";
    world
        .finds_invalid(CONFIGURATION, json!({ "Timeout": 0, "MemorySize": 512 }), &[timeout])
        .await;
    let reserved = json!({ "Environment": { "Variables": { "AWS_REGION": "x" } }, "Timeout": 1 });
    let message = "Lambda was unable to configure your environment variables because the environment \
                   variables you have provided contains reserved keys that are currently not \
                   supported for modification. Reserved keys used in this request: AWS_REGION";
    let code = "InvalidParameterValueException";
    world.refuses(CONFIGURATION, reserved, code, message).await;
    assert_eq!(world.finds(LOOK).await, before);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_changed() {
    let world = World::new();
    let code = "ResourceNotFoundException";
    world.refuses(CONFIGURATION, json!({}), code, NOT_FOUND).await;
    world.refuses(CODE, json!({ "ImageUri": "manifold:latest" }), code, NOT_FOUND).await;
    world.create(plain("greeter")).await;
    let version = "PUT /2015-03-31/functions/greeter%3A1/configuration";
    world.refuses(version, json!({}), code, &format!("{NOT_FOUND}:1")).await;
}

#[tokio::test]
async fn new_code_is_the_image_as_it_is_now_even_under_the_same_name() {
    let world = World::with_greeter().await;
    let before = world.finds(LOOK).await;
    world.images.build("1");
    let answer = world.answers(200, CODE, json!({ "ImageUri": "manifold:latest" })).await;
    assert_eq!(answer["LastUpdateStatus"], "InProgress");
    assert_eq!(answer["CodeSha256"], "1".repeat(64));
    let after = world.finds(LOOK).await;
    assert_eq!(difference(&before, &after), json!({ "CodeSha256": "1".repeat(64) }));

    world.answers(200, CODE, json!({ "ImageUri": "registry:5000/other:2" })).await;
    let found = world.finds("GET /2015-03-31/functions/greeter").await;
    assert_eq!(found["Code"]["ImageUri"], "registry:5000/other:2");
    let resolved = format!("registry:5000/other@sha256:{}", "1".repeat(64));
    assert_eq!(found["Code"]["ResolvedImageUri"], resolved);
}

#[tokio::test]
async fn a_dry_run_of_new_code_shows_what_would_be_and_changes_nothing() {
    let world = World::with_greeter().await;
    let before = world.finds(LOOK).await;
    world.images.build("1");
    let input = json!({ "ImageUri": "manifold:latest", "DryRun": true });
    let answer = world.answers(200, CODE, input).await;
    assert_eq!(difference(&before, &answer), json!({ "CodeSha256": "1".repeat(64) }));
    assert_eq!(world.finds(LOOK).await, before);
}

#[tokio::test]
async fn code_that_is_no_image_is_refused() {
    let world = World::with_greeter().await;
    let no_image = "Please provide ImageUri when updating a function with packageType Image.";
    let gone = "Source image manifold:gone does not exist. Provide a valid source image.";
    for (input, message) in [
        (json!({}), no_image),
        (json!({ "ZipFile": "UEsDBA==" }), no_image),
        (json!({ "S3Bucket": "code", "S3Key": "code.zip" }), no_image),
        (json!({ "ImageUri": "manifold:gone" }), gone),
        (
            json!({ "ImageUri": "manifold:latest", "PublishTo": "LATEST_PUBLISHED" }),
            "`PublishTo` is not emulated (hint: leave it out here)",
        ),
    ] {
        world.refuses(CODE, input, "InvalidParameterValueException", message).await;
    }
}
