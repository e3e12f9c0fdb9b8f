//! Names of functions, in all the forms that Lambda takes them: a name, a partial ARN, an ARN, each
//! with or without a qualifier.

#[cfg(test)]
mod tests;

use std::fmt;

use emulator_front::{Constraints, Home, Invalid, WireError};

/// The version that every function has.
pub(crate) const LATEST: &str = "$LATEST";

/// Longest name of a function, in characters.
pub(crate) const MAX_NAME: usize = 64;

/// Source: `Qualifier` in the Lambda service model, 2015-03-31; so is its length.
const QUALIFIER: &str = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
/// Longest qualifier, in characters.
const MAX_QUALIFIER: usize = 128;

/// What an operation's model lets names of functions look like.
///
/// Source of patterns and lengths: the Lambda service model, 2015-03-31.
pub(crate) struct Grammar {
    pattern: &'static str,
    /// In characters, with everything around the name.
    longest: usize,
    /// Whether a qualifier may stand in the name.
    qualified: bool,
    /// Whether a name may have dots in it. No function's has; whoever asks for one hears that.
    dots: bool,
}

impl Grammar {
    /// `FunctionName`: of operations that make or change a function.
    pub(crate) const CHANGING: Self = Self {
        pattern: r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?",
        longest: 140,
        qualified: true,
        dots: false,
    };

    /// `UnqualifiedFunctionName`: of operations on all versions of a function.
    pub(crate) const UNQUALIFIED: Self = Self {
        pattern: r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)",
        longest: 140,
        qualified: false,
        dots: false,
    };

    /// `NamespacedFunctionName`: of operations that look at a function, call it or remove it.
    pub(crate) const ASKING: Self = Self {
        pattern: r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
        longest: 256,
        qualified: true,
        dots: true,
    };

    /// Reads a name in any of its forms, with the qualifier that may stand beside it. What else the
    /// request breaks is in `constraints`, and told in the same message.
    pub(crate) fn read(
        &self,
        text: Option<&str>,
        qualifier: Option<&str>,
        home: &Home,
        mut constraints: Constraints,
    ) -> Result<Target, NameError> {
        let parts = text.and_then(Parts::of).filter(|parts| {
            (self.dots || !parts.has_dots()) && (self.qualified || parts.qualifier.is_none())
        });
        constraints.required(text, "functionName");
        constraints.length(text, "functionName", 1, self.longest);
        constraints.pattern(text, "functionName", self.pattern, |_| parts.is_some());
        constraints.length(qualifier, "qualifier", 1, MAX_QUALIFIER);
        constraints.pattern(qualifier, "qualifier", QUALIFIER, is_qualifier);
        constraints.verdict()?;
        parts.expect("a text without parts breaks the pattern").target(qualifier, home)
    }
}

/// The name of a function, without anything around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionName(String);

impl FunctionName {
    /// A name that has been read before: one that comes out of the store.
    pub(crate) fn stored(name: String) -> Self {
        Self(name)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A function, and which version or alias of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which function.
    pub function: FunctionName,
    /// As the caller gave it, if at all.
    pub qualifier: Option<String>,
}

/// A name that cannot be one of a function here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not of any of the forms.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Name and parameter each have a qualifier, and they differ.
    #[error("The derived qualifier from the function name does not match the specified qualifier.")]
    TwoQualifiers,
    /// An ARN of another region.
    #[error("Functions from '{theirs}' are not reachable in this region ('{ours}')")]
    OtherRegion {
        /// In the ARN.
        theirs: String,
        /// Of this emulator.
        ours: String,
    },
    /// An ARN of another account.
    #[error(
        "User: arn:aws:iam::{ours}:root is not authorized to perform the action on resource: {arn}"
    )]
    OtherAccount {
        /// Of the function that was meant.
        arn: String,
        /// Of this emulator.
        ours: String,
    },
}

impl WireError for NameError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::TwoQualifiers => (400, "InvalidParameterValueException"),
            Self::OtherRegion { .. } => (404, "ResourceNotFoundException"),
            Self::OtherAccount { .. } => (403, "AccessDeniedException"),
        }
    }
}

/// A qualifier where the function itself has to be named.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "only the function itself can be changed, and not what `{0}` stands for (hint: leave the qualifier out)"
)]
pub(crate) struct Qualified(String);

impl Qualified {
    /// Refuses any qualifier but `$LATEST`. The text is ours: AWS's is not known.
    pub(crate) fn refuse(target: &Target) -> Result<(), Self> {
        match &target.qualifier {
            Some(qualifier) if qualifier != LATEST => Err(Self(qualifier.clone())),
            _ => Ok(()),
        }
    }
}

impl WireError for Qualified {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidParameterValueException")
    }
}

impl Target {
    /// Reads a name in any of its forms, with the qualifier that may stand beside it.
    ///
    /// # Errors
    ///
    /// [`NameError`] if it is none, or names something that is not here.
    pub fn read(text: &str, qualifier: Option<&str>, home: &Home) -> Result<Self, NameError> {
        Grammar::ASKING.read(Some(text), qualifier, home, Constraints::default())
    }

    /// The function itself, whichever version or alias of it was named.
    pub(crate) fn unqualified(&self) -> Self {
        Self { function: self.function.clone(), qualifier: None }
    }

    /// The version that is meant by whoever names none.
    pub(crate) fn explicit(&self) -> Self {
        let qualifier = self.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
        Self { function: self.function.clone(), qualifier: Some(qualifier) }
    }

    /// The function's ARN, qualified as this target is.
    pub fn arn(&self, home: &Home) -> String {
        let function = home.arn("lambda", &format!("function:{}", self.function));
        match &self.qualifier {
            Some(qualifier) => format!("{function}:{qualifier}"),
            None => function,
        }
    }
}

/// A function's name taken apart, nothing checked against this region or account.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    region: Option<&'a str>,
    account: Option<&'a str>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let words: Vec<_> = text.split(':').collect();
        let mut rest = words.as_slice();
        if let ["arn", partition, "lambda", after @ ..] = rest
            && partition.starts_with("aws")
        {
            rest = after;
        }
        // A function may be called like any of these, so each is a part only if more follows.
        let region = take(&mut rest, |word, next| {
            is_region(word) && (is_account(next) || next == "function")
        });
        let account = take(&mut rest, |word, _| is_account(word));
        take(&mut rest, |word, next| word == "function" && !next.starts_with(LATEST));
        let (name, qualifier) = match *rest {
            [name] => (name, None),
            [name, qualifier] => (name, Some(qualifier)),
            _ => return None,
        };
        let whole = is_name(name) && qualifier.is_none_or(is_version_or_alias);
        whole.then_some(Self { region, account, name, qualifier })
    }

    fn has_dots(&self) -> bool {
        self.name.contains('.') || self.qualifier.is_some_and(|qualifier| qualifier.contains('.'))
    }

    fn target(&self, qualifier: Option<&str>, home: &Home) -> Result<Target, NameError> {
        if let (Some(derived), Some(given)) = (self.qualifier, qualifier)
            && derived != given
        {
            return Err(NameError::TwoQualifiers);
        }
        if let Some(region) = self.region.filter(|region| **region != home.region) {
            return Err(NameError::OtherRegion {
                theirs: region.to_owned(),
                ours: home.region.clone(),
            });
        }
        if let Some(account) = self.account.filter(|account| **account != home.account) {
            let region = &home.region;
            return Err(NameError::OtherAccount {
                arn: format!("arn:aws:lambda:{region}:{account}:function:{}", self.name),
                ours: home.account.clone(),
            });
        }
        Ok(Target {
            function: FunctionName(self.name.to_owned()),
            qualifier: self.qualifier.or(qualifier).map(str::to_owned),
        })
    }
}

/// Whether a text is the ARN of a function, of this region and account or not.
pub(crate) fn is_arn(text: &str) -> bool {
    let parts = Parts::of(text).filter(|parts| text.starts_with("arn:") && !parts.has_dots());
    parts.is_some_and(|parts| parts.region.is_some() && parts.account.is_some())
}

/// Takes the first word if it `fits`, together with the one that has to come after it.
fn take<'a>(words: &mut &[&'a str], fits: impl FnOnce(&str, &str) -> bool) -> Option<&'a str> {
    match **words {
        [word, next, ..] if fits(word, next) => {
            *words = &words[1..];
            Some(word)
        }
        _ => None,
    }
}

/// As it stands in a name, where the pattern is narrower than beside it.
fn is_version_or_alias(word: &str) -> bool {
    matches!(word, LATEST | "$LATEST.PUBLISHED") || (is_name(word) && !word.contains('.'))
}

fn is_qualifier(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_$".contains(&byte);
    word == "$LATEST.PUBLISHED" || (!word.is_empty() && word.bytes().all(allowed))
}

fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

pub(crate) fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Such as `eu-west-1`: two letters first, one digit last.
pub(crate) fn is_region(word: &str) -> bool {
    let mut words = word.split('-');
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or_default();
    let between = words.count();
    (first.len() == 2 || first == "eusc")
        && (1..=3).contains(&between)
        && last.len() == 1
        && last.bytes().all(|byte| byte.is_ascii_digit())
}
