//! S3: buckets and what is in them.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};
use tests::{Handler, World, refusal};

/// A world with a bucket called `photos`.
async fn photos() -> World {
    let world = World::start().await;
    world.s3().create_bucket().bucket("photos").send().await.unwrap();
    world
}

async fn put(world: &World, key: &str, text: &str) {
    let put = world.s3().put_object().bucket("photos").key(key);
    put.body(ByteStream::from(text.as_bytes().to_vec())).send().await.unwrap();
}

async fn text(world: &World, key: &str) -> String {
    let got = world.s3().get_object().bucket("photos").key(key).send().await.unwrap();
    String::from_utf8(got.body.collect().await.unwrap().to_vec()).unwrap()
}

/// The keys of a bucket.
async fn keys(world: &World) -> Vec<String> {
    let listed = world.s3().list_objects_v2().bucket("photos").send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn create_bucket_and_list_buckets_and_delete_bucket() {
    let world = photos().await;
    let names = async || -> Vec<String> {
        let listed = world.s3().list_buckets().send().await.unwrap();
        listed.buckets().iter().map(|bucket| bucket.name().unwrap().to_owned()).collect()
    };
    assert_eq!(names().await, ["photos"]);
    put(&world, "cat.jpg", "miaow").await;
    let full = world.s3().delete_bucket().bucket("photos").send().await;
    assert_eq!(refusal(full), "409 BucketNotEmpty: The bucket you tried to delete is not empty",);
    world.s3().delete_object().bucket("photos").key("cat.jpg").send().await.unwrap();
    world.s3().delete_bucket().bucket("photos").send().await.unwrap();
    assert_eq!(names().await, [""; 0]);
    world.close().await;
}

#[tokio::test]
async fn head_bucket_and_get_bucket_location_say_where_it_is() {
    let world = photos().await;
    let head = world.s3().head_bucket().bucket("photos").send().await.unwrap();
    assert_eq!(head.bucket_region(), Some("us-east-1"));
    let location = world.s3().get_bucket_location().bucket("photos").send().await.unwrap();
    let location = location.location_constraint().map(|constraint| constraint.as_str().to_owned());
    assert_eq!(location.unwrap_or_default(), "", "which is how S3 says us-east-1");
    let missing = world.s3().head_bucket().bucket("nothing").send().await.unwrap_err();
    assert!(missing.into_service_error().is_not_found());
    world.close().await;
}

#[tokio::test]
async fn put_object_and_get_object_keep_bytes_and_metadata() {
    let world = photos().await;
    let put = world.s3().put_object().bucket("photos").key("räksmörgås/1.txt").metadata("by", "us");
    let put = put.content_type("text/plain").body(ByteStream::from_static(b"hello")).send().await;
    let etag = put.unwrap().e_tag().unwrap().to_owned();
    assert_eq!(etag, r#""5d41402abc4b2a76b9719d911017c592""#, "the MD5 of hello");

    let got =
        world.s3().get_object().bucket("photos").key("räksmörgås/1.txt").send().await.unwrap();
    assert_eq!(got.e_tag(), Some(&*etag));
    assert_eq!(got.content_type(), Some("text/plain"));
    assert_eq!(got.metadata().unwrap()["by"], "us");
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"hello");
    world.close().await;
}

#[tokio::test]
async fn get_object_answers_the_range_that_is_asked_for() {
    let world = photos().await;
    put(&world, "text", "0123456789").await;
    let range =
        world.s3().get_object().bucket("photos").key("text").range("bytes=2-4").send().await;
    let range = range.unwrap();
    assert_eq!(range.content_range(), Some("bytes 2-4/10"));
    assert_eq!(range.body.collect().await.unwrap().to_vec(), b"234");
    let missing = world.s3().get_object().bucket("photos").key("nothing").send().await;
    assert_eq!(refusal(missing), "404 NoSuchKey: The specified key does not exist.");
    world.close().await;
}

#[tokio::test]
async fn head_object_and_copy_object_and_delete_object() {
    let world = photos().await;
    put(&world, "one", "hello").await;
    let copy = world.s3().copy_object().bucket("photos").key("two").copy_source("photos/one");
    copy.send().await.unwrap();
    world.s3().delete_object().bucket("photos").key("one").send().await.unwrap();
    assert_eq!(text(&world, "two").await, "hello");
    let head = world.s3().head_object().bucket("photos").key("two").send().await.unwrap();
    assert_eq!(head.content_length(), Some(5));
    let gone = world.s3().head_object().bucket("photos").key("one").send().await.unwrap_err();
    assert!(gone.into_service_error().is_not_found());
    world.close().await;
}

#[tokio::test]
async fn list_objects_v2_pages_through_keys_and_folders() {
    let world = photos().await;
    for key in ["a", "b/1", "b/2", "c"] {
        put(&world, key, key).await;
    }
    let request = world.s3().list_objects_v2().bucket("photos").delimiter("/").max_keys(2);
    let first = request.clone().send().await.unwrap();
    let second = request.continuation_token(first.next_continuation_token().unwrap()).send().await;
    let second = second.unwrap();
    assert_eq!(first.contents()[0].key(), Some("a"));
    assert_eq!(first.common_prefixes()[0].prefix(), Some("b/"));
    assert_eq!(second.contents()[0].key(), Some("c"));
    assert_eq!(second.is_truncated(), Some(false));

    let old = world.s3().list_objects().bucket("photos").prefix("b/").send().await.unwrap();
    assert_eq!(old.contents().len(), 2, "version 1 lists the same");
    world.close().await;
}

#[tokio::test]
async fn delete_objects_takes_many_at_once() {
    let world = photos().await;
    for key in ["one", "two", "three"] {
        put(&world, key, key).await;
    }
    let object = |key| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().objects(object("one")).objects(object("two")).build().unwrap();
    let deleted = world.s3().delete_objects().bucket("photos").delete(delete).send().await.unwrap();
    assert_eq!(deleted.deleted().len(), 2);
    assert_eq!(keys(&world).await, ["three"]);
    world.close().await;
}

#[tokio::test]
async fn a_multipart_upload_becomes_one_object_or_none() {
    let world = photos().await;
    let (s3, key) = (world.s3(), "film");
    let created = s3.create_multipart_upload().bucket("photos").key(key).send().await.unwrap();
    let id = created.upload_id().unwrap();
    let mut parts = CompletedMultipartUpload::builder();
    for (number, body) in [(1, vec![b'a'; 5 * 1024 * 1024]), (2, b"end".to_vec())] {
        let part = s3.upload_part().bucket("photos").key(key).upload_id(id).part_number(number);
        let part = part.body(ByteStream::from(body)).send().await.unwrap();
        let part = CompletedPart::builder().e_tag(part.e_tag().unwrap()).part_number(number);
        parts = parts.parts(part.build());
    }
    let listed = s3.list_parts().bucket("photos").key(key).upload_id(id).send().await.unwrap();
    assert_eq!(listed.parts().len(), 2);
    let complete = s3.complete_multipart_upload().bucket("photos").key(key).upload_id(id);
    complete.multipart_upload(parts.build()).send().await.unwrap();
    let head = s3.head_object().bucket("photos").key(key).send().await.unwrap();
    assert_eq!(head.content_length(), Some(5 * 1024 * 1024 + 3));

    let aborted = s3.create_multipart_upload().bucket("photos").key("none").send().await.unwrap();
    let abort = s3.abort_multipart_upload().bucket("photos").key("none");
    abort.upload_id(aborted.upload_id().unwrap()).send().await.unwrap();
    assert_eq!(keys(&world).await, ["film"]);
    world.close().await;
}

#[tokio::test]
async fn a_notification_is_refused_for_a_function_that_does_not_let_s3_in() {
    let world = photos().await;
    world.deploy("listener", Handler::S3).await;
    let put = world.s3().put_bucket_notification_configuration().bucket("photos");
    let put = put.notification_configuration(world.created_objects_to("listener")).send().await;
    assert_eq!(
        refusal(put),
        "400 InvalidArgument: Unable to validate the following destination configurations",
    );
    world.close().await;
}

#[tokio::test]
async fn get_bucket_notification_configuration_shows_what_was_put() {
    let world = World::start().await;
    world.deploy("listener", Handler::S3).await;
    world.bucket_for("listener", "photos").await;
    let get = world.s3().get_bucket_notification_configuration().bucket("photos").send().await;
    let got = get.unwrap();
    let [to_function] = got.lambda_function_configurations() else { panic!("{got:#?}") };
    assert_eq!(to_function.lambda_function_arn(), world.arn("listener"));
    world.close().await;
}

#[tokio::test]
async fn an_operation_on_buckets_that_is_not_emulated_is_named() {
    let world = photos().await;
    let refused = refusal(world.s3().get_bucket_versioning().bucket("photos").send().await);
    assert!(refused.starts_with("501 NotImplemented: "), "{refused}");
    assert!(refused.contains("GetBucketVersioning"), "{refused}");
    world.close().await;
}
