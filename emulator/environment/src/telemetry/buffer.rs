//! What waits for one subscriber: when it is due, and what is too much. No IO.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// When a batch is due, whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Buffering {
    pub(crate) max_items: usize,
    pub(crate) max_bytes: usize,
    pub(crate) timeout: Duration,
}

/// Whether there is something to deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Never,
    At(Instant),
    Now,
}

/// Records that were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) records: u64,
    pub(crate) bytes: u64,
}

/// Records that wait: at most one batch more than is due.
pub(crate) struct Buffer {
    limits: Buffering,
    waiting: VecDeque<String>,
    /// Of all that wait.
    bytes: usize,
    /// When the first of those that wait came.
    since: Option<Instant>,
    /// Whether the next batch is due whatever its size and age.
    flushing: bool,
    /// Whether a batch has been taken and not been delivered yet.
    in_flight: bool,
    lost: Lost,
}

impl Buffer {
    pub(crate) fn new(limits: Buffering) -> Self {
        Self {
            limits,
            waiting: VecDeque::new(),
            bytes: 0,
            since: None,
            flushing: false,
            in_flight: false,
            lost: Lost::default(),
        }
    }

    /// Takes a record in, or loses it if there is no room.
    pub(crate) fn push(&mut self, record: String, now: Instant) {
        let full = self.waiting.len() >= 2 * self.limits.max_items
            || self.bytes + record.len() > 2 * self.limits.max_bytes;
        if full && !self.waiting.is_empty() {
            self.lose(1, record.len());
            return;
        }
        self.since.get_or_insert(now);
        self.bytes += record.len();
        self.waiting.push_back(record);
    }

    pub(crate) fn flush(&mut self) {
        self.flushing = !self.is_settled();
    }

    pub(crate) fn due(&self, now: Instant) -> Due {
        let Some(since) = self.since else { return Due::Never };
        let full =
            self.waiting.len() >= self.limits.max_items || self.bytes >= self.limits.max_bytes;
        match since + self.limits.timeout {
            late if full || self.flushing || late <= now => Due::Now,
            later => Due::At(later),
        }
    }

    /// The next batch, and what was lost before it. It is in flight until [`done`](Self::done).
    pub(crate) fn take(&mut self, now: Instant) -> (Vec<String>, Lost) {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while let Some(next) = self.waiting.front() {
            let too_much = bytes + next.len() > self.limits.max_bytes;
            if batch.len() == self.limits.max_items || (too_much && !batch.is_empty()) {
                break;
            }
            bytes += next.len();
            batch.extend(self.waiting.pop_front());
        }
        self.bytes -= bytes;
        self.since = (!self.waiting.is_empty()).then_some(now);
        self.in_flight = true;
        (batch, std::mem::take(&mut self.lost))
    }

    /// What was taken last has been delivered or given up.
    pub(crate) fn done(&mut self) {
        self.in_flight = false;
        self.flushing &= !self.is_settled();
    }

    /// Counts what could not be delivered.
    pub(crate) fn lose(&mut self, records: usize, bytes: usize) {
        self.lost.records += records as u64;
        self.lost.bytes += bytes as u64;
    }

    /// Whether nothing waits and nothing is in flight.
    pub(crate) fn is_settled(&self) -> bool {
        self.waiting.is_empty() && !self.in_flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Buffering =
        Buffering { max_items: 3, max_bytes: 10, timeout: Duration::from_secs(1) };

    fn filled(records: &[&str], now: Instant) -> Buffer {
        let mut buffer = Buffer::new(LIMITS);
        for record in records {
            buffer.push((*record).to_owned(), now);
        }
        buffer
    }

    #[tokio::test]
    async fn a_batch_is_due_by_number_by_size_by_age_or_on_demand() {
        let now = Instant::now();
        let due = |records: &[&str], later| filled(records, now).due(now + later);
        let age = LIMITS.timeout;
        assert_eq!(due(&[], age), Due::Never);
        assert_eq!(due(&["a"], Duration::ZERO), Due::At(now + age));
        assert_eq!(due(&["a"], age), Due::Now);
        assert_eq!(due(&["a", "b", "c"], Duration::ZERO), Due::Now);
        assert_eq!(due(&["0123456789"], Duration::ZERO), Due::Now);

        let mut flushed = filled(&["a"], now);
        flushed.flush();
        assert_eq!(flushed.due(now), Due::Now);
        flushed.take(now);
        flushed.done();
        flushed.push("b".to_owned(), now);
        assert_eq!(flushed.due(now), Due::At(now + age));
    }

    #[tokio::test]
    async fn a_batch_keeps_within_both_limits_but_for_a_record_that_is_larger_alone() {
        let now = Instant::now();
        let mut buffer = filled(&["1", "2", "3", "4"], now);
        assert_eq!(buffer.take(now).0, ["1", "2", "3"]);
        assert_eq!(buffer.take(now).0, ["4"]);

        let mut buffer = filled(&["123456", "78901"], now);
        assert_eq!(buffer.take(now).0, ["123456"]);
        assert_eq!(buffer.take(now).0, ["78901"]);

        let mut buffer = filled(&["a record of more than twenty bytes", "x"], now);
        assert_eq!(buffer.take(now).0, ["a record of more than twenty bytes"]);
    }

    #[tokio::test]
    async fn what_finds_no_room_is_counted_and_told_once() {
        let now = Instant::now();
        let mut buffer = filled(&["1", "2", "3", "4", "5", "6", "seven"], now);
        let lost = Lost { records: 1, bytes: 5 };
        assert_eq!(buffer.take(now), (vec!["1".to_owned(), "2".to_owned(), "3".to_owned()], lost));
        assert_eq!(buffer.take(now).1, Lost::default());
    }
}
