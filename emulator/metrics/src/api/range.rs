//! The time that a reader asks for.

use emulator_front::Timestamp;
use time::UtcDateTime;

use crate::resolution::{Resolution, floor};

/// A start that is before its end, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeRange {
    /// The first second asked for.
    pub(super) start: i64,
    /// The first second not asked for any more.
    pub(super) end: i64,
}

/// A range that ends before it has started.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The parameter StartTime must be less than the parameter EndTime.")]
pub(super) struct EmptyRange;

impl TimeRange {
    pub(super) fn between(start: Timestamp, end: Timestamp) -> Result<Self, EmptyRange> {
        if start >= end {
            return Err(EmptyRange);
        }
        // A second that has begun before the end is asked for.
        let end = (end.time().unix_timestamp_nanos() + 999_999_999).div_euclid(1_000_000_000);
        let end = i64::try_from(end).expect("a time is some number of seconds");
        Ok(Self { start: start.time().unix_timestamp(), end })
    }

    /// How many datapoints of this period there may be.
    pub(super) fn datapoints(self, period: i64) -> i64 {
        (self.end - self.start + period - 1) / period
    }

    /// Where to start reading: the start of what the first second was summed up into.
    ///
    /// Source: `StartTime` of `GetMetricData` in the API reference.
    pub(super) fn rounded_start(self, period: i64, now: UtcDateTime) -> i64 {
        let coarsest = Resolution::at_age(now.unix_timestamp() - self.start).width();
        floor(self.start, if period < 60 { period } else { coarsest })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::utc_datetime;

    use super::*;

    fn range(start: UtcDateTime, end: UtcDateTime) -> Result<TimeRange, EmptyRange> {
        TimeRange::between(start.into(), end.into())
    }

    #[test]
    fn a_range_has_a_start_before_its_end() {
        let start = utc_datetime!(2026-01-02 03:04:05);
        assert_eq!(range(start, start), Err(EmptyRange));
        let end = utc_datetime!(2026-01-02 03:06:05.5);
        let range = range(start, end).unwrap();
        assert_eq!(range.end - range.start, 121, "the last second has begun");
        assert_eq!((range.datapoints(60), range.datapoints(1), range.datapoints(300)), (3, 121, 1));
    }

    #[test]
    fn a_start_is_rounded_down_to_what_was_summed_up() {
        let start = utc_datetime!(2026-01-02 03:04:05);
        let range = range(start, utc_datetime!(2026-01-03 00:00)).unwrap();
        for (now, period, rounded) in [
            (utc_datetime!(2026-01-02 04:00), 60, utc_datetime!(2026-01-02 03:04)),
            (utc_datetime!(2026-01-02 04:00), 3600, utc_datetime!(2026-01-02 03:04)),
            (utc_datetime!(2026-01-02 04:00), 10, utc_datetime!(2026-01-02 03:04)),
            (utc_datetime!(2026-01-02 04:00), 1, start),
            (utc_datetime!(2026-02-01 00:00), 300, utc_datetime!(2026-01-02 03:00)),
            (utc_datetime!(2026-06-01 00:00), 3600, utc_datetime!(2026-01-02 03:00)),
        ] {
            let start = range.rounded_start(period, now);
            assert_eq!(start, rounded.unix_timestamp(), "{period} s at {now}");
        }
    }
}
