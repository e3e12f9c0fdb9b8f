//! The operations of `CloudWatch` Logs, one file each.

mod create_log_group;
mod create_log_stream;
mod delete_log_group;
mod delete_log_stream;
mod delete_retention_policy;
mod describe_log_groups;
mod describe_log_streams;
mod filter_log_events;
mod get_log_events;
mod list_log_groups;
mod list_tags_for_resource;
mod list_tags_log_group;
mod put_log_events;
mod put_log_group_deletion_protection;
mod put_retention_policy;
mod tag_log_group;
mod tag_resource;
mod untag_log_group;
mod untag_resource;

mod group_name;
mod one_group;
mod tags;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use emulator_front::Api;

use crate::Logs;
use create_log_group::CreateLogGroup;
use create_log_stream::CreateLogStream;
use delete_log_group::DeleteLogGroup;
use delete_log_stream::DeleteLogStream;
use delete_retention_policy::DeleteRetentionPolicy;
use describe_log_groups::DescribeLogGroups;
use describe_log_streams::DescribeLogStreams;
use filter_log_events::FilterLogEvents;
use get_log_events::GetLogEvents;
use list_log_groups::ListLogGroups;
use list_tags_for_resource::ListTagsForResource;
use list_tags_log_group::ListTagsLogGroup;
use put_log_events::PutLogEvents;
use put_log_group_deletion_protection::PutLogGroupDeletionProtection;
use put_retention_policy::PutRetentionPolicy;
use tag_log_group::TagLogGroup;
use tag_resource::TagResource;
use untag_log_group::UntagLogGroup;
use untag_resource::UntagResource;

/// The `CloudWatch` Logs API, in the order of its reference.
pub fn api(logs: &Arc<Logs>) -> Api {
    Api::json("logs", "Logs_20140328", "1.1")
        .on::<CreateLogGroup>(logs)
        .on::<CreateLogStream>(logs)
        .on::<DeleteLogGroup>(logs)
        .on::<DeleteLogStream>(logs)
        .on::<DeleteRetentionPolicy>(logs)
        .on::<DescribeLogGroups>(logs)
        .on::<DescribeLogStreams>(logs)
        .on::<FilterLogEvents>(logs)
        .on::<GetLogEvents>(logs)
        .on::<ListLogGroups>(logs)
        .on::<ListTagsForResource>(logs)
        .on::<ListTagsLogGroup>(logs)
        .on::<PutLogEvents>(logs)
        .on::<PutLogGroupDeletionProtection>(logs)
        .on::<PutRetentionPolicy>(logs)
        .on::<TagLogGroup>(logs)
        .on::<TagResource>(logs)
        .on::<UntagLogGroup>(logs)
        .on::<UntagResource>(logs)
}
