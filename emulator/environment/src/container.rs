//! The container executor: a function is a container of the real image, run by a Docker engine.
//!
//! The image is what a build left on this machine, and needs nothing of ours inside: nothing is pushed, and
//! nothing is pulled unless that was asked for. What Lambda refuses in an image is refused. A function is
//! pinned to the image that its URI named when it was created or updated, so a tag that moves later has no
//! effect, as on AWS.
//!
//! Containers share this machine's network. The emulator and every Runtime API may then stay on the
//! loopback address, and the addresses in a function's environment mean the same inside and outside. A
//! network of their own would need both of them to listen on an address that other machines may reach.
//!
//! Where this differs from Lambda: files in `/tmp` count as memory, for a file system with a size that
//! needs no root is in memory and the kernel counts it for whoever writes; they are gone when a failed
//! function is started again; processors are shared out once a function runs, not while its container is
//! being started; the function is process 1, to which a signal of its own does nothing, so that an abort
//! shows as a segmentation fault, and SIGTERM only reaches one that listens for it; an entry point that is
//! no program shows as `exit status 1` with `exec format error` in the log; core dumps are limited as the
//! engine has it; and the engine carries the two outputs separately, so that a line on one may overtake a
//! line on the other.

mod credentials;
mod engine;
mod extensions;
mod image;
mod leftovers;
mod manifest;
mod memory;
mod pull;
mod reason;
mod reference;
mod registry;
mod relay;
mod request;
mod sandbox;
mod tracer;
mod under_way;

use std::future::ready;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, ImageConfig};
use bollard::query_parameters::CreateContainerOptions;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::executor::{Executor, Image, Obstacle, ResolveError, StartError, Started};
use crate::launch::Launch;
use crate::mark;
use engine::Engine;
pub use engine::NoEngine;
use image::{Plan, Unusable};
use pull::Pulls;
use sandbox::Container;

/// Runs functions as containers.
pub struct ContainerExecutor {
    engine: Engine,
    /// On every container of this emulator, as the label [`leftovers::LABEL`].
    mark: String,
    /// The images that were looked through for extensions.
    seen: extensions::Seen,
    /// Unless only images that the engine has are run.
    pulls: Option<Pulls>,
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
        Ok(Self { engine, mark: mark::own(), seen: extensions::Seen::default(), pulls: None })
    }

    /// Has the engine pull what it does not have.
    #[must_use]
    pub fn pulling(self) -> Self {
        Self { pulls: Some(Pulls::default()), ..self }
    }

    /// What `uri` stands for now.
    async fn find(&self, uri: &str) -> Result<Image, Unusable> {
        image::resolve(&self.engine, self.pulls.as_ref(), uri).await
    }

    async fn run(
        &self,
        launch: &Launch,
        variables: Vec<(String, String)>,
    ) -> Result<Started, StartError> {
        let config = self.config(launch).await.map_err(|error| StartError {
            obstacle: Obstacle::Machine(error.to_string()),
            entry_point: launch.entry_point.clone(),
            command: launch.command.clone(),
            working_directory: launch.working_directory.clone().unwrap_or_default(),
        })?;
        let plan = Plan::of(&config, launch);
        let body = request::create(launch, variables, &config, &self.mark);
        self.start_container(launch, &plan, body).await.map_err(|obstacle| StartError {
            obstacle,
            entry_point: plan.entry_point,
            command: plan.command,
            working_directory: plan.working_directory,
        })
    }

    /// What the image is made to run.
    async fn config(&self, launch: &Launch) -> Result<ImageConfig, Error> {
        let found = self.engine.docker.inspect_image(&image::id(&launch.image)).await?;
        Ok(found.config.unwrap_or_default())
    }

    async fn start_container(
        &self,
        launch: &Launch,
        plan: &Plan,
        body: ContainerCreateBody,
    ) -> Result<Started, Obstacle> {
        let docker = &self.engine.docker;
        let refused = |error| reason::of(&error, plan);
        let created = docker.create_container(None::<CreateContainerOptions>, body).await;
        let created = created.map_err(refused)?;
        for warning in created.warnings {
            let function = &launch.function;
            tracing::warn!(function, warning, "the engine does not apply all that was asked of it");
        }
        let container = Container { docker: docker.clone(), id: created.id, limit: launch.memory };
        self.seen.look_at(docker, &container.id, &launch.image).await;
        let started = match &launch.working_directory {
            Some(directory) if container.has_added(directory).await => {
                Err(Obstacle::WorkingDirectory {
                    directory: directory.clone(),
                    reason: "no such file or directory".to_owned(),
                })
            }
            _ => container.start().await.map_err(refused),
        };
        if started.is_err() {
            container.remove().await;
        }
        started
    }
}

impl Executor for ContainerExecutor {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        async move { Ok(self.find(uri).await?) }.boxed()
    }

    fn has_changed(&self, _image: &Image) -> bool {
        // It is pinned by its digest.
        false
    }

    fn keep<'a>(&'a self, _: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>> {
        // Containers are made of an image's id, which the engine keeps as long as it has the image.
        ready(Ok(())).boxed()
    }

    fn host_address(&self) -> IpAddr {
        Ipv4Addr::LOCALHOST.into()
    }

    fn limits_storage(&self) -> bool {
        true
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
