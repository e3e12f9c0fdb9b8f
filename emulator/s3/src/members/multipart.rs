//! Objects that are uploaded in parts.

use emulator_front::{Members, applied, refused};

use super::object::{
    ALGORITHM, BYTES, CHECKSUMS, CUSTOMER_KEY, HEADERS, MAKING, NEW_CHECKSUMS, UNLESS,
};
use super::{ACCESS, List};

const WHOLE: &str = "buckets::a_multipart_upload_becomes_one_object_or_none";
const MADE: &str = "emulator_s3::tests::uploads::parts_become_an_object_and_one_event";
const PROMISED: &str =
    "emulator_s3::tests::uploads::an_upload_that_promises_checksums_keeps_its_word";

/// An upload that was created before.
const BEGUN: Members = applied(&["Bucket", "Key", "UploadId"], WHOLE);

const CHECKSUM_TYPE: Members = applied(
    &["ChecksumType"],
    "emulator_s3::tests::uploads::an_upload_is_completed_with_the_kind_of_checksum_it_was_created_with",
);

pub(crate) const CREATE: List = &[
    &[
        applied(&["Bucket", "Key"], WHOLE),
        applied(HEADERS, MADE),
        applied(&["Metadata"], MADE),
        CHECKSUM_TYPE,
    ],
    MAKING,
    ACCESS,
];

pub(crate) const UPLOAD: List =
    &[&[BEGUN, applied(&["Body", "PartNumber"], WHOLE), ALGORITHM, CUSTOMER_KEY], BYTES, ACCESS];

pub(crate) const LIST: List =
    &[&[BEGUN, applied(&["MaxParts", "PartNumberMarker"], MADE), CUSTOMER_KEY], ACCESS];

pub(crate) const COMPLETE: List = &[
    &[
        BEGUN,
        applied(&["MultipartUpload"], WHOLE),
        applied(CHECKSUMS, PROMISED),
        applied(&["MpuObjectSize"], PROMISED),
        UNLESS,
        CHECKSUM_TYPE,
        CUSTOMER_KEY,
        NEW_CHECKSUMS,
        refused(&[
            "MultipartUpload.Parts.ChecksumMD5",
            "MultipartUpload.Parts.ChecksumSHA512",
            "MultipartUpload.Parts.ChecksumXXHASH128",
            "MultipartUpload.Parts.ChecksumXXHASH3",
            "MultipartUpload.Parts.ChecksumXXHASH64",
        ]),
    ],
    ACCESS,
];

pub(crate) const ABORT: List = &[&[BEGUN, refused(&["IfMatchInitiatedTime"])], ACCESS];
