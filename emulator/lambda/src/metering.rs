//! What Lambda measures of functions: the metrics of `AWS/Lambda`, on every way into a function.
//!
//! Source of names, units and dimensions: "Types of metrics for Lambda functions" in the Lambda Developer
//! Guide. Each count is recorded for the region, for the function, and for what was invoked of it.

use std::sync::Arc;
use std::time::Duration;

use emulator_environment::Booking;
use emulator_metrics::{Datum, Metrics, Unit};
use time::UtcDateTime;

use crate::concurrency::{Place, Running};
use crate::name::Target;
use crate::version::Version;

const NAMESPACE: &str = "AWS/Lambda";

/// Records what happens to invocations.
#[derive(Clone)]
pub(crate) struct Meter(Arc<Metrics>);

/// What was invoked, as dimensions tell it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    function: String,
    /// The function, qualified as it was invoked.
    resource: String,
    /// Only where that is not plain from the resource.
    executed: Option<String>,
}

/// An invocation that runs: the place that it takes, and what is recorded at its end.
pub(crate) struct Metered {
    meter: Meter,
    subject: Subject,
    began: UtcDateTime,
    /// Given back when this is dropped.
    _place: Place,
}

impl Subject {
    pub(crate) fn of(target: &Target, version: Version) -> Self {
        let function = target.function.to_string();
        let qualifier = target.qualifier.as_deref();
        let plain = qualifier.is_none()
            || matches!(version, Version::Published(number) if qualifier == Some(&number.to_string()));
        Self {
            resource: match qualifier {
                Some(qualifier) => format!("{function}:{qualifier}"),
                None => function.clone(),
            },
            executed: (!plain).then(|| version.to_string()),
            function,
        }
    }
}

impl Meter {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self(metrics)
    }

    /// An invocation begins, and takes its place.
    pub(crate) fn begins(&self, subject: Subject, began: UtcDateTime, place: Place) -> Metered {
        let Running { function, sharing, claimed, account } = place.running();
        let count = Unit::Count;
        let of_function = &[("FunctionName", subject.function.as_str())];
        self.record("ConcurrentExecutions", of_function, count, function.into(), began);
        self.record("ConcurrentExecutions", &[], count, account.into(), began);
        self.record("UnreservedConcurrentExecutions", &[], count, sharing.into(), began);
        self.record("ClaimedAccountConcurrency", &[], count, claimed.into(), began);
        self.of_all("Throttles", &subject, count, 0.0, began);
        Metered { meter: self.clone(), subject, began, _place: place }
    }

    /// An invocation was not let in.
    pub(crate) fn throttled(&self, subject: &Subject, now: UtcDateTime) {
        self.of_all("Throttles", subject, Unit::Count, 1.0, now);
    }

    /// An event was accepted.
    pub(crate) fn accepted(&self, subject: &Subject, now: UtcDateTime) {
        self.of_all("AsyncEventsReceived", subject, Unit::Count, 1.0, now);
    }

    /// An accepted event is sent to its function, that long after it was accepted.
    pub(crate) fn attempted(&self, subject: &Subject, age: Duration, now: UtcDateTime) {
        self.of_all("AsyncEventAge", subject, Unit::Milliseconds, milliseconds(age), now);
    }

    /// An accepted event has come to its end, in its function or not.
    pub(crate) fn dropped(&self, subject: &Subject, dropped: bool, now: UtcDateTime) {
        self.of_all("AsyncEventsDropped", subject, Unit::Count, dropped.into(), now);
    }

    /// An invocation was stopped for being part of a loop.
    pub(crate) fn recursed(&self, subject: &Subject, now: UtcDateTime) {
        self.of_all("RecursiveInvocationsDropped", subject, Unit::Count, 1.0, now);
    }

    /// A batch of a stream is sent, whose last record is that old.
    pub(crate) fn iterated(&self, subject: &Subject, age: Duration, now: UtcDateTime) {
        self.of_all("IteratorAge", subject, Unit::Milliseconds, milliseconds(age), now);
    }

    /// Records for the region, for the function, and for what was invoked of it.
    fn of_all(&self, name: &str, subject: &Subject, unit: Unit, value: f64, at: UtcDateTime) {
        let Subject { function, resource, executed } = subject;
        let function = ("FunctionName", function.as_str());
        let resource = ("Resource", resource.as_str());
        self.record(name, &[], unit, value, at);
        self.record(name, &[function], unit, value, at);
        self.record(name, &[function, resource], unit, value, at);
        if let Some(executed) = executed {
            let executed = ("ExecutedVersion", executed.as_str());
            self.record(name, &[function, resource, executed], unit, value, at);
        }
    }

    fn record(
        &self,
        name: &str,
        dimensions: &[(&str, &str)],
        unit: Unit,
        value: f64,
        at: UtcDateTime,
    ) {
        self.0.record(Datum { namespace: NAMESPACE, name, dimensions, unit, value, at });
    }
}

impl Booking for Metered {
    fn closed(&mut self, took: Duration, failed: bool) {
        let Self { meter, subject, began, .. } = self;
        meter.of_all("Invocations", subject, Unit::Count, 1.0, *began);
        meter.of_all("Errors", subject, Unit::Count, failed.into(), *began);
        meter.of_all("Duration", subject, Unit::Milliseconds, milliseconds(took), *began);
    }
}

impl std::fmt::Debug for Metered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Metered").field("subject", &self.subject).finish_non_exhaustive()
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
