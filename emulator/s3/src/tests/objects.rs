//! Objects: put, get, copy, delete.

use super::world::World;

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let world = World::with_bucket().await;
    let headers = [
        ("content-type", "image/jpeg"),
        ("cache-control", "no-store"),
        ("content-disposition", "inline"),
        ("content-language", "en"),
        ("x-amz-meta-Camera", "pinhole"),
    ];
    let put = world.ask("PUT /photos/a%20b/c%2Bd.jpg", &headers, "meow").await.ok();
    assert_eq!(put.header("etag"), "\"4a4be40c96ac6314e91d93f38043a634\"");
    assert_eq!(put.header("x-amz-server-side-encryption"), "AES256");
    assert_eq!(put.header("x-amz-checksum-type"), "FULL_OBJECT");

    let got = world.get("/photos/a%20b/c+d.jpg").await.ok();
    assert_eq!(got.text(), "meow");
    let head = world.ask("HEAD /photos/a%20b/c+d.jpg", &[], "").await.ok();
    assert!(head.bytes.is_empty());
    for answer in [got, head] {
        for (name, value) in headers {
            assert_eq!(answer.header(name), value);
        }
        assert_eq!(answer.header("content-length"), "4");
        assert_eq!(answer.header("etag"), put.header("etag"));
        assert_eq!(answer.header("last-modified"), "Tue, 03 Feb 2026 12:00:00 GMT");
        assert_eq!(answer.header("accept-ranges"), "bytes");
    }
}

#[tokio::test]
async fn an_object_without_a_type_is_binary() {
    let world = World::with_bucket().await;
    world.put("cat", "meow").await;
    assert_eq!(world.get("/photos/cat").await.header("content-type"), "binary/octet-stream");
}

#[tokio::test]
async fn a_key_that_is_not_there_is_named_in_the_error() {
    let world = World::with_bucket().await;
    let missing = world.get("/photos/dog").await;
    assert_eq!(missing.error(), (404, "NoSuchKey", "The specified key does not exist."));
    assert_eq!(missing.element("Key"), "dog");
    let head = world.ask("HEAD /photos/dog", &[], "").await;
    assert_eq!((head.status, head.text()), (404, ""));
}

#[tokio::test]
async fn ranges_are_cut_as_http_says() {
    let world = World::with_bucket().await;
    world.put("digits", "0123456789").await;
    for (range, status, text, content_range) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=5-500", 206, "56789", "bytes 5-9/10"),
        ("lines=1-2", 200, "0123456789", ""),
        ("bytes=4-2", 200, "0123456789", ""),
    ] {
        let got = world.ask("GET /photos/digits", &[("range", range)], "").await;
        let seen = (got.status, got.text(), got.header("content-range"));
        assert_eq!(seen, (status, text, content_range), "{range}");
    }
    let beyond = world.ask("GET /photos/digits", &[("range", "bytes=10-")], "").await;
    let text = "The requested range is not satisfiable";
    assert_eq!(beyond.error(), (416, "InvalidRange", text));
    assert_eq!(beyond.element("ActualObjectSize"), "10");
    assert_eq!(beyond.element("RangeRequested"), "bytes=10-");
}

#[tokio::test]
async fn a_checksum_is_given_to_those_who_ask_and_not_with_a_part() {
    let world = World::with_bucket().await;
    let sent = ("x-amz-checksum-crc32", "ihBq/g==");
    let put = world.ask("PUT /photos/cat", &[sent], "meow").await;
    assert_eq!(put.ok().header("x-amz-checksum-crc32"), "ihBq/g==");

    let asks = ("x-amz-checksum-mode", "ENABLED");
    let whole = world.ask("GET /photos/cat", &[asks], "").await.ok();
    assert_eq!(whole.header("x-amz-checksum-crc32"), "ihBq/g==");
    assert_eq!(whole.header("x-amz-checksum-type"), "FULL_OBJECT");
    let part = world.ask("GET /photos/cat", &[asks, ("range", "bytes=0-1")], "").await.ok();
    assert_eq!(part.header("x-amz-checksum-crc32"), "");
    assert_eq!(world.get("/photos/cat").await.header("x-amz-checksum-crc32"), "");
}

#[tokio::test]
async fn conditions_decide_whether_an_object_is_given_out() {
    let world = World::with_bucket().await;
    let tag = world.put("cat", "meow").await.header("etag").to_owned();
    let day = "Tue, 03 Feb 2026 12:00:00 GMT";
    for (name, value, status) in [
        ("if-match", &*tag, 200),
        ("if-match", "\"other\"", 412),
        ("if-none-match", &*tag, 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", day, 304),
        ("if-unmodified-since", day, 200),
    ] {
        let got = world.ask("GET /photos/cat", &[(name, value)], "").await;
        assert_eq!(got.status, status, "{name}: {value}");
        if status == 304 {
            assert_eq!(
                (got.text(), got.header("etag"), got.header("content-type")),
                ("", &*tag, "")
            );
        }
    }
    let failed = world.ask("GET /photos/cat", &[("if-match", "\"other\"")], "").await;
    assert_eq!(failed.element("Condition"), "If-Match");
}

#[tokio::test]
async fn conditions_decide_whether_an_object_is_written() {
    let world = World::with_bucket().await;
    let line = "PUT /photos/cat";
    world.ask(line, &[("if-none-match", "*")], "one").await.ok();
    let taken = world.ask(line, &[("if-none-match", "*")], "two").await;
    assert_eq!((taken.status, taken.element("Condition")), (412, "If-None-Match"));
    let stale = world.ask(line, &[("if-match", "\"other\"")], "three").await;
    assert_eq!((stale.status, stale.element("Condition")), (412, "If-Match"));
    assert_eq!(world.get("/photos/cat").await.text(), "one");
}

#[tokio::test]
async fn the_request_may_override_headers_of_the_answer() {
    let world = World::with_bucket().await;
    world.put("cat", "meow").await;
    let got = world.get("/photos/cat?response-content-type=text/plain").await.ok();
    assert_eq!(got.header("content-type"), "text/plain");
    let head = world.ask("HEAD /photos/cat?response-content-language=en", &[], "").await.ok();
    assert_eq!(head.header("content-language"), "en");
}

#[tokio::test]
async fn a_copy_takes_bytes_and_description_along() {
    let world = World::with_bucket().await;
    let headers = [("content-type", "image/jpeg"), ("x-amz-meta-camera", "pinhole")];
    world.ask("PUT /photos/a%20cat", &headers, "meow").await.ok();

    let source = ("x-amz-copy-source", "/photos/a%20cat");
    let copied = world.ask("PUT /photos/copy", &[source], "").await.ok();
    assert_eq!(
        copied.element("ETag").replace("&quot;", "\""),
        "\"4a4be40c96ac6314e91d93f38043a634\""
    );
    let copy = world.get("/photos/copy").await.ok();
    assert_eq!((copy.text(), copy.header("x-amz-meta-camera")), ("meow", "pinhole"));

    let anew = [source, ("x-amz-metadata-directive", "REPLACE"), ("content-type", "text/plain")];
    world.ask("PUT /photos/copy", &anew, "").await.ok();
    let copy = world.get("/photos/copy").await.ok();
    assert_eq!((copy.text(), copy.header("x-amz-meta-camera")), ("meow", ""));
    assert_eq!(copy.header("content-type"), "text/plain");
}

#[tokio::test]
async fn a_copy_that_must_not_be_is_not_made() {
    let world = World::with_bucket().await;
    world.put("cat", "meow").await;
    let source = ("x-amz-copy-source", "photos/cat");
    let refused = world.ask("PUT /photos/cat", &[source], "").await;
    assert_eq!((refused.status, refused.element("Code")), (400, "InvalidRequest"));
    let stale = [("x-amz-copy-source", "photos/cat"), ("x-amz-copy-source-if-match", "\"0\"")];
    assert_eq!(world.ask("PUT /photos/copy", &stale, "").await.status, 412);
    let unknown = [source, ("if-none-match", "*")];
    assert_eq!(world.ask("PUT /photos/copy", &unknown, "").await.status, 501);
}

#[tokio::test]
async fn deleting_is_done_even_if_nothing_was_there() {
    let world = World::with_bucket().await;
    world.put("cat", "meow").await;
    for _ in 0..2 {
        assert_eq!(world.ask("DELETE /photos/cat", &[], "").await.status, 204);
    }
    assert_eq!(world.get("/photos/cat").await.status, 404);
}

#[tokio::test]
async fn many_keys_are_deleted_each_for_itself() {
    let world = World::with_bucket().await;
    world.put("a", "1").await;
    world.put("b", "2").await;
    let body = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>7</VersionId></Object></Delete>";
    let unvouched = world.ask("POST /photos?delete", &[], body).await;
    let text = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
    assert_eq!(unvouched.error(), (400, "InvalidRequest", text));

    let headers = [("content-md5", "3w6fJI4MdxbY+KHI8RRNfQ==")];
    let answer = world.ask("POST /photos?delete", &headers, body).await.ok();
    assert_eq!(answer.element("Deleted"), "<Key>a</Key>");
    assert!(answer.element("Error").contains("<Code>NotImplemented</Code><Key>b</Key>"));
    assert_eq!(world.get("/photos/a").await.status, 404);
    assert_eq!(world.get("/photos/b").await.text(), "2");
}

#[tokio::test]
async fn versions_and_parts_of_an_object_are_refused_by_name() {
    let world = World::with_bucket().await;
    world.put("cat", "meow").await;
    assert_eq!(world.get("/photos/cat?versionId=null").await.text(), "meow");
    let version = world.get("/photos/cat?versionId=7").await;
    assert_eq!((version.status, version.element("Code")), (404, "NoSuchVersion"));
    let part = world.get("/photos/cat?partNumber=1").await;
    let text = "`partNumber=1` of an object is not emulated (hint: the README lists what is)";
    assert_eq!(part.error(), (501, "NotImplemented", text));
}
