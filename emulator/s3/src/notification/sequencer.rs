//! Sequencers: by them a consumer tells which of two events on one key is the later one.

use std::fmt;

use time::UtcDateTime;

/// Gives out sequencers that increase, whatever the clock does.
#[derive(Default)]
pub(crate) struct Sequencer {
    last: Sequence,
}

/// One event's place: 18 hexadecimal digits, of which the first 10 are seconds since 1970, as they seem
/// to be on AWS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sequence(u128);

impl Sequencer {
    /// The place of an event at `now`, behind all that were given out before.
    pub(super) fn next(&mut self, now: UtcDateTime) -> Sequence {
        let seconds = u128::from(now.unix_timestamp().unsigned_abs());
        let fraction = (u128::from(now.nanosecond()) << 32) / 1_000_000_000;
        self.last = Sequence((self.last.0 + 1).max(seconds << 32 | fraction));
        self.last
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:018X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use time::{UtcDateTime, ext::NumericalDuration};

    use super::*;

    #[test]
    fn sequencers_increase_even_while_time_stands_still_or_turns_back() {
        let then = UtcDateTime::from_unix_timestamp(1_440_143_068).unwrap() + 500.milliseconds();
        let mut sequencer = Sequencer::default();
        let given = [then, then, then - 1.hours(), then + 1.milliseconds()]
            .map(|now| sequencer.next(now).to_string());
        assert_eq!(given[0], "0055D6D6DC80000000");
        assert!(given.is_sorted_by(|one, other| one < other), "{given:?}");
        assert!(given.iter().all(|sequence| sequence.len() == 18));
    }
}
