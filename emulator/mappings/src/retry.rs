//! What becomes of a batch: whether it is done, is tried again and when, or is given up.
//!
//! ```text
//!                 ┌──── same batch, or a part of it, after a delay ────┐
//!                 ▼                                                    │
//! unread ──▶ batch at the head ──function answers──▶ done              │
//!                 ├──function fails───▶ split or counted ──retries left┤
//!                 │                           └──none left──▶ given up │
//!                 └──not reached───────────────────────────────────────┘
//! ```
//!
//! A batch that has failed stays the batch it is, whatever arrives behind it: [`Progress`] remembers
//! where such batches end. It does not remember the records; those are read again, so that what has
//! expired meanwhile is simply not there any more. No IO, no clock, no lock here.

use std::time::Duration;

/// The shortest time between two attempts.
///
/// AWS does not say how long it waits. Eight attempts were observed within 60 seconds, which is what
/// doubling from a quarter of a second comes to; the ceiling is our own.
const FIRST_DELAY: Duration = Duration::from_millis(250);

/// The longest time between two attempts.
const LONGEST_DELAY: Duration = Duration::from_mins(1);

/// How patient a mapping is with its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Attempts after the first one; as many as it takes, if absent.
    pub(crate) retries: Option<u32>,
    /// Whether a failed batch is halved, so that a bad record is found.
    pub(crate) bisect: bool,
}

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The whole batch is done.
    Done,
    /// The function reports that it failed first on the record at this place in the batch.
    FailedFrom(usize),
    /// The function failed, or its report cannot be read.
    Failed,
    /// The function was not reached. Whose fault that is, it is not the batch's.
    Unreached,
}

/// What to do now. `N` is how records are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next<N> {
    /// Go on behind this record: all up to it are done.
    Advance(N),
    /// Go on behind this record, although the function never took the batch.
    GiveUp(N),
    /// Try what is at the head again.
    Retry(Duration),
}

/// How it stands with the batch at the head of a shard.
#[derive(Debug)]
pub(crate) struct Progress<N> {
    /// The last records of batches that have failed, each batch before the one under it.
    ends: Vec<N>,
    /// How often the batch at the head has failed, without the attempts that did not reach the function.
    failures: u32,
    /// Attempts that have led nowhere, since the last that did.
    in_vain: u32,
}

impl<N: Copy + Ord> Progress<N> {
    pub(crate) fn new() -> Self {
        Self { ends: Vec::new(), failures: 0, in_vain: 0 }
    }

    /// Whether the batch at the head has not been tried, nor is a part of one that has: only such a
    /// batch may still grow.
    pub(crate) fn is_fresh(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many of the unread records are the batch at the head. One that has expired is forgotten.
    pub(crate) fn batch(&mut self, unread: impl IntoIterator<Item = N, IntoIter: Clone>) -> usize {
        let unread = unread.into_iter();
        let first = unread.clone().next();
        while self.ends.pop_if(|end| first.is_none_or(|first| *end < first)).is_some() {
            self.failures = 0;
        }
        let is_inside = |number: &N| self.ends.last().is_none_or(|end| number <= end);
        unread.take_while(is_inside).count()
    }

    /// Decides what an attempt means for the batch that was tried.
    ///
    /// # Panics
    ///
    /// If the batch is empty: nobody tries one.
    pub(crate) fn settle(&mut self, batch: &[N], verdict: Verdict, policy: Policy) -> Next<N> {
        let last = *batch.last().expect("a batch has a record");
        match verdict {
            Verdict::Done => self.go_on(last, Next::Advance),
            // What the function has not taken is a batch of its own, with all its attempts before it.
            Verdict::FailedFrom(place) if place > 0 => {
                self.end_at(last);
                self.go_on(batch[place - 1], Next::Advance)
            }
            // A report of the first record is of no progress. AWS says only that a batch is split at
            // the reported record, which here is no split; it is halved like one that failed as a whole.
            Verdict::FailedFrom(_) | Verdict::Failed if policy.bisect && batch.len() > 1 => {
                self.end_at(last);
                self.end_at(batch[batch.len() / 2 - 1]);
                self.failures = 0;
                self.retry()
            }
            Verdict::FailedFrom(_) | Verdict::Failed => {
                self.end_at(last);
                self.failures += 1;
                if policy.retries.is_some_and(|retries| self.failures > retries) {
                    self.go_on(last, Next::GiveUp)
                } else {
                    self.retry()
                }
            }
            Verdict::Unreached => {
                self.end_at(last);
                self.retry()
            }
        }
    }

    fn end_at(&mut self, last: N) {
        if self.ends.last() != Some(&last) {
            self.ends.push(last);
        }
    }

    fn go_on(&mut self, past: N, next: impl FnOnce(N) -> Next<N>) -> Next<N> {
        self.ends.retain(|end| *end > past);
        self.failures = 0;
        self.in_vain = 0;
        next(past)
    }

    fn retry(&mut self) -> Next<N> {
        let delay =
            2_u32.checked_pow(self.in_vain).and_then(|times| FIRST_DELAY.checked_mul(times));
        self.in_vain = self.in_vain.saturating_add(1);
        Next::Retry(delay.unwrap_or(LONGEST_DELAY).min(LONGEST_DELAY))
    }
}

#[cfg(test)]
mod tests;
