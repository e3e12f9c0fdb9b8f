//! The part of the filter pattern language that asks for words: `ERROR -Timeout`, `?WARN ?ERROR`,
//! `"exact phrase"`.
//!
//! Patterns for JSON (`{ $.level = "ERROR" }`), for columns (`[ip, user, ...]`) and regular expressions
//! (`%Task.*timed out%`) are refused by name.
//!
//! Source: "Filter pattern syntax" in the `CloudWatch` Logs user guide.

#[cfg(test)]
mod tests;

/// Which messages are wanted. The default wants all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    all: Vec<Box<str>>,
    any: Vec<Box<str>>,
    none: Vec<Box<str>>,
}

/// A pattern that cannot be applied.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A term holds what only a phrase may hold, or nothing at all.
    #[error("Invalid filter pattern: Invalid character(s) in term '{0}'")]
    Term(String),
    /// A phrase without an end.
    #[error("Invalid filter pattern: the quotation mark before `{0}` is not closed")]
    Unclosed(String),
    /// A kind of pattern that AWS has and the emulator has not.
    #[error(
        "{0} in a filter pattern are not emulated (hint: terms and \"quoted phrases\" are, with ? and -)"
    )]
    NotEmulated(&'static str),
}

impl Pattern {
    /// Wants messages that contain `phrase`, whatever is in it.
    pub fn phrase(phrase: &str) -> Self {
        Self { all: vec![phrase.into()], ..Self::default() }
    }

    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`PatternError`] says which part of it cannot be applied.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut rest = text.trim();
        refuse_other_kinds(rest)?;
        let mut pattern = Self::default();
        while !rest.is_empty() {
            let (list, term) = match rest.as_bytes()[0] {
                b'?' => (&mut pattern.any, &rest[1..]),
                b'-' => (&mut pattern.none, &rest[1..]),
                _ => (&mut pattern.all, rest),
            };
            let (term, after) = read_term(term)?;
            list.push(term);
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    /// Whether a message is wanted.
    pub fn matches(&self, message: &str) -> bool {
        let contains = |term: &str| message.contains(term);
        // Terms with `?` count only among themselves: beside others, AWS ignores them.
        let any_counts = self.all.is_empty() && self.none.is_empty() && !self.any.is_empty();
        self.all.iter().all(|term| contains(term))
            && !self.none.iter().any(|term| contains(term))
            && (!any_counts || self.any.iter().any(|term| contains(term)))
    }
}

fn refuse_other_kinds(pattern: &str) -> Result<(), PatternError> {
    match pattern.chars().next() {
        Some('{') => Err(PatternError::NotEmulated("JSON conditions (`{ … }`)")),
        Some('[') => Err(PatternError::NotEmulated("columns (`[ … ]`)")),
        _ => Ok(()),
    }
}

/// A term, quoted or not, and what follows it.
fn read_term(text: &str) -> Result<(Box<str>, &str), PatternError> {
    if text.starts_with('%') {
        return Err(PatternError::NotEmulated("regular expressions (`% … %`)"));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        return read_phrase(quoted);
    }
    let (term, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    if term.is_empty() || !term.chars().all(is_word) {
        return Err(PatternError::Term(term.to_owned()));
    }
    Ok((term.into(), rest))
}

/// A phrase up to its closing mark; a backslash takes the meaning from a mark or a backslash.
fn read_phrase(text: &str) -> Result<(Box<str>, &str), PatternError> {
    let mut phrase = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' if phrase.is_empty() => return Err(PatternError::Term("\"\"".to_owned())),
            '"' => return Ok((phrase.into(), &text[place + 1..])),
            '\\' => phrase.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => phrase.push(character),
        }
    }
    Err(PatternError::Unclosed(text.to_owned()))
}
