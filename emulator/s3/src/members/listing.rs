//! Lists of objects.

use emulator_front::{applied, refused};

use super::{ACCESS, List, Rows};

/// However the pages are turned.
const EITHER: Rows = &[
    applied(
        &["EncodingType"],
        "emulator_s3::tests::listings::names_are_encoded_if_the_client_asks",
    ),
    refused(&["OptionalObjectAttributes"]),
];

pub(crate) const VERSION_1: List = &[
    &[applied(
        &["Bucket", "Delimiter", "Marker", "MaxKeys", "Prefix"],
        "emulator_s3::tests::listings::version_1_lists_with_markers",
    )],
    EITHER,
    ACCESS,
];

pub(crate) const VERSION_2: List = &[
    &[
        applied(
            &["Bucket", "ContinuationToken", "Delimiter", "MaxKeys", "Prefix"],
            "buckets::list_objects_v2_pages_through_keys_and_folders",
        ),
        applied(
            &["FetchOwner", "StartAfter"],
            "emulator_s3::tests::listings::version_2_lists_with_tokens",
        ),
    ],
    EITHER,
    ACCESS,
];
