//! AWS's front-door validation: every constraint that a request breaks, in one message.
//!
//! Source of the grammar: answers recorded from Lambda; other services use the same.

use std::fmt::{self, Display};

/// What a member must be.
#[derive(Clone, Copy, Debug)]
pub enum Rule<'a> {
    /// It is missing.
    NotNull,
    /// Of a string, a list or a blob.
    LengthAtMost(usize),
    /// Of a string, a list or a blob.
    LengthAtLeast(usize),
    /// Of a number.
    ValueAtMost(i64),
    /// Of a number.
    ValueAtLeast(i64),
    /// A regular expression, as the service's model prints it.
    Pattern(&'a str),
    /// One of these words.
    OneOf(&'a [&'a str]),
}

impl Display for Rule<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => formatter.write_str("Member must not be null"),
            Self::LengthAtMost(length) => {
                write!(formatter, "Member must have length less than or equal to {length}")
            }
            Self::LengthAtLeast(length) => {
                write!(formatter, "Member must have length greater than or equal to {length}")
            }
            Self::ValueAtMost(value) => {
                write!(formatter, "Member must have value less than or equal to {value}")
            }
            Self::ValueAtLeast(value) => {
                write!(formatter, "Member must have value greater than or equal to {value}")
            }
            Self::Pattern(pattern) => {
                write!(formatter, "Member must satisfy regular expression pattern: {pattern}")
            }
            Self::OneOf(words) => {
                write!(formatter, "Member must satisfy enum value set: [{}]", words.join(", "))
            }
        }
    }
}

/// Gathers the constraints that a request breaks.
#[derive(Debug, Default)]
pub struct Constraints(Vec<String>);

/// At least one constraint is broken. AWS's code for it is `ValidationException`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} validation error{} detected: {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, .0.join("; "))]
pub struct Invalid(Vec<String>);

impl Constraints {
    /// Notes that the member at `path` (in lower camel case) breaks `rule`, unless it `holds`.
    pub fn check(&mut self, holds: bool, path: &str, value: impl Display, rule: Rule<'_>) {
        if !holds {
            self.0
                .push(format!("Value '{value}' at '{path}' failed to satisfy constraint: {rule}"));
        }
    }

    /// Notes that the member at `path` is missing, if it is.
    pub fn required<T: ?Sized>(&mut self, member: Option<&T>, path: &str) {
        if member.is_none() {
            let rule = Rule::NotNull;
            self.0.push(format!("Value null at '{path}' failed to satisfy constraint: {rule}"));
        }
    }

    /// Checks the length of a text in characters, if it is there.
    pub fn length(&mut self, text: Option<&str>, path: &str, least: usize, most: usize) {
        let Some(text) = text else { return };
        let length = text.chars().count();
        self.check(length >= least, path, text, Rule::LengthAtLeast(least));
        self.check(length <= most, path, text, Rule::LengthAtMost(most));
    }

    /// Checks a number, if it is there.
    pub fn range(&mut self, value: Option<i64>, path: &str, least: i64, most: i64) {
        let Some(value) = value else { return };
        self.check(value >= least, path, value, Rule::ValueAtLeast(least));
        self.check(value <= most, path, value, Rule::ValueAtMost(most));
    }

    /// # Errors
    ///
    /// [`Invalid`] with everything that was noted, if anything was.
    pub fn verdict(self) -> Result<(), Invalid> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_stands_in_one_message() {
        let mut one = Constraints::default();
        one.length(Some("abc"), "functionName", 1, 2);
        assert_eq!(
            one.verdict().unwrap_err().to_string(),
            "1 validation error detected: Value 'abc' at 'functionName' failed to satisfy \
             constraint: Member must have length less than or equal to 2",
        );

        let mut two = Constraints::default();
        two.required(None::<&str>, "role");
        two.range(Some(901), "timeout", 1, 900);
        assert_eq!(
            two.verdict().unwrap_err().to_string(),
            "2 validation errors detected: Value null at 'role' failed to satisfy constraint: \
             Member must not be null; Value '901' at 'timeout' failed to satisfy constraint: \
             Member must have value less than or equal to 900",
        );

        assert_eq!(Constraints::default().verdict(), Ok(()));
    }
}
