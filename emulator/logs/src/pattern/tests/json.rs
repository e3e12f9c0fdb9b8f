//! Conditions on messages that are JSON. The message is ours, made to hold every kind of value.

use super::refused;

const MESSAGE: &str = r#"{
    "level": "ERROR", "code": 404, "ratio": -2.5e-1, "ip": "10.0.0.17", "number": "12",
    "ok": true, "failed": false, "nothing": null,
    "user": { "id": 1, "full.name": "Ada \"A\" L*", "groups": ["admin", { "name": "ops" }] },
    "error-type": "x", "@timestamp": "now"
}"#;

#[track_caller]
fn holds(condition: &str) {
    super::check(&[MESSAGE], &format!("{{ {condition} }}"), &[MESSAGE]);
}

#[track_caller]
fn fails(condition: &str) {
    super::check(&[MESSAGE], &format!("{{ {condition} }}"), &[]);
}

#[test]
fn texts_are_compared_with_asterisks_for_anything() {
    holds("$.level = \"ERROR\"");
    holds("$.level = ERROR");
    holds("$.level = \"ERR*\"");
    holds("$.level=*RO*");
    holds("$.ip = 10.0.0.*");
    fails("$.level = \"error\"");
    fails("$.level = \"ERR\"");
    holds("$.level != \"WARN\"");
    fails("$.level != E*R");
}

#[test]
fn numbers_are_compared_as_numbers() {
    for condition in ["= 404", "= 404.0", "= 4.04e2", "= 4*", "> 403", ">= 404", "<= 404", "< 1e3"]
    {
        holds(&format!("$.code {condition}"));
    }
    holds("$.ratio < -0.2");
    for condition in ["= 40", "!= 404", "< 404", "> 404"] {
        fails(&format!("$.code {condition}"));
    }
}

#[test]
fn a_text_is_no_number_and_a_quoted_number_is_a_text() {
    holds("$.number = 12");
    holds("$.number = \"12\"");
    fails("$.number > 11");
    fails("$.code = \"404\"");
}

#[test]
fn regular_expressions_are_looked_for_in_texts_and_numbers() {
    holds("$.code = %4[0-9]{2}%");
    holds(r"$.ip = %^10\.% && $.level != %WARN%");
    fails("$.level = %^RROR%");
}

#[test]
fn parts_are_selected_by_name_by_index_and_by_any_name_in_brackets() {
    holds("$.user.id = 1");
    holds("$.user.groups[0] = \"admin\"");
    holds("$.user.groups[1].name = ops");
    holds("$.user['full.name'] = \"Ada*\"");
    holds("$[\"user\"][\"id\"] = 1");
    holds(r#"$.user['full.name'] = "Ada \"A\" L\*""#);
    holds("$.error-type = x");
    holds("$['@timestamp'] = now");
    fails("$.user.groups[2] = \"admin\"");
    super::check(&["[1, 2]", "[2]"], "{ $[0] = 1 }", &["[1, 2]"]);
}

#[test]
fn what_is_null_true_false_or_not_there_is_asked_in_words() {
    holds("$.nothing IS NULL");
    fails("$.level IS NULL");
    fails("$.absent IS NULL");
    holds("$.ok IS TRUE");
    fails("$.failed IS TRUE");
    holds("$.failed IS FALSE");
    holds("$.absent NOT EXISTS");
    holds("$.user.absent.deeper NOT EXISTS");
    fails("$.nothing NOT EXISTS");
}

#[test]
fn whatever_is_neither_text_nor_number_is_equal_and_unequal_to_nothing() {
    for selector in ["$.user", "$.user.groups", "$.nothing", "$.ok", "$.absent"] {
        fails(&format!("{selector} = *"));
        fails(&format!("{selector} != x"));
    }
}

#[test]
fn and_binds_closer_than_or_and_parentheses_closest() {
    holds("$.code = 404 && $.level = ERROR");
    fails("$.code = 404 && $.level = WARN");
    holds("$.code = 1 || $.level = ERROR");
    holds("$.level = ERROR || $.code = 404 && $.code = 1");
    fails("($.level = ERROR || $.code = 404) && $.code = 1");
    holds("(($.code = 404))&&($.ok IS TRUE)");
}

#[test]
fn messages_that_are_not_json_are_not_wanted() {
    let messages = ["ERROR", "", "{\"level\": ", "\"ERROR\"", " {\"level\": \"ERROR\"}\n"];
    super::check(&messages, "{ $.level = ERROR }", &messages[4..]);
    super::check(&messages, "{ $.absent NOT EXISTS }", &messages[4..]);
}

#[test]
fn what_cannot_be_read_is_named() {
    refused("{", "$ is expected, not its end");
    refused("{ level = 1 }", "$ is expected, not `level = 1 }`");
    refused("{ $ = 1 }", "a property, as in $.level, is expected, not `= 1 }`");
    refused("{ $. = 1 }", "a property's name is expected, not `= 1 }`");
    refused("{ $.a[x] = 1 }", "an index or a quoted name is expected, not `x] = 1 }`");
    refused("{ $.a }", "=, !=, <, >, <=, >=, IS or NOT EXISTS is expected, not `}`");
    refused("{ $.a IS NOT NULL }", "NULL, TRUE or FALSE is expected, not `NOT NULL }`");
    refused("{ $.a > x }", "a number is expected, not `x`");
    refused("{ $.a > inf }", "a number is expected, not `inf`");
    refused("{ $.a = }", "a value is expected, not `}`");
    refused("{ $.a = \"x }", "the quotation mark before `x }` is not closed");
    refused("{ $.a = 1", "} is expected, not its end");
    refused("{ ($.a = 1 }", ") is expected, not `}`");
    refused("{ $.a = 1 && }", "$ is expected, not `}`");
    refused("{ $.a = 1 } x", "the end of the pattern is expected, not `x`");
}
