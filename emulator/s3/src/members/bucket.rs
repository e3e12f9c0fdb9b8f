//! Buckets themselves.

use emulator_front::{Members, applied, only, refused};

use super::{ANYWAY, GRANTS, List, OWNER};

/// From its creation to its end.
const LIVED: Members =
    applied(&["Bucket"], "buckets::create_bucket_and_list_buckets_and_delete_bucket");

pub(crate) const LIST: List = &[&[applied(
    &["BucketRegion", "ContinuationToken", "MaxBuckets", "Prefix"],
    "emulator_s3::tests::buckets::buckets_are_listed_in_pages",
)]];

pub(crate) const CREATE: List = &[&[
    LIVED,
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
]];

pub(crate) const HEAD: List = &[&[
    applied(&["Bucket"], "buckets::head_bucket_and_get_bucket_location_say_where_it_is"),
    OWNER,
]];

/// Asked for in the same words.
pub(crate) const LOCATION: List = HEAD;

pub(crate) const DELETE: List = &[&[LIVED, OWNER]];
