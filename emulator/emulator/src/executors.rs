//! What runs functions, made as it is configured.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use emulator_environment::Executor as Runs;
use emulator_environment::auto::{AutoExecutor, Neither};
use emulator_environment::container::{ContainerExecutor, Door, NoEngine};
use emulator_environment::process::{NoExtensions, NotRunnable, ProcessExecutor};

use crate::config::{Containers, Executor, Processes};
use crate::emulator::endpoint;

/// What runs functions, and the door that it needs beside the emulator's own listener.
pub(crate) type Made = (Arc<dyn Runs>, Option<Door>);

/// There is nothing to run functions with.
#[derive(Debug, thiserror::Error)]
pub enum NoExecutor {
    /// There is no program for processes.
    #[error(transparent)]
    Bootstrap(#[from] NotRunnable),
    /// There is no such directory of extensions.
    #[error(transparent)]
    Extensions(#[from] NoExtensions),
    /// There is nothing to run containers with.
    #[error(transparent)]
    Engine(#[from] NoEngine),
    /// There is neither.
    #[error(transparent)]
    Neither(#[from] Neither),
}

/// Makes what is configured, for an emulator that listens at `main`; `kept` is where the programs of
/// published versions stay, if they are to.
pub(crate) async fn make(
    configured: Executor,
    kept: Option<PathBuf>,
    main: SocketAddr,
) -> Result<Made, NoExecutor> {
    match configured {
        Executor::Process(processes) => Ok((Arc::new(of_processes(processes, kept, main)?), None)),
        Executor::Container(configured) => {
            let (containers, door) = of_containers(&configured, main).await?;
            Ok((Arc::new(containers), door))
        }
        Executor::Auto(processes, containers) => {
            let processes = match of_processes(processes, kept, main) {
                Ok(processes) => Ok(processes),
                // Containers can make up for that.
                Err(NoExecutor::Bootstrap(error)) => Err(error),
                Err(error) => return Err(error),
            };
            let (containers, door) = match of_containers(&containers, main).await {
                Ok((containers, door)) => (Ok(containers), door),
                Err(error) => (Err(error), None),
            };
            Ok((Arc::new(AutoExecutor::of(containers, processes)?), door))
        }
    }
}

async fn of_containers(
    configured: &Containers,
    main: SocketAddr,
) -> Result<(ContainerExecutor, Option<Door>), NoEngine> {
    let (containers, door) = ContainerExecutor::connect(main).await?;
    Ok((if configured.pull { containers.pulling() } else { containers }, door))
}

fn of_processes(
    configured: Processes,
    kept: Option<PathBuf>,
    main: SocketAddr,
) -> Result<ProcessExecutor, NoExecutor> {
    let Processes { bootstrap, images, extensions } = configured;
    let mut made = ProcessExecutor::new(&bootstrap, images, endpoint(main))?;
    if let Some(directory) = kept {
        made = made.keeping_in(directory);
    }
    if let Some(directory) = extensions {
        made = made.with_extensions(&directory)?;
    }
    Ok(made)
}
