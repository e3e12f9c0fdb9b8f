//! The front page holds every step: it is the manual of the probe.

use crate::script::in_text;

#[test]
fn every_step_has_a_row_on_the_front_page() {
    let error = in_text(r#"["no such step"]"#).unwrap_err();
    let error = crate::Chain(&error).to_string();
    let (_, names) = error.split_once("expected one of ").unwrap();
    let page = include_str!("lib.rs");

    for name in names.split(", ").map(|name| name.trim_matches('`')) {
        assert!(
            page.contains(&format!("`\"{name}\"`")) || page.contains(&format!("`{{\"{name}\":")),
            "{name}"
        );
    }
}
