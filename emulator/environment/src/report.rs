//! Lambda's own log lines, and what stands in them.

use std::borrow::Cow;
use std::time::Duration;

use emulator_front::RequestId;

use crate::Memory;

pub(crate) fn start(id: RequestId, version: &str) -> String {
    format!("START RequestId: {id} Version: {version}\n")
}

pub(crate) fn end(id: RequestId) -> String {
    format!("END RequestId: {id}\n")
}

/// How an invocation or an init went, as REPORT and `INIT_REPORT` lines say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Success,
    Timeout,
    Error(Cow<'static, str>),
}

impl Status {
    /// As JSON records have it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Timeout => "timeout",
            Self::Error(_) => "error",
        }
    }

    /// What kind of error it was, if it was one.
    pub(crate) fn error_type(&self) -> Option<&str> {
        match self {
            Self::Success | Self::Timeout => None,
            Self::Error(kind) => Some(kind),
        }
    }
}

/// What a REPORT line tells.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) id: RequestId,
    /// From the delivery of the event until the environment was free again.
    pub(crate) duration: Duration,
    /// Only of an init that succeeded, right before this invocation.
    pub(crate) init: Option<Duration>,
    pub(crate) memory: Memory,
    /// The most that the environment has used in its life, in bytes.
    pub(crate) peak_memory: u64,
    pub(crate) status: Status,
}

impl Report {
    /// The line, with the tab that Lambda puts at its end when no status follows.
    pub(crate) fn line(&self) -> String {
        let Self { id, duration, init, memory, status, .. } = self;
        let (billed, used) = (self.billed_milliseconds(), self.used_megabytes());
        let init = init.map(|init| format!("Init Duration: {:.2} ms\t", milliseconds(init)));
        format!(
            "REPORT RequestId: {id}\tDuration: {:.2} ms\tBilled Duration: {billed} ms\
             \tMemory Size: {memory}\tMax Memory Used: {used} MB\t{}{}\n",
            milliseconds(*duration),
            init.unwrap_or_default(),
            status_text(status),
        )
    }

    /// What AWS would ask money for: init and duration, in whole milliseconds.
    pub(crate) fn billed_milliseconds(&self) -> u64 {
        let billed = (self.duration + self.init.unwrap_or_default()).as_nanos();
        u64::try_from(billed.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }

    /// The most memory that was used, in whole MB.
    pub(crate) fn used_megabytes(&self) -> u64 {
        self.peak_memory.div_ceil(1024 * 1024)
    }
}

/// The line for an init that failed; `phase` is `init`, or `invoke` for a suppressed one.
pub(crate) fn init_report(duration: Duration, phase: &str, status: &Status) -> String {
    let duration = milliseconds(duration);
    let status = status_text(status);
    format!("INIT_REPORT Init Duration: {duration:.2} ms\tPhase: {phase}\t{status}\n")
}

fn status_text(status: &Status) -> String {
    match status {
        Status::Success => String::new(),
        Status::Timeout => "Status: timeout".to_owned(),
        Status::Error(kind) => format!("Status: error\tError Type: {kind}"),
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(init: Option<u64>, status: Status, expected: &str) {
        let id = RequestId::fresh();
        let report = Report {
            id,
            duration: Duration::from_micros(2_034),
            init: init.map(Duration::from_micros),
            memory: Memory::DEFAULT,
            peak_memory: 36 * 1024 * 1024 + 1,
            status,
        };
        assert_eq!(report.line().replace(&id.to_string(), "ID"), expected);
    }

    #[test]
    fn a_report_has_lambdas_fields_in_lambdas_order() {
        check(
            Some(79_220),
            Status::Success,
            "REPORT RequestId: ID\tDuration: 2.03 ms\tBilled Duration: 82 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 37 MB\tInit Duration: 79.22 ms\t\n",
        );
        check(
            None,
            Status::Timeout,
            "REPORT RequestId: ID\tDuration: 2.03 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 37 MB\tStatus: timeout\n",
        );
        check(
            None,
            Status::Error("Runtime.ExitError".into()),
            "REPORT RequestId: ID\tDuration: 2.03 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 37 MB\tStatus: error\tError Type: Runtime.ExitError\n",
        );
    }

    #[test]
    fn a_failed_init_has_a_report_of_its_own() {
        assert_eq!(
            init_report(Duration::from_millis(10_008), "init", &Status::Timeout),
            "INIT_REPORT Init Duration: 10008.00 ms\tPhase: init\tStatus: timeout\n",
        );
    }
}
