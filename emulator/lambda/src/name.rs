//! Names of functions, in all the forms that Lambda takes them: a name, a partial ARN, an ARN, each
//! with or without a qualifier.

use std::fmt;

use emulator_front::{Constraints, Home, Invalid, Rule, WireError};

/// The version that every function has.
pub(crate) const LATEST: &str = "$LATEST";

/// Longest name of a function, in characters.
pub(crate) const MAX_NAME: usize = 64;

/// Source: `NamespacedFunctionName` in the Lambda service model, 2015-03-31.
const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
/// Longest form with all its parts, in characters. Same source.
const MAX_FORM: usize = 256;

/// The name of a function, without anything around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionName(String);

impl FunctionName {
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
    #[error("User: arn:aws:iam::{ours}:root is not authorized to perform the action on resource: {arn}")]
    OtherAccount {
        /// As it was given.
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

impl Target {
    /// Reads a name in any of its forms, with the qualifier that may stand beside it.
    ///
    /// # Errors
    ///
    /// [`NameError`] if it is none, or names something that is not here.
    pub fn read(text: &str, qualifier: Option<&str>, home: &Home) -> Result<Self, NameError> {
        let parts = Parts::of(text).ok_or_else(|| malformed(text))?;
        if let (Some(derived), Some(given)) = (parts.qualifier, qualifier)
            && derived != given
        {
            return Err(NameError::TwoQualifiers);
        }
        if let Some(region) = parts.region.filter(|region| **region != home.region) {
            return Err(NameError::OtherRegion {
                theirs: region.to_owned(),
                ours: home.region.clone(),
            });
        }
        if parts.account.is_some_and(|account| account != home.account) {
            return Err(NameError::OtherAccount {
                arn: text.to_owned(),
                ours: home.account.clone(),
            });
        }
        Ok(Self {
            function: FunctionName(parts.name.to_owned()),
            qualifier: parts.qualifier.or(qualifier).map(str::to_owned),
        })
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
        if text.len() > MAX_FORM {
            return None;
        }
        let mut words = text.split(':').peekable();
        if words.next_if_eq(&"arn").is_some() {
            words.next_if(|partition| partition.starts_with("aws"))?;
            words.next_if_eq(&"lambda")?;
        }
        let region = words.next_if(|word| is_region(word));
        let account = words.next_if(|word| is_account(word));
        // A function may be called "function": the word is only a part of the form if more follows.
        let name = match words.next()? {
            "function" => words.next_if(|word| *word != LATEST).unwrap_or("function"),
            name => name,
        };
        let qualifier = words.next();
        let whole = words.next().is_none()
            && is_name(name)
            && qualifier.is_none_or(|qualifier| is_name(qualifier.trim_start_matches('$')));
        whole.then_some(Self { region, account, name, qualifier })
    }
}

fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Such as `eu-west-1`: two letters first, one digit last.
fn is_region(word: &str) -> bool {
    let mut words = word.split('-');
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or_default();
    let between = words.count();
    (first.len() == 2 || first == "eusc")
        && (1..=3).contains(&between)
        && last.len() == 1
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

fn malformed(text: &str) -> NameError {
    let mut constraints = Constraints::default();
    let short = text.len() <= MAX_FORM;
    constraints.check(short, "functionName", text, Rule::LengthAtMost(MAX_FORM));
    constraints.check(!short, "functionName", text, Rule::Pattern(PATTERN));
    match constraints.verdict() {
        Err(invalid) => NameError::Invalid(invalid),
        Ok(()) => unreachable!("one of the two constraints is always broken"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, beside: Option<&str>, expected: Result<(&str, Option<&str>), &str>) {
        let read = Target::read(text, beside, &Home::default());
        let read = read
            .map(|target| (target.function.0, target.qualifier))
            .map_err(|error| error.to_string());
        let expected = expected
            .map(|(name, qualifier)| (name.to_owned(), qualifier.map(str::to_owned)))
            .map_err(str::to_owned);
        assert_eq!(read, expected);
    }

    #[test]
    fn a_function_is_known_by_every_form_of_its_name() {
        check("greeter", None, Ok(("greeter", None)));
        check("greeter:7", None, Ok(("greeter", Some("7"))));
        check("greeter:$LATEST", Some("$LATEST"), Ok(("greeter", Some("$LATEST"))));
        check("greeter", Some("live"), Ok(("greeter", Some("live"))));
        check("function:greeter", None, Ok(("greeter", None)));
        check("function", None, Ok(("function", None)));
        check("000000000000:function:greeter:live", None, Ok(("greeter", Some("live"))));
        check("us-east-1:000000000000:function:greeter", None, Ok(("greeter", None)));
        check(
            "arn:aws:lambda:us-east-1:000000000000:function:greeter:live",
            None,
            Ok(("greeter", Some("live"))),
        );
    }

    #[test]
    fn what_is_not_here_or_not_a_name_is_refused_in_lambdas_words() {
        check(
            "greeter:1",
            Some("2"),
            Err("The derived qualifier from the function name does not match the specified qualifier."),
        );
        check(
            "arn:aws:lambda:eu-west-1:000000000000:function:greeter",
            None,
            Err("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
        );
        assert!(matches!(
            Target::read("111111111111:function:greeter", None, &Home::default()),
            Err(NameError::OtherAccount { .. })
        ));
        for bad in ["", "a b", "greeter:1:2", "arn:aws:s3:::bucket", "ümlaut"] {
            let error = Target::read(bad, None, &Home::default()).unwrap_err();
            assert!(error.to_string().contains("regular expression pattern"), "{bad}: {error}");
        }
    }
}
