//! The embedded Lambda: every service it has, behind one port, in this process.
//!
//! [`Emulator::start`] builds the house and owns every task in it; [`Emulator::shut_down`] returns once
//! the last of them, and the last function's process, is gone. The command line is [`command`].
//!
//! ```no_run
//! use emulator::{Clock, Config, Emulator, Executor, Home, INIT_LIMIT, Processes};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), emulator::StartError> {
//! let emulator = Emulator::start(Config {
//!     address: ([127, 0, 0, 1], 0).into(),
//!     executor: Executor::Process(Processes {
//!         bootstrap: "target/release/bootstrap".into(),
//!         images: Vec::new(),
//!         extensions: None,
//!     }),
//!     home: Home::default(),
//!     clock: Clock::wall(),
//!     init_limit: INIT_LIMIT,
//!     freeze: false,
//!     data_dir: None,
//! })
//! .await?;
//!
//! // Any AWS SDK or tool, pointed here, finds a Lambda.
//! let endpoint = emulator.endpoint();
//! # drop(endpoint);
//!
//! emulator.shut_down().await;
//! # Ok(())
//! # }
//! ```

pub mod command;

mod config;
mod emulator;
mod executors;
mod pages;
mod services;
mod targets;

pub use config::{Config, Containers, Executor, Processes};
pub use emulator::{Emulator, StartError};
pub use emulator_clock::Clock;
pub use emulator_environment::INIT_LIMIT;
pub use emulator_front::Home;
pub use emulator_store::OpenError;
pub use executors::NoExecutor;
