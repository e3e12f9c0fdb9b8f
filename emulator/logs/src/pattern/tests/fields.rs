//! The fields of lines. The lines are ours, in the format of web servers.

use super::refused;

const FOUND: &str =
    "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 200 1534";
const MISSING: &str =
    "127.0.0.1 - ada [10/Oct/2000:13:35:22 -0700] \"GET /about.html HTTP/1.0\" 404 5324\n";
const SHORT: &str = "ERROR disk full";

#[track_caller]
fn check(pattern: &str, wanted: &[&str]) {
    super::check(&[FOUND, MISSING, SHORT], pattern, wanted);
}

#[test]
fn a_line_has_as_many_fields_as_the_pattern() {
    check("[ip, id, user, time, request, status, size]", &[FOUND, MISSING]);
    check("[level, what, how]", &[SHORT]);
    check("[one]", &[]);
}

#[test]
fn what_is_quoted_or_in_brackets_is_one_field_without_its_marks() {
    check("[a, b, c, time = \"10/Oct/2000:13:25:15 -0700\", d, e, f]", &[FOUND]);
    check("[a, b, c, d, request = \"GET /about*\", e, f]", &[MISSING]);
    super::check(&["\"open end", "[open end"], "[a, b = end]", &["\"open end", "[open end"]);
}

#[test]
fn any_number_of_fields_stands_for_three_dots() {
    check("[...]", &[FOUND, MISSING, SHORT]);
    check("[..., status = 404, size]", &[MISSING]);
    check("[level = ERROR, ...]", &[SHORT]);
    check("[ip = 127*, ..., status = 2*, ...]", &[FOUND]);
    check("[..., a, b, c, ...]", &[FOUND, MISSING, SHORT]);
    check("[a, b, c, d, ...]", &[FOUND, MISSING]);
}

#[test]
fn fields_are_compared_as_texts_numbers_and_expressions() {
    check("[..., status = 4*, size]", &[MISSING]);
    check("[..., status != 404, size]", &[FOUND, SHORT]);
    check("[..., size > 2000]", &[MISSING]);
    check("[..., size <= 1534]", &[FOUND]);
    check("[..., status = %4[0-9]{2}%, size]", &[MISSING]);
    check("[level = \"ERROR\", ...]", &[SHORT]);
}

#[test]
fn conditions_on_one_field_are_joined() {
    check("[..., status = 404 || status = 200, size]", &[FOUND, MISSING]);
    check("[..., status, size > 1000 && size < 2000]", &[FOUND]);
    check("[..., status, (size > 1000 && size < 2000) || size = 5324]", &[FOUND, MISSING]);
}

#[test]
fn what_cannot_be_read_is_named() {
    refused("[", "a field's name or ... is expected, not its end");
    refused("[]", "a field's name or ... is expected, not `]`");
    refused("[a, ]", "a field's name or ... is expected, not `]`");
    refused("[a b]", ", is expected, not `b]`");
    refused("[a", ", is expected, not its end");
    refused("[a = 1 || b = 2]", "one name for each field is expected, not `b`");
    refused("[a = 1 || a]", "a comparison is expected, not `]`");
    refused("[a = ]", "a value is expected, not `]`");
    refused("[a] b", "the end of the pattern is expected, not `b`");
}
