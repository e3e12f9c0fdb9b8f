//! What a batch of events may be, and which of its events are too old or too new to be taken.

use std::ops::Range;

use serde::Serialize;

use crate::event::Timestamp;
use crate::page::{EVENT_BYTES, MAX_BYTES};
use crate::retention::{DAY_MS, Days, HOUR_MS};

/// Most events in one batch. Source: `InputLogEvents` in the service model, 2014-03-28.
pub(super) const MAX_BATCH: usize = 10_000;

/// How far ahead of the clock an event may be, in milliseconds. Source: `PutLogEvents` in that model.
const TOO_NEW_MS: u64 = 2 * HOUR_MS;

/// How far behind the clock an event may be, in milliseconds. Source: the same.
const TOO_OLD_MS: u64 = 14 * DAY_MS;

/// When something happened, and what is said of it.
pub(super) type Line = (Timestamp, Box<str>);

/// A batch that is refused as a whole.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::api) enum BadBatch {
    /// The limit is documented, the words are ours.
    #[error("Log event too large: {0} bytes exceeds limit of {MAX_BYTES}")]
    Event(usize),
    /// The limit is documented, the words are ours.
    #[error("Upload too large: {0} bytes exceeds limit of {MAX_BYTES}")]
    Batch(usize),
    #[error("Log events in a single PutLogEvents request must be in chronological order.")]
    Order,
    /// The limit is documented, the words are ours.
    #[error(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    )]
    Span,
}

/// Which events of a batch were not taken. They stand at its ends, as it is in order.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Rejected {
    /// The first event that is more than two hours ahead.
    #[serde(rename = "tooNewLogEventStartIndex", skip_serializing_if = "Option::is_none")]
    too_new_from: Option<usize>,
    /// The event behind the last one that is more than 14 days old.
    #[serde(rename = "tooOldLogEventEndIndex", skip_serializing_if = "Option::is_none")]
    too_old_until: Option<usize>,
    /// The event behind the last one that is older than what the group keeps.
    #[serde(rename = "expiredLogEventEndIndex", skip_serializing_if = "Option::is_none")]
    expired_until: Option<usize>,
}

/// Refuses a batch that is too large, too long or not in order.
pub(super) fn check(lines: &[Line]) -> Result<(), BadBatch> {
    let sizes = || lines.iter().map(|(_, message)| message.len() + EVENT_BYTES);
    if let Some(size) = sizes().find(|size| *size > MAX_BYTES) {
        return Err(BadBatch::Event(size));
    }
    let size: usize = sizes().sum();
    if size > MAX_BYTES {
        return Err(BadBatch::Batch(size));
    }
    if !lines.is_sorted_by_key(|(timestamp, _)| *timestamp) {
        return Err(BadBatch::Order);
    }
    let ends = lines.first().zip(lines.last());
    let span = ends.map_or(0, |((first, _), (last, _))| last.0 - first.0);
    if span > DAY_MS { Err(BadBatch::Span) } else { Ok(()) }
}

/// Which events of a batch are taken, and which are not.
pub(super) fn accept(
    lines: &[Line],
    now: Timestamp,
    retention: Option<Days>,
) -> (Range<usize>, Option<Rejected>) {
    let before = |time: u64| lines.partition_point(|(timestamp, _)| timestamp.0 < time);
    let too_old = before(now.0.saturating_sub(TOO_OLD_MS));
    let expired = retention.map_or(0, |days| before(days.start(now).0));
    let too_new = before(now.0 + TOO_NEW_MS + 1);
    let at_the_start = |end: usize| (end > 0).then_some(end);
    let rejected = Rejected {
        too_new_from: (too_new < lines.len()).then_some(too_new),
        too_old_until: at_the_start(too_old),
        expired_until: at_the_start(expired),
    };
    let start = too_old.max(expired);
    let accepted = start..too_new.max(start);
    let is_whole = accepted == (0..lines.len());
    (accepted, (!is_whole).then_some(rejected))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 100 * DAY_MS;

    fn lines(times: &[u64]) -> Vec<Line> {
        times.iter().map(|time| (Timestamp(*time), "x".into())).collect()
    }

    #[track_caller]
    fn accepted(
        times: &[u64],
        retention: Option<i64>,
        taken: Range<usize>,
        indexes: [Option<usize>; 3],
    ) {
        let retention = retention.map(|days| Days::try_from(days).unwrap());
        let (range, rejected) = accept(&lines(times), Timestamp(NOW), retention);
        assert_eq!(range, taken);
        let [too_new, too_old, expired] = indexes;
        let expected =
            Rejected { too_new_from: too_new, too_old_until: too_old, expired_until: expired };
        assert_eq!(rejected, (indexes != [None; 3]).then_some(expected));
    }

    #[test]
    fn events_from_fourteen_days_ago_to_two_hours_ahead_are_taken() {
        accepted(&[NOW - 14 * DAY_MS, NOW, NOW + 2 * HOUR_MS], None, 0..3, [None; 3]);
    }

    #[test]
    fn events_that_are_too_new_are_told_by_the_first_of_them() {
        accepted(
            &[NOW, NOW + 2 * HOUR_MS + 1, NOW + 3 * HOUR_MS],
            None,
            0..1,
            [Some(1), None, None],
        );
        accepted(&[NOW + 3 * HOUR_MS], None, 0..0, [Some(0), None, None]);
    }

    #[test]
    fn events_that_are_too_old_are_told_by_the_one_behind_them() {
        accepted(&[NOW - 14 * DAY_MS - 1, NOW - 14 * DAY_MS], None, 1..2, [None, Some(1), None]);
        accepted(&[NOW - 20 * DAY_MS], None, 1..1, [None, Some(1), None]);
    }

    #[test]
    fn events_that_the_group_does_not_keep_are_told_as_expired() {
        accepted(&[NOW - DAY_MS - 1, NOW - 1], Some(1), 1..2, [None, None, Some(1)]);
        accepted(&[NOW - 20 * DAY_MS], Some(7), 1..1, [None, Some(1), Some(1)]);
    }

    #[test]
    fn a_batch_is_in_order_and_spans_a_day_at_most() {
        assert_eq!(check(&lines(&[1, 1, 1 + DAY_MS])), Ok(()));
        assert_eq!(check(&lines(&[1, 2 + DAY_MS])), Err(BadBatch::Span));
        assert_eq!(check(&lines(&[2, 1])), Err(BadBatch::Order));
    }

    #[test]
    fn a_batch_and_each_of_its_events_hold_a_mebibyte_with_what_an_event_counts_besides() {
        let of = |sizes: &[usize]| -> Vec<Line> {
            sizes.iter().map(|size| (Timestamp(1), "x".repeat(*size).into())).collect()
        };
        assert_eq!(check(&of(&[MAX_BYTES - 26])), Ok(()));
        assert_eq!(check(&of(&[MAX_BYTES - 25])), Err(BadBatch::Event(MAX_BYTES + 1)));
        assert_eq!(check(&of(&[MAX_BYTES - 53, 2])), Err(BadBatch::Batch(MAX_BYTES + 1)));
    }
}
