//! Regular expressions between percent signs: the small language that `CloudWatch` Logs allows.
//!
//! There are no groups. Letters, digits and `_ # = @ / ; , -` stand for themselves, the operators are
//! `^ $ ? [ ] { } | \ * + .`, and everything else has to be escaped, a blank too (`\s` or `\x20`). What
//! is allowed is written anew for the `regex` crate, so that nothing of its own language slips through.

use std::iter::Peekable;
use std::str::Chars;

use regex::{Regex, RegexBuilder};

use super::PatternError;

/// Most memory that one compiled expression takes, in bytes. It is ours: AWS's bound is not documented.
const MAX_COMPILED: usize = 1 << 20;

/// What may follow a backslash and then stands for a kind of character.
const CLASSES: &str = "dDsSwW";

/// What stands for itself besides letters and digits.
const LITERALS: &str = "_#=@/;,-";

/// A regular expression that AWS would take too.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    text: Box<str>,
    regex: Regex,
}

/// Two expressions are the same if they are written alike.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Expression {
    pub(super) fn read(text: &str) -> Result<Self, PatternError> {
        let refused = |reason| PatternError::Expression { expression: text.to_owned(), reason };
        if text.is_empty() {
            return Err(refused("nothing is asked for".to_owned()));
        }
        let rewritten = rewrite(text).map_err(refused)?;
        let compiled = RegexBuilder::new(&rewritten).size_limit(MAX_COMPILED).build();
        let regex = compiled.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => refused("too much is repeated".to_owned()),
            _ => refused("operators are not as they should be".to_owned()),
        })?;
        Ok(Self { text: text.into(), regex })
    }

    pub(super) fn is_in(&self, message: &str) -> bool {
        self.regex.is_match(message)
    }
}

/// The same expression in the words of the `regex` crate, or the reason why AWS would refuse it.
fn rewrite(text: &str) -> Result<String, String> {
    let mut rewritten = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => rewritten.push_str(&escaped(&mut characters)?),
            '[' => class(&mut characters, &mut rewritten)?,
            // Our reading: a line that was written with its newline ends before it.
            '$' => rewritten.push_str(r"(?:\n?\z)"),
            '{' => repetition(&mut characters, &mut rewritten)?,
            '^' | '?' | '|' | '*' | '+' | '.' => rewritten.push(character),
            _ if is_literal(character) => rewritten.push_str(&literal(character)),
            _ => return Err(unescaped(character)),
        }
    }
    Ok(rewritten)
}

/// The characters between brackets.
fn class(characters: &mut Peekable<Chars<'_>>, rewritten: &mut String) -> Result<(), String> {
    rewritten.push('[');
    if characters.next_if_eq(&'^').is_some() {
        rewritten.push('^');
    }
    let mut is_empty = true;
    while let Some(character) = characters.next() {
        match character {
            ']' if is_empty => return Err("`[]` is empty".to_owned()),
            ']' => {
                rewritten.push(']');
                return Ok(());
            }
            '\\' => rewritten.push_str(&escaped(characters)?),
            // Twice, it would be an operator of the `regex` crate.
            '-' if characters.peek() == Some(&'-') => rewritten.push_str(r"\-"),
            '-' => rewritten.push('-'),
            '^' | '$' | '?' | '{' | '}' | '|' | '*' | '+' | '.' => {
                rewritten.push_str(&literal(character));
            }
            _ if is_literal(character) => rewritten.push_str(&literal(character)),
            _ => return Err(unescaped(character)),
        }
        is_empty = false;
    }
    Err("`[` is not closed".to_owned())
}

/// How often something is repeated: `{2}`, `{2,}`, `{2,5}`.
fn repetition(characters: &mut Peekable<Chars<'_>>, rewritten: &mut String) -> Result<(), String> {
    rewritten.push('{');
    for character in characters {
        match character {
            '0'..='9' | ',' => rewritten.push(character),
            '}' => {
                rewritten.push('}');
                return Ok(());
            }
            _ => return Err(format!("`{character}` is no number of times")),
        }
    }
    Err("`{` is not closed".to_owned())
}

/// What a backslash and the characters behind it stand for.
fn escaped(characters: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    match characters.next() {
        None => Err("a backslash with nothing behind it".to_owned()),
        Some(class) if CLASSES.contains(class) => Ok(format!("\\{class}")),
        Some('x') => {
            let mut digit = || characters.next_if(char::is_ascii_hexdigit);
            let (Some(high), Some(low)) = (digit(), digit()) else {
                return Err("`\\x` without two hexadecimal digits".to_owned());
            };
            Ok(format!("\\x{high}{low}"))
        }
        Some(other) if other.is_alphanumeric() => Err(format!("`\\{other}`")),
        Some(other) => Ok(literal(other)),
    }
}

fn is_literal(character: char) -> bool {
    character.is_alphanumeric() || LITERALS.contains(character)
}

fn literal(character: char) -> String {
    regex::escape(character.encode_utf8(&mut [0; 4]))
}

fn unescaped(character: char) -> String {
    match character {
        '(' | ')' => "parentheses, which are not supported,".to_owned(),
        _ => format!("`{character}`, which has to be escaped,"),
    }
}
