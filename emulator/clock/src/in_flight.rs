//! The guard of an accepted item that is not finished.

use crate::Timer;
use crate::clock::Shared;
use crate::ledger::Number;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use time::{SignedDuration, UtcDateTime};

/// An accepted item that is not finished; dropped when it is.
///
/// Virtual time stands still as long as one exists.
#[derive(Debug)]
#[must_use = "an item whose guard is dropped is finished"]
pub struct InFlight {
    pub(crate) shared: Arc<Shared>,
    pub(crate) number: Number,
}

impl InFlight {
    pub(crate) fn new(shared: &Arc<Shared>, what: Cow<'static, str>) -> Self {
        let number = shared.ledger().hold(what);
        Self { shared: Arc::clone(shared), number }
    }

    /// Lets the item wait until `when`. It does not count while it waits, and counts again from the
    /// moment the timer fires. A time that has come already is not waited for.
    pub fn until(mut self, when: UtcDateTime) -> Timer {
        let (number, quiet) = {
            let mut ledger = self.shared.ledger();
            (ledger.wait(self.number, when), ledger.is_quiet())
        };
        self.number = number;
        if quiet {
            self.shared.quiet.notify_one();
        }
        Timer::new(self, when)
    }

    /// Lets the item wait for `delay`, as [`until`](Self::until) does.
    pub fn after(self, delay: Duration) -> Timer {
        let when = later(self.shared.ledger().now(), delay);
        self.until(when)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let (finished, quiet) = {
            let mut ledger = self.shared.ledger();
            (ledger.finish(self.number), ledger.is_quiet())
        };
        // An item dropped while it waited was not in flight, and nothing has become quiet.
        if finished.is_some() && quiet {
            self.shared.quiet.notify_one();
        }
    }
}

/// `now + delay`, or the end of time where that is beyond it.
pub(crate) fn later(now: UtcDateTime, delay: Duration) -> UtcDateTime {
    now.saturating_add(SignedDuration::try_from(delay).unwrap_or(SignedDuration::MAX))
}
