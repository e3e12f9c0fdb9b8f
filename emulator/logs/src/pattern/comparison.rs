//! One value compared with what a pattern says: `= "x*"`, `!= 404`, `> 1.5`, `= %4[0-9]{2}%`.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::PatternError;
use super::expression::Expression;
use super::glob::Glob;
use super::scanner::Scanner;

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Comparison {
    Equal(Operand),
    NotEqual(Operand),
    Less(f64),
    AtMost(f64),
    Greater(f64),
    AtLeast(f64),
}

/// What a value is equal to, or not.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Quoted(Glob),
    Word { glob: Glob, number: Option<f64> },
    Expression(Expression),
}

/// A value that is compared: a text, a number, or a text that may be read as one.
pub(super) struct Subject<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) number: Option<f64>,
    pub(super) is_text: bool,
}

impl Comparison {
    /// Reads an operator and what follows it, if an operator comes next.
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Option<Self>, PatternError> {
        type Ordered = fn(f64) -> Comparison;
        // Those that start another one come after it.
        let ordered: [(&str, Ordered); 4] =
            [("<=", Self::AtMost), (">=", Self::AtLeast), ("<", Self::Less), (">", Self::Greater)];
        for (operator, comparison) in ordered {
            if scanner.take(operator) {
                return number(scanner).map(comparison).map(Some);
            }
        }
        if scanner.take("!=") {
            return Operand::read(scanner).map(Self::NotEqual).map(Some);
        }
        if scanner.take("=") {
            return Operand::read(scanner).map(Self::Equal).map(Some);
        }
        Ok(None)
    }

    pub(super) fn holds(&self, subject: &Subject<'_>) -> bool {
        let number = |holds: &dyn Fn(f64) -> bool| subject.number.is_some_and(holds);
        match self {
            Self::Equal(operand) => operand.is(subject),
            Self::NotEqual(operand) => !operand.is(subject),
            Self::Less(bound) => number(&|number| number < *bound),
            Self::AtMost(bound) => number(&|number| number <= *bound),
            Self::Greater(bound) => number(&|number| number > *bound),
            Self::AtLeast(bound) => number(&|number| number >= *bound),
        }
    }
}

impl Operand {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        if scanner.take("\"") {
            let letters = scanner.quoted('"', "quotation mark")?;
            return Ok(Self::Quoted(Glob::quoted(&letters)));
        }
        if scanner.take("%") {
            return scanner.expression().map(Self::Expression);
        }
        let word = word(scanner, "a value")?;
        Ok(Self::Word { glob: Glob::of(word), number: as_number(word) })
    }

    /// Our reading: what is quoted is equal to a text only; a word also to a number that is written so,
    /// or has that value.
    fn is(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Quoted(glob) => subject.is_text && glob.matches(&subject.text),
            Self::Word { glob, number } => {
                let compared =
                    number.zip(subject.number).map(|(one, other)| one.partial_cmp(&other));
                glob.matches(&subject.text) || compared == Some(Some(Ordering::Equal))
            }
            Self::Expression(expression) => expression.is_in(&subject.text),
        }
    }
}

/// The number that a text is, if it is one: words such as `inf` are not.
pub(super) fn as_number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn number(scanner: &mut Scanner<'_>) -> Result<f64, PatternError> {
    let word = word(scanner, "a number")?;
    let found = || PatternError::Expected { expected: "a number", found: format!("`{word}`") };
    as_number(word).ok_or_else(found)
}

/// A text that needs no quotes: it holds nothing that has a meaning of its own.
fn word<'a>(scanner: &mut Scanner<'a>, expected: &'static str) -> Result<&'a str, PatternError> {
    scanner.peek();
    let word = scanner
        .run(|character| !character.is_whitespace() && !"&|()[]{},\"%=<>!".contains(character));
    if word.is_empty() { Err(scanner.expected(expected)) } else { Ok(word) }
}
