//! What becomes of every input member of every operation, by the names of the S3 service model of
//! 2006-03-01. [`Table`](crate::table::Table) binds each list to its operation, and the files here are
//! named as those of the operations.
//!
//! Most refusals are those of [`settings`](crate::plane), which no operation sees.

pub(crate) mod bucket;
pub(crate) mod listing;
pub(crate) mod multipart;
pub(crate) mod notification;
pub(crate) mod object;

use emulator_front::{Members, applied, inert, refused};

/// Rows that operations share, or that one has for itself.
pub(crate) type Rows = &'static [Members];

/// An operation's list: its own rows, and those that it shares.
pub(crate) type List = &'static [Rows];

/// Whose a bucket is has to be true, if it is said.
const OWNER: Members = applied(&["ExpectedBucketOwner"], OWNED);
const OWNED: &str =
    "emulator_s3::tests::wire::a_bucket_that_is_meant_to_be_anothers_is_out_of_reach";

/// Who asks for objects, and who pays for that.
const ACCESS: Rows = &[OWNER, inert(&["RequestPayer"], "nobody pays here")];

const GRANTS: Members =
    refused(&["GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"]);

/// The test of [`settings`](crate::plane): what describes what is done anyway may be said.
const ANYWAY: &str = "emulator_s3::plane::settings::tests::what_happens_anyway_may_be_asked_for";
