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
    /// A list of these words.
    EachOneOf(&'a [&'a str]),
    /// What nothing above says, in AWS's own words.
    Worded(&'a str),
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
            Self::Worded(text) => formatter.write_str(text),
            Self::EachOneOf(words) => {
                let word = Self::OneOf(words);
                write!(formatter, "Member must satisfy constraint: [{word}, {}]", Self::NotNull)
            }
        }
    }
}

/// Most constraints that are told of. Ours: a list of a million items may break two with each of them,
/// and the answer would be many times as large as the request.
const MAX_TOLD: usize = 100;

/// Gathers the constraints that a request breaks.
#[derive(Debug, Default)]
pub struct Constraints(Vec<String>);

/// At least one constraint is broken. AWS's code for it is `ValidationException`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} validation error{} detected: {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, .0.join("; "))]
pub struct Invalid(Vec<String>);

impl Constraints {
    /// Notes that the member at `path` (in lower camel case) breaks `rule`, unless it `holds`.
    pub fn check(&mut self, holds: bool, path: impl Display, value: impl Display, rule: Rule<'_>) {
        if !holds {
            self.broken(format_args!("Value '{value}'"), path, rule);
        }
    }

    /// The same of a member that may hold secrets: the message does not repeat it.
    pub fn check_secret(&mut self, holds: bool, path: impl Display, rule: Rule<'_>) {
        if !holds {
            self.broken("Value", path, rule);
        }
    }

    /// Notes that the member at `path` is missing, if it is.
    pub fn required<T: ?Sized>(&mut self, member: Option<&T>, path: impl Display) {
        if member.is_none() {
            self.broken("Value null", path, Rule::NotNull);
        }
    }

    /// Checks the length of a text in characters, if it is there.
    pub fn length(&mut self, text: Option<&str>, path: impl Display, least: usize, most: usize) {
        let Some(text) = text else { return };
        let length = text.chars().count();
        self.check(length >= least, &path, text, Rule::LengthAtLeast(least));
        self.check(length <= most, &path, text, Rule::LengthAtMost(most));
    }

    /// Checks how many elements or bytes a list or a blob has. The message does not repeat them.
    pub fn size(&mut self, size: usize, path: impl Display, least: usize, most: usize) {
        if size < least {
            self.broken("Value", path, Rule::LengthAtLeast(least));
        } else if size > most {
            self.broken("Value", path, Rule::LengthAtMost(most));
        }
    }

    /// Checks a number, if it is there.
    pub fn range(&mut self, value: Option<i64>, path: impl Display, least: i64, most: i64) {
        let Some(value) = value else { return };
        self.check(value >= least, &path, value, Rule::ValueAtLeast(least));
        self.check(value <= most, &path, value, Rule::ValueAtMost(most));
    }

    /// Checks a text, if it is there, with `fits`; `pattern` is how AWS says what that looks for.
    pub fn pattern(
        &mut self,
        text: Option<&str>,
        path: impl Display,
        pattern: &str,
        fits: impl FnOnce(&str) -> bool,
    ) {
        let Some(text) = text else { return };
        self.check(fits(text), path, text, Rule::Pattern(pattern));
    }

    /// Checks that a text, if it is there, is one of `words`.
    pub fn one_of(&mut self, text: Option<&str>, path: impl Display, words: &[&str]) {
        let Some(text) = text else { return };
        self.check(words.contains(&text), path, text, Rule::OneOf(words));
    }

    /// # Errors
    ///
    /// [`Invalid`] with everything that was noted, if anything was.
    pub fn verdict(self) -> Result<(), Invalid> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid(self.0)) }
    }

    fn broken(&mut self, value: impl Display, path: impl Display, rule: Rule<'_>) {
        if self.0.len() < MAX_TOLD {
            self.0.push(format!("{value} at '{path}' failed to satisfy constraint: {rule}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_does_not_grow_with_what_is_wrong_for_ever() {
        let mut constraints = Constraints::default();
        (0..1000).for_each(|number| constraints.required(None::<&str>, format_args!("{number}")));
        let text = constraints.verdict().unwrap_err().to_string();
        assert!(text.starts_with("100 validation errors detected: Value null at '0' "), "{text}");
    }

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

    #[track_caller]
    fn check(look: impl FnOnce(&mut Constraints), expected: &str) {
        let mut constraints = Constraints::default();
        look(&mut constraints);
        let told = constraints.verdict().unwrap_err().to_string();
        assert_eq!(told, format!("1 validation error detected: {expected}"));
    }

    #[test]
    fn each_rule_is_told_in_the_words_of_aws() {
        check(
            |all| all.length(Some(""), "partitionKey", 1, 256),
            "Value '' at 'partitionKey' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        );
        check(
            |all| all.size(501, "records", 1, 500),
            "Value at 'records' failed to satisfy constraint: \
             Member must have length less than or equal to 500",
        );
        check(
            |all| all.range(Some(0), "shardCount", 1, 100),
            "Value '0' at 'shardCount' failed to satisfy constraint: \
             Member must have value greater than or equal to 1",
        );
        check(
            |all| all.pattern(Some("a b"), "streamName", "[a-zA-Z0-9_.-]+", |_| false),
            "Value 'a b' at 'streamName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        );
        check(
            |all| all.one_of(Some("FREE"), "streamMode", &["PROVISIONED", "ON_DEMAND"]),
            "Value 'FREE' at 'streamMode' failed to satisfy constraint: \
             Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
        );
        check(
            |all| {
                all.check(
                    false,
                    "architectures",
                    "[X86_64]",
                    Rule::EachOneOf(&["x86_64", "arm64"]),
                );
            },
            "Value '[X86_64]' at 'architectures' failed to satisfy constraint: \
             Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], \
             Member must not be null]",
        );
    }

    #[test]
    fn what_satisfies_its_constraints_or_is_absent_is_not_told_of() {
        let mut all = Constraints::default();
        all.required(Some(&0), "data");
        all.length(Some("käse"), "key", 4, 4);
        all.length(None, "key", 1, 1);
        all.size(0, "records", 0, 0);
        all.range(None, "limit", 1, 10);
        all.pattern(Some("a"), "name", "a", |text| text == "a");
        all.one_of(Some("A"), "mode", &["A"]);
        assert_eq!(all.verdict(), Ok(()));
    }
}
