//! The Lambda service: functions, who may call them, and the one way into them.
//!
//! [`Functions::invoke`] is that way: every trigger makes an [`Invocation`] and waits for its
//! [`Outcome`], or hands it over with [`Functions::accept`] and does not wait. Execution environments
//! are `emulator-environment`'s; which of them an invocation gets is decided by its function's pool.

mod functions;
mod invocation;
mod name;

mod architecture;
mod configuration;
mod function_configuration;
mod not_emulated;
mod policy;
mod pool;
mod record;
mod settings;
mod trace;

mod add_permission;
mod api;
mod create_function;
mod delete_function;
mod get_function;
mod get_function_configuration;
mod get_policy;
mod invoke;
mod list_functions;
mod update_function_code;
mod update_function_configuration;

#[cfg(test)]
mod tests;

pub use api::{api, error_body};
pub use functions::{Accepted, Functions, NoSuchFunction};
pub use invocation::{Cause, Invocation, InvokeError, Outcome, Status};
pub use name::{FunctionName, NameError, Target};
