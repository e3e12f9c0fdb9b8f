//! One container, from its creation to its removal.

use std::net::Ipv4Addr;
use std::path::Path;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ChangeType, ContainerInspectResponse, ContainerState};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, InspectContainerOptions, KillContainerOptionsBuilder,
    RemoveContainerOptionsBuilder, StartContainerOptions, WaitContainerOptions,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use tokio::net::unix::pipe;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::end::{self, End};
use super::image::Plan;
use super::memory::{Gauge, Groups};
use super::network::Network;
use super::program;
use super::reason::{NOT_A_PROGRAM, NOT_FOUND};
use super::relay::{self, Heard};
use super::request;
use super::tracer::{self, Outlets};
use crate::executor::{Exit, Obstacle, Sandbox, StartError, Started};
use crate::launch::Memory;

/// The signal that ends what is not asked.
const KILL: i32 = 9;

/// Directories that a container has whatever its image holds.
const MOUNTED: [&str; 4] = ["/dev", "/proc", "/sys", "/tmp"];

/// A container that the engine has made and that somebody has to remove.
#[derive(Clone)]
pub(super) struct Container {
    pub(super) docker: Docker,
    pub(super) id: String,
    pub(super) limit: Memory,
    pub(super) plan: Plan,
}

impl Container {
    /// Starts it, and listens from its first byte on.
    pub(super) async fn start(&self, network: &Network) -> Result<Started, Error> {
        let (sender, output) = pipe::pipe()?;
        let attach = AttachContainerOptionsBuilder::new().stream(true).stdout(true).stderr(true);
        let attached = self.docker.attach_container(&self.id, Some(attach.build())).await?;
        let began = Instant::now();
        self.docker.start_container(&self.id, None::<StartContainerOptions>).await?;

        let (teller, heard) = watch::channel(Heard::nothing());
        let tracer = tracer::text();
        let mut end = JoinSet::new();
        let container = self.clone();
        end.spawn(async move {
            let relayed = relay::relay(attached.output, tracer, sender, teller);
            // Nobody has to wait for it: the function may go on meanwhile.
            let (reason, ()) = tokio::join!(relayed, container.share_processors());
            container.end(reason).await
        });
        let found = self.inspect().await?;
        let address =
            found.as_ref().and_then(|found| network.address(found.network_settings.as_ref()?));
        let groups = found.and_then(|found| Groups::of(&self.id, found.state?.pid?));
        let running = Running {
            container: self.clone(),
            end,
            exit: None,
            never_ran: None,
            heard,
            outlets: groups.as_ref().and_then(|groups| Outlets::of(groups.pid, tracer)),
            gauge: groups.as_ref().and_then(Gauge::open),
        };
        // One that has ended at once has no address any more, and calls nobody.
        let address = address.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
        Ok(Started { sandbox: Box::new(running), output, address, began })
    }

    /// Gives it its share of the processors. Not before it was started: to start a container takes more
    /// time on a processor than a small function has in a second.
    async fn share_processors(&self) {
        let body = request::processors(self.limit);
        let Err(error) = self.docker.update_container(&self.id, body).await else { return };
        // It may just have ended, as it does at once if there is nothing to run in it.
        if self.state().await.is_some_and(|state| state.running == Some(true)) {
            let container = &self.id;
            tracing::warn!(container, %error, "a container's share of the processors is not limited");
        }
    }

    /// Whether this directory was not in the image: an engine makes the working directory where there is
    /// none, and lists it among what has changed.
    pub(super) async fn has_added(&self, directory: &str) -> bool {
        // Paths are compared by their parts: one may end in a slash.
        let directory = Path::new(directory);
        if MOUNTED.iter().any(|mounted| Path::new(mounted) == directory) {
            return false;
        }
        let changes = self.docker.container_changes(&self.id).await.ok().flatten();
        let changes = changes.into_iter().flatten();
        let mut added = changes.filter(|change| change.kind == ChangeType::_1);
        added.any(|change| Path::new(&change.path) == directory)
    }

    /// Ends it, if it still runs, and leaves nothing of it. Says whether that was done.
    pub(super) async fn remove(&self) -> bool {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match self.docker.remove_container(&self.id, Some(options)).await {
            // Gone already, or about to be.
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) => true,
            Err(error) => {
                tracing::error!(container = self.id, %error, "a container could not be removed");
                false
            }
        }
    }

    /// Says what could not be done to it. One that has ended, or is in that state already, is no trouble.
    fn notice(&self, what: &str, done: Result<(), Error>) {
        match done {
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) => {}
            Err(error) => {
                tracing::error!(container = self.id, %error, "a container could not be {what}");
            }
        }
    }

    /// Waits until it has ended. The engine's init may have had a `reason` for not running the function.
    async fn end(&self, reason: Option<String>) -> End {
        let mut ended =
            Box::pin(self.docker.wait_container(&self.id, None::<WaitContainerOptions>));
        // The answer has no more than the exit code; what else is known stands in the state.
        let _ = ended.next().await;
        let exit = self.state().await.map_or(Exit::Signal(KILL), |state| end::exit(&state));
        let never_ran = match reason {
            Some(reason) => Some(self.never_ran(reason).await),
            None => None,
        };
        End { exit, never_ran }
    }

    async fn never_ran(&self, mut reason: String) -> StartError {
        if reason == NOT_FOUND && program::is_none(&self.docker, &self.id, &self.plan).await {
            NOT_A_PROGRAM.clone_into(&mut reason);
        }
        let program = self.plan.program();
        self.plan.clone().failed(Obstacle::EntryPoint { program, reason })
    }

    /// `None` once it has been removed.
    async fn state(&self) -> Option<ContainerState> {
        self.inspect().await.ok()??.state
    }

    /// `None` once it has been removed.
    async fn inspect(&self) -> Result<Option<ContainerInspectResponse>, Error> {
        match self.docker.inspect_container(&self.id, None::<InspectContainerOptions>).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A container that has been started.
struct Running {
    container: Container,
    /// The one task that copies its output and then waits for its end.
    end: JoinSet<End>,
    /// Of the task, once it is over.
    exit: Option<Exit>,
    /// Likewise.
    never_ran: Option<StartError>,
    /// What has come of its output.
    heard: watch::Receiver<Heard>,
    outlets: Option<Outlets>,
    gauge: Option<Gauge>,
}

impl Sandbox for Running {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        async move {
            if let Some(exit) = self.exit {
                return exit;
            }
            let end = self.end.join_next().await.and_then(Result::ok);
            let end = end.unwrap_or(End { exit: Exit::Signal(KILL), never_ran: None });
            self.never_ran = end.never_ran;
            *self.exit.insert(end.exit)
        }
        .boxed()
    }

    fn never_ran(&mut self) -> Option<StartError> {
        self.never_ran.take()
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        match self.outlets.as_mut().and_then(Outlets::write) {
            Some(tracers) => relay::passed(&mut self.heard, tracers).boxed(),
            None => relay::paused(&mut self.heard).boxed(),
        }
    }

    fn peak_memory(&mut self) -> Option<u64> {
        match self.exit {
            // It had all that it may have, and its cgroup is gone.
            Some(Exit::OutOfMemory) => Some(self.container.limit.bytes()),
            _ => self.gauge.as_ref()?.peak(),
        }
    }

    fn terminate(&mut self) -> BoxFuture<'_, ()> {
        async move {
            let options = KillContainerOptionsBuilder::new().signal("SIGTERM").build();
            let told = self.container.docker.kill_container(&self.container.id, Some(options));
            self.container.notice("told to end", told.await);
        }
        .boxed()
    }

    fn freeze(&mut self) -> BoxFuture<'_, ()> {
        async move {
            let frozen = self.container.docker.pause_container(&self.container.id);
            self.container.notice("frozen", frozen.await);
        }
        .boxed()
    }

    fn thaw(&mut self) -> BoxFuture<'_, ()> {
        async move {
            let thawed = self.container.docker.unpause_container(&self.container.id);
            self.container.notice("thawed", thawed.await);
        }
        .boxed()
    }

    fn kill(&mut self) -> BoxFuture<'_, ()> {
        async move {
            if !self.container.remove().await {
                // It may go on for ever, and is not to be waited for.
                self.end.abort_all();
            }
            self.exited().await;
        }
        .boxed()
    }
}
