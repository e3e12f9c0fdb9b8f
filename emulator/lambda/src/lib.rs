//! The Lambda service: functions, who may call them, and the one way into them.
//!
//! [`Functions::invoke`] is that way: every trigger makes an [`Invocation`] and waits for its
//! [`Outcome`], or hands it over with [`Functions::accept`] and does not wait. Execution environments
//! are `emulator-environment`'s; which of them an invocation gets is decided by its function's pool.

mod functions;
mod invocation;
mod name;

mod alias;
mod concurrency;
mod configuration;
mod function;
mod metering;
mod policy;
mod pool;
mod record;
mod tags;
mod trace;
mod version;

mod api;

#[cfg(test)]
mod tests;

pub use api::{api, error_body};
pub use concurrency::Throttle;
pub use functions::{Accepted, Answering, Functions, NoSuchFunction};
pub use invocation::{Cause, Invocation, InvokeError, Outcome, Status};
pub use name::{FunctionName, NameError, Target};
