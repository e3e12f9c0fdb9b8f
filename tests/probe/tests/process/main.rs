//! The probe as a process, against a small Runtime API of our own on the loopback.

mod answers;
mod endings;
mod init;
mod order;

// Said to be test code, as all of it is, for clippy to allow `unwrap` outside test functions too.
#[cfg(test)]
mod fake_runtime_api;
#[cfg(test)]
mod world;
