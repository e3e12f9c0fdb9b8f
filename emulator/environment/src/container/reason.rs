//! Why a container did not start, in the words that Lambda uses.

use bollard::errors::Error;

/// What the operating system says of a program that cannot be run, as Go words it.
const KNOWN: [&str; 5] = [
    "no such file or directory",
    "permission denied",
    "exec format error",
    "is a directory",
    "executable file not found in $PATH",
];

/// The operating system's reason, if there is one in what the engine says; else all that it says.
pub(super) fn of(error: &Error) -> String {
    match error {
        Error::DockerResponseServerError { message, .. } => in_message(message),
        error => error.to_string(),
    }
}

fn in_message(message: &str) -> String {
    // The engine tells the whole way down to the failure, which stands at the end.
    let message = message.trim().trim_end_matches(": unknown");
    let known = KNOWN.into_iter().find(|reason| message.ends_with(reason));
    known.unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        assert_eq!(in_message(message), expected);
    }

    #[test]
    fn the_reason_is_found_at_the_end_of_what_the_engine_says() {
        // As Docker 20.10.24 with runc 1.1.5 said it.
        check(
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
             container process: exec: \"/nope\": stat /nope: no such file or directory: unknown",
            "no such file or directory",
        );
        check(
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
             container process: exec: \"/etc/ssl/certs/ca-certificates.crt\": permission denied: unknown",
            "permission denied",
        );
        check("No command specified", "No command specified");
    }
}
