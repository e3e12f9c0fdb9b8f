//! `World`: what one test sees of an account that others use at the same time.

use std::ops::Deref;

use aws_sdk_lambda::config::SharedInterceptor;
use probe::Echo;
use serde_json::json;
use tests::{Account, eventually};

use crate::created::Created;

/// An account, names in it that nobody else has, and what the test has created there.
pub(crate) struct World {
    account: Account,
    created: Created,
    /// At the end of every name.
    mark: String,
}

impl World {
    pub(crate) fn of(account: &Account) -> Self {
        let created = Created::default();
        let account = account.watched_by(SharedInterceptor::new(created.clone()));
        Self { account, created, mark: format!("{:012x}", fastrand::u64(..1 << 48)) }
    }

    /// A name that is this test's alone, also for a bucket.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name}-{}", self.mark)
    }

    /// Calls a probe with an event that is no script, and answers what it saw. With the log comes the certainty
    /// that its environment is free again.
    pub(crate) async fn echo(&self, function: &str) -> Echo {
        let answer = self.invoke(function, json!({})).with_log().await;
        serde_json::from_value(answer.value()).unwrap()
    }

    /// Waits until so many lines of a function's log hold `phrase`, and answers them, oldest first.
    pub(crate) async fn lines(&self, function: &str, phrase: &str, number: usize) -> Vec<String> {
        eventually(phrase, async || {
            let lines = self.logged_so_far(function, phrase).await?;
            (lines.len() >= number).then_some(lines)
        })
        .await
    }

    /// Removes whatever the test has created, and answers what could not be.
    pub(crate) async fn leave(self) -> Vec<String> {
        self.created.remove_from(&self.account).await
    }
}

impl Deref for World {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}
