//! Hash keys: which shard a record belongs to.
//!
//! The key space is that of MD5, 0 to 2^128 - 1, and the shards of a stream share it out in
//! consecutive ranges.

use std::fmt;

use md5::{Digest, Md5};

/// A point in the key space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HashKey(u128);

/// The keys from `start` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HashKeyRange {
    pub(crate) start: HashKey,
    pub(crate) end: HashKey,
}

/// A number that is larger than any hash key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {0}"
)]
pub(crate) struct BeyondKeySpace(pub(crate) String);

impl HashKey {
    /// Digits of the largest key. What has more is no number at all to AWS, what has as many may be.
    pub(crate) const MAX_DIGITS: usize = 39;

    /// The key of records with this partition key: its MD5, read as a big-endian number.
    pub(crate) fn of_partition_key(partition_key: &str) -> Self {
        Self(u128::from_be_bytes(Md5::digest(partition_key).into()))
    }

    /// The key that a producer names itself; `decimal` is digits.
    pub(crate) fn explicit(decimal: &str) -> Result<Self, BeyondKeySpace> {
        decimal.parse().map(Self).map_err(|_| BeyondKeySpace(decimal.to_owned()))
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl HashKeyRange {
    /// The whole key space in `count` ranges, in order. All are floor(2^128 / `count`) wide but for the
    /// last, which also has what is left over.
    pub(crate) fn shares(count: u32) -> impl Iterator<Item = Self> {
        let divisor = u128::from(count);
        // A single share is 2^128 wide, which wraps to 0; it is only ever multiplied by 0.
        let width = ((u128::MAX - (divisor - 1)) / divisor).wrapping_add(1);
        (0..count).map(move |index| Self {
            start: HashKey(width * u128::from(index)),
            end: HashKey(match index + 1 {
                next if next == count => u128::MAX,
                next => width * u128::from(next) - 1,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_shares(count: u32, expected: &[(&str, &str)]) {
        let shares: Vec<_> = HashKeyRange::shares(count)
            .map(|range| (range.start.to_string(), range.end.to_string()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|&(start, end)| (start.to_owned(), end.to_owned())).collect();
        assert_eq!(shares, expected);
    }

    #[test]
    fn shards_share_the_key_space_out_evenly() {
        check_shares(1, &[("0", "340282366920938463463374607431768211455")]);
        check_shares(
            3,
            &[
                ("0", "113427455640312821154458202477256070484"),
                (
                    "113427455640312821154458202477256070485",
                    "226854911280625642308916404954512140969",
                ),
                (
                    "226854911280625642308916404954512140970",
                    "340282366920938463463374607431768211455",
                ),
            ],
        );
        check_shares(
            4,
            &[
                ("0", "85070591730234615865843651857942052863"),
                (
                    "85070591730234615865843651857942052864",
                    "170141183460469231731687303715884105727",
                ),
                (
                    "170141183460469231731687303715884105728",
                    "255211775190703847597530955573826158591",
                ),
                (
                    "255211775190703847597530955573826158592",
                    "340282366920938463463374607431768211455",
                ),
            ],
        );
    }

    #[test]
    fn no_key_is_in_two_shards_or_in_none() {
        for count in 1..=100 {
            let shares: Vec<_> = HashKeyRange::shares(count).collect();
            assert_eq!(shares[0].start, HashKey(0));
            assert_eq!(shares.last().unwrap().end, HashKey(u128::MAX));
            for pair in shares.windows(2) {
                assert_eq!(pair[0].end.0 + 1, pair[1].start.0);
            }
        }
    }

    #[test]
    fn a_partition_key_hashes_to_its_md5() {
        // Source: the test suite of RFC 1321, appendix A.5.
        let check = |text, md5| assert_eq!(HashKey::of_partition_key(text), HashKey(md5));
        check("", 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e);
        check("a", 0x0cc1_75b9_c0f1_b6a8_31c3_99e2_6977_2661);
        check("message digest", 0xf96b_697d_7cb7_938d_525a_2f31_aaf1_61d0);
    }

    #[test]
    fn an_explicit_key_is_a_decimal_number_below_2_to_the_128() {
        let max = "340282366920938463463374607431768211455";
        let beyond = "340282366920938463463374607431768211456";
        assert_eq!(HashKey::explicit("0"), Ok(HashKey(0)));
        assert_eq!(HashKey::explicit(max), Ok(HashKey(u128::MAX)));
        assert_eq!(HashKey::explicit(beyond), Err(BeyondKeySpace(beyond.to_owned())));
    }
}
