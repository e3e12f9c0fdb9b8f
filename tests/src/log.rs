//! What functions have written.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::error::SdkError;
use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsError;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;

use crate::Account;

impl Account {
    /// Every line of a function's log that holds `phrase`, oldest first; all of them if it is empty.
    pub async fn logged(&self, function: &str, phrase: &str) -> Vec<String> {
        self.logged_so_far(function, phrase).await.expect("a function that has run has a log")
    }

    /// The same, or nothing as long as the function has no log.
    pub async fn logged_so_far(&self, function: &str, phrase: &str) -> Option<Vec<String>> {
        let group = format!("/aws/lambda/{function}");
        let pattern = if phrase.is_empty() { String::new() } else { format!("\"{phrase}\"") };
        found(&self.logs(), &group, &pattern).await
    }
}

/// The messages of a group that a pattern finds, or nothing if there is no such group.
async fn found(logs: &Client, group: &str, pattern: &str) -> Option<Vec<String>> {
    let search = logs.filter_log_events().log_group_name(group).filter_pattern(pattern);
    let (mut pages, mut messages) = (search.into_paginator().send(), Vec::new());
    while let Some(page) = pages.next().await {
        match page.map_err(SdkError::into_service_error) {
            Ok(page) => messages.extend(page.events().iter().map(message)),
            Err(FilterLogEventsError::ResourceNotFoundException(_)) => return None,
            Err(error) => panic!("the log cannot be read: {error:?}"),
        }
    }
    Some(messages)
}

fn message(event: &FilteredLogEvent) -> String {
    event.message().unwrap_or_default().trim_end().to_owned()
}
