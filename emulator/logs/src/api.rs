//! The operations of `CloudWatch` Logs, one file each.

mod describe_log_groups;
mod describe_log_streams;
mod filter_log_events;
mod get_log_events;
mod group_name;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use emulator_front::Api;

use crate::Logs;
use describe_log_groups::DescribeLogGroups;
use describe_log_streams::DescribeLogStreams;
use filter_log_events::FilterLogEvents;
use get_log_events::GetLogEvents;

/// The `CloudWatch` Logs API, in the order of its reference.
pub fn api(logs: &Arc<Logs>) -> Api {
    Api::json("logs", "Logs_20140328", "1.1")
        .on::<DescribeLogGroups>(logs)
        .on::<DescribeLogStreams>(logs)
        .on::<FilterLogEvents>(logs)
        .on::<GetLogEvents>(logs)
}
