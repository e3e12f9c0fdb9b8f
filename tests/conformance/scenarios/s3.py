"""Buckets, objects, uploads in parts and notifications."""

from calls import Calls

PHOTOS = {"Bucket": "photos"}
NOBODY = {"Bucket": "nobody"}
CAT = {**PHOTOS, "Key": "cat.jpg"}
GONE = {**PHOTOS, "Key": "gone"}
BIG = {**PHOTOS, "Key": "big"}


def run(calls: dict[str, Calls]) -> None:
    """Every operation, and what S3 says where there is nothing."""
    s3 = calls["s3"]
    _buckets(s3)
    _objects(s3)
    _uploads(s3)
    s3.refused("DeleteBucket", "BucketNotEmpty", **PHOTOS)
    s3.ok("DeleteObjects", **PHOTOS, Delete={"Objects": [{"Key": "big"}, {"Key": "copy"}]})
    s3.refused("DeleteObjects", "NoSuchBucket", **NOBODY, Delete={"Objects": [{"Key": "a"}]})
    s3.ok("DeleteBucket", **PHOTOS)


def _buckets(s3: Calls) -> None:
    elsewhere = {"LocationConstraint": "eu-west-1"}
    s3.ok("CreateBucket", **PHOTOS, CreateBucketConfiguration=elsewhere)
    again = {**PHOTOS, "CreateBucketConfiguration": elsewhere}
    s3.refused("CreateBucket", "BucketAlreadyOwnedByYou", **again)
    s3.ok("HeadBucket", **PHOTOS)
    s3.refused("HeadBucket", "404", **NOBODY)
    s3.ok("GetBucketLocation", **PHOTOS)
    s3.refused("GetBucketLocation", "NoSuchBucket", **NOBODY)
    s3.ok("ListBuckets")
    s3.ok("PutBucketNotificationConfiguration", **PHOTOS, NotificationConfiguration={})
    s3.ok("GetBucketNotificationConfiguration", **PHOTOS)
    s3.refused("GetBucketNotificationConfiguration", "NoSuchBucket", **NOBODY)


def _objects(s3: Calls) -> None:
    s3.ok("PutObject", **CAT, Body=b"meow", Metadata={"camera": "pinhole"})
    s3.refused("PutObject", "PreconditionFailed", **CAT, Body=b"", IfNoneMatch="*")
    # Of the errors in the model, those that are about what is refused here cannot come.
    s3.refused("PutObject", "InvalidRequest", **CAT, Body=b"", ChecksumCRC32="not base64")
    s3.ok("GetObject", **CAT, ChecksumMode="ENABLED")
    s3.refused("GetObject", "NoSuchKey", **GONE)
    s3.ok("HeadObject", **CAT)
    s3.refused("HeadObject", "404", **GONE)
    s3.ok("CopyObject", **PHOTOS, Key="copy", CopySource="photos/cat.jpg")
    s3.refused("CopyObject", "NoSuchKey", **PHOTOS, Key="copy", CopySource="photos/gone")
    for operation in ("ListObjects", "ListObjectsV2"):
        s3.ok(operation, **PHOTOS, Delimiter="/", MaxKeys=1)
        s3.refused(operation, "NoSuchBucket", **NOBODY)
    s3.ok("DeleteObject", **CAT)
    s3.refused("DeleteObject", "NoSuchBucket", **NOBODY, Key="a")


def _uploads(s3: Calls) -> None:
    upload = {**BIG, "UploadId": s3.ok("CreateMultipartUpload", **BIG)["UploadId"]}
    s3.refused("CreateMultipartUpload", "NoSuchBucket", **NOBODY, Key="a")
    part = s3.ok("UploadPart", **upload, PartNumber=1, Body=b"only")
    nothing = {**BIG, "UploadId": "nothing"}
    s3.refused("UploadPart", "NoSuchUpload", **nothing, PartNumber=1, Body=b"")
    s3.ok("ListParts", **upload)
    s3.refused("ListParts", "NoSuchUpload", **nothing)
    checksum = {name: text for name, text in part.items() if name.startswith("ChecksumCRC")}
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"], **checksum}]}
    s3.ok("CompleteMultipartUpload", **upload, MultipartUpload=parts)
    s3.refused("CompleteMultipartUpload", "NoSuchUpload", **upload, MultipartUpload=parts)
    other = {**BIG, "UploadId": s3.ok("CreateMultipartUpload", **BIG)["UploadId"]}
    s3.ok("AbortMultipartUpload", **other)
    s3.refused("AbortMultipartUpload", "NoSuchUpload", **other)
