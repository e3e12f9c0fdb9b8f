//! A member that AWS applies and this emulator does not: refused by name, never only stored.

use emulator_front::WireError;

/// The member's name, as whoever sent it spells it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not emulated (hint: leave it out here)")]
pub(crate) struct NotEmulated(pub(crate) String);

impl NotEmulated {
    /// Refuses `member` if it is given.
    pub(crate) fn unless(absent: bool, member: &str) -> Result<(), Self> {
        if absent { Ok(()) } else { Err(Self(member.to_owned())) }
    }
}

impl WireError for NotEmulated {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidParameterValueException")
    }
}
