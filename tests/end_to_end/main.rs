//! The embedded Lambda from one end to the other: AWS's own clients, real functions, real triggers.
//!
//! The names of these tests, read in order, say what it does.

// Said to be test code, as all of it is, for clippy to allow `unwrap` outside test functions too.
#![cfg(test)]

mod functions;
mod policies;

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
mod reentry;
mod streaming;
mod versions;

mod handlers;
mod triggers;

mod apigateway;
mod buckets;
mod kinesis;
mod logs;
mod mappings;
mod metering;
mod metrics;
mod sts;

mod clock;
mod durability;
mod refusals;
mod start;
mod table;
