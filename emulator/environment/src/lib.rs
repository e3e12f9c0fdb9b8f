//! The execution environment: one running copy of an image, for one function version and one
//! configuration.
//!
//! [`state`] is the whole policy and does nothing; the driver does what it says: it holds the sandbox
//! (a process or a container, started by an [`Executor`]), serves the environment's own Runtime API,
//! keeps its deadlines and writes its log lines. Whoever keeps environments (a pool, in
//! `emulator-lambda`) is told through [`Keeper`] when one is free again.
//!
//! Extensions take part in the environment's life: `extensions` turns what the runtime and they do into
//! what the state machine hears of one process. `platform` is what Lambda itself has to tell about all of
//! this, `journal` writes it into the log, and `telemetry` gives it to extensions that want it.
//!
//! Init limits, function deadlines, shutdown and the delivery of telemetry run in real time, whatever the
//! emulator's clock says: the processes that they are about do too.

pub mod state;

pub mod auto;
mod call;
pub mod container;
mod digest;
mod driver;
mod environment;
mod error_cause;
mod executor;
mod extensions;
mod failure;
mod journal;
mod launch;
mod mark;
mod output;
mod platform;
pub mod process;
mod report;
mod runtime_api;
mod stream;
mod telemetry;
mod variables;

pub use call::{Booking, Call, Ended};
pub use environment::{Environment, Ground, INIT_LIMIT, Keeper};
pub use executor::{
    Executor, Exit, Extension, Image, Obstacle, ResolveError, Route, RunsAs, Sandbox, StartError,
    Started,
};
pub use launch::{Launch, LogFormat, LogLevel, Memory, MemoryOutOfRange};
pub use stream::Stream;
