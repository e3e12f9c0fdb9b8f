//! `PublishVersion`, `ListVersionsByFunction`, and versions wherever a qualifier may stand.

use super::*;

const PUBLISH: &str = "POST /2015-03-31/functions/greeter/versions";
const CONFIGURE: &str = "PUT /2015-03-31/functions/greeter/configuration";
const LATEST: &str = "GET /2015-03-31/functions/greeter/configuration";
const FIRST: &str = "GET /2015-03-31/functions/greeter/configuration?Qualifier=1";

async fn configure(world: &World, members: Value) {
    world.answers(200, CONFIGURE, members).await;
}

async fn publish(world: &World) -> Value {
    world.answers(201, PUBLISH, json!({})).await
}

#[tokio::test]
async fn a_version_is_what_the_function_was_when_it_was_published() {
    let world = World::with_greeter().await;
    let before = world.finds(LATEST).await;
    let published = world.answers(201, PUBLISH, json!({ "Description": "the first" })).await;
    assert_eq!(published["Version"], "1");
    assert_eq!(published["FunctionArn"], format!("{ARN}:1"));
    assert_eq!(published["Description"], "the first");
    assert_eq!(published["State"], "Active");

    configure(&world, json!({ "Timeout": 20, "Environment": {} })).await;
    let first = world.finds(FIRST).await;
    assert_eq!(first, published, "it does not change");
    assert_eq!((&first["Timeout"], &first["Environment"]), (&json!(10), &before["Environment"]));
    let whole = world.finds("GET /2015-03-31/functions/greeter:1").await;
    assert_eq!(whole["Configuration"], first);
    assert_ne!(world.finds(LATEST).await["RevisionId"], before["RevisionId"]);
}

#[tokio::test]
async fn what_has_not_changed_is_not_published_twice() {
    let world = World::with_greeter().await;
    let first = publish(&world).await;
    let reserve = json!({ "ReservedConcurrentExecutions": 1 });
    world.answers(200, "PUT /2017-10-31/functions/greeter/concurrency", reserve).await;
    assert_eq!(publish(&world).await, first);
    configure(&world, json!({})).await;
    assert_eq!(publish(&world).await["Version"], "2", "an update counts, whatever it changes");
}

#[tokio::test]
async fn an_image_that_has_been_built_anew_is_published_anew() {
    let world = World::with_greeter().await;
    publish(&world).await;
    world.images.build("1");
    let second = publish(&world).await;
    assert_eq!((&second["Version"], &second["CodeSha256"]), (&json!("2"), &json!("1".repeat(64))));
    assert_eq!(publish(&world).await, second);
    assert_eq!(world.finds(FIRST).await["CodeSha256"], "0".repeat(64));
}

#[tokio::test]
async fn a_number_has_one_form() {
    let world = World::with_greeter().await;
    publish(&world).await;
    let missing = "ResourceNotFoundException";
    for number in ["01", "99999999999999999999"] {
        let message = format!("{NOT_FOUND}:{number}");
        let look = format!("GET /2015-03-31/functions/greeter?Qualifier={number}");
        world.call(&look, "").await.is_refused(missing, &message);
        let permit = format!("POST /2015-03-31/functions/greeter/policy?Qualifier={number}");
        world.refuses(&permit, permitting::s3(), missing, &message).await;
        let delete = format!("DELETE /2015-03-31/functions/greeter?Qualifier={number}");
        assert_eq!(world.call(&delete, "").await.status, 204);
    }
    world.finds(FIRST).await;
}

#[tokio::test]
async fn what_is_published_may_be_made_sure_of() {
    let world = World::with_greeter().await;
    let stale = json!({ "RevisionId": "nobody's", "CodeSha256": "other" });
    world.refuses(PUBLISH, stale, "PreconditionFailedException", STALE).await;
    let zeros = "0".repeat(64);
    let message = format!(
        "CodeSHA256 (other) is different from current CodeSHA256 in $LATEST ({zeros}). Please try again \
         with the CodeSHA256 in $LATEST."
    );
    let other = json!({ "CodeSha256": "other" });
    world.refuses(PUBLISH, other, "InvalidParameterValueException", &message).await;
    let revision = world.finds(LATEST).await["RevisionId"].clone();
    let sure = json!({ "RevisionId": revision, "CodeSha256": zeros });
    assert_eq!(world.answers(201, PUBLISH, sure).await["Version"], "1");
}

#[tokio::test]
async fn versions_are_listed_from_latest_on_page_by_page() {
    let world = World::with_greeter().await;
    for _ in 0..11 {
        configure(&world, json!({})).await;
        publish(&world).await;
    }
    let path = "GET /2015-03-31/functions/greeter/versions";
    let versions = |page: &Value| -> Vec<String> {
        let list = page["Versions"].as_array().unwrap().iter();
        list.map(|each| each["Version"].as_str().unwrap().to_owned()).collect()
    };
    let all = world.finds(path).await;
    let expected: Vec<_> =
        std::iter::once("$LATEST".to_owned()).chain((1..=11).map(|n: u32| n.to_string())).collect();
    assert_eq!(versions(&all), expected);
    assert_eq!(all["Versions"][0]["FunctionArn"], format!("{ARN}:$LATEST"));
    assert_eq!(all["Versions"][1].get("State"), None);

    let first = world.finds(&format!("{path}?MaxItems=10")).await;
    let marker = first["NextMarker"].as_str().unwrap();
    let second = world.finds(&format!("{path}?MaxItems=10&Marker={marker}")).await;
    assert_eq!([versions(&first), versions(&second)].concat(), expected);
    assert_eq!(second.get("NextMarker"), None);
    let nowhere = world.call(&format!("{path}?Marker=nowhere"), "").await;
    let message = "Invalid Marker: nowhere";
    nowhere.is_refused("InvalidParameterValueException", message);

    let functions = world.finds("GET /2015-03-31/functions?FunctionVersion=ALL").await;
    assert_eq!(functions["Functions"].as_array().unwrap().len(), 12);
    let latest = world.finds("GET /2015-03-31/functions").await;
    assert_eq!(latest["Functions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_function_can_be_created_and_updated_with_a_version() {
    let world = World::new();
    let created = world.create(with(greeter(), json!({ "Publish": true }))).await;
    assert_eq!((&created["Version"], &created["FunctionArn"]), (&json!("1"), &json!(ARN)));
    assert_eq!(created["State"], "Pending");
    let code = "PUT /2015-03-31/functions/greeter/code";
    let input = json!({ "ImageUri": "other:1", "Publish": true });
    let updated = world.answers(200, code, input).await;
    assert_eq!(updated["FunctionArn"], format!("{ARN}:2"));
    assert_eq!((&updated["State"], updated.get("LastUpdateStatus")), (&json!("Pending"), None));
    let found = world.finds("GET /2015-03-31/functions/greeter?Qualifier=1").await;
    assert_eq!(found["Code"]["ImageUri"], "manifold:latest");

    let explicit = "PUT /2015-03-31/functions/greeter:$LATEST/code";
    let input = json!({ "ImageUri": "other:1", "Publish": true });
    let updated = world.answers(200, explicit, input).await;
    assert_eq!(updated["FunctionArn"], format!("{ARN}:3"));
}

#[tokio::test]
async fn a_version_is_deleted_by_its_number_and_the_number_is_not_given_again() {
    let world = World::with_greeter().await;
    publish(&world).await;
    let delete = "DELETE /2015-03-31/functions/greeter?Qualifier=1";
    assert_eq!(world.call(delete, "").await.status, 204);
    assert_eq!(world.call(delete, "").await.status, 204, "it is as good as deleted");
    let message = format!("{NOT_FOUND}:1");
    world.call(FIRST, "").await.is_refused("ResourceNotFoundException", &message);
    assert_eq!(publish(&world).await["Version"], "2");

    assert_eq!(world.call("DELETE /2015-03-31/functions/greeter", "").await.status, 204);
    world.create(greeter()).await;
    assert_eq!(publish(&world).await["Version"], "3", "nor to another function of that name");
}

#[tokio::test]
async fn only_the_function_itself_can_be_changed() {
    let world = World::with_greeter().await;
    publish(&world).await;
    for (request, input) in [
        ("PUT /2015-03-31/functions/greeter:1/configuration", json!({})),
        ("PUT /2015-03-31/functions/greeter:1/code", json!({ "ImageUri": "other:1" })),
        ("POST /2015-03-31/functions/greeter:1/versions", json!({})),
    ] {
        let message = "only the function itself can be changed, and not what `1` stands for (hint: \
                       leave the qualifier out)";
        world.refuses(request, input, "InvalidParameterValueException", message).await;
    }
}
