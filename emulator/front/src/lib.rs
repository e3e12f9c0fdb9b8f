//! The one door: a listener, the rules that tell which AWS service a request is for, and the wire
//! protocols that turn bytes into a typed [`Operation`] and its answer back into bytes.
//!
//! The front knows operations, not services. A service is a struct with typed methods; it lists its
//! operations in an [`Api`], and whoever builds the emulator hands those to [`Front`].
//! What is not an AWS operation (an object in S3, a call of somebody's REST API, the emulator's own
//! pages) is a [`Plane`]: it says which requests it claims and answers them.

pub mod event_stream;

mod admission;
mod api;
mod body;
mod constraint;
mod content_encoding;
mod fault;
mod front;
mod home;
mod listener;
mod member;
mod members;
mod not_emulated;
mod operation;
mod origin;
mod protocol;
mod query_compatible;
mod request;
mod timestamp;

pub use admission::Admission;
pub use api::Api;
pub use body::{Body, BodyError, CollectError};
pub use constraint::{Constraints, Invalid, Rule};
pub use fault::{Fault, WireError};
pub use front::{Front, FrontBuilder, Plane};
pub use home::Home;
pub use http;
pub use listener::{Serve, serve};
pub use member::{Handling, Members, applied, inert, joined, only, refused};
pub use not_emulated::{NotEmulated, Unapplied};
pub use operation::{Decode, Encode, Operation, Reply, Streamed};
pub use protocol::{ErrorBody, Protocol};
pub use query_compatible::QueryError;
pub use request::{Malformed, Request, RequestId};
pub use timestamp::Timestamp;
