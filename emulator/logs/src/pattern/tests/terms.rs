//! Words, phrases, and the marks before them.

use super::refused;

const EXCEPTION: &str = "[ERROR] 7 of 9: Unhandled exception, see \"details\"";
const WARNING: &str = "[WARN] disk is at 91%";
const INFO: &str = "[INFO] ready";

#[track_caller]
fn check(pattern: &str, wanted: &[&str]) {
    super::check(&[EXCEPTION, WARNING, INFO], pattern, wanted);
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
    check("-%[0-9]%", &[INFO]);
}

#[test]
fn a_phrase_may_hold_anything() {
    check("\"[WARN] disk\"", &[WARNING]);
    check(r#""\"details\"""#, &[EXCEPTION]);
    check("\"91%\"", &[WARNING]);
}

#[test]
fn expressions_stand_beside_words() {
    check(r"%\d\sof\s\d% ERROR", &[EXCEPTION]);
    check("?%[0-9]{2}% ?ready", &[WARNING, INFO]);
}

#[test]
fn a_term_that_should_have_been_a_phrase_is_named() {
    let hint = "(hint: quote what is not a word)";
    refused("7/9", &format!("Invalid character(s) in term '7/9' {hint}"));
    refused("ERROR ?", &format!("Invalid character(s) in term '' {hint}"));
    refused("- ERROR", &format!("Invalid character(s) in term '' {hint}"));
    refused("\"\"", &format!("Invalid character(s) in term '\"\"' {hint}"));
    refused("a \"b c", "the quotation mark before `b c` is not closed");
    refused("a %b", "the % before `b` is not closed");
}
