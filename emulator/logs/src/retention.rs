//! For how long a group's events are kept.

use std::sync::atomic::{AtomicU16, Ordering};

use crate::event::Timestamp;

/// Milliseconds of an hour.
pub(crate) const HOUR_MS: u64 = 60 * 60 * 1000;

/// Milliseconds of a day.
pub(crate) const DAY_MS: u64 = 24 * HOUR_MS;

/// A number of days that AWS offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u16);

/// The days that AWS offers. Source: `Days` in the service model, 2014-03-28.
const OFFERED: [u16; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// A number of days that AWS does not offer. Its words are not documented; these are ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid retentionInDays {0} (hint: one of {OFFERED:?})")]
pub struct NotOffered(i64);

impl Days {
    /// How many.
    pub fn count(self) -> u16 {
        self.0
    }

    /// What happened before this is not kept any more.
    pub(crate) fn start(self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_sub(u64::from(self.0) * DAY_MS))
    }
}

impl TryFrom<i64> for Days {
    type Error = NotOffered;

    fn try_from(days: i64) -> Result<Self, NotOffered> {
        let offered = OFFERED.into_iter().find(|offered| i64::from(*offered) == days);
        offered.map(Self).ok_or(NotOffered(days))
    }
}

/// A group's retention, at hand for each of its streams.
pub(crate) struct Retention {
    /// 0 is for ever.
    days: AtomicU16,
}

impl Retention {
    pub(crate) fn of(days: Option<Days>) -> Self {
        let retention = Self { days: AtomicU16::new(0) };
        retention.set(days);
        retention
    }

    pub(crate) fn set(&self, days: Option<Days>) {
        self.days.store(days.map_or(0, Days::count), Ordering::Relaxed);
    }

    /// What happened before this is not kept any more, if anything is not.
    pub(crate) fn start(&self, now: Timestamp) -> Option<Timestamp> {
        let days = self.days.load(Ordering::Relaxed);
        (days > 0).then(|| Days(days).start(now))
    }
}
