//! Moving virtual time: step by step, and never past an item in flight.

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use crate::Clock;
use crate::in_flight::later;
use crate::ledger::{Goal, Step};
use std::time::Duration;
use time::UtcDateTime;
use tokio::sync::MutexGuard;
use tokio::time::timeout;

/// How long an advance waits for the items of one step, in real time, unless told otherwise.
///
/// Long enough for a cold start and a slow function on a busy machine; our choice.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How far an advance came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advanced {
    /// The time reached.
    pub now: UtcDateTime,
    /// The items that patience ran out on, oldest first. If there are any, time stopped for them.
    pub unfinished: Vec<String>,
}

impl Advanced {
    /// Whether time came all the way, with every item on it finished.
    pub fn settled(&self) -> bool {
        self.unfinished.is_empty()
    }
}

/// Only virtual time can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the wall clock cannot be advanced (hint: start the emulator with `--clock virtual`)")]
pub struct NotVirtual;

impl Clock {
    /// The same clock, through a handle whose advances wait for the items of each step for `patience`,
    /// in real time, before they give up.
    #[must_use = "the patience is that of the handle returned"]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Moves virtual time on by `by`.
    ///
    /// The timers that are due on the way fire one by one, in order of time, then of registration; those
    /// that are registered on the way take part. Before each of them, and at the end, it waits until
    /// nothing is in flight. If patience runs out, time stays where it is then.
    ///
    /// Advances take turns, in the order in which they were asked for. One that is dropped half-way
    /// leaves time where it has come to.
    ///
    /// # Errors
    ///
    /// [`NotVirtual`] if this is the wall clock.
    pub async fn advance(&self, by: Duration) -> Result<Advanced, NotVirtual> {
        let _turn = self.turn().await?;
        Ok(self.advance_to(Goal::At(later(self.now(), by))).await)
    }

    /// Moves virtual time on to the next timer that is due, if there is one, and waits as
    /// [`advance`](Self::advance) does. All timers that are due at that time fire.
    ///
    /// # Errors
    ///
    /// [`NotVirtual`] if this is the wall clock.
    pub async fn advance_to_next(&self) -> Result<Advanced, NotVirtual> {
        let _turn = self.turn().await?;
        Ok(self.advance_to(Goal::NextTimer).await)
    }

    async fn turn(&self) -> Result<MutexGuard<'_, ()>, NotVirtual> {
        if self.shared.ledger().is_virtual() {
            Ok(self.shared.turn.lock().await)
        } else {
            Err(NotVirtual)
        }
    }

    async fn advance_to(&self, mut goal: Goal) -> Advanced {
        loop {
            match timeout(self.patience, self.step(goal)).await {
                Ok(Some(fired_at)) => {
                    if let Goal::NextTimer = goal {
                        goal = Goal::At(fired_at);
                    }
                }
                Ok(None) => return Advanced { now: self.now(), unfinished: Vec::new() },
                Err(_out_of_patience) => {
                    let ledger = self.shared.ledger();
                    // If it became quiet at the last moment, go on: only an advance that names what it
                    // waits on may stop early.
                    if !ledger.is_quiet() {
                        return Advanced { now: ledger.now(), unfinished: ledger.unfinished() };
                    }
                }
            }
        }
    }

    /// Waits until nothing is in flight, then fires the next timer; `None` if the goal is reached instead.
    async fn step(&self, goal: Goal) -> Option<UtcDateTime> {
        loop {
            let step = self.shared.ledger().step(goal);
            match step {
                Step::Unsettled => self.shared.quiet.notified().await,
                Step::Fired { at, waiter } => {
                    if let Some(waiter) = waiter {
                        waiter.wake();
                    }
                    return Some(at);
                }
                Step::Arrived => return None,
            }
        }
    }
}
