//! Conditions on messages that are JSON: `{ $.user.id = 1 && $.items[0].name = "x*" }`.

use serde_json::Value;

use super::PatternError;
use super::comparison::{Comparison, Subject};
use super::scanner::Scanner;
use super::tree::Tree;

/// What a message has to say, in JSON. Other messages are not wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conditions(Tree<Condition>);

#[derive(Clone, Debug, PartialEq)]
struct Condition {
    selector: Vec<Step>,
    test: Test,
}

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    Index(usize),
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Compares(Comparison),
    IsNull,
    IsTrue,
    IsFalse,
    IsAbsent,
}

impl Conditions {
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        scanner.demand("{")?;
        let conditions = Tree::read(scanner, &mut Condition::read)?;
        scanner.demand("}")?;
        Ok(Self(conditions))
    }

    pub(super) fn match_message(&self, message: &str) -> bool {
        // Most lines of most functions are not JSON, and nothing more is asked of them.
        if !message.trim_start().starts_with(['{', '[']) {
            return false;
        }
        let Ok(message) = serde_json::from_str::<Value>(message) else { return false };
        self.0.holds(&|condition| condition.holds(&message))
    }
}

impl Condition {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        scanner.demand("$")?;
        let mut selector = Vec::new();
        while let Some(step) = Step::read(scanner)? {
            selector.push(step);
        }
        if selector.is_empty() {
            return Err(scanner.expected("a property, as in $.level,"));
        }
        Ok(Self { selector, test: Test::read(scanner)? })
    }

    fn holds(&self, message: &Value) -> bool {
        let selected = self.selector.iter().try_fold(message, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        });
        match (&self.test, selected) {
            (Test::IsAbsent, selected) => selected.is_none(),
            (Test::IsNull, Some(Value::Null))
            | (Test::IsTrue, Some(Value::Bool(true)))
            | (Test::IsFalse, Some(Value::Bool(false))) => true,
            (Test::Compares(comparison), Some(value)) => {
                subject(value).is_some_and(|subject| comparison.holds(&subject))
            }
            _ => false,
        }
    }
}

impl Step {
    /// `.key`, `[0]` or `['any key']`, if one of them comes next.
    fn read(scanner: &mut Scanner<'_>) -> Result<Option<Self>, PatternError> {
        match scanner.at_once() {
            Some('.') => {
                scanner.demand(".")?;
                let is_letter = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
                let key = scanner.run(is_letter);
                if key.is_empty() {
                    return Err(scanner.expected("a property's name"));
                }
                Ok(Some(Self::Key(key.to_owned())))
            }
            Some('[') => {
                scanner.demand("[")?;
                let step = Self::in_brackets(scanner)?;
                scanner.demand("]")?;
                Ok(Some(step))
            }
            _ => Ok(None),
        }
    }

    fn in_brackets(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        for (mark, text) in [('\'', "'"), ('"', "\"")] {
            if scanner.take(text) {
                let letters = scanner.quoted(mark, "quotation mark")?;
                return Ok(Self::Key(letters.iter().map(|letter| letter.character).collect()));
            }
        }
        scanner.peek();
        let digits = scanner.run(|character| character.is_ascii_digit());
        digits.parse().map(Self::Index).map_err(|_| scanner.expected("an index or a quoted name"))
    }
}

impl Test {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        if let Some(comparison) = Comparison::read(scanner)? {
            return Ok(Self::Compares(comparison));
        }
        if scanner.keyword("IS") {
            for (word, test) in
                [("NULL", Self::IsNull), ("TRUE", Self::IsTrue), ("FALSE", Self::IsFalse)]
            {
                if scanner.keyword(word) {
                    return Ok(test);
                }
            }
            return Err(scanner.expected("NULL, TRUE or FALSE"));
        }
        if scanner.keyword("NOT") && scanner.keyword("EXISTS") {
            return Ok(Self::IsAbsent);
        }
        Err(scanner.expected("=, !=, <, >, <=, >=, IS or NOT EXISTS"))
    }
}

/// Arrays and objects are not compared with anything, nor is what `IS` asks about.
fn subject(value: &Value) -> Option<Subject<'_>> {
    match value {
        Value::String(text) => {
            Some(Subject { text: text.as_str().into(), number: None, is_text: true })
        }
        Value::Number(number) => Some(Subject {
            text: number.to_string().into(),
            number: number.as_f64(),
            is_text: false,
        }),
        _ => None,
    }
}
