//! STS: who a caller is. Here that is always the root of the one account, whatever signs the request.

mod get_caller_identity;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use emulator_front::{Api, Home};
use get_caller_identity::GetCallerIdentity;

/// The STS API.
pub fn api(home: &Arc<Home>) -> Api {
    Api::query("sts", "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/")
        .on::<GetCallerIdentity>(home)
}
