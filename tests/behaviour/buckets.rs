//! S3: buckets and what is in them.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};
use tests::{Handler, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    create_bucket_and_list_buckets_and_delete_bucket,
    head_bucket_and_get_bucket_location_say_where_it_is,
    put_object_and_get_object_keep_bytes_and_metadata,
    get_object_answers_the_range_that_is_asked_for,
    head_object_and_copy_object_and_delete_object,
    list_objects_v2_pages_through_keys_and_folders,
    delete_objects_takes_many_at_once,
    a_multipart_upload_becomes_one_object_or_none,
    a_notification_is_refused_for_a_function_that_does_not_let_s3_in,
    get_bucket_notification_configuration_shows_what_was_put,
];

/// A bucket with nothing in it.
async fn photos(world: &World) -> String {
    let bucket = world.name("photos");
    world.bucket(&bucket).await;
    bucket
}

async fn put(world: &World, bucket: &str, key: &str, text: &str) {
    let put = world.s3().put_object().bucket(bucket).key(key);
    put.body(ByteStream::from(text.as_bytes().to_vec())).send().await.unwrap();
}

async fn text(world: &World, bucket: &str, key: &str) -> String {
    let got = world.s3().get_object().bucket(bucket).key(key).send().await.unwrap();
    String::from_utf8(got.body.collect().await.unwrap().to_vec()).unwrap()
}

/// The keys of a bucket.
async fn keys(world: &World, bucket: &str) -> Vec<String> {
    let listed = world.s3().list_objects_v2().bucket(bucket).send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

async fn create_bucket_and_list_buckets_and_delete_bucket(world: &World) {
    let bucket = &photos(world).await;
    let is_there = async || {
        let listed = world.s3().list_buckets().send().await.unwrap();
        listed.buckets().iter().any(|each| each.name() == Some(bucket))
    };
    assert!(is_there().await);
    put(world, bucket, "cat.jpg", "miaow").await;
    let full = world.s3().delete_bucket().bucket(bucket).send().await;
    assert_eq!(refusal(full), "409 BucketNotEmpty: The bucket you tried to delete is not empty");
    world.s3().delete_object().bucket(bucket).key("cat.jpg").send().await.unwrap();
    world.s3().delete_bucket().bucket(bucket).send().await.unwrap();
    assert!(!is_there().await);
}

async fn head_bucket_and_get_bucket_location_say_where_it_is(world: &World) {
    let bucket = &photos(world).await;
    let head = world.s3().head_bucket().bucket(bucket).send().await.unwrap();
    assert_eq!(head.bucket_region(), Some(world.region()));
    let location = world.s3().get_bucket_location().bucket(bucket).send().await.unwrap();
    let location = location.location_constraint().map_or("", |constraint| constraint.as_str());
    // S3 says nothing for its first region.
    assert_eq!(if location.is_empty() { "us-east-1" } else { location }, world.region());
    let missing = world.s3().head_bucket().bucket(world.name("nothing")).send().await.unwrap_err();
    assert!(missing.into_service_error().is_not_found());
}

async fn put_object_and_get_object_keep_bytes_and_metadata(world: &World) {
    let bucket = &photos(world).await;
    let put = world.s3().put_object().bucket(bucket).key("räksmörgås/1.txt").metadata("by", "us");
    let put = put.content_type("text/plain").body(ByteStream::from_static(b"hello")).send().await;
    let etag = put.unwrap().e_tag().unwrap().to_owned();
    assert_eq!(etag, r#""5d41402abc4b2a76b9719d911017c592""#, "the MD5 of hello");

    let got = world.s3().get_object().bucket(bucket).key("räksmörgås/1.txt").send().await.unwrap();
    assert_eq!(got.e_tag(), Some(&*etag));
    assert_eq!(got.content_type(), Some("text/plain"));
    assert_eq!(got.metadata().unwrap()["by"], "us");
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"hello");
}

async fn get_object_answers_the_range_that_is_asked_for(world: &World) {
    let bucket = &photos(world).await;
    put(world, bucket, "text", "0123456789").await;
    let range = world.s3().get_object().bucket(bucket).key("text").range("bytes=2-4").send().await;
    let range = range.unwrap();
    assert_eq!(range.content_range(), Some("bytes 2-4/10"));
    assert_eq!(range.body.collect().await.unwrap().to_vec(), b"234");
    let missing = world.s3().get_object().bucket(bucket).key("nothing").send().await;
    assert_eq!(refusal(missing), "404 NoSuchKey: The specified key does not exist.");
}

async fn head_object_and_copy_object_and_delete_object(world: &World) {
    let bucket = &photos(world).await;
    put(world, bucket, "one", "hello").await;
    let copy = world.s3().copy_object().bucket(bucket).key("two");
    copy.copy_source(format!("{bucket}/one")).send().await.unwrap();
    world.s3().delete_object().bucket(bucket).key("one").send().await.unwrap();
    assert_eq!(text(world, bucket, "two").await, "hello");
    let head = world.s3().head_object().bucket(bucket).key("two").send().await.unwrap();
    assert_eq!(head.content_length(), Some(5));
    let gone = world.s3().head_object().bucket(bucket).key("one").send().await.unwrap_err();
    assert!(gone.into_service_error().is_not_found());
}

async fn list_objects_v2_pages_through_keys_and_folders(world: &World) {
    let bucket = &photos(world).await;
    for key in ["a", "b/1", "b/2", "c"] {
        put(world, bucket, key, key).await;
    }
    let request = world.s3().list_objects_v2().bucket(bucket).delimiter("/").max_keys(2);
    let first = request.clone().send().await.unwrap();
    let second = request.continuation_token(first.next_continuation_token().unwrap()).send().await;
    let second = second.unwrap();
    assert_eq!(first.contents()[0].key(), Some("a"));
    assert_eq!(first.common_prefixes()[0].prefix(), Some("b/"));
    assert_eq!(second.contents()[0].key(), Some("c"));
    assert_eq!(second.is_truncated(), Some(false));

    let old = world.s3().list_objects().bucket(bucket).prefix("b/").send().await.unwrap();
    assert_eq!(old.contents().len(), 2, "version 1 lists the same");
}

async fn delete_objects_takes_many_at_once(world: &World) {
    let bucket = &photos(world).await;
    for key in ["one", "two", "three"] {
        put(world, bucket, key, key).await;
    }
    let object = |key| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().objects(object("one")).objects(object("two")).build().unwrap();
    let deleted = world.s3().delete_objects().bucket(bucket).delete(delete).send().await.unwrap();
    assert_eq!(deleted.deleted().len(), 2);
    assert_eq!(keys(world, bucket).await, ["three"]);
}

async fn a_multipart_upload_becomes_one_object_or_none(world: &World) {
    let (s3, bucket, key) = (world.s3(), &photos(world).await, "film");
    let created = s3.create_multipart_upload().bucket(bucket).key(key).send().await.unwrap();
    let id = created.upload_id().unwrap();
    let mut parts = CompletedMultipartUpload::builder();
    for (number, body) in [(1, vec![b'a'; 5 * 1024 * 1024]), (2, b"end".to_vec())] {
        let part = s3.upload_part().bucket(bucket).key(key).upload_id(id).part_number(number);
        let part = part.body(ByteStream::from(body)).send().await.unwrap();
        let part = CompletedPart::builder().e_tag(part.e_tag().unwrap()).part_number(number);
        parts = parts.parts(part.build());
    }
    let listed = s3.list_parts().bucket(bucket).key(key).upload_id(id).send().await.unwrap();
    assert_eq!(listed.parts().len(), 2);
    let complete = s3.complete_multipart_upload().bucket(bucket).key(key).upload_id(id);
    complete.multipart_upload(parts.build()).send().await.unwrap();
    let head = s3.head_object().bucket(bucket).key(key).send().await.unwrap();
    assert_eq!(head.content_length(), Some(5 * 1024 * 1024 + 3));

    let aborted = s3.create_multipart_upload().bucket(bucket).key("none").send().await.unwrap();
    let abort = s3.abort_multipart_upload().bucket(bucket).key("none");
    abort.upload_id(aborted.upload_id().unwrap()).send().await.unwrap();
    assert_eq!(keys(world, bucket).await, ["film"]);
}

async fn a_notification_is_refused_for_a_function_that_does_not_let_s3_in(world: &World) {
    let (bucket, name) = (&photos(world).await, &world.name("listener"));
    world.deploy(name, Handler::S3).await;
    let put = world.s3().put_bucket_notification_configuration().bucket(bucket);
    let put = put.notification_configuration(world.created_objects_to(name)).send().await;
    assert_eq!(
        refusal(put),
        "400 InvalidArgument: Unable to validate the following destination configurations",
    );
}

async fn get_bucket_notification_configuration_shows_what_was_put(world: &World) {
    let (bucket, name) = (&world.name("photos"), &world.name("listener"));
    world.deploy(name, Handler::S3).await;
    world.bucket_for(name, bucket).await;
    let get = world.s3().get_bucket_notification_configuration().bucket(bucket).send().await;
    let got = get.unwrap();
    let [to_function] = got.lambda_function_configurations() else { panic!("{got:#?}") };
    assert_eq!(to_function.lambda_function_arn(), world.arn(name));
}
