//! Buckets.

use super::world::World;

#[tokio::test]
async fn a_bucket_is_created_found_and_deleted() {
    let world = World::new();
    assert_eq!(world.ask("HEAD /photos", &[], "").await.status, 404);

    let created = world.ask("PUT /photos", &[], "").await.ok();
    assert_eq!(created.header("location"), "/photos");
    assert_eq!(created.header("x-amz-bucket-arn"), "arn:aws:s3:::photos");

    let found = world.ask("HEAD /photos", &[], "").await.ok();
    assert_eq!(found.header("x-amz-bucket-region"), "us-east-1");
    assert_eq!(found.header("x-amz-access-point-alias"), "false");

    assert_eq!(world.ask("DELETE /photos", &[], "").await.status, 204);
    assert_eq!(world.ask("HEAD /photos", &[], "").await.status, 404);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named_in_the_error() {
    let world = World::new();
    for line in [
        "GET /photos",
        "GET /photos?location",
        "GET /photos?notification",
        "GET /photos/cat.jpg",
        "PUT /photos/cat.jpg",
        "DELETE /photos/cat.jpg",
        "DELETE /photos",
    ] {
        let answer = world.ask(line, &[], "").await;
        let text = "The specified bucket does not exist";
        assert_eq!(answer.error(), (404, "NoSuchBucket", text), "{line}");
        assert_eq!(answer.element("BucketName"), "photos", "{line}");
    }
}

#[tokio::test]
async fn a_bucket_has_the_region_it_was_created_in() {
    let world = World::with_bucket().await;
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    world.ask("PUT /bilder", &[], body).await.ok();

    assert_eq!(world.get("/bilder?location").await.element_text(), "eu-west-1");
    assert_eq!(world.get("/photos?location").await.element_text(), "");

    let again = world.ask("PUT /bilder", &[], body).await;
    assert_eq!((again.status, again.element("Code")), (409, "BucketAlreadyOwnedByYou"));
    world.ask("PUT /photos", &[], "").await.ok();

    let odd = body.replace("eu-west-1", "us-east-1");
    let refused = world.ask("PUT /fotos", &[], odd).await;
    assert_eq!((refused.status, refused.element("Code")), (400, "InvalidLocationConstraint"));
}

impl super::world::Answer {
    /// All text of a document, without its elements.
    fn element_text(&self) -> String {
        let pieces = self.text().split('<').filter_map(|piece| piece.split_once('>'));
        pieces.map(|(_, text)| text.trim()).collect()
    }
}

#[tokio::test]
async fn buckets_are_listed_in_pages() {
    let world = World::with_bucket().await;
    world.ask("PUT /films", &[], "").await.ok();
    world.ask("PUT /phones", &[], "").await.ok();

    let all = world.get("/").await.ok();
    assert!(all.text().contains("<Name>films</Name>"), "{}", all.text());
    assert!(all.text().contains("<CreationDate>2026-02-03T12:00:00.000Z</CreationDate>"));

    let page = world.get("/?prefix=pho&max-buckets=1").await.ok();
    assert_eq!(page.element("Name"), "phones");
    let token = page.element("ContinuationToken");
    let rest = world.get(&format!("/?prefix=pho&continuation-token={token}")).await.ok();
    assert_eq!((rest.element("Name"), rest.element("ContinuationToken")), ("photos", ""));

    let elsewhere = world.get("/?bucket-region=eu-west-1").await.ok();
    assert_eq!(elsewhere.element("Name"), "");
    let odd = world.get("/?max-buckets=0").await;
    assert_eq!((odd.status, odd.element("ArgumentName")), (400, "max-buckets"));
}

#[tokio::test]
async fn a_bucket_with_objects_is_not_deleted() {
    let world = World::with_bucket().await;
    world.put("cat.jpg", "meow").await;
    let refused = world.ask("DELETE /photos", &[], "").await;
    let text = "The bucket you tried to delete is not empty";
    assert_eq!(refused.error(), (409, "BucketNotEmpty", text));
}

#[tokio::test]
async fn a_name_that_no_bucket_can_have_is_refused() {
    let refused = World::new().ask("PUT /Not_A_Bucket", &[], "").await;
    let text = "The specified bucket is not valid.";
    assert_eq!(refused.error(), (400, "InvalidBucketName", text));
}
