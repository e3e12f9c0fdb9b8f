//! Members that are decimal numbers too long for any integer: hash keys and sequence numbers.

use std::fmt::Display;

use emulator_front::Constraints;

/// Checks that a text, if there is one, is a decimal number of at most so many digits.
pub(crate) fn check(
    text: Option<&str>,
    path: impl Display,
    max_digits: usize,
    constraints: &mut Constraints,
) {
    let pattern = format!(r"0|([1-9]\d{{0,{}}})", max_digits - 1);
    constraints.pattern(text, path, &pattern, |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let length = (1..=max_digits).contains(&text.len());
        text == "0" || (digits && length && !text.starts_with('0'))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(text: &str) -> Result<(), String> {
        let mut constraints = Constraints::default();
        check(Some(text), "key", 3, &mut constraints);
        constraints.verdict().map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn a_decimal_number_has_no_sign_no_leading_zero_and_a_limited_length() {
        for good in ["0", "7", "10", "999"] {
            assert_eq!(told(good), Ok(()));
        }
        for bad in ["", "00", "07", "-1", "+1", "1e3", " 1", "1000"] {
            let expected = format!(
                "1 validation error detected: Value '{bad}' at 'key' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: 0|([1-9]\\d{{0,2}})"
            );
            assert_eq!(told(bad), Err(expected));
        }
    }
}
