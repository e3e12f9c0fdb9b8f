//! Where the engine is, and whether it can run functions.

use std::fmt;
use std::net::IpAddr;

use bollard::errors::Error;
use bollard::models::{ImageInspect, SystemInfo, SystemVersion};
use bollard::{API_DEFAULT_VERSION, Docker};
use tokio::net::UnixStream;

use super::image::Unusable;
use super::init;

/// Where Docker listens unless it is told otherwise.
const USUAL_SOCKET: &str = "unix:///var/run/docker.sock";

/// How long the engine may take to begin an answer, in seconds. Generous: a busy machine takes its time
/// to start a container, and an engine that has died closes its connections.
const TIMEOUT: u64 = 60;

/// There is no container engine that could run functions.
#[derive(Debug, thiserror::Error)]
pub enum NoEngine {
    /// An address of another kind.
    #[error(
        "DOCKER_HOST is `{0}`, and containers are only run through a socket on this machine \
         (hint: DOCKER_HOST={USUAL_SOCKET})"
    )]
    NotASocket(String),
    /// Nobody listens there, or not to us.
    #[error(
        "no container engine can be reached at {path}: {source} \
         (hint: start Docker, or let DOCKER_HOST name its socket)"
    )]
    Unreachable {
        /// The socket.
        path: String,
        /// As the operating system says it.
        source: std::io::Error,
    },
    /// Somebody listens, and is not an engine that we know how to speak to.
    #[error("what listens at {path} does not answer as a container engine: {source}")]
    Strange {
        /// The socket.
        path: String,
        /// What came of asking for its version.
        source: bollard::errors::Error,
    },
    /// Its containers cannot reach this machine.
    #[error(
        "{0} runs without root, and its containers reach nothing that listens on this machine alone \
         (hint: DOCKER_HOST with the socket of an engine that has root)"
    )]
    Rootless(String),
    /// It makes no network for containers.
    #[error("the container engine makes no network for functions: {0}")]
    Network(bollard::errors::Error),
    /// The emulator cannot be reached from that network.
    #[error("containers could not reach this machine: {address} cannot be listened on: {source}")]
    Door {
        /// This machine's, in that network.
        address: IpAddr,
        /// As the operating system says it.
        source: std::io::Error,
    },
    /// Its containers are not Linux's.
    #[error(
        "the container engine at {path} runs containers for `{os}`, and functions are for `linux`"
    )]
    OtherSystem {
        /// The socket.
        path: String,
        /// What the engine says of itself.
        os: String,
    },
}

/// An engine that has answered.
pub(super) struct Engine {
    pub(super) docker: Docker,
    /// What it calls itself, and its version.
    name: String,
    /// Its socket.
    path: String,
    /// What its machine can run, in Go's words: `amd64`, `arm64`.
    pub(super) architecture: String,
    /// What it says of itself and of its machine.
    pub(super) about: SystemInfo,
}

impl Engine {
    pub(super) async fn from_environment() -> Result<Self, NoEngine> {
        let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
        Self::at(socket(host.as_deref().unwrap_or(USUAL_SOCKET))?).await
    }

    /// Whether an init can be process 1 of its containers.
    pub(super) fn has_init(&self) -> bool {
        init::is_there(&self.about)
    }

    async fn at(path: &str) -> Result<Self, NoEngine> {
        // Tried by hand, for the operating system's own words: most often it is `Permission denied`.
        let reached = UnixStream::connect(path).await;
        reached.map_err(|source| NoEngine::Unreachable { path: path.to_owned(), source })?;
        let strange = |source| NoEngine::Strange { path: path.to_owned(), source };
        let docker =
            Docker::connect_with_unix(path, TIMEOUT, API_DEFAULT_VERSION).map_err(strange)?;
        let docker = docker.negotiate_version().await.map_err(strange)?;
        let (version, about) =
            tokio::try_join!(docker.version(), docker.info()).map_err(strange)?;
        let path = path.to_owned();
        match version.os.as_deref() {
            Some("linux") | None => {}
            Some(os) => return Err(NoEngine::OtherSystem { path, os: os.to_owned() }),
        }
        let name = name(&version);
        Ok(Self { docker, name, path, architecture: version.arch.unwrap_or_default(), about })
    }

    pub(super) fn is_podman(&self) -> bool {
        self.name.starts_with("Podman")
    }

    /// What it says of an image, if it has that.
    pub(super) async fn inspect(&self, uri: &str) -> Result<Option<ImageInspect>, Unusable> {
        match self.docker.inspect_image(uri).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(Error::DockerResponseServerError { status_code: 400, .. }) => {
                Err(Unusable::Name(uri.to_owned()))
            }
            Err(source) => Err(Unusable::Engine { uri: uri.to_owned(), source }),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.name, self.path)
    }
}

/// Docker's own component is plainly called `Engine`; others say who they are.
fn name(version: &SystemVersion) -> String {
    let components = version.components.iter().flatten();
    let mut names = components.map(|component| component.name.as_str());
    let engine = match names.next() {
        Some("Engine") | None => "Docker",
        Some(other) => other,
    };
    format!("{engine} {}", version.version.as_deref().unwrap_or("of an unknown version"))
}

/// The path in a `DOCKER_HOST`.
fn socket(host: &str) -> Result<&str, NoEngine> {
    match host.strip_prefix("unix://").unwrap_or(host) {
        path if path.starts_with('/') => Ok(path),
        _ => Err(NoEngine::NotASocket(host.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_socket_on_this_machine_is_an_engine() {
        assert_eq!(
            socket("unix:///run/user/1000/docker.sock").unwrap(),
            "/run/user/1000/docker.sock"
        );
        assert_eq!(socket("/var/run/docker.sock").unwrap(), "/var/run/docker.sock");
        assert_eq!(
            socket("tcp://10.0.0.7:2375").unwrap_err().to_string(),
            "DOCKER_HOST is `tcp://10.0.0.7:2375`, and containers are only run through a socket on this \
             machine (hint: DOCKER_HOST=unix:///var/run/docker.sock)"
        );
    }

    #[tokio::test]
    async fn an_engine_that_is_not_there_is_named_with_its_socket() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock").display().to_string();
        let error = Engine::at(&path).await.err().unwrap().to_string();
        assert_eq!(
            error,
            format!(
                "no container engine can be reached at {path}: No such file or directory (os error 2) \
                 (hint: start Docker, or let DOCKER_HOST name its socket)"
            )
        );
    }
}
