//! The README's place for the table, between two marks that nobody sees on a page.

use std::fs;
use std::io;
use std::path::Path;

use crate::builds::WORKSPACE;

const BEGIN: &str = "<!-- cargo bench-cost -->\n";
const END: &str = "<!-- cargo bench-cost: end -->\n";

/// Why the README has no table.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("README.md cannot be changed")]
    File(#[from] io::Error),
    #[error("README.md has no place for the table (hint: {BEGIN} and {END} mark it)")]
    NoPlace,
}

/// Puts the table there, in place of the one before.
pub(crate) fn write(table: &str) -> Result<(), WriteError> {
    let file = Path::new(WORKSPACE).join("README.md");
    let readme = fs::read_to_string(&file)?;
    let (before, _, after) = split(&readme).ok_or(WriteError::NoPlace)?;
    Ok(fs::write(&file, format!("{before}{BEGIN}\n{table}\n{END}{after}"))?)
}

/// What is before the marks, between them, and after them.
fn split(readme: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (table, after) = rest.split_once(END)?;
    Some((before, table, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::table::{ROWS, head, rule};

    #[test]
    fn the_table_in_the_readme_is_one_that_this_would_write() {
        let (_, table, _) = split(include_str!("../../../README.md")).unwrap();
        let mut lines = table.trim().lines();
        assert_eq!(lines.next().unwrap(), head());
        assert_eq!(lines.next().unwrap(), rule());
        let rows =
            lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split('|').nth(1));
        assert_eq!(rows.map(str::trim).collect::<Vec<_>>(), ROWS.map(|(what, _)| what));
    }
}
