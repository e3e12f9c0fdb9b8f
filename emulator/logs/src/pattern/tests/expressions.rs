//! Regular expressions: what `CloudWatch` Logs takes, and what it does not.

use super::refused;

#[track_caller]
fn finds(expression: &str, message: &str) {
    super::check(&[message], &format!("%{expression}%"), &[message]);
}

#[track_caller]
fn misses(expression: &str, message: &str) {
    super::check(&[message], &format!("%{expression}%"), &[]);
}

#[test]
fn every_operator_has_its_meaning() {
    finds("^START", "START RequestId");
    misses("^RequestId", "START RequestId");
    finds("out$", "timed out");
    finds("out$", "timed out\n");
    misses("out$", "timed out now");
    finds("colou?r", "color");
    finds("4[0-9][^1-9]", "status 470");
    misses("4[0-9][^1-9]", "status 471");
    finds("a{2,3}b", "xaab");
    misses("a{2}b", "ab");
    finds("WARN|ERROR", "an ERROR");
    finds("ERR.R", "ERROR");
    finds("a+b*c", "aac");
}

#[test]
fn classes_and_escaped_characters_stand_for_what_they_are_elsewhere() {
    finds(r"\d\d\s\w", "at 42 things");
    misses(r"\D\S\W", "abc");
    finds(r"10\.0\.0\.1", "from 10.0.0.1");
    misses(r"10\.0\.0\.1", "from 10x0y0z1");
    finds(r"\x41\:\(\)\%", "A:()%");
    finds(r"[\]\-a]\[", "][");
    finds("[+*.?]{2}", "1+*");
    finds("_#=@/;,-", "x _#=@/;,-");
}

#[test]
fn what_the_regex_crate_knows_besides_is_refused() {
    let grouped = "parentheses, which are not supported, in %";
    refused("%(?i)error%", &format!("{grouped}(?i)error%"));
    refused("%a b%", "` `, which has to be escaped, in %a b%");
    refused(r"%\bword%", r"`\b` in %\bword%");
    refused(r"%\p{L}%", r"`\p` in %\p{L}%");
    refused("%[[:alpha:]]%", "`[`, which has to be escaped, in %[[:alpha:]]%");
    refused("%[a&&b]%", "`&`, which has to be escaped, in %[a&&b]%");
}

#[test]
fn what_is_no_expression_is_refused() {
    refused("%%", "nothing is asked for in %%");
    refused("%*a%", "operators are not as they should be in %*a%");
    refused("%a{x}%", "`x` is no number of times in %a{x}%");
    refused("%a{2%", "`{` is not closed in %a{2%");
    refused("%[a%", "`[` is not closed in %[a%");
    refused("%[]%", "`[]` is empty in %[]%");
    refused(r"%\x4%", r"`\x` without two hexadecimal digits in %\x4%");
    refused("%a{1000}{1000}%", "too much is repeated in %a{1000}{1000}%");
}
