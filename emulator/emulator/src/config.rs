//! What an emulator is started with.

use std::net::SocketAddr;
use std::path::PathBuf;

use emulator_clock::Clock;
use emulator_front::Home;

/// What functions run as.
#[derive(Clone, Debug)]
pub enum Executor {
    /// Child processes of the emulator.
    Process {
        /// The executable that every image runs as, unless `images` names another.
        bootstrap: PathBuf,
        /// Executables for particular image URIs.
        images: Vec<(String, PathBuf)>,
    },
    /// Containers of the images that they name, which the Docker engine of this machine has.
    Container,
}

/// What an emulator is started with. The caller knows every one of these better than a default would.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub address: SocketAddr,
    /// What functions run as.
    pub executor: Executor,
    /// Region and account in every ARN.
    pub home: Home,
    /// Wall or virtual time.
    pub clock: Clock,
}
