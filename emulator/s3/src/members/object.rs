//! Objects, whole. Their parts use the rows on top as well.

use emulator_front::{Members, applied, only, refused};

use super::{ACCESS, ANYWAY, GRANTS, List, OWNED, Rows};

/// Headers that an object is given out with.
pub(super) const HEADERS: &[&str] = &[
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
];

/// Checksums of bytes, as far as they are worked out here.
pub(super) const CHECKSUMS: &[&str] =
    &["ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256"];

/// Checksums that S3 has learnt lately.
pub(super) const NEW_CHECKSUMS: Members = refused(&[
    "ChecksumMD5",
    "ChecksumSHA512",
    "ChecksumXXHASH128",
    "ChecksumXXHASH3",
    "ChecksumXXHASH64",
]);

/// What was said of bytes is what came.
const TRUE: &str = "emulator_s3::plane::integrity::tests::true_words_pass";

pub(super) const ALGORITHM: Members =
    only(&["ChecksumAlgorithm"], &["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"], TRUE);

/// Keys of the client's own.
pub(super) const CUSTOMER_KEY: Members =
    refused(&["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"]);

/// What is said of bytes that are sent.
pub(super) const BYTES: Rows = &[
    applied(
        &["ContentLength"],
        "emulator_s3::tests::wire::a_streamed_upload_is_stored_without_its_chunks",
    ),
    applied(
        &["ContentMD5"],
        "emulator_s3::tests::wire::bytes_that_are_not_what_was_said_are_not_stored",
    ),
    applied(CHECKSUMS, TRUE),
    NEW_CHECKSUMS,
];

/// What is said of an object that is to be, however it is made.
pub(super) const MAKING: Rows = &[
    ALGORITHM,
    CUSTOMER_KEY,
    GRANTS,
    only(&["ACL"], &["private", "bucket-owner-full-control"], ANYWAY),
    only(&["BucketKeyEnabled"], &["false"], ANYWAY),
    only(&["ObjectLockLegalHoldStatus"], &["OFF"], ANYWAY),
    only(&["ServerSideEncryption"], &["AES256"], ANYWAY),
    only(&["StorageClass"], &["STANDARD"], ANYWAY),
    refused(&[
        "ObjectLockEventHold",
        "ObjectLockEventHoldDurationDays",
        "ObjectLockEventHoldDurationYears",
        "ObjectLockMode",
        "ObjectLockRetainUntilDate",
        "SSEKMSEncryptionContext",
        "SSEKMSKeyId",
        "Tagging",
        "WebsiteRedirectLocation",
    ]),
];

const WRITTEN: &str = "emulator_s3::tests::objects::conditions_decide_whether_an_object_is_written";
/// On what there is under its key already.
pub(super) const UNLESS: Members = applied(&["IfMatch", "IfNoneMatch"], WRITTEN);

/// How an object is asked for, with its bytes or without.
const ASKING: Rows = &[
    applied(
        &["IfMatch", "IfModifiedSince", "IfNoneMatch", "IfUnmodifiedSince"],
        "emulator_s3::tests::objects::conditions_decide_whether_an_object_is_given_out",
    ),
    applied(
        &["ChecksumMode"],
        "emulator_s3::tests::objects::a_checksum_is_given_to_those_who_ask_and_not_with_a_part",
    ),
    applied(
        &[
            "ResponseCacheControl",
            "ResponseContentDisposition",
            "ResponseContentEncoding",
            "ResponseContentLanguage",
            "ResponseContentType",
            "ResponseExpires",
        ],
        "emulator_s3::tests::objects::the_request_may_override_headers_of_the_answer",
    ),
    applied(&["VersionId"], WHICH),
    CUSTOMER_KEY,
    refused(&["PartNumber"]),
];

const KEPT: &str = "buckets::put_object_and_get_object_keep_bytes_and_metadata";
const COPIED: &str = "buckets::head_object_and_copy_object_and_delete_object";
const DESCRIBED: &str = "emulator_s3::tests::objects::a_copy_takes_bytes_and_description_along";
const MANY: &str = "emulator_s3::tests::objects::many_keys_are_deleted_each_for_itself";
const WHICH: &str =
    "emulator_s3::tests::objects::versions_and_parts_of_an_object_are_refused_by_name";
const BYPASS: Members = only(&["BypassGovernanceRetention"], &["false"], ANYWAY);

pub(crate) const PUT: List = &[
    &[
        applied(&["Body", "Bucket", "Key", "Metadata"], KEPT),
        applied(HEADERS, "emulator_s3::tests::objects::an_object_comes_back_as_it_was_put"),
        UNLESS,
        refused(&["WriteOffsetBytes"]),
    ],
    BYTES,
    MAKING,
    ACCESS,
];

pub(crate) const GET: List = &[
    &[
        applied(&["Bucket", "Key"], KEPT),
        applied(&["Range"], "buckets::get_object_answers_the_range_that_is_asked_for"),
    ],
    ASKING,
    ACCESS,
];

pub(crate) const HEAD: List = &[
    &[
        applied(&["Bucket", "Key"], COPIED),
        applied(&["Range"], "emulator_s3::tests::objects::ranges_are_cut_as_http_says"),
    ],
    ASKING,
    ACCESS,
];

pub(crate) const COPY: List = &[
    &[
        applied(&["Bucket", "CopySource", "Key"], COPIED),
        applied(HEADERS, DESCRIBED),
        applied(&["Metadata", "MetadataDirective"], DESCRIBED),
        applied(
            &[
                "CopySourceIfMatch",
                "CopySourceIfModifiedSince",
                "CopySourceIfNoneMatch",
                "CopySourceIfUnmodifiedSince",
            ],
            "emulator_s3::tests::objects::a_copy_that_must_not_be_is_not_made",
        ),
        applied(&["ExpectedSourceBucketOwner"], OWNED),
        only(&["AnnotationDirective", "TaggingDirective"], &["COPY"], ANYWAY),
        refused(&[
            "CopySourceSSECustomerAlgorithm",
            "CopySourceSSECustomerKey",
            "CopySourceSSECustomerKeyMD5",
            "IfMatch",
            "IfNoneMatch",
        ]),
    ],
    MAKING,
    ACCESS,
];

pub(crate) const DELETE: List = &[
    &[
        applied(&["Bucket", "Key"], COPIED),
        applied(&["IfMatch"], WRITTEN),
        BYPASS,
        only(&["VersionId"], &["null"], WHICH),
        refused(&["IfMatchLastModifiedTime", "IfMatchSize", "MFA"]),
    ],
    ACCESS,
];

pub(crate) const DELETE_MANY: List = &[
    &[
        applied(&["Bucket", "Delete"], "buckets::delete_objects_takes_many_at_once"),
        applied(&["Delete.Objects.ETag", "Delete.Quiet"], MANY),
        ALGORITHM,
        BYPASS,
        only(&["Delete.Objects.VersionId"], &["null"], MANY),
        refused(&["Delete.Objects.LastModifiedTime", "Delete.Objects.Size", "MFA"]),
    ],
    ACCESS,
];
