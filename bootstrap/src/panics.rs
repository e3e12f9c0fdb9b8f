//! A panic is one line in the log, and in a handler the failure of one invocation.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
};

use futures_util::FutureExt as _;

/// Sends the message of every panic to the log, on one line: Lambda takes each line for an event of
/// its own.
pub(crate) fn log_each() {
    panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let location = panic.location().map(tracing::field::display);
        tracing::error!(location, "panicked: {}", message(panic.payload()));
    }));
}

/// Runs a future to its end, or to the message of its panic.
///
/// What a handler leaves half-done is its own: it is as if the invocation had been cut off by its
/// deadline.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(future).catch_unwind().await.map_err(|panic| message(&*panic).to_owned())
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it gave no message")
}
