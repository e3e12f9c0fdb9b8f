//! The container executor: a function is a container of the real image, run by a Docker engine.
//!
//! The image is what a build left on this machine, and needs nothing of ours inside: nothing is pushed, and
//! nothing is pulled unless that was asked for. What Lambda refuses in an image is refused. A function is
//! pinned to the image that its URI named when it was created or updated, so a tag that moves later has no
//! effect, as on AWS; whoever has moved it is warned.
//!
//! Containers have a [network](network) of their own, in which they reach this machine and not each other.
//!
//! Where this differs from Lambda: files in `/tmp` count as memory, for a file system with a size that
//! needs no root is in memory and the kernel counts it for whoever writes; they are gone when a failed
//! function is started again; processors are shared out once a function runs, not while its container is
//! being started; a directory that an image declares as
//! a volume can be written to; an entry point that is no program is run by the image's shell, if it has one; core dumps
//! are limited as the engine has it; and the engine carries the two outputs separately, so that a line on one
//! may overtake a line on the other. With an engine that has no init the function is process 1, to which a
//! signal of its own does nothing: an abort shows as a segmentation fault, SIGTERM only reaches one that
//! listens for it, and an entry point that is no program ends with `exit status 1`.

mod archive;
mod credentials;
mod end;
mod engine;
mod extensions;
mod image;
mod init;
mod leftovers;
mod manifest;
mod memory;
mod network;
mod program;
mod pull;
mod reason;
mod reference;
mod registry;
mod relay;
mod request;
mod sandbox;
mod tags;
mod tracer;
mod under_way;

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;

use bollard::models::{ContainerCreateBody, ImageConfig};
use bollard::query_parameters::CreateContainerOptions;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::broadcast;

use crate::executor::{
    Executor, Image, Obstacle, ResolveError, Route, RunsAs, StartError, Started,
};
use crate::launch::Launch;
use crate::mark;
use engine::Engine;
pub use engine::NoEngine;
use image::{Plan, Unusable};
pub use network::Door;
use network::Network;
use pull::Pulls;
use request::Common;
use sandbox::Container;
pub use tags::MovedTag;
use tags::Tags;

/// Runs functions as containers.
pub struct ContainerExecutor {
    engine: Engine,
    common: Common,
    network: Network,
    /// Where containers reach the emulator's AWS APIs: in their network, at this port.
    port: u16,
    /// The images that were looked through for extensions.
    seen: extensions::Seen,
    tags: Tags,
    /// Unless only images that the engine has are run.
    pulls: Option<Pulls>,
}

impl ContainerExecutor {
    /// Finds the engine whose socket `DOCKER_HOST` names, or the usual one, and clears away what an
    /// emulator that was killed has left there.
    ///
    /// Whoever listens at `main` has to answer at the [`Door`] too, if there is one: that is how
    /// containers reach it.
    ///
    /// # Errors
    ///
    /// [`NoEngine`] says what was found instead of an engine, or what it could not do.
    pub async fn connect(main: SocketAddr) -> Result<(Self, Option<Door>), NoEngine> {
        let engine = Engine::from_environment().await?;
        leftovers::remove(&engine.docker).await;
        let common = Common { mark: mark::own(), has_init: engine.has_init() };
        let network = Network::create(&engine, &common.mark).await?;
        let (port, door) = match network.open(main).await {
            Ok(opened) => opened,
            Err(error) => {
                network.remove().await;
                return Err(NoEngine::Door { address: network.listen(), source: error });
            }
        };
        let (seen, tags) = (extensions::Seen::default(), Tags::new(engine.docker.clone()));
        Ok((Self { engine, common, network, port, seen, tags, pulls: None }, door))
    }

    /// Has the engine pull what it does not have.
    #[must_use]
    pub fn pulling(self) -> Self {
        Self { pulls: Some(Pulls::default()), ..self }
    }

    /// The image that `uri` names, if the engine has it, or can pull it where that was asked for.
    pub(crate) async fn find(&self, uri: &str) -> Result<Option<Image>, ResolveError> {
        match self.look_up(uri).await {
            Ok(image) => Ok(Some(image)),
            // What was to be pulled and could not be is no reason to run something else.
            Err(Unusable::Missing { .. }) if self.pulls.is_none() => Ok(None),
            Err(unusable) => Err(unusable.into()),
        }
    }

    async fn look_up(&self, uri: &str) -> Result<Image, Unusable> {
        image::resolve(&self.engine, self.pulls.as_ref(), uri).await
    }

    /// What the engine is called, with its version and where it is.
    pub(crate) fn engine(&self) -> impl Display + '_ {
        &self.engine
    }

    /// Every tag that moves off the image of a function that was started: for whoever waits for one in this
    /// process. The log tells of them too.
    pub fn moved_tags(&self) -> broadcast::Receiver<MovedTag> {
        self.tags.moved()
    }

    async fn run(
        &self,
        launch: &Launch,
        variables: Vec<(String, String)>,
    ) -> Result<Started, StartError> {
        let config = self.config(launch).await;
        let config = config.map_err(|reason| StartError::of(launch, Obstacle::Machine(reason)))?;
        let plan = Plan::of(&config, launch);
        let mut body = request::create(launch, variables, &config, &self.common);
        self.network.join(body.host_config.get_or_insert_default());
        let started = self.start_container(launch, &plan, body).await;
        started.map_err(|obstacle| plan.failed(obstacle))
    }

    /// What the image is made to run.
    async fn config(&self, launch: &Launch) -> Result<ImageConfig, String> {
        let found = self.engine.inspect(&image::id(&launch.image)).await;
        let found = found.map_err(|error| error.to_string())?;
        let found = found.ok_or_else(|| self.gone(&launch.image))?;
        Ok(found.config.unwrap_or_default())
    }

    fn gone(&self, image: &Image) -> String {
        let Image { uri, digest, .. } = image;
        format!(
            "{} does not have image {digest:.12} any more, which {uri} was \
             (hint: build it, and aws lambda update-function-code)",
            self.engine
        )
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
        let container = Container {
            docker: docker.clone(),
            id: created.id,
            limit: launch.memory,
            plan: plan.clone(),
        };
        self.seen.look_at(docker, &container.id, &launch.image).await;
        let started = match &launch.working_directory {
            Some(directory) if container.has_added(directory).await => {
                Err(Obstacle::WorkingDirectory {
                    directory: directory.clone(),
                    reason: "no such file or directory".to_owned(),
                })
            }
            _ => container.start(&self.network).await.map_err(refused),
        };
        if started.is_err() {
            container.remove().await;
        }
        started
    }
}

impl Executor for ContainerExecutor {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        async move { Ok(self.look_up(uri).await?) }.boxed()
    }

    fn has_changed(&self, image: &Image) -> bool {
        // It is pinned by its digest.
        image.runs_as != RunsAs::Container
    }

    fn keep<'a>(&'a self, image: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>> {
        // Containers are made of an image's id, which the engine keeps as long as it has the image.
        async move {
            match self.engine.inspect(&image::id(image)).await? {
                Some(_) => Ok(()),
                None => Err(ResolveError { reason: self.gone(image) }),
            }
        }
        .boxed()
    }

    fn route(&self, _image: &Image) -> Route {
        let host = self.network.host();
        let endpoint = format!("http://{host}:{}", self.port);
        Route { listen: self.network.listen(), host, endpoint }
    }

    fn limits_storage(&self, _image: &Image) -> bool {
        true
    }

    fn start<'a>(
        &'a self,
        launch: &'a Arc<Launch>,
        variables: Vec<(String, String)>,
        _runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        self.tags.watch(launch);
        self.run(launch, variables).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async {
            self.tags.close().await;
            self.network.remove().await;
        }
        .boxed()
    }
}
