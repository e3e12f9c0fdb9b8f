//! How long a test waits for anything: the one deadline, generous and never met unless something hangs.

use std::time::Duration;

use tokio::time::timeout;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Waits for an event, and fails the test if it does not come.
pub async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let Ok(happened) = timeout(PATIENCE, event).await else {
        panic!("waited {PATIENCE:?} in vain for {what}")
    };
    happened
}
