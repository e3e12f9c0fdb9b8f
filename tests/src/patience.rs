//! How long a test waits for anything: the one deadline, generous and never met unless something hangs.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Between two questions; AWS has limits on how often one may ask.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Waits for an event, and fails the test if it does not come.
pub async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let Ok(happened) = timeout(PATIENCE, event).await else {
        panic!("waited {PATIENCE:?} in vain for {what}")
    };
    happened
}

/// Asks again and again until there is an answer, where there is nothing to wait on but the answers; fails the
/// test if none comes.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        let mut pause = Duration::from_millis(20);
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    };
    soon(what, asking).await
}
