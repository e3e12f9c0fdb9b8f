//! Why a container did not start, in the words that Lambda uses.

use bollard::errors::Error;

use super::image::Plan;
use super::init;
use crate::executor::Obstacle;

/// What the operating system says of what is not there, and of what its kernel cannot run.
pub(super) const NOT_FOUND: &str = "no such file or directory";
pub(super) const NOT_A_PROGRAM: &str = "exec format error";

/// What the operating system says of a program that cannot be run, or of a directory that cannot be
/// entered, as Go words it.
const KNOWN: [&str; 6] = [
    NOT_FOUND,
    "permission denied",
    NOT_A_PROGRAM,
    "is a directory",
    "not a directory",
    "executable file not found in $PATH",
];

/// How engines speak of what is to be run, and of where; some begin with a capital letter.
const OF_PROGRAMS: [&str; 3] = ["exec: ", "executable file", "no command specified"];
const OF_DIRECTORIES: [&str; 4] =
    ["chdir to cwd", "cannot mkdir", "working directory", "workdir \""];

/// Whose fault it is that `plan` could not be run, by what the engine says. What it does not say of the
/// program or of its directory is no fault of the function's.
pub(super) fn of(error: &Error, plan: &Plan) -> Obstacle {
    let Error::DockerResponseServerError { message, .. } = error else {
        return Obstacle::Machine(error.to_string());
    };
    // The engine tells the whole way down to the failure, which stands at the end.
    let message = message.trim().trim_end_matches(": unknown");
    let known = KNOWN.into_iter().find(|reason| message.ends_with(reason));
    let reason = known.unwrap_or(message).to_owned();
    let lowered = message.to_lowercase();
    let speaks_of = |words: &[&str]| words.iter().any(|words| lowered.contains(words));
    if speaks_of(&OF_DIRECTORIES) {
        Obstacle::WorkingDirectory { directory: plan.working_directory.clone(), reason }
    } else if speaks_of(&OF_PROGRAMS) {
        Obstacle::EntryPoint { program: plan.program(), reason }
    } else {
        Obstacle::Machine(message.to_owned())
    }
}

/// Why the engine's init could not run the program, by its complaint; `None` if this is none.
pub(super) fn of_init(complaint: &[u8]) -> Option<String> {
    let complaint = str::from_utf8(complaint).ok()?.strip_prefix(init::BEGINNING)?;
    let (_, failed) = complaint.split_once(")] exec ")?;
    let (_, reason) = failed.trim_end().rsplit_once(" failed: ")?;
    // In C's words, which are Go's but for their beginning.
    let mut letters = reason.chars();
    let first = letters.next()?.to_ascii_lowercase();
    Some(format!("{first}{}", letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        let error =
            Error::DockerResponseServerError { status_code: 400, message: message.to_owned() };
        let plan = Plan {
            entry_point: vec!["/nope".to_owned()],
            command: vec![],
            working_directory: "/srv".to_owned(),
        };
        assert_eq!(of(&error, &plan).to_string(), expected);
    }

    #[test]
    fn the_reason_is_found_at_the_end_of_what_the_engine_says() {
        // As Docker 20.10.24 with runc 1.1.5 said it.
        check(
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
             container process: exec: \"/nope\": stat /nope: no such file or directory: unknown",
            "fork/exec /nope: no such file or directory",
        );
        check(
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
             container process: exec: \"/etc/ssl/certs/ca-certificates.crt\": permission denied: unknown",
            "fork/exec /nope: permission denied",
        );
        check("No command specified", "fork/exec /nope: No command specified");
    }

    #[test]
    fn the_reason_stands_behind_the_program_in_what_the_init_says() {
        let check = |complaint: &str, expected: Option<&str>| {
            assert_eq!(of_init(complaint.as_bytes()).as_deref(), expected, "{complaint}");
        };
        // As tini 0.19.0 said it.
        check(
            "[FATAL tini (7)] exec /nope failed: No such file or directory\n",
            Some("no such file or directory"),
        );
        check(
            "[FATAL tini (8)] exec /etc/hosts failed: Permission denied\n",
            Some("permission denied"),
        );
        check(
            "[FATAL tini (7)] exec a failed: b failed: Not a directory\n",
            Some("not a directory"),
        );
        check("[FATAL tini (1)] fork failed: Resource temporarily unavailable\n", None);
        check("[FATAL tini (7)] exec /nope", None);
        check("", None);
    }

    #[test]
    fn what_is_said_of_neither_program_nor_directory_is_this_machines_fault() {
        check(
            "failed to create shim task: cannot allocate memory: unknown",
            "the sandbox could not be started: failed to create shim task: cannot allocate memory",
        );
        check(
            "No such image: sha256:0123",
            "the sandbox could not be started: No such image: sha256:0123",
        );
    }
}
