//! One log event, and the id that says where it stands among all others.

use std::fmt;
use std::str::FromStr;

use time::UtcDateTime;

/// Digits of an [`EventId`] that hold the timestamp.
const TIMESTAMP_DIGITS: usize = 20;
/// Digits of an [`EventId`] that hold the order of arrival.
const ARRIVAL_DIGITS: usize = 36;

/// Bits of an arrival's number that count within one run of the emulator; those above count the runs.
/// So no event ever gets the number of one that a crash took away.
pub(crate) const BITS_OF_A_RUN: u32 = 40;

/// Milliseconds since 1970-01-01 UTC: the only unit of time that `CloudWatch` Logs knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl From<UtcDateTime> for Timestamp {
    /// A time before 1970 counts as its first moment.
    fn from(time: UtcDateTime) -> Self {
        let seconds = u64::try_from(time.unix_timestamp()).unwrap_or(0);
        Self(seconds * 1000 + u64::from(time.millisecond()))
    }
}

/// What names an event for ever, and puts events in order: by timestamp, then by arrival.
///
/// It is written as 56 decimal digits, as AWS does, in such a way that the texts have that order too.
/// An id need not be that of an event: it is also a place between two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    pub(crate) timestamp: Timestamp,
    /// Counts all events of the emulator, those of its earlier runs on the same store too.
    pub(crate) arrival: u64,
}

impl EventId {
    /// Before all events.
    pub const START: Self = Self::at(Timestamp(0));
    /// After all events.
    pub const END: Self = Self::at(Timestamp(u64::MAX));

    /// Before the first event of `timestamp`.
    pub const fn at(timestamp: Timestamp) -> Self {
        Self { timestamp, arrival: 0 }
    }

    /// Right behind this event, before whatever follows it.
    pub(crate) const fn next(self) -> Self {
        Self { arrival: self.arrival + 1, ..self }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timestamp: Timestamp(timestamp), arrival } = self;
        write!(formatter, "{timestamp:0TIMESTAMP_DIGITS$}{arrival:0ARRIVAL_DIGITS$}")
    }
}

/// A text that is no event's id.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an event id (hint: it has {digits} digits)", digits = TIMESTAMP_DIGITS + ARRIVAL_DIGITS)]
pub struct NotAnEventId(String);

impl FromStr for EventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        let refused = || NotAnEventId(text.to_owned());
        let is_id = text.len() == TIMESTAMP_DIGITS + ARRIVAL_DIGITS
            && text.bytes().all(|byte| byte.is_ascii_digit());
        let (timestamp, arrival) =
            if is_id { text.split_at(TIMESTAMP_DIGITS) } else { return Err(refused()) };
        Ok(Self {
            timestamp: Timestamp(timestamp.parse().map_err(|_| refused())?),
            arrival: arrival.parse().map_err(|_| refused())?,
        })
    }
}

/// One log event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Also says when it happened, by its writer.
    pub id: EventId,
    /// When it was written.
    pub ingested: Timestamp,
    /// As it was written.
    pub message: Box<str>,
}

impl Event {
    /// When it happened, as its writer says.
    pub fn timestamp(&self) -> Timestamp {
        self.id.timestamp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_is_56_digits_that_can_be_read_back() {
        for timestamp in [0, 1_700_000_000_000, u64::MAX].map(Timestamp) {
            for arrival in [0, 7, u64::MAX] {
                let id = EventId { timestamp, arrival };
                assert_eq!(id.to_string().len(), 56);
                assert_eq!(id.to_string().parse(), Ok(id));
            }
        }
    }

    #[test]
    fn what_is_not_an_event_id_is_refused() {
        for text in ["", "7", &"x".repeat(56), &"9".repeat(56), &"é".repeat(28)] {
            assert_eq!(text.parse::<EventId>(), Err(NotAnEventId(text.to_owned())));
        }
    }

    #[test]
    fn a_time_is_cut_to_milliseconds() {
        let time = UtcDateTime::UNIX_EPOCH + std::time::Duration::from_micros(1_234_999);
        assert_eq!(Timestamp::from(time), Timestamp(1234));
        let before_1970 = UtcDateTime::UNIX_EPOCH - std::time::Duration::from_secs(1);
        assert_eq!(Timestamp::from(before_1970), Timestamp(0));
    }
}
