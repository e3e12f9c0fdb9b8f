//! Which version of a function: the one that can change, or one that has been published.

use std::fmt;

use crate::name::LATEST;

/// A version of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Version {
    /// The one that can change.
    Latest,
    /// One that cannot, by its number; the first is 1.
    Published(u64),
}

impl Version {
    /// Reads a qualifier that names a version. An alias is never called like one. A number has one form:
    /// `01` names nothing.
    pub(crate) fn read(qualifier: &str) -> Option<Self> {
        match qualifier {
            LATEST => Some(Self::Latest),
            number if is_number(number) && !number.starts_with('0') => {
                number.parse().ok().map(Self::Published)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => formatter.write_str(LATEST),
            Self::Published(number) => number.fmt(formatter),
        }
    }
}

/// Whether a qualifier is the number of a version, of one that there is or not.
pub(crate) fn is_number(qualifier: &str) -> bool {
    !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit())
}
