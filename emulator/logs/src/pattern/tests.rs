//! Patterns, and which of three messages each wants.

use super::*;

const EXCEPTION: &str = "[ERROR] 7 of 9: Unhandled exception, see \"details\"";
const WARNING: &str = "[WARN] disk is at 91%";
const INFO: &str = "[INFO] ready";

/// Which of the three messages a pattern wants.
#[track_caller]
fn check(pattern: &str, wanted: &[&str]) {
    let parsed = Pattern::parse(pattern).unwrap();
    let matching: Vec<_> =
        [EXCEPTION, WARNING, INFO].into_iter().filter(|message| parsed.matches(message)).collect();
    assert_eq!(matching, wanted, "{pattern}");
}

#[track_caller]
fn refused(pattern: &str, message: &str) {
    assert_eq!(Pattern::parse(pattern).unwrap_err().to_string(), message);
}

#[test]
fn an_empty_pattern_wants_everything() {
    check("", &[EXCEPTION, WARNING, INFO]);
    check(" ", &[EXCEPTION, WARNING, INFO]);
}

#[test]
fn terms_must_all_be_there_and_their_case_counts() {
    check("ERROR", &[EXCEPTION]);
    check("ERROR Unhandled", &[EXCEPTION]);
    check("ERROR ready", &[]);
    check("error", &[]);
}

#[test]
fn of_terms_with_a_question_mark_one_is_enough() {
    check("?ERROR ?WARN", &[EXCEPTION, WARNING]);
    check("?\"disk is\" ?ready", &[WARNING, INFO]);
}

#[test]
fn terms_with_a_question_mark_do_not_count_beside_others() {
    check("?WARN ERROR", &[EXCEPTION]);
    check("?WARN -ready", &[EXCEPTION, WARNING]);
}

#[test]
fn terms_with_a_minus_must_not_be_there() {
    check("-ERROR", &[WARNING, INFO]);
    check("at -\"7 of 9\"", &[WARNING]);
}

#[test]
fn a_phrase_may_hold_anything() {
    check("\"[WARN] disk\"", &[WARNING]);
    check(r#""\"details\"""#, &[EXCEPTION]);
    check("\"91%\"", &[WARNING]);
}

#[test]
fn a_term_that_should_have_been_a_phrase_is_named() {
    refused("7/9", "Invalid filter pattern: Invalid character(s) in term '7/9'");
    refused("ERROR ?", "Invalid filter pattern: Invalid character(s) in term ''");
    refused("\"\"", "Invalid filter pattern: Invalid character(s) in term '\"\"'");
    refused("a \"b c", "Invalid filter pattern: the quotation mark before `b c` is not closed");
}

#[test]
fn other_kinds_of_pattern_are_refused_by_name() {
    let hint = "in a filter pattern are not emulated (hint: terms and \"quoted phrases\" are, with ? and -)";
    refused("{ $.level = \"ERROR\" }", &format!("JSON conditions (`{{ … }}`) {hint}"));
    refused("[ip, user]", &format!("columns (`[ … ]`) {hint}"));
    refused("ERROR %time.*out%", &format!("regular expressions (`% … %`) {hint}"));
}
