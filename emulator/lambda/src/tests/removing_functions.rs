//! `DeleteFunction`.

use super::*;

const GREETER: &str = "/2015-03-31/functions/greeter";

#[tokio::test]
async fn a_function_that_is_removed_is_gone_and_its_name_is_free() {
    let world = World::with_greeter().await;
    let answer = world.call(&format!("DELETE {GREETER}"), "").await;
    assert_eq!((answer.status, answer.document), (204, Value::Null));
    assert_eq!(answer.headers.get("content-type"), None);

    let look = format!("GET {GREETER}");
    world.call(&look, "").await.is_refused("ResourceNotFoundException", NOT_FOUND);
    let again = format!("DELETE {GREETER}");
    world.call(&again, "").await.is_refused("ResourceNotFoundException", NOT_FOUND);
    world.create(plain("greeter")).await;
}

#[tokio::test]
async fn removing_a_version_leaves_the_function() {
    let world = World::with_greeter().await;
    let version = world.call(&format!("DELETE {GREETER}?Qualifier=7"), "").await;
    assert_eq!(version.status, 204);
    for (qualifier, message) in [
        ("%24LATEST", "$LATEST version cannot be deleted without deleting the function."),
        ("live", "Deletion of aliases is not currently supported."),
    ] {
        let answer = world.call(&format!("DELETE {GREETER}?Qualifier={qualifier}"), "").await;
        answer.is_refused("InvalidParameterValueException", message);
    }
    world.finds(&format!("GET {GREETER}")).await;
}

#[tokio::test]
async fn removing_a_version_of_no_function_names_the_function() {
    let answer = World::new().call(&format!("DELETE {GREETER}:7"), "").await;
    answer.is_refused("ResourceNotFoundException", NOT_FOUND);
}
