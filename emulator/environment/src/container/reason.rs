//! Why a container did not start, in the words that Lambda uses.

use bollard::errors::Error;

use super::image::Plan;
use crate::executor::Obstacle;

/// What the operating system says of a program that cannot be run, or of a directory that cannot be
/// entered, as Go words it.
const KNOWN: [&str; 6] = [
    "no such file or directory",
    "permission denied",
    "exec format error",
    "is a directory",
    "not a directory",
    "executable file not found in $PATH",
];

/// How engines speak of what is to be run, and of where.
const OF_PROGRAMS: [&str; 3] = ["exec: ", "executable file", "No command specified"];
const OF_DIRECTORIES: [&str; 3] = ["chdir to cwd", "Cannot mkdir", "working directory"];

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
    let speaks_of = |words: [&str; 3]| words.iter().any(|words| message.contains(words));
    if speaks_of(OF_DIRECTORIES) {
        Obstacle::WorkingDirectory { directory: plan.working_directory.clone(), reason }
    } else if speaks_of(OF_PROGRAMS) {
        Obstacle::EntryPoint { program: plan.program(), reason }
    } else {
        Obstacle::Machine(message.to_owned())
    }
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
