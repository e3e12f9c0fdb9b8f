//! Kinesis Data Streams: streams, their shards, and the records in them.
//!
//! Two sides meet at a [`Shard`]. Over the wire, producers create streams and put records; inside the
//! emulator, event source mappings subscribe a [`ShardReader`] to each shard and are woken when there
//! is something to read. Who puts and who reads know nothing of each other.
//!
//! ```
//! use emulator_clock::Clock;
//! use emulator_front::Home;
//! use emulator_kinesis::{NoSuchStream, Streams};
//!
//! let streams = Streams::new(Home::default(), Clock::wall());
//! let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
//! let NoSuchStream { name, .. } = streams.read(arn).unwrap_err();
//! assert_eq!(name, "orders");
//! ```

mod hash_key;
mod sequence;

mod log;
mod reader;
mod shard;
mod stream;
mod streams;

mod decimal;
mod designation;
mod entry;

mod create_stream;
mod describe_stream;
mod describe_stream_summary;
mod put_record;
mod put_records;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use emulator_front::Api;

use create_stream::CreateStream;
use describe_stream::DescribeStream;
use describe_stream_summary::DescribeStreamSummary;
use put_record::PutRecord;
use put_records::PutRecords;

pub use log::{Position, Record};
pub use reader::{ShardReader, Unread, Watch};
pub use sequence::{InvalidSequenceNumber, SequenceNumber};
pub use shard::{Shard, ShardId};
pub use stream::Stream;
pub use streams::{NoSuchStream, Streams};

/// The Kinesis API, in the order of its reference.
pub fn api(streams: &Arc<Streams>) -> Api {
    Api::json("kinesis", "Kinesis_20131202", "1.1")
        .on::<CreateStream>(streams)
        .on::<DescribeStream>(streams)
        .on::<DescribeStreamSummary>(streams)
        .on::<PutRecord>(streams)
        .on::<PutRecords>(streams)
}
