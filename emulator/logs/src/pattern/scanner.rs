//! Goes through a pattern's text, one piece after the other. Blanks between pieces never matter.

use super::PatternError;
use super::expression::Expression;

/// What is left of a pattern.
pub(super) struct Scanner<'a>(&'a str);

/// One character of a quoted text; an escaped one has no other meaning than itself.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    pub(super) character: char,
    pub(super) is_escaped: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The next character that is not a blank.
    pub(super) fn peek(&mut self) -> Option<char> {
        self.0 = self.0.trim_start();
        self.0.chars().next()
    }

    /// The next character, blank or not, which is left where it is.
    pub(super) fn at_once(&self) -> Option<char> {
        self.0.chars().next()
    }

    /// Takes `piece`, if it comes next.
    pub(super) fn take(&mut self, piece: &str) -> bool {
        self.peek();
        match self.0.strip_prefix(piece) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Takes `piece`, which has to come next.
    pub(super) fn demand(&mut self, piece: &'static str) -> Result<(), PatternError> {
        if self.take(piece) { Ok(()) } else { Err(self.expected(piece)) }
    }

    /// Takes a word, if it comes next as a whole: `IS` is not the start of `ISSUE`.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        self.peek();
        let rest =
            self.0.strip_prefix(word).filter(|rest| !rest.starts_with(char::is_alphanumeric));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The characters that follow at once, for as long as they are `wanted`.
    pub(super) fn run(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|character| !wanted(character)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at(end);
        self.0 = rest;
        run
    }

    /// A text up to its closing `mark`, the opening one being taken already. A backslash takes the
    /// meaning from what follows it.
    pub(super) fn quoted(
        &mut self,
        mark: char,
        opening: &'static str,
    ) -> Result<Vec<Letter>, PatternError> {
        let mut letters = Vec::new();
        let mut characters = self.0.char_indices();
        while let Some((place, character)) = characters.next() {
            if character == mark {
                self.0 = &self.0[place + mark.len_utf8()..];
                return Ok(letters);
            }
            let escaped = if character == '\\' { characters.next() } else { None };
            letters.push(match escaped {
                Some((_, character)) => Letter { character, is_escaped: true },
                None => Letter { character, is_escaped: false },
            });
        }
        Err(PatternError::Unclosed { opening, rest: self.0.to_owned() })
    }

    /// A regular expression up to its closing `%`, the opening one being taken already.
    pub(super) fn expression(&mut self) -> Result<Expression, PatternError> {
        let mut characters = self.0.char_indices();
        while let Some((place, character)) = characters.next() {
            match character {
                '%' => {
                    let text = &self.0[..place];
                    self.0 = &self.0[place + 1..];
                    return Expression::read(text);
                }
                '\\' => _ = characters.next(),
                _ => {}
            }
        }
        Err(PatternError::Unclosed { opening: "%", rest: self.0.to_owned() })
    }

    /// The error for something else standing here than what is `expected`.
    pub(super) fn expected(&mut self, expected: &'static str) -> PatternError {
        let found = match self.peek() {
            Some(_) => format!("`{}`", self.0),
            None => "its end".to_owned(),
        };
        PatternError::Expected { expected, found }
    }
}
