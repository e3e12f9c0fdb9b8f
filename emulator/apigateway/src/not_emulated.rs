//! What API Gateway has and the emulator does not: refused by name, never only stored.

use emulator_front::WireError;
use serde::Deserialize;
use serde_json::Value;

/// A member, or a value of one, that would not be applied.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotEmulated {
    #[error("{member} of {operation} is not emulated (hint: leave it out)")]
    Member { operation: &'static str, member: &'static str },
    #[error("{member} `{value}` of {operation} is not emulated (hint: `{emulated}` is)")]
    Value { operation: &'static str, member: &'static str, value: String, emulated: &'static str },
}

impl WireError for NotEmulated {
    fn shape(&self) -> (u16, &'static str) {
        (501, "NotImplementedException")
    }
}

/// A member that is read only to find out whether it asks for something. What says `false`, or is
/// empty, does not.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Value")]
pub(crate) struct Unapplied {
    asks: bool,
}

impl From<Value> for Unapplied {
    fn from(value: Value) -> Self {
        let asks = match value {
            Value::Null => false,
            Value::Bool(wanted) => wanted,
            Value::Number(_) => true,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        };
        Self { asks }
    }
}

/// Refuses the first of an operation's members that asks for something.
pub(crate) fn refuse(
    operation: &'static str,
    members: &[(&'static str, &Unapplied)],
) -> Result<(), NotEmulated> {
    match members.iter().find(|(_, member)| member.asks) {
        Some((member, _)) => Err(NotEmulated::Member { operation, member }),
        None => Ok(()),
    }
}

/// Refuses a member's value, unless it is the one that is `emulated`, or none at all.
pub(crate) fn refuse_all_but(
    emulated: &'static str,
    operation: &'static str,
    member: &'static str,
    value: Option<&str>,
) -> Result<(), NotEmulated> {
    match value.filter(|value| *value != emulated) {
        Some(value) => {
            Err(NotEmulated::Value { operation, member, value: value.to_owned(), emulated })
        }
        None => Ok(()),
    }
}
