//! Notifications: which function hears of which change of which object.
//!
//! A bucket's configuration is checked when it is put: names, overlaps, and whether each function lets
//! the bucket in. From then on every change that fits is announced: one event to each function, handed
//! to its async queue before the client that made the change is answered.

mod announce;
mod arn;
mod configuration;
mod event_name;
mod filter;
mod overlap;
mod record;
mod sequencer;

use s3s::{S3ErrorCode, dto};

pub(crate) use announce::Change;
pub(crate) use configuration::Notification;
pub(crate) use event_name::Happening;
pub(crate) use sequencer::Sequencer;

use crate::Buckets;
use crate::call::{Call, Element};
use crate::refusal::{NoSuchBucket, Refusal};

use configuration::ConfigurationError;

/// Why a configuration is not put.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// Functions that do not let the bucket in, each with the reason.
    #[error("Unable to validate the following destination configurations")]
    Destinations(Vec<(String, emulator_deliver::Refused)>),
}

impl Refusal for PutError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::Configuration(refusal) => refusal.code(),
            Self::Destinations(_) => S3ErrorCode::InvalidArgument,
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::Configuration(refusal) => refusal.elements(),
            Self::Destinations(refused) => {
                let numbered = (1..).zip(refused);
                let elements = numbered.flat_map(|(number, (function, reason))| {
                    [
                        (format!("ArgumentName{number}").into(), format!("{function}, null")),
                        (format!("ArgumentValue{number}").into(), reason.to_string()),
                    ]
                });
                elements.collect()
            }
        }
    }
}

/// `PutBucketNotificationConfiguration`: the whole configuration, in place of the one before.
pub(crate) fn put(
    buckets: &Buckets,
    _: &Call,
    input: dto::PutBucketNotificationConfigurationInput,
) -> Result<dto::PutBucketNotificationConfigurationOutput, PutError> {
    buckets.state().bucket(&input.bucket)?;
    let notifications = configuration::read(input.notification_configuration)?;
    if !input.skip_destination_validation.unwrap_or_default() {
        ask_destinations(buckets, &input.bucket, &notifications)?;
    }
    buckets.state().bucket_mut(&input.bucket)?.notifications = notifications;
    Ok(dto::PutBucketNotificationConfigurationOutput::default())
}

fn ask_destinations(
    buckets: &Buckets,
    bucket: &str,
    notifications: &[Notification],
) -> Result<(), PutError> {
    let source = buckets.as_source(bucket);
    let refused: Vec<_> = notifications
        .iter()
        .filter_map(|notification| {
            let function = &notification.function;
            let reason = buckets.deliver.permits(function, &source).err()?;
            Some((function.clone(), reason))
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(PutError::Destinations(refused)) }
}

/// `GetBucketNotificationConfiguration`.
pub(crate) fn get(
    buckets: &Buckets,
    _: &Call,
    input: dto::GetBucketNotificationConfigurationInput,
) -> Result<dto::GetBucketNotificationConfigurationOutput, NoSuchBucket> {
    let dto::GetBucketNotificationConfigurationInput { bucket, .. } = input;
    let state = buckets.state();
    let notifications = &state.bucket(&bucket)?.notifications;
    let functions: Vec<_> = notifications.iter().map(configuration::write).collect();
    Ok(dto::GetBucketNotificationConfigurationOutput {
        lambda_function_configurations: Some(functions).filter(|functions| !functions.is_empty()),
        ..dto::GetBucketNotificationConfigurationOutput::default()
    })
}
