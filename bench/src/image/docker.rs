//! The container engine, by its command line: the one that people compare with.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use super::recipe::Recipe;
use crate::builds::WORKSPACE;
use crate::commands::{self, CommandError};

/// Where the Dockerfile puts the binary.
const BOOTSTRAP: &str = "/var/runtime/bootstrap";

/// `docker build`, by a client that can do what the Dockerfile asks for.
const BUILD: &str = "tests/docker/build.sh";

/// An engine that has answered.
pub(crate) struct Docker {
    pub(crate) version: String,
    /// This machine, as seen from a container of `docker run`.
    pub(crate) host: Ipv4Addr,
}

/// An image that was built.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) tag: String,
    pub(crate) bytes: u64,
}

/// Why containers are not measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoDocker {
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error("the network `bridge` of the engine has no IPv4 addresses, only `{0}`")]
    NoAddress(String),
}

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error(
        "no image was built (hint: where no registry can be reached, tests/docker/stand-in-builder.sh \
         makes a builder: --builder manifold-stand-in-builder)"
    )]
    NotBuilt(#[source] CommandError),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error("the engine says that an image has `{0}` bytes")]
    NoSize(String),
}

impl Docker {
    pub(crate) fn find() -> Result<Self, NoDocker> {
        let version = docker(&["version", "--format", "{{.Server.Version}}"])?;
        let gateways = "{{range .IPAM.Config}}{{or .Gateway .Subnet}} {{end}}";
        let network = docker(&["network", "inspect", "bridge", "--format", gateways])?;
        let host = host(&network).ok_or(NoDocker::NoAddress(network))?;
        Ok(Self { version, host })
    }
}

impl Image {
    /// Builds an image on `scratch`, which stays, so that the next run has nothing to build.
    pub(crate) fn build(recipe: &Recipe, builder: Option<&str>) -> Result<Self, BuildError> {
        let tag = format!("manifold-cost:{}", recipe.name);
        let mut build = Command::new(Path::new(WORKSPACE).join(BUILD));
        build.args(["--tag", &tag, "--build-arg", "BASE=scratch"]);
        let arguments = [("BUILDER", builder), ("HANDLERS", recipe.handlers.as_deref())];
        for (name, value) in arguments.into_iter().filter_map(|(name, value)| Some((name, value?)))
        {
            build.arg("--build-arg").arg(format!("{name}={value}"));
        }
        commands::run(build.arg(&recipe.workspace)).map_err(BuildError::NotBuilt)?;
        let bytes = docker(&["image", "inspect", "--format", "{{.Size}}", &tag])?;
        let bytes = bytes.parse().map_err(|_| BuildError::NoSize(bytes))?;
        Ok(Self { tag, bytes })
    }

    /// Takes the binary out of it.
    pub(crate) fn copy_bootstrap(&self, to: &Path) -> Result<(), CommandError> {
        let container = docker(&["create", &self.tag])?;
        let from = format!("{container}:{BOOTSTRAP}");
        let copied = commands::read(Command::new("docker").args(["cp", &from]).arg(to));
        docker(&["rm", &container])?;
        copied.map(drop)
    }

    /// `docker run`, with nothing asked for that it does not do by itself.
    pub(crate) fn run(&self, variables: &[(&str, String)]) -> Command {
        let mut run = Command::new("docker");
        run.args(["run", "--rm"]);
        for (name, value) in variables {
            run.arg("--env").arg(format!("{name}={value}"));
        }
        run.arg(&self.tag);
        run
    }
}

fn docker(arguments: &[&str]) -> Result<String, CommandError> {
    commands::read(Command::new("docker").args(arguments))
}

/// The gateway of a network. An engine of version 20 does not name the one that it chose by itself, which
/// is the first address of the subnet.
fn host(network: &str) -> Option<Ipv4Addr> {
    network.split_whitespace().find_map(|address| match address.split_once('/') {
        None => address.parse().ok(),
        Some((subnet, _)) => {
            let subnet: Ipv4Addr = subnet.parse().ok()?;
            Some(Ipv4Addr::from_bits(subnet.to_bits() + 1))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_the_gateway_or_the_first_address_of_the_subnet() {
        assert_eq!(host("172.17.0.1"), Some(Ipv4Addr::new(172, 17, 0, 1)));
        assert_eq!(host("172.17.0.0/16"), Some(Ipv4Addr::new(172, 17, 0, 1)));
        assert_eq!(host("fd00::1 10.5.0.254"), Some(Ipv4Addr::new(10, 5, 0, 254)));
        assert_eq!(host("fd00::/64"), None);
    }
}
