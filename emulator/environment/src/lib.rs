//! The execution environment: one running copy of an image, for one function version and one
//! configuration.
//!
//! [`state`] is the whole policy and does nothing; the driver does what it says: it holds the sandbox
//! (a process or a container, started by an [`Executor`]), serves the environment's own Runtime API,
//! keeps its deadlines and writes its log lines. Whoever keeps environments (a pool, in
//! `emulator-lambda`) is told through [`Keeper`] when one is free again.
//!
//! Init limits and function deadlines run in real time, whatever the emulator's clock says: the process
//! that they bound does too.

pub mod state;

mod call;
pub mod container;
mod driver;
mod environment;
mod executor;
mod failure;
mod journal;
mod launch;
mod output;
pub mod process;
mod report;
mod runtime_api;
mod variables;

pub use call::{Call, Ended};
pub use environment::{Environment, Ground, Keeper};
pub use executor::{Executor, Exit, Image, ResolveError, Sandbox, StartError, Started};
pub use launch::{Launch, Memory, MemoryOutOfRange};
