//! S3, spoken by the `s3s` crate: buckets and objects in memory, and notifications to Lambda.
//!
//! `s3s` turns requests into typed inputs and outputs into XML and headers. Around it stands the
//! [`plane()`], which does what an emulator owes its clients and `s3s` leaves open: it takes any
//! credentials, undoes the upload encoding of the SDKs, checks what the client says about its bytes,
//! refuses by name every setting that would not be applied, and completes the error documents.
//! Behind it stand the operations, plain functions on [`Buckets`] that answer or refuse; a change that
//! they make to an object is announced to the functions that listen, before the client is answered.
//!
//! Signatures are not verified. What is not here (versions, tags, ACLs, …) answers `NotImplemented`
//! with its name.

mod members;
mod plane;
mod table;

mod bucket;
mod listing;
mod multipart;
mod notification;
mod object;

mod buckets;
mod call;
mod checksum;
mod etag;
mod key;
mod refusal;
mod unread;

#[cfg(test)]
mod tests;

pub use buckets::Buckets;
pub use plane::plane;
pub use table::OPERATIONS;
