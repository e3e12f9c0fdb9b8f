//! Sequence numbers: the order of the records in a shard.
//!
//! To clients they are opaque decimal strings that rise; these have the layout that the service itself
//! uses, a number of 47 hexadecimal digits:
//!
//! ```text
//! 2 ccccccccc n kkkkkkkkkkkkkkkk 00 ttttttttt iiiiiiii 2
//! │ │         │ │                   │         │        └─ version
//! │ │         │ │                   │         └────────── index of the shard
//! │ │         │ │                   └──────────────────── when the record was put, epoch seconds
//! │ │         │ └──────────────────────────────────────── how many records the shard had been given
//! │ │         └────────────────────────────────────────── last digit of the shard's index
//! │ └──────────────────────────────────────────────────── when the shard was created, epoch seconds
//! └────────────────────────────────────────────────────── so that all are equally long
//! ```
//!
//! The count stands before the time, so numbers rise even while a clock is set back.
//! Source of the layout: the public kinesalite project, which worked it out from the service.

use std::fmt;
use std::str::FromStr;

use time::UtcDateTime;

/// The largest power of ten in a `u64`: a number is written and read in pieces of so many.
const PIECE: u128 = 10_000_000_000_000_000_000;

/// The layout's version, and its first digit as well.
const MARK: u64 = 2;

/// Where a record stands in its shard. Later records have larger ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceNumber {
    /// The first 15 of the 47 digits. Compared first, so that the order is that of the whole numbers.
    high: u64,
    /// The last 32 digits.
    low: u128,
}

/// A text that is not a sequence number of any shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a sequence number (hint: PutRecord answers with one, 56 digits long)")]
pub struct InvalidSequenceNumber;

/// The numbers of one shard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series {
    created: u64,
    shard_index: u32,
}

impl Series {
    pub(crate) fn new(created: UtcDateTime, shard_index: u32) -> Self {
        Self { created: epoch_seconds(created), shard_index }
    }

    /// Before all records: what a shard's range starts with.
    pub(crate) fn start(&self) -> SequenceNumber {
        self.numbered(0, self.created)
    }

    /// The number of the record that is the shard's `count`th, from 1, and was put `at` that time.
    pub(crate) fn record(&self, count: u64, at: UtcDateTime) -> SequenceNumber {
        self.numbered(count, epoch_seconds(at))
    }

    fn numbered(&self, count: u64, seconds: u64) -> SequenceNumber {
        let last_digit = u64::from(self.shard_index & 0xf);
        SequenceNumber {
            high: MARK << 56 | self.created << 20 | last_digit << 16 | count >> 48,
            // The upper digits of the count, which are in `high`, are shifted out here.
            low: u128::from(count) << 80
                | u128::from(seconds) << 36
                | u128::from(self.shard_index) << 4
                | u128::from(MARK),
        }
    }
}

/// As nine hexadecimal digits hold them; a time before 1970 counts as 1970.
fn epoch_seconds(at: UtcDateTime) -> u64 {
    u64::try_from(at.unix_timestamp()).unwrap_or(0) & 0xf_ffff_ffff
}

impl SequenceNumber {
    /// Digits of what AWS takes for a sequence number before it looks more closely.
    pub(crate) const MAX_DIGITS: usize = 129;

    /// Most significant first.
    fn limbs(self) -> [u64; 3] {
        [self.high, limb(self.low >> 64), limb(self.low & u128::from(u64::MAX))]
    }

    fn from_limbs([high, middle, low]: [u64; 3]) -> Self {
        Self { high, low: u128::from(middle) << 64 | u128::from(low) }
    }

    fn is_marked(self) -> bool {
        self.high >> 56 == MARK && self.low & 0xf == u128::from(MARK)
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut limbs = self.limbs();
        let [last, middle, first] = [(); 3].map(|()| split_off_piece(&mut limbs));
        write!(formatter, "{first}{middle:019}{last:019}")
    }
}

impl FromStr for SequenceNumber {
    type Err = InvalidSequenceNumber;

    fn from_str(decimal: &str) -> Result<Self, InvalidSequenceNumber> {
        let mut limbs = [0; 3];
        for character in decimal.chars() {
            let digit = character.to_digit(10).ok_or(InvalidSequenceNumber)?;
            push_digit(&mut limbs, digit).ok_or(InvalidSequenceNumber)?;
        }
        Some(Self::from_limbs(limbs))
            .filter(|number| number.is_marked() && !decimal.starts_with('0'))
            .ok_or(InvalidSequenceNumber)
    }
}

/// Divides by [`PIECE`] and returns the remainder.
fn split_off_piece(limbs: &mut [u64; 3]) -> u64 {
    let mut remainder = 0;
    for place in limbs {
        let part = remainder << 64 | u128::from(*place);
        *place = limb(part / PIECE);
        remainder = part % PIECE;
    }
    limb(remainder)
}

/// Multiplies by ten and adds `digit`; `None` if that is too much.
fn push_digit(limbs: &mut [u64; 3], digit: u32) -> Option<()> {
    let mut carry = u128::from(digit);
    for place in limbs.iter_mut().rev() {
        let part = u128::from(*place) * 10 + carry;
        *place = limb(part & u128::from(u64::MAX));
        carry = part >> 64;
    }
    (carry == 0).then_some(())
}

fn limb(part: u128) -> u64 {
    u64::try_from(part).expect("a limb is masked, shifted or divided to 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::ext::NumericalDuration;

    fn series(shard_index: u32) -> Series {
        Series::new(UtcDateTime::UNIX_EPOCH + 1_545_084_650.seconds(), shard_index)
    }

    fn hex(number: SequenceNumber) -> String {
        format!("{:x}{:032x}", number.high, number.low)
    }

    #[test]
    fn the_digits_stand_where_the_service_puts_them() {
        let at = UtcDateTime::UNIX_EPOCH + 1_545_084_651.seconds();
        let check = |number, expected: &str| assert_eq!(hex(number), expected.replace(' ', ""));
        check(series(0).start(), "2 05c181eea 0 0000000000000000 00 05c181eea 00000000 2");
        check(series(0x1a).record(7, at), "2 05c181eea a 0000000000000007 00 05c181eeb 0000001a 2");
        check(
            series(1).record(u64::MAX, at),
            "2 05c181eea 1 ffffffffffffffff 00 05c181eeb 00000001 2",
        );
    }

    #[test]
    fn a_number_is_written_in_56_decimal_digits() {
        // The number of the test above, converted by Python.
        let start = series(0).start().to_string();
        assert_eq!(start, "49591161933145417361401850720486589953345720154096402434");
    }

    #[test]
    fn what_is_no_sequence_number_is_not_read_as_one() {
        let too_long = "9".repeat(129);
        for text in [
            "",
            "0",
            "7",
            "04959",
            "-4",
            "next",
            "49590338271490256608559692538361571095",
            &too_long,
        ] {
            assert_eq!(text.parse::<SequenceNumber>(), Err(InvalidSequenceNumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_was_written(shard in any::<u32>(), count in any::<u64>(), later in 0..1_000_000_i64) {
            let number = series(shard).record(count, UtcDateTime::UNIX_EPOCH + later.seconds());
            prop_assert_eq!(number.to_string().len(), 56);
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn later_records_have_larger_numbers_whatever_the_clock_does(
            shard in any::<u32>(), count in 0..u64::MAX, was in 0..2_000_000_000_i64, is in 0..2_000_000_000_i64,
        ) {
            let earlier = series(shard).record(count, UtcDateTime::UNIX_EPOCH + was.seconds());
            let later = series(shard).record(count + 1, UtcDateTime::UNIX_EPOCH + is.seconds());
            prop_assert!(earlier < later);
            prop_assert!(earlier.to_string() < later.to_string());
        }
    }
}
