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

use super::memory::{Gauge, Groups};
use super::network::Network;
use super::relay::{self, Heard};
use super::request;
use super::tracer::{self, Outlets};
use crate::executor::{Exit, Sandbox, Started};
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
            relay::relay(attached.output, tracer, sender, teller).await;
            container.end().await
        });
        let ((), found) = tokio::join!(self.share_processors(), self.inspect());
        let address =
            found.as_ref().and_then(|found| network.address(found.network_settings.as_ref()?));
        let groups = found.and_then(|found| Groups::of(&self.id, found.state?.pid?));
        let running = Running {
            container: self.clone(),
            end,
            exit: None,
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
        if let Err(error) = self.docker.update_container(&self.id, body).await {
            // It may just have ended.
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

    /// Ends it, if it still runs, and leaves nothing of it.
    pub(super) async fn remove(&self) {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match self.docker.remove_container(&self.id, Some(options)).await {
            // Gone already, or about to be.
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) => {}
            Err(error) => {
                tracing::error!(container = self.id, %error, "a container could not be removed");
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

    /// Waits until it has ended.
    async fn end(&self) -> Exit {
        let mut ended =
            Box::pin(self.docker.wait_container(&self.id, None::<WaitContainerOptions>));
        // The answer has no more than the exit code; what else is known stands in the state.
        let _ = ended.next().await;
        let state = self.inspect().await.and_then(|found| found.state);
        state.map_or(Exit::Signal(KILL), |state| exit(&state))
    }

    /// `None` once it has been removed.
    async fn inspect(&self) -> Option<ContainerInspectResponse> {
        self.docker.inspect_container(&self.id, None::<InspectContainerOptions>).await.ok()
    }
}

/// A container that has been started.
struct Running {
    container: Container,
    /// The one task that copies its output and then waits for its end.
    end: JoinSet<Exit>,
    /// Of the task, once it is over.
    exit: Option<Exit>,
    /// What has come of its output.
    heard: watch::Receiver<Heard>,
    outlets: Option<Outlets>,
    gauge: Option<Gauge>,
}

impl Sandbox for Running {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        async move {
            if self.exit.is_none() {
                let ended = self.end.join_next().await;
                self.exit = Some(ended.and_then(Result::ok).unwrap_or(Exit::Signal(KILL)));
            }
            self.exit.unwrap_or(Exit::Signal(KILL))
        }
        .boxed()
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
            self.container.remove().await;
            self.exited().await;
        }
        .boxed()
    }
}

/// What an ended container's state says of its end.
///
/// The engine has one number for both: a signal is told as 128 and its number, as a shell would. A
/// function that exits with such a code by itself cannot be told from one that a signal ended.
fn exit(state: &ContainerState) -> Exit {
    let code = state.exit_code.and_then(|code| i32::try_from(code).ok()).unwrap_or_default();
    match code {
        137 if state.oom_killed == Some(true) => Exit::OutOfMemory,
        129..=192 => Exit::Signal(code - 128),
        code => Exit::Code(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(exit_code: i64, oom_killed: bool, expected: Exit) {
        let state = ContainerState {
            exit_code: Some(exit_code),
            oom_killed: Some(oom_killed),
            ..ContainerState::default()
        };
        assert_eq!(exit(&state), expected);
    }

    #[test]
    fn a_code_above_128_is_a_signal() {
        check(0, false, Exit::Code(0));
        check(1, false, Exit::Code(1));
        check(128, false, Exit::Code(128));
        check(137, false, Exit::Signal(9));
        check(139, false, Exit::Signal(11));
        check(255, false, Exit::Code(255));
    }

    #[test]
    fn out_of_memory_is_told_only_of_a_function_that_ended_by_it() {
        check(137, true, Exit::OutOfMemory);
        check(1, true, Exit::Code(1));
    }
}
