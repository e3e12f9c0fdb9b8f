//! Columns as wide as what stands in them. Plain text: it reads the same in a pipe.

use std::array;

/// One line per row, the first of which is the headings. A column of numbers is flush right.
pub(crate) fn text<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] = array::from_fn(|column| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    });
    let is_number = |cell: &str| cell == "-" || cell.parse::<f64>().is_ok();
    let right: [bool; N] =
        array::from_fn(|column| rows.iter().skip(1).all(|row| is_number(&row[column])));
    let mut text = String::new();
    for row in rows {
        let cells: [String; N] = array::from_fn(|column| {
            let (cell, width) = (&row[column], widths[column]);
            if right[column] { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them_and_numbers_are_flush_right() {
        let rows = [["NAME", "ms"], ["wörld", "0.5"], ["x", "12.25"], ["y", "-"]];
        let text = text(&rows.map(|row| row.map(str::to_owned)));
        assert_eq!(text, "NAME      ms\nwörld    0.5\nx      12.25\ny          -\n");
    }
}
