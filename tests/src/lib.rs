//! The world that end-to-end tests live in: a running emulator, and AWS's own clients for it.
//!
//! [`World`] starts an emulator in this process and is spoken to by URL alone, so that what is shown
//! here holds for any client. Time in it is virtual unless a test wants the wall clock:
//! [`World::settle`] returns once everything that was accepted is finished, and nothing here sleeps.
//!
//! The functions are real: the `bootstrap` of the image, and the [`probe`], which misbehaves on request.

#![expect(
    clippy::missing_panics_doc,
    reason = "a fixture fails its test wherever the world is not as it should be"
)]

mod world;

mod account;
mod answer;
mod answering;
pub mod clients;
pub mod command;
mod deployment;
pub mod failing;
mod handler;
pub mod image;
mod invocation;
mod log;
mod patience;
mod processes;
pub mod programs;
mod refusal;
pub mod requirement;
mod rest_api;
mod served;
mod settings;
mod triggers;
mod variables;
mod web;

pub use account::{Account, Images};
pub use answer::{Answer, Failure};
pub use answering::Answering;
pub use deployment::Deployment;
pub use handler::Handler;
pub use invocation::Invocation;
pub use patience::{eventually, soon};
pub use refusal::refusal;
pub use rest_api::RestApi;
pub use served::Served;
pub use variables::VARIABLES;
pub use web::{Page, fetch};
pub use world::World;
