//! The binary from outside: what it posts, prints and logs, and how it ends.
//!
//! All of it is a test, which `cfg(test)` says again for clippy: there, `unwrap` is at home.

#[cfg(test)]
mod command_line;
#[cfg(test)]
mod invocations;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod process;
#[cfg(test)]
mod runtime_api;
#[cfg(test)]
mod start;
