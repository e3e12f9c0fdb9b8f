//! The lines that name a handler, and again for its copy.

/// Every line that names the handler's crate, and then the same line for the copy's.
pub(super) fn with_copy(table: &str, handler: &str, copy: &str) -> String {
    let mut with_copy = String::new();
    for line in table.split_inclusive('\n') {
        with_copy.push_str(line);
        if is_named_in(line, &format!("handler-{handler}")) || is_named_in(line, &in_rust(handler))
        {
            with_copy.push_str(&renamed(line, handler, copy));
        }
    }
    with_copy
}

/// Whether the name is there, and not only as the beginning of another one.
fn is_named_in(line: &str, name: &str) -> bool {
    let goes_on = |rest: &str| {
        rest.starts_with(|next: char| next.is_ascii_alphanumeric() || "-_".contains(next))
    };
    line.match_indices(name).any(|(at, _)| !goes_on(&line[at + name.len()..]))
}

fn renamed(text: &str, handler: &str, copy: &str) -> String {
    let handler_in_rust = in_rust(handler);
    let parts = text.split(&handler_in_rust).map(|part| part.replace(handler, copy));
    parts.collect::<Vec<_>>().join(&in_rust(copy))
}

/// The name of a handler's crate in code.
fn in_rust(handler: &str) -> String {
    format!("handler_{}", handler.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stands_beside_its_handler_wherever_that_is_named() {
        let check = |table: &str, handler: &str, expected: &str| {
            assert_eq!(with_copy(table, handler, &format!("{handler}-2")), expected);
        };
        check(
            "handler-s3.path = \"handlers/s3\"\nemulator-s3.path = \"emulator/s3\"\n",
            "s3",
            "handler-s3.path = \"handlers/s3\"\nhandler-s3-2.path = \"handlers/s3-2\"\n\
             emulator-s3.path = \"emulator/s3\"\n",
        );
        check(
            "custom-event = [\"dep:handler-custom-event\"]\n",
            "custom-event",
            "custom-event = [\"dep:handler-custom-event\"]\n\
             custom-event-2 = [\"dep:handler-custom-event-2\"]\n",
        );
        check(
            "\"kinesis\" => event(handler_kinesis::handle),\n",
            "kinesis",
            "\"kinesis\" => event(handler_kinesis::handle),\n\
             \"kinesis-2\" => event(handler_kinesis_2::handle),\n",
        );
    }

    #[test]
    fn a_handler_whose_name_begins_like_another_is_not_taken_for_it() {
        let table = "handler-s3-batch = { workspace = true }\nhandler_s3_batch::handle\n";
        assert_eq!(with_copy(table, "s3", "s3-2"), table);
    }
}
