//! A time on the wire, which every protocol writes in its own way.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

/// By this name the XML serializer knows a number of seconds that is a time.
pub(crate) const MARK: &str = "emulator_front::Timestamp";

/// Tag of a time in CBOR. Source: RFC 8949, section 3.4.2.
const EPOCH_SECONDS: u64 = 1;

/// In a millisecond.
const NANOSECONDS: i128 = 1_000_000;

/// A time, to the millisecond.
///
/// JSON has it as a number of seconds since 1970, the query protocol as text (`2026-01-02T03:04:05Z`),
/// CBOR as a number of seconds with tag 1. Members of this type are read from any of these, and written
/// as the protocol of the request wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(UtcDateTime);

impl Timestamp {
    /// The time.
    pub fn time(self) -> UtcDateTime {
        self.0
    }

    /// This many seconds after 1970 began, if calendars reach that far.
    #[expect(clippy::cast_possible_truncation, reason = "what is too large is out of range anyway")]
    fn from_seconds(seconds: f64) -> Option<Self> {
        let nanoseconds = i128::from((seconds * 1e3).round() as i64) * NANOSECONDS;
        let time = UtcDateTime::from_unix_timestamp_nanos(nanoseconds).ok();
        time.filter(|_| seconds.is_finite()).map(Self)
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era have 41 bits")]
    fn seconds(self) -> f64 {
        (self.0.unix_timestamp_nanos() / NANOSECONDS) as f64 / 1e3
    }
}

impl From<UtcDateTime> for Timestamp {
    fn from(time: UtcDateTime) -> Self {
        let milliseconds = time.unix_timestamp_nanos().div_euclid(NANOSECONDS);
        let whole = UtcDateTime::from_unix_timestamp_nanos(milliseconds * NANOSECONDS);
        Self(whole.expect("what is a time to the nanosecond is one to the millisecond"))
    }
}

/// As in the query protocol.
impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_newtype_struct(MARK, &self.seconds())
        } else {
            ciborium::tag::Required::<_, EPOCH_SECONDS>(self.seconds()).serialize(serializer)
        }
    }
}

/// What [`Timestamp`] has written as a number, as text.
pub(crate) fn text_of_seconds(seconds: &str) -> Option<String> {
    Timestamp::from_seconds(seconds.parse().ok()?).map(|time| time.to_string())
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl Visitor<'_> for Reading {
    type Value = Timestamp;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time, as seconds since 1970 or as in `2026-01-02T03:04:05Z`")
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
        Timestamp::from_seconds(seconds)
            .ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds of this era have 31 bits")]
    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Timestamp, E> {
        self.visit_f64(seconds as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds of this era have 31 bits")]
    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
        self.visit_f64(seconds as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        UtcDateTime::parse(text, &Rfc3339)
            .map(Timestamp::from)
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}
