//! `TagResource`, `UntagResource`, `ListTags`.

use super::*;

const TAGS: &str =
    "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Agreeter";

async fn tag(world: &World, tags: Value) {
    world.answers(204, &format!("POST {TAGS}"), json!({ "Tags": tags })).await;
}

async fn tags(world: &World) -> Value {
    world.finds(&format!("GET {TAGS}")).await["Tags"].clone()
}

#[tokio::test]
async fn tags_are_written_and_taken_off() {
    let world = World::with_greeter().await;
    assert_eq!(tags(&world).await, json!({}));
    tag(&world, json!({ "team": "a", "cost": "1" })).await;
    tag(&world, json!({ "team": "b" })).await;
    assert_eq!(tags(&world).await, json!({ "team": "b", "cost": "1" }));
    let whole = world.finds("GET /2015-03-31/functions/greeter").await;
    assert_eq!(whole["Tags"], tags(&world).await);
    let latest = world.finds("GET /2015-03-31/functions/greeter?Qualifier=$LATEST").await;
    assert_eq!(latest.get("Tags"), None, "they are the function's");

    let untag = format!("DELETE {TAGS}?tagKeys=team&tagKeys=cost&tagKeys=unknown");
    assert_eq!(world.call(&untag, "").await.status, 204);
    assert_eq!(tags(&world).await, json!({}));
}

#[tokio::test]
async fn a_function_can_be_created_with_tags() {
    let world = World::new();
    world.create(with(greeter(), json!({ "Tags": { "team": "a" } }))).await;
    assert_eq!(tags(&world).await, json!({ "team": "a" }));
}

#[tokio::test]
async fn tags_have_limits_and_belong_to_functions() {
    let world = World::with_greeter().await;
    let post = format!("POST {TAGS}");
    let refused = "InvalidParameterValueException";
    let none = "An error occurred and the request cannot be processed.";
    world.refuses(&post, json!({ "Tags": {} }), refused, none).await;
    let many: serde_json::Map<_, _> = (0..50).map(|n| (format!("k{n}"), json!(""))).collect();
    tag(&world, many.into()).await;
    let more = "Number of tags exceeds resource tag limit.";
    world.refuses(&post, json!({ "Tags": { "one": "more" } }), refused, more).await;
    world.finds_invalid(&post, json!({}), &["Value null at 'tags' must not be null"]).await;
    let untag = world.call(&format!("DELETE {TAGS}"), "").await;
    untag
        .is_refused("ValidationException", &invalid(&["Value null at 'tagKeys' must not be null"]));
    let version = world.call(&format!("GET {TAGS}%3A1"), "").await;
    let message =
        "Tags on function aliases and versions are not supported. Please specify a function ARN.";
    version.is_refused(refused, message);
    for other in ["greeter", "arn:aws:s3:::function:greeter", &format!("{ARN}:1:2")] {
        let answer = world.call(&format!("GET /2017-03-31/tags/{other}"), "").await;
        let told = answer.document["message"].as_str().unwrap();
        let expected = format!(
            "1 validation error detected: Value '{other}' at 'resource' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: arn:"
        );
        assert!(told.starts_with(&expected), "{told}");
    }
    let nobody = world.call(&format!("GET {}", TAGS.replace("greeter", "nobody")), "").await;
    nobody.is_refused("ResourceNotFoundException", &NOT_FOUND.replace("greeter", "nobody"));
}
