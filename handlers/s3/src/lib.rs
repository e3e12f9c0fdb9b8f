//! Logs every object that a bucket's notification names: one structured line per record.

use std::{borrow::Cow, convert::Infallible};

use aws_lambda_events::s3::S3EventRecord;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// What a bucket sends. A test event, which S3 sends when a notification is configured, has no
/// records.
#[derive(Debug, Deserialize)]
pub struct Notification {
    /// In the order in which S3 put them.
    #[serde(default, rename = "Records")]
    pub records: Vec<S3EventRecord>,

    /// `s3:TestEvent` in a test event; records carry their own names.
    #[serde(rename = "Event")]
    pub event: Option<String>,
}

/// How much of the notification was done.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The number of records that were logged.
    pub processed: usize,
}

/// Logs each record in order and counts them.
///
/// # Errors
///
/// None: there is nothing in a record that cannot be logged.
pub async fn handle(notification: Notification) -> Result<Summary, Infallible> {
    if notification.records.is_empty() {
        tracing::info!(event_name = notification.event, "S3 event without records");
    }
    notification.records.iter().for_each(log);
    Ok(Summary { processed: notification.records.len() })
}

fn log(record: &S3EventRecord) {
    let object = &record.s3.object;
    tracing::info!(
        event_name = record.event_name,
        bucket = record.s3.bucket.name,
        key = object.key.as_deref().map(decoded).as_deref(),
        size = object.size,
        etag = object.e_tag,
        sequencer = object.sequencer,
        "S3 trigger Lambda"
    );
}

/// The key as it was put: S3 writes it into an event as a form field, with `+` for a space.
fn decoded(key: &str) -> String {
    let spaced =
        if key.contains('+') { Cow::Owned(key.replace('+', " ")) } else { Cow::Borrowed(key) };
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
