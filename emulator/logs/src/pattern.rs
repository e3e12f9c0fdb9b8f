//! The filter pattern language: which messages somebody wants to see.
//!
//! A pattern is read once, into types that cannot be wrong, and then asked about many messages. It is of
//! one of three kinds: words that are there or not (`ERROR -Timeout`), conditions on a message that is
//! JSON (`{ $.level = "ERROR" }`), or the fields of a line (`[ip, user, status = 4*]`).
//!
//! Source: "Filter pattern syntax" in the `CloudWatch` Logs user guide. What it leaves open is marked as
//! our reading where it is decided.

mod terms;

mod fields;
mod json;

mod comparison;
mod expression;
mod glob;
mod scanner;
mod tree;

#[cfg(test)]
mod tests;

use fields::Fields;
use json::Conditions;
use scanner::Scanner;
use terms::Terms;

/// Which messages are wanted. The default wants all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Terms(Terms),
    Json(Conditions),
    Fields(Fields),
}

/// A pattern that cannot be read. AWS says no more than the first three words; the rest is ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A term holds what only a phrase may hold, or nothing at all.
    #[error(
        "Invalid filter pattern: Invalid character(s) in term '{0}' (hint: quote what is not a word)"
    )]
    Term(String),
    /// Something starts and does not end.
    #[error("Invalid filter pattern: the {opening} before `{rest}` is not closed")]
    Unclosed {
        /// What it starts with.
        opening: &'static str,
        /// What follows the start.
        rest: String,
    },
    /// Something else has to stand here.
    #[error("Invalid filter pattern: {expected} is expected, not {found}")]
    Expected {
        /// What may stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// A regular expression that AWS would not take.
    #[error("Invalid filter pattern: {reason} in %{expression}%")]
    Expression {
        /// As it was given.
        expression: String,
        /// Which part of it is refused.
        reason: String,
    },
    /// Parentheses in parentheses, and so on.
    #[error("Invalid filter pattern: it is nested more than {0} deep")]
    TooDeep(usize),
}

impl Pattern {
    /// Wants messages that contain `phrase`, whatever is in it.
    pub fn phrase(phrase: &str) -> Self {
        Self(Kind::Terms(Terms::phrase(phrase)))
    }

    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`PatternError`] says which part of it cannot be read.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut scanner = Scanner::new(text);
        let kind = match scanner.peek() {
            Some('{') => Kind::Json(Conditions::read(&mut scanner)?),
            Some('[') => Kind::Fields(Fields::read(&mut scanner)?),
            _ => Kind::Terms(Terms::read(&mut scanner)?),
        };
        match scanner.peek() {
            None => Ok(Self(kind)),
            Some(_) => Err(scanner.expected("the end of the pattern")),
        }
    }

    /// Whether a message is wanted.
    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Kind::Terms(terms) => terms.match_message(message),
            Kind::Json(conditions) => conditions.match_message(message),
            Kind::Fields(fields) => fields.match_message(message),
        }
    }
}

impl Default for Kind {
    fn default() -> Self {
        Self::Terms(Terms::default())
    }
}
