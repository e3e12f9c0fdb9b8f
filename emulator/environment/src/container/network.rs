//! The network that all containers of one emulator share, and the way from there to this machine.
//!
//! Through it functions reach whatever this machine reaches, and this machine itself, but not each other:
//! as on Lambda, where each environment is a machine of its own. Who may call what is a matter of
//! addresses: an environment's Runtime API answers its own container, and the door to the AWS APIs answers
//! this network. No function can take another's address, for it has no capability that would let it.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{
    HostConfig, NetworkCreateRequest, NetworkInspect, NetworkSettings, SystemInfo,
};
use emulator_front::Admission;
use ipnet::IpNet;
use rustix::system::uname;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::engine::{Engine, NoEngine};
use super::leftovers::LABEL;

/// What Docker Desktop calls the machine that it runs on, seen from its containers. Elsewhere each
/// container is told the same, so that a function that calls a server on this machine can be moved.
const THIS_MACHINE: &str = "host.docker.internal";

/// A listener for containers, beside the one for everybody.
pub struct Door {
    /// On this machine's address in the network of the containers.
    pub listener: TcpListener,
    /// Nobody but them.
    pub admission: Admission,
}

pub(super) struct Network {
    docker: Docker,
    way: Way,
}

/// How containers reach this machine.
enum Way {
    /// This machine is the gateway of their network.
    Gateway { network: String, address: IpAddr, subnet: IpNet },
    /// The engine is in a virtual machine, whose containers reach this one's loopback address by a name.
    Desktop { network: String },
    /// They are in this machine's own network. Podman without root can connect no other to it, and with
    /// root has no gateway before it has a container.
    Shared,
}

impl Way {
    /// The way through a new network, if there is one.
    async fn new(docker: &Docker, about: &SystemInfo, mark: &str) -> Result<Self, Error> {
        let network = create(docker, mark).await?;
        let found = docker.inspect_network(&network, None).await;
        match found.as_ref().map(gateway) {
            Ok(_) if is_elsewhere(about) => Ok(Self::Desktop { network }),
            Ok(Some((address, subnet))) if can_be_listened_on(address) => {
                Ok(Self::Gateway { network, address, subnet })
            }
            _ => {
                docker.remove_network(&network).await?;
                found.map(|_| Self::Shared)
            }
        }
    }
}

impl Network {
    /// Makes a network that carries `mark`.
    pub(super) async fn create(engine: &Engine, mark: &str) -> Result<Self, NoEngine> {
        let Engine { docker, about, .. } = engine;
        let way = match has_no_root(about) {
            true if engine.is_podman() => Way::Shared,
            true => return Err(NoEngine::Rootless(engine.to_string())),
            false => Way::new(docker, about, mark).await.map_err(NoEngine::Network)?,
        };
        if matches!(way, Way::Shared) {
            tracing::warn!(
                "containers share this machine's network, where each can call the Runtime APIs of others: \
                 {engine} has none for them that this machine is the gateway of"
            );
        }
        Ok(Self { docker: docker.clone(), way })
    }

    /// Where this machine listens for containers.
    pub(super) fn listen(&self) -> IpAddr {
        match self.way {
            Way::Gateway { address, .. } => address,
            Way::Desktop { .. } | Way::Shared => Ipv4Addr::LOCALHOST.into(),
        }
    }

    /// What containers call that address.
    pub(super) fn host(&self) -> String {
        match self.way {
            Way::Gateway { address, .. } => address.to_string(),
            Way::Desktop { .. } => THIS_MACHINE.to_owned(),
            Way::Shared => Ipv4Addr::LOCALHOST.to_string(),
        }
    }

    /// Opens what containers need besides `main`, where the emulator listens, to reach its AWS APIs; if
    /// possible on the same port. Says on which port they do.
    pub(super) async fn open(&self, main: SocketAddr) -> io::Result<(u16, Option<Door>)> {
        match self.way {
            Way::Gateway { address, subnet, .. } if !main.ip().is_unspecified() => {
                let listener = match TcpListener::bind((address, main.port())).await {
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                        TcpListener::bind((address, 0)).await
                    }
                    bound => bound,
                }?;
                let port = listener.local_addr()?.port();
                let admission = Admission::Within { network: subnet, here: address };
                Ok((port, Some(Door { listener, admission })))
            }
            _ => Ok((main.port(), None)),
        }
    }

    /// Puts a container into it.
    pub(super) fn join(&self, host_config: &mut HostConfig) {
        host_config.network_mode = Some(self.id().unwrap_or("host").to_owned());
        if self.id().is_some() {
            // A telemetry subscriber listens where it is told that its sandbox is: on every address, for
            // deliveries come from outside.
            let names = ["sandbox:0.0.0.0", "sandbox.localdomain:0.0.0.0"];
            let machine = format!("{THIS_MACHINE}:host-gateway");
            let hosts = names.map(str::to_owned).into_iter().chain([machine]);
            host_config.extra_hosts = Some(hosts.collect());
        }
    }

    /// The address of a container in it, where its calls come from. `None` if it has none any more.
    pub(super) fn address(&self, of: &NetworkSettings) -> Option<IpAddr> {
        if !matches!(self.way, Way::Gateway { .. }) {
            return Some(Ipv4Addr::LOCALHOST.into());
        }
        let mut joined = of.networks.as_ref()?.values();
        joined.find_map(|endpoint| endpoint.ip_address.as_deref()?.parse().ok())
    }

    /// Removes it. No container may be in it any more.
    pub(super) async fn remove(&self) {
        if let Some(network) = self.id()
            && let Err(error) = self.docker.remove_network(network).await
        {
            tracing::error!(network, %error, "the network of the containers could not be removed");
        }
    }

    fn id(&self) -> Option<&str> {
        match &self.way {
            Way::Gateway { network, .. } | Way::Desktop { network } => Some(network),
            Way::Shared => None,
        }
    }
}

async fn create(docker: &Docker, mark: &str) -> Result<String, Error> {
    let apart =
        HashMap::from([("com.docker.network.bridge.enable_icc".to_owned(), false.to_string())]);
    let request = NetworkCreateRequest {
        name: format!("manifold-{}", Uuid::new_v4().simple()),
        driver: Some("bridge".to_owned()),
        options: Some(apart),
        labels: Some(HashMap::from([(LABEL.to_owned(), mark.to_owned())])),
        ..NetworkCreateRequest::default()
    };
    Ok(docker.create_network(request).await?.id)
}

/// This machine's address in a network, and which addresses there are.
fn gateway(network: &NetworkInspect) -> Option<(IpAddr, IpNet)> {
    let ranges = network.ipam.as_ref()?.config.iter().flatten();
    ranges
        .filter_map(|range| {
            Some((range.gateway.as_ref()?.parse().ok()?, range.subnet.as_ref()?.parse().ok()?))
        })
        .find(|(gateway, _): &(IpAddr, IpNet)| gateway.is_ipv4())
}

fn has_no_root(about: &SystemInfo) -> bool {
    about.security_options.iter().flatten().any(|option| option == "name=rootless")
}

/// Whether the engine is on another machine, a virtual one. Beside WSL that has this one's kernel all the same.
fn is_elsewhere(about: &SystemInfo) -> bool {
    about.kernel_version.as_deref() != uname().release().to_str().ok()
        || about.operating_system.as_deref() == Some("Docker Desktop")
}

fn can_be_listened_on(address: IpAddr) -> bool {
    std::net::TcpListener::bind((address, 0)).is_ok()
}
