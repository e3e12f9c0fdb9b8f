//! Texts in which `*` stands for anything.

use super::scanner::Letter;

/// The pieces between the asterisks; there is always one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob(Vec<String>);

impl Glob {
    /// Of a text in which nothing is escaped.
    pub(super) fn of(text: &str) -> Self {
        Self(text.split('*').map(str::to_owned).collect())
    }

    /// Of a quoted text, in which an asterisk may be escaped.
    pub(super) fn quoted(letters: &[Letter]) -> Self {
        let star = |letter: &Letter| letter.character == '*' && !letter.is_escaped;
        let piece = |letters: &[Letter]| letters.iter().map(|letter| letter.character).collect();
        Self(letters.split(star).map(piece).collect())
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.0.split_first() else { return true };
        let Some((last, between)) = others.split_last() else { return text == first };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for piece in between {
            // The first place will do: it leaves the most for what follows.
            let Some(place) = rest.find(piece.as_str()) else { return false };
            rest = &rest[place + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}
