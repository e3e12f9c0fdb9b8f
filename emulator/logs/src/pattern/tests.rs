//! Patterns, and which messages each wants.

use proptest::prelude::*;

use super::*;

mod expressions;
mod fields;
mod json;
mod terms;

/// Which of the messages a pattern wants.
#[track_caller]
fn check(messages: &[&str], pattern: &str, wanted: &[&str]) {
    let parsed = Pattern::parse(pattern).unwrap();
    let matching: Vec<_> =
        messages.iter().copied().filter(|message| parsed.matches(message)).collect();
    assert_eq!(matching, wanted, "{pattern}");
}

#[track_caller]
fn refused(pattern: &str, message: &str) {
    let told = Pattern::parse(pattern).unwrap_err().to_string();
    assert_eq!(told, format!("Invalid filter pattern: {message}"));
}

proptest! {
    #[test]
    fn any_text_is_a_pattern_or_refused_and_asks_of_any_message(
        text in any::<String>(),
        message in any::<String>(),
    ) {
        for pattern in [text.clone(), format!("{{{text}}}"), format!("[{text}]"), format!("%{text}%")] {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                pattern.matches(&message);
            }
        }
    }

    #[test]
    fn any_pieces_of_the_language_are_a_pattern_or_refused(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        message in prop::sample::select(MESSAGES),
    ) {
        if let Ok(pattern) = Pattern::parse(&pieces.concat()) {
            pattern.matches(message);
        }
    }

    #[test]
    fn a_phrase_is_found_wherever_it_stands(before in any::<String>(), phrase in any::<String>()) {
        let message = format!("{before}{phrase}{before}");
        prop_assert!(Pattern::phrase(&phrase).matches(&message));
    }
}

/// Everything that has a meaning, and a little that has none.
const PIECES: &[&str] = &[
    "{", "}", "[", "]", "(", ")", "$", ".", "...", ",", " ", "\"", "'", "\\", "%", "*", "?", "-",
    "^", "=", "!=", "<", ">", "<=", ">=", "&&", "||", "IS", "NULL", "TRUE", "NOT", "EXISTS", "a",
    "w1", "$.a", "1", "4*", "1e9", "é", "{ $.a = ", "[w1, ", "{2,}", "\\d", "\n",
];

const MESSAGES: &[&str] = &["", "a b c", "{\"a\": [1, null, {\"b\": true}]}", "[a b] \"c d\" é\n"];

#[test]
fn parentheses_are_not_read_for_ever() {
    refused(&format!("{{ {}$.a = 1", "(".repeat(100_000)), "it is nested more than 50 deep");
}
