//! The constraints of the service model, and what AWS says where a request does not satisfy them.
//!
//! One message tells of all of them:
//! `2 validation errors detected: Value '…' at '…' failed to satisfy constraint: …; Value …`.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

/// Gathers what is wrong with one request.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    found: Vec<String>,
}

/// A request that does not satisfy its constraints; a `ValidationException` to clients.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} validation {} detected: {}", .found.len(), noun(.found.len()), .found.join("; "))]
pub(crate) struct Violations {
    found: Vec<String>,
}

fn noun(count: usize) -> &'static str {
    if count == 1 { "error" } else { "errors" }
}

/// How a value stands in a message.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Null,
    Text(&'a dyn Display),
    /// Lists and blobs are not repeated.
    Nothing,
}

impl Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("Value null"),
            Self::Text(text) => write!(formatter, "Value '{text}'"),
            Self::Nothing => formatter.write_str("Value"),
        }
    }
}

impl Constraints {
    /// A required member is there.
    pub(crate) fn required<T>(&mut self, path: impl Display, value: Option<&T>) {
        if value.is_none() {
            self.violated(Shown::Null, path, "not be null");
        }
    }

    /// A text, if there is one, has so many characters.
    pub(crate) fn length(
        &mut self,
        path: impl Display,
        text: Option<&str>,
        range: RangeInclusive<usize>,
    ) {
        if let Some(text) = text {
            self.within(Shown::Text(&text), path, "length", &text.chars().count(), &range);
        }
    }

    /// A list or a blob has so many elements or bytes.
    pub(crate) fn size(&mut self, path: impl Display, size: usize, range: RangeInclusive<usize>) {
        self.within(Shown::Nothing, path, "length", &size, &range);
    }

    /// A number, if there is one, is in a range.
    pub(crate) fn value(
        &mut self,
        path: impl Display,
        value: Option<i64>,
        range: RangeInclusive<i64>,
    ) {
        if let Some(value) = value {
            self.within(Shown::Text(&value), path, "value", &value, &range);
        }
    }

    /// A text, if there is one, is what `fits` looks for; `pattern` is how AWS says it.
    pub(crate) fn pattern(
        &mut self,
        path: impl Display,
        text: Option<&str>,
        pattern: &str,
        fits: impl FnOnce(&str) -> bool,
    ) {
        if let Some(text) = text.filter(|text| !fits(text)) {
            let rule = format_args!("satisfy regular expression pattern: {pattern}");
            self.violated(Shown::Text(&text), path, rule);
        }
    }

    /// A text, if there is one, is a decimal number of at most so many digits.
    pub(crate) fn decimal(&mut self, path: impl Display, text: Option<&str>, max_digits: usize) {
        let pattern = format!(r"0|([1-9]\d{{0,{}}})", max_digits - 1);
        self.pattern(path, text, &pattern, |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let length = (1..=max_digits).contains(&text.len());
            text == "0" || (digits && length && !text.starts_with('0'))
        });
    }

    /// A text, if there is one, is one of `values`.
    pub(crate) fn one_of(&mut self, path: impl Display, text: Option<&str>, values: &[&str]) {
        if let Some(text) = text.filter(|text| !values.contains(text)) {
            let rule = format_args!("satisfy enum value set: [{}]", values.join(", "));
            self.violated(Shown::Text(&text), path, rule);
        }
    }

    /// Ends the check.
    pub(crate) fn finish(self) -> Result<(), Violations> {
        if self.found.is_empty() { Ok(()) } else { Err(Violations { found: self.found }) }
    }

    fn within<T: PartialOrd + Display>(
        &mut self,
        shown: Shown<'_>,
        path: impl Display,
        measure: &str,
        actual: &T,
        range: &RangeInclusive<T>,
    ) {
        if actual > range.end() {
            let rule = format_args!("have {measure} less than or equal to {}", range.end());
            self.violated(shown, path, rule);
        } else if actual < range.start() {
            let rule = format_args!("have {measure} greater than or equal to {}", range.start());
            self.violated(shown, path, rule);
        }
    }

    fn violated(&mut self, shown: Shown<'_>, path: impl Display, rule: impl Display) {
        self.found
            .push(format!("{shown} at '{path}' failed to satisfy constraint: Member must {rule}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(look: impl FnOnce(&mut Constraints), expected: Result<(), &str>) {
        let mut constraints = Constraints::default();
        look(&mut constraints);
        let found = constraints.finish().map_err(|violations| violations.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn one_violation_is_told_in_the_words_of_aws() {
        let error = "1 validation error detected: ";
        let told = |rest: &str| format!("{error}{rest}");
        check(
            |all| all.required("streamName", None::<&String>),
            Err(&told(
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            )),
        );
        check(
            |all| all.length("partitionKey", Some(""), 1..=256),
            Err(&told(
                "Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
            )),
        );
        check(
            |all| all.size("records", 501, 1..=500),
            Err(&told(
                "Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
            )),
        );
        check(
            |all| all.value("shardCount", Some(0), 1..=100),
            Err(&told(
                "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
            )),
        );
        check(
            |all| all.pattern("streamName", Some("a b"), "[a-zA-Z0-9_.-]+", |_| false),
            Err(&told(
                "Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
            )),
        );
        check(
            |all| all.one_of("streamMode", Some("FREE"), &["PROVISIONED", "ON_DEMAND"]),
            Err(&told(
                "Value 'FREE' at 'streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
            )),
        );
    }

    #[test]
    fn several_violations_are_told_at_once() {
        check(
            |all| {
                all.value("limit", Some(0), 1..=10);
                all.value("limit", Some(11), 1..=10);
            },
            Err("2 validation errors detected: \
                 Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1; \
                 Value '11' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10"),
        );
    }

    #[test]
    fn what_satisfies_its_constraints_or_is_absent_is_not_told_of() {
        check(
            |all| {
                all.required("data", Some(&0));
                all.length("key", Some("käse"), 4..=4);
                all.length("key", None, 1..=1);
                all.value("limit", None, 1..=10);
                all.pattern("name", Some("a"), "a", |text| text == "a");
                all.one_of("mode", Some("A"), &["A"]);
            },
            Ok(()),
        );
    }

    #[test]
    fn a_decimal_number_has_no_sign_no_leading_zero_and_a_limited_length() {
        for good in ["0", "7", "10", "999"] {
            check(|all| all.decimal("key", Some(good), 3), Ok(()));
        }
        for bad in ["", "00", "07", "-1", "+1", "1e3", " 1", "1000"] {
            let expected = format!(
                "1 validation error detected: Value '{bad}' at 'key' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: 0|([1-9]\\d{{0,2}})"
            );
            check(|all| all.decimal("key", Some(bad), 3), Err(&expected));
        }
    }
}
