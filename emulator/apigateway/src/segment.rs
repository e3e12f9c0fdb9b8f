//! One part of a resource's path: a word, or a variable for one segment or for all that follow.

/// What a segment of a request's path must be.
///
/// The order is that of precedence: a word beats a variable, a variable beats a greedy one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
    /// This very text.
    Literal(String),
    /// `{name}`: one segment, whatever it says.
    Parameter(String),
    /// `{name+}`: the rest of the path, at least one segment.
    Greedy(String),
}

/// Not a path part. AWS's wording as its users quote it; not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end and \
     an optional plus sign before the closing brace."
)]
pub(crate) struct InvalidPathPart;

impl Segment {
    pub(crate) fn read(part: &str) -> Result<Self, InvalidPathPart> {
        let (name, make): (_, fn(String) -> Self) =
            match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                None => (part, Self::Literal),
                Some(variable) => match variable.strip_suffix('+') {
                    None => (variable, Self::Parameter),
                    Some(greedy) => (greedy, Self::Greedy),
                },
            };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(InvalidPathPart);
        }
        Ok(make(name.to_owned()))
    }

    pub(crate) fn is_variable(&self) -> bool {
        !matches!(self, Self::Literal(_))
    }
}

#[cfg(test)]
mod tests {
    use super::Segment::{Greedy, Literal, Parameter};
    use super::*;

    #[test]
    fn a_path_part_is_a_word_or_a_variable_in_braces() {
        for (part, expected) in [
            ("pets", Ok(Literal("pets".into()))),
            ("v1.0_a-b:c", Ok(Literal("v1.0_a-b:c".into()))),
            ("{id}", Ok(Parameter("id".into()))),
            ("{proxy+}", Ok(Greedy("proxy".into()))),
            ("", Err(InvalidPathPart)),
            ("{}", Err(InvalidPathPart)),
            ("{+}", Err(InvalidPathPart)),
            ("a/b", Err(InvalidPathPart)),
            ("a{b}", Err(InvalidPathPart)),
            ("{a", Err(InvalidPathPart)),
            ("a b", Err(InvalidPathPart)),
        ] {
            assert_eq!(Segment::read(part), expected, "{part}");
        }
    }
}
