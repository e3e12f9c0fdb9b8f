//! SHA-256, as digests are written: lower-case hex.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// That of bytes.
pub(crate) fn of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// One that has been computed.
pub(crate) fn hex(digest: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * digest.len());
    for byte in digest {
        write!(hex, "{byte:02x}").expect("a String takes whatever is written to it");
    }
    hex
}
