//! The async queue: what `Invoke` with `Event`, or a service, has handed over for a function.
//!
//! An event runs once. Retries after a function's error, the age of events, dead letters and
//! destinations are not emulated, and the operations that set them up are refused by name. An event that
//! does not reach its function, because concurrency is used up or the emulator itself failed, is kept
//! and tried again: that costs no attempt on AWS either. So is one whose function cannot be run as its
//! image is now.
//!
//! Dropped at once, with a line in the log, is what waiting would not help: an event whose function,
//! version or alias is gone, one that recursion detection stops, and one for a function that is switched
//! off by a reserved concurrency of 0.

use std::sync::Arc;
use std::time::Duration;

use emulator_lambda::{Accepted, Functions, Invocation, InvokeError, Outcome, Status, Throttle};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long an event that was not let in waits at first, and at the most.
///
/// Source: "Asynchronous invocation" in the Lambda Developer Guide: from 1 second to 5 minutes.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));

/// Makes every invocation that comes out of `accepted`, until `stop`.
///
/// What has not been made by then is lost, and the log says how much that is.
pub async fn run(
    functions: Arc<Functions>,
    mut accepted: mpsc::Receiver<Accepted>,
    stop: CancellationToken,
) {
    let mut events = JoinSet::new();
    loop {
        tokio::select! {
            Some(event) = accepted.recv() => {
                events.spawn(make(functions.clone(), event));
            }
            Some(_) = events.join_next() => {}
            () = stop.cancelled() => break,
        }
    }
    accepted.close();
    let lost = events.len() + accepted.len();
    if lost > 0 {
        tracing::warn!(lost, "accepted events are lost with this emulator");
    }
    events.shutdown().await;
}

/// Makes one invocation, as often as it takes to reach the function.
async fn make(functions: Arc<Functions>, event: Accepted) {
    let Accepted { invocation, at, mut in_flight } = event;
    let target = invocation.target.clone();
    let mut delay = BACK_OFF.0;
    loop {
        functions.attempts(&target, at);
        match functions.invoke(invocation.clone()).await {
            Ok(outcome) => {
                functions.is_done_with(&target, outcome.status == Status::Failed);
                return report(&invocation, &outcome);
            }
            Err(
                error @ (InvokeError::NoSuchFunction(_)
                | InvokeError::Recursive
                | InvokeError::Throttled(Throttle::Off)),
            ) => {
                tracing::warn!(request_id = %invocation.id, %error, "an event is dropped");
                functions.is_done_with(&target, true);
                return;
            }
            Err(error) => {
                tracing::info!(request_id = %invocation.id, %error, ?delay, "an event waits");
                in_flight = in_flight.after(delay).await;
                delay = (delay * 2).min(BACK_OFF.1);
            }
        }
    }
}

fn report(invocation: &Invocation, outcome: &Outcome) {
    if outcome.status == Status::Failed {
        let error = String::from_utf8_lossy(&outcome.payload);
        let function = &invocation.target.function;
        tracing::warn!(request_id = %invocation.id, %function, %error, "a function failed on an event");
    }
}
