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

mod answer;
mod clients;
mod deployment;
mod invocation;
mod patience;
mod processes;
pub mod programs;
mod refusal;
mod served;
mod settings;
mod triggers;
mod web;

pub use answer::{Answer, Failure};
pub use deployment::{Deployment, Handler, PROBE, ROLE, arn};
pub use invocation::Invocation;
pub use patience::soon;
pub use refusal::refusal;
pub use served::Served;
pub use triggers::{created_objects_to, integration_uri, stream_arn};
pub use web::{Page, fetch};
pub use world::World;
