//! What an emulator is started with.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::Home;

/// What functions run as.
#[derive(Clone, Debug)]
pub enum Executor {
    /// Child processes of the emulator.
    Process(Processes),
    /// Containers of the images that they name, which the Docker engine of this machine has.
    Container(Containers),
    /// Containers, where an engine answers and has the image that they name; processes elsewhere.
    Auto(Processes, Containers),
}

/// What images run as that run as processes.
#[derive(Clone, Debug)]
pub struct Processes {
    /// The executable that every image runs as, unless `images` names another.
    pub bootstrap: PathBuf,
    /// Executables for particular image URIs.
    pub images: Vec<(String, PathBuf)>,
    /// Where the executables are that are started with every environment, as those in an image's
    /// `/opt/extensions` are on AWS.
    pub extensions: Option<PathBuf>,
}

/// How the engine comes by the images that run as containers.
#[derive(Clone, Debug, Default)]
pub struct Containers {
    /// Whether the engine pulls what it does not have.
    pub pull: bool,
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
    /// How long a function's init may take before it is started again inside an invocation, in real
    /// time whatever the clock. AWS's is [`INIT_LIMIT`](crate::INIT_LIMIT).
    pub init_limit: Duration,
    /// Whether functions stand still between invocations, as on AWS: no CPU, no timers.
    pub freeze: bool,
    /// Where to keep what is accepted, durable before it is answered. In memory without it, and gone when
    /// the emulator stops.
    pub data_dir: Option<PathBuf>,
}
