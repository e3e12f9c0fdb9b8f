//! Members that AWS applies and this emulator does not: refused by name, never only stored.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// An input member, or a value of one, that would not be applied.
///
/// It has no code of its own: the operation that refuses gives it the status 400 and the code that its
/// service has for an invalid parameter (`InvalidParameterValueException`, `BadRequestException`,
/// `InvalidArgumentException`). The operation itself was understood and would have been done without the
/// member, so this is the caller's to mend, and a typed client knows the code. An operation or a service
/// that is not there at all answers 501 instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEmulated {
    /// Whatever its value.
    #[error("`{0}` is not emulated (hint: leave it out here)")]
    Member(Cow<'static, str>),
    /// With this value.
    #[error("`{value}` as `{member}` is not emulated (hint: `{emulated}` is)")]
    Value {
        /// The member's name, as whoever sent it spells it.
        member: Cow<'static, str>,
        /// What was asked for.
        value: String,
        /// What may be asked for instead.
        emulated: &'static str,
    },
}

impl NotEmulated {
    /// Refuses the first of an operation's members that asks for something.
    ///
    /// # Errors
    ///
    /// [`NotEmulated::Member`] with its name.
    pub fn refuse<'a>(
        members: impl IntoIterator<Item = (&'static str, &'a Unapplied)>,
    ) -> Result<(), Self> {
        members.into_iter().try_for_each(|(name, member)| Self::unless(!member.asks, name))
    }

    /// Refuses a member that is given, unless it `asks_for_nothing`.
    ///
    /// # Errors
    ///
    /// [`NotEmulated::Member`] with that name.
    pub fn unless(
        asks_for_nothing: bool,
        member: impl Into<Cow<'static, str>>,
    ) -> Result<(), Self> {
        if asks_for_nothing { Ok(()) } else { Err(Self::Member(member.into())) }
    }

    /// Refuses a member's value, unless it is the one that is `emulated`, or none at all.
    ///
    /// # Errors
    ///
    /// [`NotEmulated::Value`] with the member's name.
    pub fn all_but(
        emulated: &'static str,
        member: &'static str,
        value: Option<&str>,
    ) -> Result<(), Self> {
        match value.filter(|value| *value != emulated) {
            Some(value) => {
                Err(Self::Value { member: member.into(), value: value.to_owned(), emulated })
            }
            None => Ok(()),
        }
    }
}

/// A member that is read only to find out whether it asks for something.
///
/// Tools send `false`, an empty text, `{}`, `{"OnFailure":{}}` and the like for a setting that they leave
/// alone: that is not to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub struct Unapplied {
    /// Whether it does.
    pub asks: bool,
}

impl From<Value> for Unapplied {
    fn from(value: Value) -> Self {
        Self { asks: asks(&value) && value != "" }
    }
}

fn asks(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(wanted) => *wanted,
        // Inside a map an empty text is a value like any other: that of a tag, for instance.
        Value::Number(_) | Value::String(_) => true,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => members.values().any(asks),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_setting_that_is_left_alone_asks_for_nothing() {
        for nothing in [json!(null), json!(false), json!(""), json!([]), json!({"a": {"b": []}})] {
            assert_eq!(Unapplied::from(nothing.clone()), Unapplied::default(), "{nothing}");
        }
        for something in [json!(true), json!(0), json!("a"), json!([{}]), json!({"a": ""})] {
            assert!(Unapplied::from(something.clone()).asks, "{something}");
        }
    }

    #[test]
    fn what_is_refused_is_named_with_what_to_do() {
        let asks = Unapplied { asks: true };
        let refused = NotEmulated::refuse([("Tags", &Unapplied::default()), ("Mode", &asks)]);
        let text = "`Mode` is not emulated (hint: leave it out here)";
        assert_eq!(refused.unwrap_err().to_string(), text);

        assert_eq!(NotEmulated::all_but("NONE", "authorizationType", Some("NONE")), Ok(()));
        assert_eq!(NotEmulated::all_but("NONE", "authorizationType", None), Ok(()));
        let refused = NotEmulated::all_but("NONE", "authorizationType", Some("AWS_IAM"));
        let text = "`AWS_IAM` as `authorizationType` is not emulated (hint: `NONE` is)";
        assert_eq!(refused.unwrap_err().to_string(), text);
    }
}
