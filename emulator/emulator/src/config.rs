//! What an emulator is started with.

use std::net::SocketAddr;
use std::path::PathBuf;

use emulator_clock::Clock;
use emulator_front::Home;

/// What an emulator is started with. The caller knows every one of these better than a default would.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub address: SocketAddr,
    /// The executable that every image runs as, unless [`images`](Self::images) names another.
    pub bootstrap: PathBuf,
    /// Executables for particular image URIs.
    pub images: Vec<(String, PathBuf)>,
    /// Region and account in every ARN.
    pub home: Home,
    /// Wall or virtual time.
    pub clock: Clock,
}
