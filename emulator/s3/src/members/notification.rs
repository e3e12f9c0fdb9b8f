//! Who is told of a bucket's changes.

use emulator_front::{Members, applied, refused};

use super::{List, OWNER};

/// What was put is what is got.
const SHOWN: &str = "buckets::get_bucket_notification_configuration_shows_what_was_put";
const BUCKET: Members = applied(&["Bucket"], SHOWN);

pub(crate) const PUT: List = &[&[
    BUCKET,
    applied(&["NotificationConfiguration.LambdaFunctionConfigurations"], SHOWN),
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
]];

pub(crate) const GET: List = &[&[BUCKET, OWNER]];
