//! How a container ended.

use bollard::models::ContainerState;

use crate::executor::{Exit, StartError};

/// What came of a container.
pub(super) struct End {
    pub(super) exit: Exit,
    /// Why the function in it never ran, if it did not.
    pub(super) never_ran: Option<StartError>,
}

/// What an ended container's state says of its end.
///
/// The engine has one number for both: a signal is told as 128 and its number, as a shell would. A
/// function that exits with such a code by itself cannot be told from one that a signal ended.
pub(super) fn exit(state: &ContainerState) -> Exit {
    let code = state.exit_code.and_then(|code| i32::try_from(code).ok()).unwrap_or_default();
    match code {
        137 if state.oom_killed == Some(true) => Exit::OutOfMemory,
        129..=192 => Exit::Signal(code - 128),
        code => Exit::Code(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(exit_code: i64, oom_killed: bool, expected: Exit) {
        let state = ContainerState {
            exit_code: Some(exit_code),
            oom_killed: Some(oom_killed),
            ..ContainerState::default()
        };
        assert_eq!(exit(&state), expected);
    }

    #[test]
    fn a_code_above_128_is_a_signal() {
        check(0, false, Exit::Code(0));
        check(1, false, Exit::Code(1));
        check(128, false, Exit::Code(128));
        check(137, false, Exit::Signal(9));
        check(139, false, Exit::Signal(11));
        check(255, false, Exit::Code(255));
    }

    #[test]
    fn out_of_memory_is_told_only_of_a_function_that_ended_by_it() {
        check(137, true, Exit::OutOfMemory);
        check(1, true, Exit::Code(1));
    }
}
