//! What clients do to a request besides asking: sign it, encode it, vouch for it, address it.

use super::world::World;

const SIGNED: (&str, &str) = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=anyone/20260203/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
);

#[tokio::test]
async fn any_signature_will_do() {
    let world = World::with_bucket().await;
    world.ask("PUT /photos/cat", &[SIGNED], "meow").await.ok();
    for query in [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
        "AWSAccessKeyId=anyone&Signature=no%3D&Expires=1",
    ] {
        assert_eq!(world.get(&format!("/photos/cat?{query}")).await.text(), "meow", "{query}");
    }
}

#[tokio::test]
async fn a_streamed_upload_is_stored_without_its_chunks() {
    let world = World::with_bucket().await;
    let unsigned = "4\r\nmeow\r\n0\r\nx-amz-checksum-crc32:ihBq/g==\r\n\r\n";
    let signature = "0".repeat(64);
    let signed = format!(
        "2;chunk-signature={signature}\r\nme\r\n2;chunk-signature={signature}\r\now\r\n0;chunk-signature={signature}\r\n\r\n"
    );
    for (kind, body) in [
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", unsigned.to_owned()),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", signed),
    ] {
        let headers = [
            SIGNED,
            ("x-amz-content-sha256", kind),
            ("x-amz-decoded-content-length", "4"),
            ("content-encoding", "aws-chunked,gzip"),
        ];
        world.ask("PUT /photos/cat", &headers, body).await.ok();
        let got = world.get("/photos/cat").await.ok();
        assert_eq!((got.text(), got.header("content-encoding")), ("meow", "gzip"), "{kind}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_what_was_said_are_not_stored() {
    let world = World::with_bucket().await;
    let trailer = "4\r\nmeow\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    for (headers, body) in [
        ([("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], "meow"),
        ([("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=")], "meow"),
        ([("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")], trailer),
    ] {
        let refused = world.ask("PUT /photos/cat", &headers, body).await;
        assert_eq!((refused.status, refused.element("Code")), (400, "BadDigest"), "{headers:?}");
    }
    assert_eq!(world.get("/photos/cat").await.status, 404);
}

#[tokio::test]
async fn a_bucket_may_stand_in_the_host() {
    let world = World::with_bucket().await;
    let host = ("host", "photos.localhost:4566");
    world.ask("PUT /in/cat", &[host], "meow").await.ok();
    assert_eq!(world.get("/photos/in/cat").await.text(), "meow");
    for own in ["127.0.0.1:4566", "emulator:4566", "localhost"] {
        let got = world.ask("GET /photos/in/cat", &[("host", own)], "").await;
        assert_eq!(got.text(), "meow", "{own}");
    }
    let listed = world.ask("GET /?list-type=2", &[host], "").await.ok();
    assert_eq!(listed.element("Key"), "in/cat");
}

#[tokio::test]
async fn keys_are_not_normalised() {
    let world = World::with_bucket().await;
    world.put("/a//../b+c", "meow").await;
    assert_eq!(world.get("/photos?list-type=2").await.element("Key"), "/a//../b+c");
}

#[tokio::test]
async fn a_setting_that_is_not_applied_is_refused_and_nothing_is_stored() {
    let world = World::with_bucket().await;
    for header in [
        ("x-amz-acl", "public-read"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-storage-class", "GLACIER"),
        ("x-amz-tagging", "a=b"),
        ("x-amz-object-lock-mode", "GOVERNANCE"),
        ("x-amz-website-redirect-location", "/"),
    ] {
        let refused = world.ask("PUT /photos/cat", &[header], "meow").await;
        assert_eq!((refused.status, refused.element("Code")), (501, "NotImplemented"));
        assert!(refused.element("Message").contains(header.0), "{}", refused.text());
    }
    assert_eq!(world.get("/photos/cat").await.status, 404);
}

#[tokio::test]
async fn a_bucket_that_is_meant_to_be_anothers_is_out_of_reach() {
    let world = World::with_bucket().await;
    let refused = world.ask("GET /photos", &[("x-amz-expected-bucket-owner", "1")], "").await;
    assert_eq!(refused.error(), (403, "AccessDenied", "Access Denied"));
}

#[tokio::test]
async fn what_is_not_emulated_says_its_name() {
    let world = World::with_bucket().await;
    world.put("cat", "meow").await;
    for (line, name) in [
        ("GET /photos?acl", "GetBucketAcl"),
        ("PUT /photos?versioning", "PutBucketVersioning"),
        ("GET /photos?versions", "ListObjectVersions"),
        ("GET /photos/cat?tagging", "GetObjectTagging"),
        ("PUT /photos?abac", "?abac"),
        ("POST /photos/cat", "POST /photos/cat"),
        ("PATCH /photos", "PATCH /photos"),
    ] {
        let body = if line.contains("versioning") { "<VersioningConfiguration/>" } else { "" };
        let refused = world.ask(line, &[], body).await;
        assert_eq!((refused.status, refused.element("Code")), (501, "NotImplemented"), "{line}");
        assert!(refused.element("Message").contains(name), "{line}: {}", refused.text());
    }
    let form = [("content-type", "multipart/form-data; boundary=b")];
    let refused = world.ask("POST /photos", &form, "--b--").await;
    assert!(refused.element("Message").contains("PostObject"), "{}", refused.text());
}

#[tokio::test]
async fn an_error_names_its_request() {
    let answer = World::new().get("/photos").await;
    assert_eq!(answer.header("content-type"), "application/xml");
    assert_eq!(answer.element("RequestId"), answer.header("x-amz-request-id"));
    assert_eq!(answer.element("HostId"), answer.header("x-amz-id-2"));
}
