//! What a value counts.

use std::fmt;
use std::str::FromStr;

macro_rules! units {
    ($($variant:ident $name:literal,)*) => {
        /// What a value counts. The order is that of AWS's list.
        ///
        /// Source: `StandardUnit` in the service model, 2010-08-01.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Unit {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
            /// `None`: it was not said.
            #[default]
            None,
        }

        impl Unit {
            /// The names of all units.
            pub(crate) const NAMES: &[&str] = &[$($name,)* "None"];

            /// AWS's name for it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::None => "None",
                }
            }
        }

        impl FromStr for Unit {
            type Err = NoSuchUnit;

            fn from_str(name: &str) -> Result<Self, NoSuchUnit> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    "None" => Ok(Self::None),
                    _ => Err(NoSuchUnit),
                }
            }
        }
    };
}

units! {
    Seconds "Seconds",
    Microseconds "Microseconds",
    Milliseconds "Milliseconds",
    Bytes "Bytes",
    Kilobytes "Kilobytes",
    Megabytes "Megabytes",
    Gigabytes "Gigabytes",
    Terabytes "Terabytes",
    Bits "Bits",
    Kilobits "Kilobits",
    Megabits "Megabits",
    Gigabits "Gigabits",
    Terabits "Terabits",
    Percent "Percent",
    Count "Count",
    BytesPerSecond "Bytes/Second",
    KilobytesPerSecond "Kilobytes/Second",
    MegabytesPerSecond "Megabytes/Second",
    GigabytesPerSecond "Gigabytes/Second",
    TerabytesPerSecond "Terabytes/Second",
    BitsPerSecond "Bits/Second",
    KilobitsPerSecond "Kilobits/Second",
    MegabitsPerSecond "Megabits/Second",
    GigabitsPerSecond "Gigabits/Second",
    TerabitsPerSecond "Terabits/Second",
    CountPerSecond "Count/Second",
}

/// AWS has no unit of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such unit")]
pub struct NoSuchUnit;

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_by_its_name() {
        assert_eq!(Unit::NAMES.len(), 27);
        for name in Unit::NAMES {
            assert_eq!(name.parse::<Unit>().map(Unit::name), Ok(*name));
        }
        assert_eq!("Parsecs".parse::<Unit>(), Err(NoSuchUnit));
    }
}
