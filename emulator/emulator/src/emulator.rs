//! Starts an emulator, and takes it down again.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use emulator_clock::Clock;
use emulator_environment::container::{ContainerExecutor, NoEngine};
use emulator_environment::process::{NotRunnable, ProcessExecutor};
use emulator_environment::{Executor as Runs, Ground};
use emulator_front::serve;
use emulator_logs::Logs;
use emulator_store::{LoadError, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, Executor};
use crate::services::Services;

/// A running emulator.
pub struct Emulator {
    address: SocketAddr,
    clock: Clock,
    services: Services,
    operations: Vec<(&'static str, Vec<&'static str>)>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Why there is no emulator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or not ours to take.
    #[error("{address} cannot be listened on: {source} (hint: --port 0 takes a free port)")]
    Address {
        /// As configured.
        address: SocketAddr,
        /// As the operating system says it.
        source: io::Error,
    },
    /// There is nothing to run functions with.
    #[error(transparent)]
    Bootstrap(#[from] NotRunnable),
    /// There is nothing to run containers with.
    #[error(transparent)]
    Engine(#[from] NoEngine),
    /// What an earlier emulator has stored cannot be read.
    #[error(transparent)]
    Store(#[from] LoadError),
}

impl Emulator {
    /// Starts an emulator; it answers once this returns.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the port is taken, or if there is nothing to run functions with.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let executor = executor(config.executor).await?;
        let taken = |source| StartError::Address { address: config.address, source };
        let listener = TcpListener::bind(config.address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;

        let Config { home, clock, .. } = config;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let ground = Ground {
            executor,
            logs: Logs::new(home.clone(), clock.clone()),
            clock: clock.clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        let store = Store::in_memory();
        let (services, accepted) = Services::open(home, endpoint(address), ground, &store)?;
        let front = services.front();
        let operations =
            front.apis().iter().map(|api| (api.service(), api.operations().collect())).collect();

        let functions = services.functions.clone();
        tasks.spawn(emulator_asynchronous::run(functions, accepted, stop.clone()));
        tasks.spawn(serve(listener, Arc::new(front), stop.clone()));
        Ok(Self { address, clock, services, operations, tasks, stop })
    }

    /// Where it listens, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL that AWS tools are pointed at.
    pub fn endpoint(&self) -> String {
        endpoint(self.address)
    }

    /// The time that everything waits on.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What functions have logged: for whoever waits for a line in this process.
    pub fn logs(&self) -> &Logs {
        &self.services.logs
    }

    /// The names of all operations by service, but for those of S3, which `s3s` declares.
    pub fn operations(&self) -> &[(&'static str, Vec<&'static str>)] {
        &self.operations
    }

    /// Stops answering, ends every function's process, and returns once the last task has ended.
    pub async fn shut_down(self) {
        self.stop.cancel();
        self.services.mappings.shut_down().await;
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Emulator {
    /// The net for an emulator that nobody shuts down: everything is asked to stop.
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn executor(configured: Executor) -> Result<Arc<dyn Runs>, StartError> {
    Ok(match configured {
        Executor::Process { bootstrap, images } => {
            Arc::new(ProcessExecutor::new(&bootstrap, images)?)
        }
        Executor::Container => Arc::new(ContainerExecutor::connect().await?),
    })
}

/// A listener on every address is reached on the loopback one.
fn endpoint(address: SocketAddr) -> String {
    let host =
        if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    format!("http://{}", SocketAddr::new(host, address.port()))
}
