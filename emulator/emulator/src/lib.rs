//! The embedded Lambda: every service it has, behind one port, in this process.
//!
//! [`Emulator::start`] builds the house and owns every task in it; [`Emulator::shut_down`] returns once
//! the last of them, and the last function's process, is gone. The command line is [`command`].

pub mod command;

mod config;
mod emulator;
mod pages;
mod services;
mod targets;

pub use config::{Config, Executor};
pub use emulator::{Emulator, StartError};
pub use emulator_clock::Clock;
pub use emulator_front::Home;
