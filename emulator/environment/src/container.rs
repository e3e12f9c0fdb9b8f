//! The container executor: a function is a container of the real image, run by a Docker engine.
//!
//! The image is what a build left on this machine: nothing is pushed or pulled, and it needs nothing of
//! ours inside. A function is pinned to the image that its URI named when it was created or updated, so
//! a tag that moves later has no effect, as on AWS.
//!
//! Containers share this machine's network. The emulator and every Runtime API may then stay on the
//! loopback address, and the addresses in a function's environment mean the same inside and outside. A
//! network of their own would need both of them to listen on an address that other machines may reach.
//!
//! Where this differs from Lambda: files in `/tmp` count as memory, and are gone when a failed function is
//! started again; CPU is not in proportion to memory; the function is process 1, to which a signal of its
//! own does nothing, so that an abort shows as a segmentation fault; an entry point that is no program
//! shows as `exit status 1` with `exec format error` in the log; and the engine carries the two outputs
//! separately, so that a line on one may overtake a line on the other.

mod engine;
mod image;
mod leftovers;
mod memory;
mod reason;
mod relay;
mod request;
mod sandbox;
mod tracer;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bollard::errors::Error;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::CreateContainerOptions;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::executor::{Executor, Image, ResolveError, StartError, Started};
use crate::launch::Launch;
use engine::Engine;
pub use engine::NoEngine;
use sandbox::Container;

/// Runs functions as containers.
pub struct ContainerExecutor {
    engine: Engine,
    /// On every container of this emulator, as the label [`leftovers::LABEL`].
    mark: String,
}

impl ContainerExecutor {
    /// Finds the engine whose socket `DOCKER_HOST` names, or the usual one, and clears away what an
    /// emulator that was killed has left there.
    ///
    /// # Errors
    ///
    /// [`NoEngine`] says what was found instead of an engine.
    pub async fn connect() -> Result<Self, NoEngine> {
        let engine = Engine::from_environment().await?;
        leftovers::remove(&engine.docker).await;
        Ok(Self { engine, mark: leftovers::mark() })
    }

    async fn run(
        &self,
        launch: &Launch,
        variables: Vec<(String, String)>,
    ) -> Result<Started, StartError> {
        let id = image::id(&launch.image);
        let found = self.engine.docker.inspect_image(&id).await;
        let found = found.map_err(|error| not_started(launch.image.uri.clone(), &error))?;
        let config = found.config.unwrap_or_default();
        let entry_point = image::entry_point(&config, &launch.command).unwrap_or_default();
        let body = request::create(launch, variables, &config, &self.mark);
        self.start_container(launch, body).await.map_err(|error| not_started(entry_point, &error))
    }

    async fn start_container(
        &self,
        launch: &Launch,
        body: ContainerCreateBody,
    ) -> Result<Started, Error> {
        let docker = &self.engine.docker;
        let created = docker.create_container(None::<CreateContainerOptions>, body).await?;
        for warning in created.warnings {
            let function = &launch.function;
            tracing::warn!(function, warning, "the engine does not apply all that was asked of it");
        }
        let container = Container { docker: docker.clone(), id: created.id, limit: launch.memory };
        let started = container.start().await;
        if started.is_err() {
            container.remove().await;
        }
        started
    }
}

impl Executor for ContainerExecutor {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        image::resolve(&self.engine, uri).boxed()
    }

    fn has_changed(&self, _image: &Image) -> bool {
        // It is pinned by its digest.
        false
    }

    fn host_address(&self) -> IpAddr {
        Ipv4Addr::LOCALHOST.into()
    }

    fn start<'a>(
        &'a self,
        launch: &'a Launch,
        variables: Vec<(String, String)>,
        _runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        self.run(launch, variables).boxed()
    }
}

fn not_started(entry_point: String, error: &Error) -> StartError {
    StartError { entry_point, reason: reason::of(error) }
}
