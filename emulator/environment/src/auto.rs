//! Runs what is an image of a container engine as a container, and everything else as a process.
//!
//! Which of the two is decided when an image's URI is resolved, and holds until it is resolved again.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::container::{ContainerExecutor, NoEngine};
use crate::executor::{
    Executor, Extension, Image, Obstacle, ResolveError, Route, RunsAs, StartError, Started,
};
use crate::launch::Launch;
use crate::process::{NotRunnable, ProcessExecutor};

/// Runs functions as containers where it can, and as processes elsewhere.
pub struct AutoExecutor {
    containers: Result<ContainerExecutor, NoEngine>,
    processes: Result<ProcessExecutor, NotRunnable>,
    /// The functions of which it has been said what they run as.
    told: Mutex<HashSet<(String, Image)>>,
}

/// There is nothing to run functions with.
#[derive(Debug, thiserror::Error)]
#[error("{program}; and {engine}")]
pub struct Neither {
    engine: Box<NoEngine>,
    program: NotRunnable,
}

impl AutoExecutor {
    /// Runs functions with whatever there is of the two.
    ///
    /// # Errors
    ///
    /// [`Neither`] if there is none of them.
    pub fn of(
        containers: Result<ContainerExecutor, NoEngine>,
        processes: Result<ProcessExecutor, NotRunnable>,
    ) -> Result<Self, Neither> {
        match (containers, processes) {
            (Err(engine), Err(program)) => Err(Neither { engine: engine.into(), program }),
            (containers, processes) => Ok(Self { containers, processes, told: Mutex::default() }),
        }
    }

    async fn find(&self, uri: &str) -> Result<Image, ResolveError> {
        if let Ok(containers) = &self.containers
            && let Some(image) = containers.find(uri).await?
        {
            return Ok(image);
        }
        match &self.processes {
            Ok(processes) => processes.resolve(uri).await,
            Err(program) => {
                Err(ResolveError { reason: format!("{}; {program}", self.why_not(uri)) })
            }
        }
    }

    /// The executor of an image, or why there is none.
    fn of_image(&self, image: &Image) -> Result<&dyn Executor, String> {
        match image.runs_as {
            RunsAs::Container => match &self.containers {
                Ok(containers) => Ok(containers),
                Err(error) => Err(error.to_string()),
            },
            RunsAs::Process => match &self.processes {
                Ok(processes) => Ok(processes),
                Err(error) => Err(error.to_string()),
            },
        }
    }

    /// Why an image is not run as a container.
    fn why_not(&self, uri: &str) -> String {
        match &self.containers {
            Ok(containers) => format!("{} has no image {uri}", containers.engine()),
            Err(error) => error.to_string(),
        }
    }

    /// Says once what a function runs as, and why.
    fn tell(&self, launch: &Launch) {
        let (function, image) = (&launch.function, &launch.image);
        let new = {
            let mut told = self.told.lock().expect("nothing panics while it holds this");
            told.insert((function.clone(), image.clone()))
        };
        match (image.runs_as, &self.containers) {
            (RunsAs::Container, Ok(containers)) if new => {
                let why = format!("{} has its image {}", containers.engine(), image.uri);
                tracing::info!(function, why, "this function runs as a container");
            }
            (RunsAs::Process, _) if new => {
                let why = self.why_not(&image.uri);
                tracing::info!(function, why, "this function runs as a process");
            }
            _ => {}
        }
    }
}

impl Executor for AutoExecutor {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        self.find(uri).boxed()
    }

    fn has_changed(&self, image: &Image) -> bool {
        // One that nothing runs here any more is found out anew.
        self.of_image(image).map_or(true, |executor| executor.has_changed(image))
    }

    fn keep<'a>(&'a self, image: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>> {
        async move {
            let executor = self.of_image(image).map_err(|reason| ResolveError { reason })?;
            executor.keep(image).await
        }
        .boxed()
    }

    fn route(&self, image: &Image) -> Route {
        self.of_image(image).map_or_else(|_| nowhere(), |executor| executor.route(image))
    }

    fn limits_storage(&self, image: &Image) -> bool {
        self.of_image(image).is_ok_and(|executor| executor.limits_storage(image))
    }

    fn start_extensions<'a>(
        &'a self,
        launch: &'a Launch,
        variables: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Vec<Extension>> {
        match self.of_image(&launch.image) {
            Ok(executor) => executor.start_extensions(launch, variables, runtime_api),
            Err(_) => std::future::ready(Vec::new()).boxed(),
        }
    }

    fn start<'a>(
        &'a self,
        launch: &'a Arc<Launch>,
        variables: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        self.tell(launch);
        match self.of_image(&launch.image) {
            Ok(executor) => executor.start(launch, variables, runtime_api),
            Err(reason) => {
                let error = StartError::of(launch, Obstacle::Machine(reason));
                std::future::ready(Err(error)).boxed()
            }
        }
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            if let Ok(containers) = &self.containers {
                containers.close().await;
            }
        }
        .boxed()
    }
}

/// The way of what will not be started.
fn nowhere() -> Route {
    let listen = Ipv4Addr::LOCALHOST;
    Route { listen: listen.into(), host: listen.to_string(), endpoint: String::new() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use insta::assert_snapshot;
    use tracing::subscriber::with_default;

    use super::*;
    use crate::process::tests::launch;

    fn no_engine() -> Result<ContainerExecutor, NoEngine> {
        Err(NoEngine::NotASocket("tcp://10.0.0.7:2375".to_owned()))
    }

    fn program(path: &str) -> Result<ProcessExecutor, NotRunnable> {
        ProcessExecutor::new(Path::new(path), [], String::new())
    }

    #[tokio::test]
    async fn without_an_engine_everything_is_a_process() {
        let executor = AutoExecutor::of(no_engine(), program("/bin/sh")).unwrap();
        let image = executor.resolve("manifold:latest").await.unwrap();
        assert_eq!(image.runs_as, RunsAs::Process);
        assert!(!executor.has_changed(&image));
        assert!(!executor.limits_storage(&image));
    }

    #[tokio::test]
    async fn what_was_a_container_is_found_out_anew_without_an_engine() {
        let executor = AutoExecutor::of(no_engine(), program("/bin/sh")).unwrap();
        let image = Image {
            runs_as: RunsAs::Container,
            uri: "manifold:latest".to_owned(),
            digest: "0123".to_owned(),
        };
        assert!(executor.has_changed(&image));
        let kept = executor.keep(&image).await.unwrap_err().to_string();
        assert!(kept.starts_with("DOCKER_HOST is `tcp://10.0.0.7:2375`"), "{kept}");
    }

    #[test]
    fn with_neither_both_are_named() {
        let neither = AutoExecutor::of(no_engine(), program("/no/where")).err().unwrap();
        let text = neither.to_string();
        assert!(text.contains("/no/where") && text.contains("DOCKER_HOST"), "{text}");
    }

    #[test]
    fn what_a_function_runs_as_is_told_once_for_each_of_its_images() {
        let executor = AutoExecutor::of(no_engine(), program("/bin/sh")).unwrap();
        let (first, mut other, mut rebuilt) = (launch(&[]), launch(&[]), launch(&[]));
        other.function = "other".to_owned();
        rebuilt.image.digest = "4567".to_owned();
        let told = told_by(&executor, &[&first, &first, &other, &rebuilt, &first]);
        let why = no_engine().err().unwrap().to_string();
        assert_snapshot!(told.replace(&why, "no engine"), @r#"
        INFO this function runs as a process function="hello" why="no engine"
        INFO this function runs as a process function="other" why="no engine"
        INFO this function runs as a process function="hello" why="no engine"
        "#);
    }

    /// What the log says when these are started one after the other.
    fn told_by(executor: &AutoExecutor, launches: &[&Launch]) -> String {
        let (told, log) = std::io::pipe().unwrap();
        let log = tracing_subscriber::fmt().with_writer(Arc::new(log)).with_target(false);
        with_default(log.without_time().finish(), || {
            for launch in launches {
                executor.tell(launch);
            }
        });
        std::io::read_to_string(told).unwrap()
    }
}
