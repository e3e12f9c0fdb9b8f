//! What the probe writes where the log is read: whole, and at once.

use std::io::{self, Write};

/// Writes text to standard output as it is.
pub(crate) fn to_stdout(text: &str) -> io::Result<()> {
    write(io::stdout(), text)
}

/// Writes text to standard error as it is.
pub(crate) fn to_stderr(text: &str) -> io::Result<()> {
    write(io::stderr(), text)
}

/// One text of lines, each with its newline.
pub(crate) fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    lines.into_iter().fold(String::new(), |text, line| text + line.as_ref() + "\n")
}

fn write(mut output: impl Write, text: &str) -> io::Result<()> {
    output.write_all(text.as_bytes())?;
    output.flush()
}
