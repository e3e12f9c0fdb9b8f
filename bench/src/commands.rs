//! Other programs, run to their end.

use std::io;
use std::process::{Command, ExitStatus};

/// Why a program did not do what it was run for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("`{program}` cannot be run")]
    NotRun { program: String, source: io::Error },
    #[error("`{command}` failed ({status}){said}")]
    Failed { command: String, status: ExitStatus, said: String },
}

/// Runs a program whose output is for whoever watches.
pub(crate) fn run(command: &mut Command) -> Result<(), CommandError> {
    let status = command.status().map_err(|source| not_run(command, source))?;
    if status.success() { Ok(()) } else { Err(failed(command, status, "")) }
}

/// Runs a program for what it prints, without the space around it.
pub(crate) fn read(command: &mut Command) -> Result<String, CommandError> {
    let output = command.output().map_err(|source| not_run(command, source))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(failed(command, output.status, &String::from_utf8_lossy(&output.stderr)))
    }
}

fn not_run(command: &Command, source: io::Error) -> CommandError {
    CommandError::NotRun { program: command.get_program().display().to_string(), source }
}

fn failed(command: &Command, status: ExitStatus, said: &str) -> CommandError {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let said = match said.trim() {
        "" => String::new(),
        said => format!(": {said}"),
    };
    CommandError::Failed { command: words.join(" "), status, said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_prints_comes_without_the_space_around_it() {
        assert_eq!(read(Command::new("echo").arg(" 7 ")).unwrap(), "7");
    }

    #[test]
    fn a_program_that_fails_is_told_with_its_own_words() {
        let error = read(Command::new("sh").args(["-c", "echo no >&2; exit 3"])).unwrap_err();
        let expected = "`sh -c echo no >&2; exit 3` failed (exit status: 3): no";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program` cannot be run");
    }
}
