//! The one door: a listener, the rules that tell which AWS service a request is for, and the wire
//! protocols that turn bytes into a typed [`Operation`] and its answer back into bytes.
//!
//! The front knows operations, not services. A service is a struct with typed methods; it lists its
//! operations in an [`Api`], and whoever builds the emulator hands those to [`Front`].
//! What is not an AWS operation (an object in S3, a call of somebody's REST API, the emulator's own
//! pages) is a [`Plane`]: it says which requests it claims and answers them.

mod api;
mod body;
mod constraint;
mod fault;
mod front;
mod home;
mod listener;
mod members;
mod operation;
mod protocol;
mod request;

pub use api::Api;
pub use body::{Body, BodyError, CollectError};
pub use constraint::{Constraints, Invalid, Rule};
pub use fault::{Fault, WireError};
pub use front::{Front, FrontBuilder, Plane};
pub use home::Home;
pub use http;
pub use listener::{Serve, serve};
pub use operation::{Decode, Encode, Operation, Reply, Streamed};
pub use protocol::{ErrorBody, Protocol};
pub use request::{Malformed, Request, RequestId};
