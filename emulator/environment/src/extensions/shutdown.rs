//! How an environment with extensions ends: who is told how, and how long each is given. No IO.
//!
//! ```text
//! nobody registered      SIGKILL
//! internal ones only     SIGTERM to the runtime ──500 ms──▶ SIGKILL
//! external ones          SIGTERM to the runtime ──300 ms──▶ SIGKILL to it
//!                        then SHUTDOWN to extensions ──2,000 ms in all──▶ SIGKILL
//! ```
//!
//! Source: "Shutdown phase" in the Lambda Developer Guide.

use std::time::Duration;

use super::participants::Participants;

/// All that an environment with external extensions is given.
const EXTERNAL: Duration = Duration::from_secs(2);

/// How much of that is the runtime's.
const RUNTIME: Duration = Duration::from_millis(300);

/// All that a runtime with extensions of its own is given.
const INTERNAL: Duration = Duration::from_millis(500);

/// Why an environment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is no longer wanted.
    Spindown,
    /// An invocation took too long, or init did.
    Timeout,
    /// The runtime or an extension failed.
    Failure,
}

impl Reason {
    /// As SHUTDOWN events have it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Spindown => "spindown",
            Self::Timeout => "timeout",
            Self::Failure => "failure",
        }
    }
}

/// How long whom is given, counted from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// From SIGTERM to SIGKILL; `None` for a SIGKILL at once.
    pub(crate) runtime: Option<Duration>,
    /// When extensions are ended that have not done so; `None` if there are none of their own.
    pub(crate) extensions: Option<Duration>,
}

impl Plan {
    pub(crate) fn of(participants: &Participants) -> Self {
        if participants.has_external() {
            Self { runtime: Some(RUNTIME), extensions: Some(EXTERNAL) }
        } else if participants.has_internal() {
            Self { runtime: Some(INTERNAL), extensions: None }
        } else {
            Self { runtime: None, extensions: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::participants::Interests;
    use super::*;

    #[test]
    fn time_is_given_only_where_somebody_registered() {
        let milliseconds = |plan: Plan| {
            let inside = |time: Option<Duration>| time.map(|time| time.as_millis());
            (inside(plan.runtime), inside(plan.extensions))
        };
        let mut participants = Participants::launched([]);
        assert_eq!(milliseconds(Plan::of(&participants)), (None, None));
        let invoke = Interests { invoke: true, shutdown: false };
        participants.register("internal", invoke).unwrap();
        assert_eq!(milliseconds(Plan::of(&participants)), (Some(500), None));
        let external = Participants::launched(["external".to_owned()]);
        assert_eq!(milliseconds(Plan::of(&external)), (Some(300), Some(2000)));
    }
}
