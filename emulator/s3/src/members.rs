//! What becomes of every input member of every operation, by the names of the S3 service model of
//! 2006-03-01. [`Table`](crate::table::Table) binds each list to its operation.
//!
//! Most refusals are those of [`settings`](crate::plane), which no operation sees.

use emulator_front::{Members, applied, inert, only, refused};

/// An operation's list.
pub(crate) type List = &'static [Members];

/// Whose a bucket is has to be true, if it is said.
const OWNER: Members = applied(
    &["ExpectedBucketOwner"],
    "emulator_s3::tests::wire::a_bucket_that_is_meant_to_be_anothers_is_out_of_reach",
);
const PAYER: Members = inert(&["RequestPayer"], "nobody pays here");
/// Keys of the client's own.
const CUSTOMER_KEY: Members =
    refused(&["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"]);
const GRANTS: Members =
    refused(&["GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"]);
/// The test of [`settings`](crate::plane): what describes what is done anyway may be said.
const ANYWAY: &str = "emulator_s3::plane::settings::tests::what_happens_anyway_may_be_asked_for";
const ACL: Members = only(&["ACL"], &["private", "bucket-owner-full-control"], ANYWAY);
const BUCKET_KEY: Members = only(&["BucketKeyEnabled"], &["false"], ANYWAY);
const ENCRYPTION: Members = only(&["ServerSideEncryption"], &["AES256"], ANYWAY);
const CLASS: Members = only(&["StorageClass"], &["STANDARD"], ANYWAY);
const HOLD: Members = only(&["ObjectLockLegalHoldStatus"], &["OFF"], ANYWAY);
/// What else can be said of an object on AWS.
const SETTINGS: Members = refused(&[
    "ObjectLockEventHold",
    "ObjectLockEventHoldDurationDays",
    "ObjectLockEventHoldDurationYears",
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "SSEKMSEncryptionContext",
    "SSEKMSKeyId",
    "Tagging",
    "WebsiteRedirectLocation",
]);
/// Checksums that S3 has learnt lately.
const NEW_CHECKSUMS: Members = refused(&[
    "ChecksumMD5",
    "ChecksumSHA512",
    "ChecksumXXHASH128",
    "ChecksumXXHASH3",
    "ChecksumXXHASH64",
]);
const CHECKSUMS: Members = applied(
    &["ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256"],
    "emulator_s3::plane::integrity::tests::true_words_pass",
);
const ALGORITHM: Members = only(
    &["ChecksumAlgorithm"],
    &["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"],
    "emulator_s3::plane::integrity::tests::true_words_pass",
);

pub(crate) const LIST_BUCKETS: List = &[applied(
    &["BucketRegion", "ContinuationToken", "MaxBuckets", "Prefix"],
    "emulator_s3::tests::buckets::buckets_are_listed_in_pages",
)];

pub(crate) const CREATE_BUCKET: List = &[
    applied(&["Bucket"], "buckets::create_bucket_and_list_buckets_and_delete_bucket"),
    applied(
        &["CreateBucketConfiguration.LocationConstraint"],
        "emulator_s3::tests::buckets::a_bucket_has_the_region_it_was_created_in",
    ),
    only(&["ACL"], &["private"], ANYWAY),
    only(&["BucketNamespace"], &["global"], ANYWAY),
    only(&["ObjectLockEnabledForBucket"], &["false"], ANYWAY),
    only(&["ObjectOwnership"], &["BucketOwnerEnforced"], ANYWAY),
    GRANTS,
    refused(&[
        "CreateBucketConfiguration.Bucket",
        "CreateBucketConfiguration.Location",
        "CreateBucketConfiguration.Tags",
        "GrantWrite",
    ]),
];

pub(crate) const HEAD_BUCKET: List =
    &[applied(&["Bucket"], "buckets::head_bucket_and_get_bucket_location_say_where_it_is"), OWNER];

pub(crate) const GET_BUCKET_LOCATION: List =
    &[applied(&["Bucket"], "buckets::head_bucket_and_get_bucket_location_say_where_it_is"), OWNER];

pub(crate) const DELETE_BUCKET: List =
    &[applied(&["Bucket"], "buckets::create_bucket_and_list_buckets_and_delete_bucket"), OWNER];

pub(crate) const PUT_BUCKET_NOTIFICATION_CONFIGURATION: List = &[
    applied(
        &["Bucket", "NotificationConfiguration.LambdaFunctionConfigurations"],
        "buckets::get_bucket_notification_configuration_shows_what_was_put",
    ),
    applied(
        &["NotificationConfiguration.LambdaFunctionConfigurations.Filter"],
        "emulator_s3::tests::notifications::only_keys_that_fit_the_filter_are_told",
    ),
    OWNER,
    applied(
        &["SkipDestinationValidation"],
        "emulator_s3::tests::notifications::a_function_is_asked_whether_it_lets_the_bucket_in",
    ),
    refused(&[
        "NotificationConfiguration.EventBridgeConfiguration",
        "NotificationConfiguration.QueueConfigurations",
        "NotificationConfiguration.TopicConfigurations",
    ]),
];

pub(crate) const GET_BUCKET_NOTIFICATION_CONFIGURATION: List = &[
    applied(&["Bucket"], "buckets::get_bucket_notification_configuration_shows_what_was_put"),
    OWNER,
];

pub(crate) const LIST_OBJECTS: List = &[
    applied(
        &["Bucket", "Delimiter", "Marker", "MaxKeys", "Prefix"],
        "emulator_s3::tests::listings::version_1_lists_with_markers",
    ),
    applied(
        &["EncodingType"],
        "emulator_s3::tests::listings::names_are_encoded_if_the_client_asks",
    ),
    OWNER,
    PAYER,
    refused(&["OptionalObjectAttributes"]),
];

pub(crate) const LIST_OBJECTS_V2: List = &[
    applied(
        &["Bucket", "ContinuationToken", "Delimiter", "MaxKeys", "Prefix"],
        "buckets::list_objects_v2_pages_through_keys_and_folders",
    ),
    applied(
        &["FetchOwner", "StartAfter"],
        "emulator_s3::tests::listings::version_2_lists_with_tokens",
    ),
    applied(
        &["EncodingType"],
        "emulator_s3::tests::listings::names_are_encoded_if_the_client_asks",
    ),
    OWNER,
    PAYER,
    refused(&["OptionalObjectAttributes"]),
];

pub(crate) const PUT_OBJECT: List = &[
    applied(
        &["Body", "Bucket", "Key", "Metadata"],
        "buckets::put_object_and_get_object_keep_bytes_and_metadata",
    ),
    applied(
        &[
            "CacheControl",
            "ContentDisposition",
            "ContentEncoding",
            "ContentLanguage",
            "ContentType",
            "Expires",
        ],
        "emulator_s3::tests::objects::an_object_comes_back_as_it_was_put",
    ),
    applied(
        &["IfMatch", "IfNoneMatch"],
        "emulator_s3::tests::objects::conditions_decide_whether_an_object_is_written",
    ),
    applied(
        &["ContentLength"],
        "emulator_s3::tests::wire::a_streamed_upload_is_stored_without_its_chunks",
    ),
    applied(
        &["ContentMD5"],
        "emulator_s3::tests::wire::bytes_that_are_not_what_was_said_are_not_stored",
    ),
    CHECKSUMS,
    ALGORITHM,
    OWNER,
    PAYER,
    ACL,
    BUCKET_KEY,
    ENCRYPTION,
    HOLD,
    CLASS,
    CUSTOMER_KEY,
    GRANTS,
    NEW_CHECKSUMS,
    SETTINGS,
    refused(&["WriteOffsetBytes"]),
];

pub(crate) const GET_OBJECT: List = &[
    applied(&["Bucket", "Key"], "buckets::put_object_and_get_object_keep_bytes_and_metadata"),
    applied(&["Range"], "buckets::get_object_answers_the_range_that_is_asked_for"),
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
    applied(
        &["VersionId"],
        "emulator_s3::tests::objects::versions_and_parts_of_an_object_are_refused_by_name",
    ),
    OWNER,
    PAYER,
    CUSTOMER_KEY,
    refused(&["PartNumber"]),
];

pub(crate) const HEAD_OBJECT: List = &[
    applied(&["Bucket", "Key"], "buckets::head_object_and_copy_object_and_delete_object"),
    applied(&["Range"], "emulator_s3::tests::objects::ranges_are_cut_as_http_says"),
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
    applied(
        &["VersionId"],
        "emulator_s3::tests::objects::versions_and_parts_of_an_object_are_refused_by_name",
    ),
    OWNER,
    PAYER,
    CUSTOMER_KEY,
    refused(&["PartNumber"]),
];

pub(crate) const COPY_OBJECT: List = &[
    applied(
        &["Bucket", "CopySource", "Key"],
        "buckets::head_object_and_copy_object_and_delete_object",
    ),
    applied(
        &[
            "CacheControl",
            "ContentDisposition",
            "ContentEncoding",
            "ContentLanguage",
            "ContentType",
            "Expires",
            "Metadata",
            "MetadataDirective",
        ],
        "emulator_s3::tests::objects::a_copy_takes_bytes_and_description_along",
    ),
    applied(
        &[
            "CopySourceIfMatch",
            "CopySourceIfModifiedSince",
            "CopySourceIfNoneMatch",
            "CopySourceIfUnmodifiedSince",
        ],
        "emulator_s3::tests::objects::a_copy_that_must_not_be_is_not_made",
    ),
    applied(
        &["ExpectedSourceBucketOwner"],
        "emulator_s3::tests::wire::a_bucket_that_is_meant_to_be_anothers_is_out_of_reach",
    ),
    only(&["AnnotationDirective"], &["COPY"], ANYWAY),
    only(&["TaggingDirective"], &["COPY"], ANYWAY),
    ALGORITHM,
    OWNER,
    PAYER,
    ACL,
    BUCKET_KEY,
    ENCRYPTION,
    HOLD,
    CLASS,
    CUSTOMER_KEY,
    GRANTS,
    SETTINGS,
    refused(&[
        "CopySourceSSECustomerAlgorithm",
        "CopySourceSSECustomerKey",
        "CopySourceSSECustomerKeyMD5",
        "IfMatch",
        "IfNoneMatch",
    ]),
];

pub(crate) const DELETE_OBJECT: List = &[
    applied(&["Bucket", "Key"], "buckets::head_object_and_copy_object_and_delete_object"),
    applied(
        &["IfMatch"],
        "emulator_s3::tests::objects::conditions_decide_whether_an_object_is_written",
    ),
    OWNER,
    PAYER,
    only(&["BypassGovernanceRetention"], &["false"], ANYWAY),
    only(
        &["VersionId"],
        &["null"],
        "emulator_s3::tests::objects::versions_and_parts_of_an_object_are_refused_by_name",
    ),
    refused(&["IfMatchLastModifiedTime", "IfMatchSize", "MFA"]),
];

pub(crate) const DELETE_OBJECTS: List = &[
    applied(&["Bucket", "Delete"], "buckets::delete_objects_takes_many_at_once"),
    applied(
        &["Delete.Objects.ETag", "Delete.Quiet"],
        "emulator_s3::tests::objects::many_keys_are_deleted_each_for_itself",
    ),
    ALGORITHM,
    OWNER,
    PAYER,
    only(&["BypassGovernanceRetention"], &["false"], ANYWAY),
    only(
        &["Delete.Objects.VersionId"],
        &["null"],
        "emulator_s3::tests::objects::many_keys_are_deleted_each_for_itself",
    ),
    refused(&["Delete.Objects.LastModifiedTime", "Delete.Objects.Size", "MFA"]),
];

pub(crate) const CREATE_MULTIPART_UPLOAD: List = &[
    applied(&["Bucket", "Key"], "buckets::a_multipart_upload_becomes_one_object_or_none"),
    applied(
        &[
            "CacheControl",
            "ContentDisposition",
            "ContentEncoding",
            "ContentLanguage",
            "ContentType",
            "Expires",
            "Metadata",
        ],
        "emulator_s3::tests::uploads::parts_become_an_object_and_one_event",
    ),
    applied(
        &["ChecksumType"],
        "emulator_s3::tests::uploads::an_upload_is_completed_with_the_kind_of_checksum_it_was_created_with",
    ),
    ALGORITHM,
    OWNER,
    PAYER,
    ACL,
    BUCKET_KEY,
    ENCRYPTION,
    HOLD,
    CLASS,
    CUSTOMER_KEY,
    GRANTS,
    SETTINGS,
];

pub(crate) const UPLOAD_PART: List = &[
    applied(
        &["Body", "Bucket", "Key", "PartNumber", "UploadId"],
        "buckets::a_multipart_upload_becomes_one_object_or_none",
    ),
    applied(
        &["ContentLength"],
        "emulator_s3::tests::wire::a_streamed_upload_is_stored_without_its_chunks",
    ),
    applied(
        &["ContentMD5"],
        "emulator_s3::tests::wire::bytes_that_are_not_what_was_said_are_not_stored",
    ),
    CHECKSUMS,
    ALGORITHM,
    OWNER,
    PAYER,
    CUSTOMER_KEY,
    NEW_CHECKSUMS,
];

pub(crate) const LIST_PARTS: List = &[
    applied(
        &["Bucket", "Key", "UploadId"],
        "buckets::a_multipart_upload_becomes_one_object_or_none",
    ),
    applied(
        &["MaxParts", "PartNumberMarker"],
        "emulator_s3::tests::uploads::parts_become_an_object_and_one_event",
    ),
    OWNER,
    PAYER,
    CUSTOMER_KEY,
];

pub(crate) const COMPLETE_MULTIPART_UPLOAD: List = &[
    applied(
        &["Bucket", "Key", "MultipartUpload", "UploadId"],
        "buckets::a_multipart_upload_becomes_one_object_or_none",
    ),
    applied(
        &[
            "ChecksumCRC32",
            "ChecksumCRC32C",
            "ChecksumCRC64NVME",
            "ChecksumSHA1",
            "ChecksumSHA256",
            "MpuObjectSize",
        ],
        "emulator_s3::tests::uploads::an_upload_that_promises_checksums_keeps_its_word",
    ),
    applied(
        &["IfMatch", "IfNoneMatch"],
        "emulator_s3::tests::objects::conditions_decide_whether_an_object_is_written",
    ),
    applied(
        &["ChecksumType"],
        "emulator_s3::tests::uploads::an_upload_is_completed_with_the_kind_of_checksum_it_was_created_with",
    ),
    OWNER,
    PAYER,
    CUSTOMER_KEY,
    NEW_CHECKSUMS,
    refused(&[
        "MultipartUpload.Parts.ChecksumMD5",
        "MultipartUpload.Parts.ChecksumSHA512",
        "MultipartUpload.Parts.ChecksumXXHASH128",
        "MultipartUpload.Parts.ChecksumXXHASH3",
        "MultipartUpload.Parts.ChecksumXXHASH64",
    ]),
];

pub(crate) const ABORT_MULTIPART_UPLOAD: List = &[
    applied(
        &["Bucket", "Key", "UploadId"],
        "buckets::a_multipart_upload_becomes_one_object_or_none",
    ),
    OWNER,
    PAYER,
    refused(&["IfMatchInitiatedTime"]),
];
