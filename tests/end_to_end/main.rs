//! The emulator from one end to the other: AWS's own clients, real functions, real triggers.
//!
//! What any Lambda does, wherever it is, is in `tests/behaviour`. Here is what wants an emulator of one's own: time
//! that can be moved, processes, directories, an account with nothing else in it, and what is refused.

// Said to be test code, as all of it is, for clippy to allow `unwrap` outside test functions too.
#![cfg(test)]

mod changes;
mod concurrency;
mod environments;
mod extensions;
mod failure_table;
mod failures;
mod idle;
mod invocations;
mod log_lines;
mod recursion;
mod streaming;

mod mappings;
mod triggers;

mod logs;
mod metering;
mod metrics;

mod clock;
mod durability;
mod refusals;
mod start;
mod table;
