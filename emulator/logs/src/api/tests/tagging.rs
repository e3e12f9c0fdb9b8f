//! Tags, in the words of today and of before 2022.

use super::*;

const INVALID: &str = "InvalidParameterException";

async fn tags(world: &World) -> Value {
    let today = world.ask("ListTagsForResource", json!({ "resourceArn": ARN })).await;
    let before = world.ask("ListTagsLogGroup", json!({ "logGroupName": GROUP })).await;
    assert_eq!(today, before);
    today["tags"].clone()
}

#[tokio::test]
async fn tags_are_set_replaced_and_removed() {
    let world = World::new();
    let input = json!({ "logGroupName": GROUP, "tags": { "team": "blue", "stage": "" } });
    world.done("CreateLogGroup", input).await;
    assert_eq!(tags(&world).await, json!({ "team": "blue", "stage": "" }));

    let input = json!({ "resourceArn": ARN, "tags": { "team": "red", "owner": "Ada L" } });
    world.done("TagResource", input).await;
    let input = json!({ "logGroupName": GROUP, "tags": { "stage": "test" } });
    world.done("TagLogGroup", input).await;
    assert_eq!(tags(&world).await, json!({ "owner": "Ada L", "stage": "test", "team": "red" }));

    world.done("UntagResource", json!({ "resourceArn": ARN, "tagKeys": ["team", "none"] })).await;
    world.done("UntagLogGroup", json!({ "logGroupName": GROUP, "tags": ["owner"] })).await;
    assert_eq!(tags(&world).await, json!({ "stage": "test" }));
}

#[tokio::test]
async fn only_a_groups_own_arn_names_it() {
    let world = World::new();
    world.write("a", [1]);
    let message = "The specified log group does not exist.";
    for arn in [
        format!("{ARN}s"),
        "arn:aws:logs:us-east-1:000000000000:destination:d".to_owned(),
        GROUP.to_owned(),
    ] {
        let input = json!({ "resourceArn": arn });
        world.refuses("ListTagsForResource", input, "ResourceNotFoundException", message).await;
    }
    let message = format!(
        "1 validation error detected: Value '{ARN}:*' at 'resourceArn' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\w+=/:,.@-]*"
    );
    let input = json!({ "resourceArn": format!("{ARN}:*") });
    world.refuses("ListTagsForResource", input, INVALID, &message).await;
}

#[tokio::test]
async fn a_group_has_fifty_tags_at_most() {
    let world = World::new();
    world.write("a", [1]);
    let many: serde_json::Map<_, _> =
        (0..50).map(|number| (format!("key-{number}"), json!("x"))).collect();
    world.done("TagResource", json!({ "resourceArn": ARN, "tags": many })).await;
    let message = "A resource can have no more than 50 tags.";
    let one_more = json!({ "one": "more" });
    let input = json!({ "resourceArn": ARN, "tags": one_more });
    world.refuses("TagResource", input, "TooManyTagsException", message).await;
    let input = json!({ "logGroupName": GROUP, "tags": one_more });
    world.refuses("TagLogGroup", input, INVALID, message).await;
    let again = json!({ "resourceArn": ARN, "tags": { "key-7": "y" } });
    world.done("TagResource", again).await;
}

#[tokio::test]
async fn what_a_tag_cannot_be_is_refused() {
    let world = World::new();
    world.write("a", [1]);
    let message = "1 validation error detected: Value 'a*' at 'tags' failed to satisfy constraint: \
                   Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$";
    let input = json!({ "resourceArn": ARN, "tags": { "a*": "x" } });
    world.refuses("TagResource", input, INVALID, message).await;
    let message = "1 validation error detected: Value at 'tags' failed to satisfy constraint: \
                   Member must have length greater than or equal to 1";
    world.refuses("TagResource", json!({ "resourceArn": ARN, "tags": {} }), INVALID, message).await;
    let message = "Tag key `aws:x` is reserved (hint: `aws:` starts the tags that AWS sets itself)";
    let input = json!({ "logGroupName": "new", "tags": { "aws:x": "y" } });
    world.refuses("CreateLogGroup", input, INVALID, message).await;
}
