//! The future of a time to come. Dropping it takes it off the clock.
//!
//! A virtual timer is woken by the advance that fires it. A wall timer sleeps with tokio, never longer
//! than a minute at a time: tokio sleeps by the monotonic clock, which stands still while the machine is
//! suspended and does not follow when the date is set, so the date is looked at again after each.

use crate::InFlight;
use crate::ledger::Outlook;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use time::UtcDateTime;
use tokio::time::Sleep;

/// The longest that a wall timer sleeps before it looks at the date again.
const LONGEST_NAP: Duration = Duration::from_mins(1);

/// Waits for a time, then gives the guard of the item that waited.
///
/// It is on the clock from its making, polled or not, until it has fired or is dropped.
#[derive(Debug)]
#[must_use = "a timer that is dropped never fires"]
pub struct Timer {
    /// `None` once it was handed out.
    item: Option<InFlight>,
    when: UtcDateTime,
    /// The current nap of a wall timer.
    nap: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    pub(crate) fn new(item: InFlight, when: UtcDateTime) -> Self {
        Self { item: Some(item), when, nap: None }
    }
}

impl Future for Timer {
    type Output = InFlight;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<InFlight> {
        loop {
            let item = self.item.as_ref().expect("a timer that has fired is not polled again");
            let outlook = item.shared.ledger().look(item.number, self.when, context.waker());
            match outlook {
                Outlook::Fired => {
                    return Poll::Ready(self.item.take().expect("looked at above"));
                }
                Outlook::WillBeWoken(_former) => return Poll::Pending,
                Outlook::Sleep(left) => {
                    let nap = self
                        .nap
                        .get_or_insert_with(|| Box::pin(tokio::time::sleep(left.min(LONGEST_NAP))));
                    ready!(nap.as_mut().poll(context));
                    self.nap = None;
                }
            }
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // If it has fired, there is nothing to cancel: the item is in flight, and its guard ends that.
        if let Some(item) = &self.item {
            let _cancelled = item.shared.ledger().cancel(item.number, self.when);
        }
    }
}
