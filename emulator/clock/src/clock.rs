//! The clock that everybody holds a handle of: reads time, counts items, starts timers.
//!
//! Moving virtual time is in `advance.rs`.

#[cfg(test)]
mod tests;

use crate::advance::PATIENCE;
use crate::ledger::{Ledger, Time};
use crate::{InFlight, Timer};
use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use time::UtcDateTime;
use tokio::sync::Notify;

/// Wall or virtual time. A clone is another handle of the same clock.
#[derive(Clone, Debug)]
pub struct Clock {
    pub(crate) shared: Arc<Shared>,
    /// How long an advance asked for through this handle waits, in real time, for the items of one step.
    pub(crate) patience: Duration,
}

/// A timer that has not fired yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// When it fires.
    pub when: UtcDateTime,
    /// What waits for it, in its own words.
    pub what: String,
}

impl Clock {
    /// Real time, as the machine tells it.
    pub fn wall() -> Self {
        Self::of(Time::Wall)
    }

    /// Time that starts at `now` and stands still until it is [advanced](Self::advance).
    pub fn virtual_from(now: UtcDateTime) -> Self {
        Self::of(Time::Virtual(now))
    }

    fn of(time: Time) -> Self {
        Self { shared: Arc::new(Shared::new(time)), patience: PATIENCE }
    }

    /// The time.
    pub fn now(&self) -> UtcDateTime {
        self.shared.ledger().now()
    }

    /// Counts an accepted item, named `what`, as unfinished until the guard is dropped.
    pub fn hold(&self, what: impl Into<Cow<'static, str>>) -> InFlight {
        InFlight::new(&self.shared, what.into())
    }

    /// Waits until `when`, from this call on, then holds. A time that has come already is not waited for.
    pub fn until(&self, when: UtcDateTime, what: impl Into<Cow<'static, str>>) -> Timer {
        self.hold(what).until(when)
    }

    /// Waits for `delay`, from this call on, then holds.
    pub fn after(&self, delay: Duration, what: impl Into<Cow<'static, str>>) -> Timer {
        // Virtual time stands still while the item is held, so the delay is counted from one instant.
        self.hold(what).after(delay)
    }

    /// Everything that waits for a time, in the order in which it will fire.
    pub fn waiting(&self) -> Vec<Due> {
        self.shared.ledger().waiting()
    }

    /// The names of the items in flight, oldest first.
    pub fn unfinished(&self) -> Vec<String> {
        self.shared.ledger().unfinished()
    }
}

/// What all handles, guards and timers of one clock share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Locked for a few instructions at a time, never across an await. Wakers and names leave it before
    /// they are woken or dropped, because that may run code which comes back to this lock.
    ledger: Mutex<Ledger>,
    /// Tells the one advance that may be waiting that the last item in flight is gone.
    pub(crate) quiet: Notify,
    /// Held by the advance whose turn it is.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

impl Shared {
    fn new(time: Time) -> Self {
        Self {
            ledger: Mutex::new(Ledger::new(time)),
            quiet: Notify::new(),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("nothing panics while it holds the ledger")
    }
}
