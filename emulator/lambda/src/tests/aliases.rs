//! `CreateAlias`, `GetAlias`, `ListAliases`, `UpdateAlias`, `DeleteAlias`, and where invocations go.

use super::*;

const ALIASES: &str = "POST /2015-03-31/functions/greeter/aliases";
const LIVE: &str = "/2015-03-31/functions/greeter/aliases/live";

/// With two versions of `greeter`.
async fn world() -> World {
    let world = World::with_greeter().await;
    for _ in 0..2 {
        world.answers(200, "PUT /2015-03-31/functions/greeter/configuration", json!({})).await;
        world.answers(201, "POST /2015-03-31/functions/greeter/versions", json!({})).await;
    }
    world
}

fn live(version: &str) -> Value {
    json!({ "Name": "live", "FunctionVersion": version })
}

#[expect(clippy::needless_pass_by_value, reason = "`json!` makes values, and tests read better so")]
fn routing(weights: Value) -> Value {
    json!({ "RoutingConfig": { "AdditionalVersionWeights": weights } })
}

#[tokio::test]
async fn an_alias_is_a_name_for_a_version_or_for_two() {
    let world = world().await;
    let shared =
        with(with(live("1"), json!({ "Description": "d" })), routing(json!({ "2": 0.25 })));
    let created = world.answers(201, ALIASES, shared).await;
    let revision = created["RevisionId"].clone();
    let expected = json!({
        "AliasArn": format!("{ARN}:live"), "Name": "live", "FunctionVersion": "1",
        "Description": "d", "RevisionId": revision,
        "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.25 } },
    });
    assert_eq!(created, expected);
    assert_eq!(world.finds(&format!("GET {LIVE}")).await, expected);

    let found = world.finds("GET /2015-03-31/functions/greeter/configuration?Qualifier=live").await;
    assert_eq!(found["FunctionArn"], format!("{ARN}:live"));
    assert_eq!(found["Version"], "1");
    assert_ne!(found["RevisionId"], revision, "that is its version's");
}

#[tokio::test]
async fn an_alias_is_led_elsewhere_and_keeps_what_is_not_said() {
    let world = world().await;
    let created = world.answers(201, ALIASES, with(live("1"), routing(json!({ "2": 0.5 })))).await;
    let put = format!("PUT {LIVE}");
    let described = world.answers(200, &put, json!({ "Description": "new" })).await;
    assert_eq!(described["RoutingConfig"], created["RoutingConfig"]);
    assert_ne!(described["RevisionId"], created["RevisionId"]);
    let stale = json!({ "RevisionId": created["RevisionId"] });
    world.refuses(&put, stale, "PreconditionFailedException", STALE).await;
    let cleared = world.answers(200, &put, routing(json!({}))).await;
    assert_eq!(cleared.get("RoutingConfig"), None);
    let moved = world.answers(200, &put, json!({ "FunctionVersion": "$LATEST" })).await;
    assert_eq!(
        (&moved["FunctionVersion"], &moved["Description"]),
        (&json!("$LATEST"), &json!("new"))
    );
}

#[tokio::test]
async fn what_an_alias_cannot_lead_to_is_told_in_lambdas_words() {
    let world = world().await;
    let missing = format!("{NOT_FOUND}:9");
    for (input, message) in [
        (live("9"), missing.as_str()),
        (with(live("1"), routing(json!({ "9": 0.1 }))), missing.as_str()),
    ] {
        world.refuses(ALIASES, input, "ResourceNotFoundException", message).await;
    }
    for (input, message) in [
        (
            with(live("1"), routing(json!({ "1": 0.1, "2": 0.1 }))),
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ),
        (
            with(live("1"), routing(json!({ "1": 0.1 }))),
            "Invalid function version 1. Function version 1 is already included in routing \
             configuration.",
        ),
        (
            with(live("$LATEST"), routing(json!({ "1": 0.1 }))),
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
    ] {
        world.refuses(ALIASES, input, "InvalidParameterValueException", message).await;
    }
    let told = "1 validation error detected: Value '{$LATEST=0.5}' at \
                'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must \
                satisfy constraint: [Member must have length less than or equal to 1024, Member must \
                have length greater than or equal to 1, Member must satisfy regular expression \
                pattern: [0-9]+]";
    let input = with(live("1"), routing(json!({ "$LATEST": 0.5 })));
    world.refuses(ALIASES, input, "ValidationException", told).await;
    let pattern = "Value '7' at 'name' must satisfy regular expression pattern: \
                   (?!^[0-9]+$)([a-zA-Z0-9-_]+)";
    let input = json!({ "Name": "7", "FunctionVersion": "1" });
    world.finds_invalid(ALIASES, input, &[pattern]).await;
}

#[tokio::test]
async fn an_alias_has_to_be_new_to_be_created_and_there_to_be_changed() {
    let world = world().await;
    let arn = format!("{ARN}:live");
    let get = world.call(&format!("GET {LIVE}"), "").await;
    get.is_refused("ResourceNotFoundException", &format!("Cannot find alias arn: {arn}"));
    let message = format!("Alias not found: {arn}");
    world.refuses(&format!("PUT {LIVE}"), json!({}), "ResourceNotFoundException", &message).await;
    world.answers(201, ALIASES, live("1")).await;
    let message = format!("Alias already exists: {arn}");
    world.refuses(ALIASES, live("1"), "ResourceConflictException", &message).await;
    let delete = world.call("DELETE /2015-03-31/functions/greeter?Qualifier=1", "").await;
    let message = "Unable to delete version because the following aliases reference it: [live]";
    delete.is_refused("ResourceConflictException", message);
    let elsewhere = "POST /2015-03-31/functions/nobody/aliases";
    let message = NOT_FOUND.replace("greeter", "nobody:1");
    world.refuses(elsewhere, live("1"), "ResourceNotFoundException", &message).await;
}

#[tokio::test]
async fn an_alias_that_is_not_there_is_as_good_as_deleted() {
    let world = world().await;
    world.answers(201, ALIASES, live("1")).await;
    for _ in 0..2 {
        assert_eq!(world.call(&format!("DELETE {LIVE}"), "").await.status, 204);
        assert_eq!(world.call(&format!("GET {LIVE}"), "").await.status, 404);
    }
}

#[tokio::test]
async fn aliases_are_listed_by_name_and_by_version() {
    let world = world().await;
    for (name, version) in [("c", "1"), ("a", "2"), ("b", "1")] {
        let input = json!({ "Name": name, "FunctionVersion": version });
        world.answers(201, ALIASES, input).await;
    }
    let path = "GET /2015-03-31/functions/greeter/aliases";
    let names = |page: &Value| -> String {
        let list = page["Aliases"].as_array().unwrap().iter();
        list.map(|each| each["Name"].as_str().unwrap()).collect()
    };
    assert_eq!(names(&world.finds(path).await), "abc");
    assert_eq!(names(&world.finds(&format!("{path}?FunctionVersion=1")).await), "bc");
    let first = world.finds(&format!("{path}?MaxItems=2")).await;
    assert_eq!((names(&first), &first["NextMarker"]), ("ab".to_owned(), &json!("b")));
    assert_eq!(names(&world.finds(&format!("{path}?MaxItems=2&Marker=b")).await), "c");
}

#[tokio::test]
async fn an_alias_has_a_policy_of_its_own_that_goes_with_it() {
    let world = world().await;
    world.answers(201, ALIASES, live("1")).await;
    let policy = "/2015-03-31/functions/greeter/policy";
    world.answers(201, &format!("POST {policy}?Qualifier=live"), permitting::s3()).await;
    let of_alias = world.finds(&format!("GET {policy}?Qualifier=live")).await;
    assert!(of_alias["Policy"].as_str().unwrap().contains(&format!("{ARN}:live")), "{of_alias}");
    assert_eq!(of_alias["RevisionId"], world.finds(&format!("GET {LIVE}")).await["RevisionId"]);
    assert_eq!(world.call(&format!("GET {policy}"), "").await.status, 404);
    assert_eq!(world.call(&format!("DELETE {LIVE}"), "").await.status, 204);
    world.answers(201, ALIASES, live("1")).await;
    assert_eq!(world.call(&format!("GET {policy}?Qualifier=live"), "").await.status, 404);
}
