//! Words that are in a message or not: `ERROR -Timeout`, `?WARN ?ERROR`, `"exact phrase"`, `%time.?out%`.

use super::PatternError;
use super::expression::Expression;
use super::scanner::Scanner;

/// Terms by what is asked of them. Without any, every message is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    all: Vec<Term>,
    any: Vec<Term>,
    none: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    Text(Box<str>),
    Expression(Expression),
}

impl Terms {
    pub(super) fn phrase(phrase: &str) -> Self {
        Self { all: vec![Term::Text(phrase.into())], ..Self::default() }
    }

    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        let mut terms = Self::default();
        while scanner.peek().is_some() {
            let list = if scanner.take("?") {
                &mut terms.any
            } else if scanner.take("-") {
                &mut terms.none
            } else {
                &mut terms.all
            };
            list.push(Term::read(scanner)?);
        }
        Ok(terms)
    }

    pub(super) fn match_message(&self, message: &str) -> bool {
        // Terms with `?` count only among themselves: beside others, AWS ignores them.
        let any_counts = self.all.is_empty() && self.none.is_empty() && !self.any.is_empty();
        self.all.iter().all(|term| term.is_in(message))
            && !self.none.iter().any(|term| term.is_in(message))
            && (!any_counts || self.any.iter().any(|term| term.is_in(message)))
    }
}

impl Term {
    /// Reads a term, which starts right here: a blank after `?` or `-` would leave it empty.
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        match scanner.at_once() {
            Some('"') => {
                scanner.demand("\"")?;
                let letters = scanner.quoted('"', "quotation mark")?;
                if letters.is_empty() {
                    return Err(PatternError::Term("\"\"".to_owned()));
                }
                let phrase: String = letters.iter().map(|letter| letter.character).collect();
                Ok(Self::Text(phrase.into()))
            }
            Some('%') => {
                scanner.demand("%")?;
                scanner.expression().map(Self::Expression)
            }
            _ => {
                let word = scanner.run(|character| !character.is_whitespace());
                let is_letter = |character: char| character.is_alphanumeric() || character == '_';
                if word.is_empty() || !word.chars().all(is_letter) {
                    return Err(PatternError::Term(word.to_owned()));
                }
                Ok(Self::Text(word.into()))
            }
        }
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(&**text),
            Self::Expression(expression) => expression.is_in(message),
        }
    }
}
