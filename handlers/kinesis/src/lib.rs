//! Logs the text of every record of a stream, and tells Lambda where to start again if one is not
//! text.
//!
//! The function's event source mapping needs `FunctionResponseTypes=[ReportBatchItemFailures]`.
//! Without it Lambda does not read the answer, takes the batch as done, and the failed record and
//! all after it are lost.

use std::convert::Infallible;

use aws_lambda_events::{
    kinesis::{KinesisEvent, KinesisEventRecord},
    streams::KinesisEventResponse,
};

/// Logs the records in order, up to the first that is not UTF-8.
///
/// The answer holds that record's sequence number and nothing else. Lambda sends the batch again
/// from there, so later records are left for that time: logging them now would log them twice.
///
/// # Errors
///
/// None: a record that cannot be read is a failed item, not a failed invocation.
pub async fn handle(event: KinesisEvent) -> Result<KinesisEventResponse, Infallible> {
    let mut answer = KinesisEventResponse::default();
    for (position, record) in event.records.iter().enumerate() {
        if let Err(error) = log(record) {
            let sequence_number = &record.kinesis.sequence_number;
            let left_records = event.records.len() - position;
            tracing::error!(
                sequence_number,
                left_records,
                %error,
                "record is not UTF-8, the batch restarts at it"
            );
            answer.add_failure(sequence_number);
            break;
        }
    }
    Ok(answer)
}

fn log(record: &KinesisEventRecord) -> Result<(), std::str::Utf8Error> {
    let text = std::str::from_utf8(&record.kinesis.data)?;
    let event_name = record.event_name.as_deref().unwrap_or_default();
    tracing::info!(
        partition_key = record.kinesis.partition_key,
        sequence_number = record.kinesis.sequence_number,
        shard = shard(record),
        "{event_name} Data = {text}"
    );
    Ok(())
}

/// An `eventID` is `{shard}:{sequence number}`.
fn shard(record: &KinesisEventRecord) -> Option<&str> {
    Some(record.event_id.as_deref()?.split_once(':')?.0)
}

#[cfg(test)]
mod tests;
