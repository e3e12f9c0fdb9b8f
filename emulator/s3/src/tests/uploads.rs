//! Multipart uploads.

use super::world::{Answer, FUNCTION, World};

const MIB: usize = 1024 * 1024;

async fn start(world: &World, headers: &[(&str, &str)]) -> String {
    let started = world.ask("POST /photos/big?uploads", headers, "").await.ok();
    started.element("UploadId").to_owned()
}

async fn send(world: &World, id: &str, number: u16, body: Vec<u8>) -> Answer {
    let line = format!("PUT /photos/big?partNumber={number}&uploadId={id}");
    world.ask(&line, &[], body).await.ok()
}

async fn complete(world: &World, id: &str, parts: &[(u16, &str)]) -> Answer {
    let part = |(number, tag): &(u16, &str)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
    };
    let parts = parts.iter().map(part).collect::<Vec<_>>().concat();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    world.ask(&format!("POST /photos/big?uploadId={id}"), &[], body).await
}

#[tokio::test]
async fn parts_become_an_object_and_one_event() {
    let world = World::with_bucket().await;
    let configuration = format!(
        "<NotificationConfiguration><CloudFunctionConfiguration><CloudFunction>{FUNCTION}</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration></NotificationConfiguration>"
    );
    world.ask("PUT /photos?notification", &[], configuration).await.ok();
    let id = start(&world, &[("content-type", "image/jpeg")]).await;
    let two = send(&world, &id, 2, b"end".to_vec()).await.header("etag").to_owned();
    let one = send(&world, &id, 1, vec![b'x'; 5 * MIB]).await.header("etag").to_owned();

    let listed = world.get(&format!("/photos/big?uploadId={id}")).await.ok();
    assert_eq!(listed.element("PartNumber"), "1");
    assert_eq!(listed.element("Size"), (5 * MIB).to_string());
    let second = format!("/photos/big?uploadId={id}&max-parts=1&part-number-marker=1");
    assert_eq!(world.get(&second).await.ok().element("PartNumber"), "2");
    assert_eq!(world.get("/photos/big").await.status, 404);

    let completed = complete(&world, &id, &[(1, &one), (2, &two)]).await.ok();
    let tag = completed.element("ETag").replace("&quot;", "\"");
    assert!(tag.ends_with("-2\""), "{tag}");
    let got = world.get("/photos/big").await.ok();
    assert_eq!((got.bytes.len(), got.header("etag")), (5 * MIB + 3, &*tag));
    assert_eq!(got.header("content-type"), "image/jpeg");
    assert_eq!(world.functions.heard(), ["ObjectCreated:CompleteMultipartUpload big"]);

    let again = complete(&world, &id, &[(1, &one)]).await;
    assert_eq!((again.status, again.element("Code")), (404, "NoSuchUpload"));
}

#[tokio::test]
async fn parts_that_do_not_fit_together_are_refused() {
    let world = World::with_bucket().await;
    let id = start(&world, &[]).await;
    let one = send(&world, &id, 1, b"1".to_vec()).await.header("etag").to_owned();
    let two = send(&world, &id, 2, b"2".to_vec()).await.header("etag").to_owned();
    for (parts, code) in [
        (&[][..], "MalformedXML"),
        (&[(1, &*one), (2, &*two)], "EntityTooSmall"),
        (&[(2, &*two), (1, &*one)], "InvalidPartOrder"),
        (&[(1, &*two)], "InvalidPart"),
        (&[(3, &*two)], "InvalidPart"),
    ] {
        let refused = complete(&world, &id, parts).await;
        assert_eq!((refused.status, refused.element("Code")), (400, code), "{parts:?}");
    }
    complete(&world, &id, &[(2, &two)]).await.ok();
    assert_eq!(world.get("/photos/big").await.text(), "2");
}

#[tokio::test]
async fn an_upload_that_promises_checksums_keeps_its_word() {
    let world = World::with_bucket().await;
    let id = start(&world, &[("x-amz-checksum-algorithm", "CRC32")]).await;
    let line = format!("PUT /photos/big?partNumber=1&uploadId={id}");
    let without = world.ask(&line, &[], "meow").await;
    let text = "Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: null";
    assert_eq!(without.error(), (400, "InvalidRequest", text));

    let part = world.ask(&line, &[("x-amz-checksum-crc32", "ihBq/g==")], "meow").await.ok();
    let tag = part.header("etag").to_owned();
    let missing = complete(&world, &id, &[(1, &tag)]).await;
    let text = "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.";
    assert_eq!(missing.error(), (400, "InvalidRequest", text));
    let checksum = "<ChecksumCRC32>ihBq/g==</ChecksumCRC32>";
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{tag}</ETag>{checksum}</Part></CompleteMultipartUpload>"
    );
    let completed = world.ask(&format!("POST /photos/big?uploadId={id}"), &[], body).await.ok();
    assert_eq!(completed.element("ChecksumType"), "COMPOSITE");
    assert_eq!(completed.element("ChecksumCRC32"), "epF2BQ==-1");
}

#[tokio::test]
async fn what_a_document_holds_that_is_not_read_is_refused_by_name() {
    let world = World::with_bucket().await;
    let id = start(&world, &[]).await;
    let body = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag>\
                <ChecksumMD5>b</ChecksumMD5></Part></CompleteMultipartUpload>";
    let refused = world.ask(&format!("POST /photos/big?uploadId={id}"), &[], body).await;
    let text = "`ChecksumMD5` is not emulated (hint: the README lists what is)";
    assert_eq!(refused.error(), (501, "NotImplemented", text));
    let body = "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>\
                </CreateBucketConfiguration>";
    let refused = world.ask("PUT /films", &[], body).await;
    let text = "`Tags` is not emulated (hint: the README lists what is)";
    assert_eq!(refused.error(), (501, "NotImplemented", text));
    assert_eq!(world.get("/films").await.status, 404);
}

#[tokio::test]
async fn an_upload_is_completed_with_the_kind_of_checksum_it_was_created_with() {
    let world = World::with_bucket().await;
    let asked = [("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "FULL_OBJECT")];
    let id = start(&world, &asked).await;
    let line = format!("PUT /photos/big?partNumber=1&uploadId={id}");
    // CRC-32 of the nine digits, the check value of its definition.
    let part = world.ask(&line, &[("x-amz-checksum-crc32", "y/Q5Jg==")], "123456789").await.ok();
    let tag = part.header("etag");
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part>\
         </CompleteMultipartUpload>"
    );
    let line = format!("POST /photos/big?uploadId={id}");
    let kind = ("x-amz-checksum-type", "COMPOSITE");
    let refused = world.ask(&line, &[kind], body.clone()).await;
    let text = "The upload was created using the FULL_OBJECT checksum mode. The complete request \
                must use the same checksum mode.";
    assert_eq!(refused.error(), (400, "InvalidRequest", text));
    world.ask(&line, &[("x-amz-checksum-type", "FULL_OBJECT")], body).await.ok();
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let world = World::with_bucket().await;
    let id = start(&world, &[]).await;
    let line = format!("DELETE /photos/big?uploadId={id}");
    assert_eq!(world.ask(&line, &[], "").await.status, 204);
    let again = world.ask(&line, &[], "").await;
    assert_eq!((again.status, again.element("UploadId")), (404, &*id));
}
