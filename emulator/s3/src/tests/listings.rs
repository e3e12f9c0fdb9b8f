//! Listings, as documents; how they are cut is tested beside `page.rs`.

use super::world::World;

async fn world() -> World {
    let world = World::with_bucket().await;
    for key in ["a%20%C3%BC", "dir/1", "dir/2", "z"] {
        world.put(key, "x").await;
    }
    world
}

#[tokio::test]
async fn version_2_lists_with_tokens() {
    let world = world().await;
    let first = world.get("/photos?list-type=2&max-keys=2").await.ok();
    assert_eq!((first.element("KeyCount"), first.element("IsTruncated")), ("2", "true"));
    assert_eq!(first.element("MaxKeys"), "2");
    let token = first.element("NextContinuationToken");
    let target = format!("/photos?list-type=2&continuation-token={token}");
    let rest = world.get(&target).await.ok();
    assert_eq!((rest.element("KeyCount"), rest.element("IsTruncated")), ("2", "false"));
    assert_eq!(rest.element("Key"), "dir/2");

    let odd = world.get("/photos?list-type=2&continuation-token=%21").await;
    assert_eq!((odd.status, odd.element("ArgumentName")), (400, "continuation-token"));
}

#[tokio::test]
async fn version_1_lists_with_markers() {
    let world = world().await;
    let first = world.get("/photos?delimiter=/&max-keys=2").await.ok();
    assert_eq!((first.element("NextMarker"), first.element("IsTruncated")), ("dir/", "true"));
    assert_eq!(first.element("CommonPrefixes"), "<Prefix>dir/</Prefix>");
    let rest = world.get("/photos?delimiter=/&marker=dir/").await.ok();
    assert_eq!((rest.element("Key"), rest.element("IsTruncated")), ("z", "false"));
}

#[tokio::test]
async fn names_are_encoded_if_the_client_asks() {
    let world = world().await;
    let plain = world.get("/photos?list-type=2&start-after=a").await.ok();
    assert_eq!(plain.element("Key"), "a ü");
    let encoded = world.get("/photos?list-type=2&encoding-type=url&start-after=a%20").await.ok();
    assert_eq!((encoded.element("Key"), encoded.element("StartAfter")), ("a+%C3%BC", "a+"));
    let odd = world.get("/photos?list-type=2&encoding-type=morse").await;
    assert_eq!((odd.status, odd.element("ArgumentName")), (400, "encoding-type"));
}

#[tokio::test]
async fn an_entry_says_what_clients_compare() {
    let world = world().await;
    let listed = world.get("/photos?list-type=2&prefix=z&fetch-owner=true").await.ok();
    let entry = listed.element("Contents");
    for part in [
        "<Key>z</Key>",
        "<Size>1</Size>",
        "<LastModified>2026-02-03T12:00:00.000Z</LastModified>",
        "9dd4e461268c8034f5c8564e155c67a6",
        "<StorageClass>STANDARD</StorageClass>",
        "<Owner><ID>",
    ] {
        assert!(entry.contains(part), "{part} in {entry}");
    }
}
