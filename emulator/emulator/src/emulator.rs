//! Starts an emulator, and takes it down again.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use emulator_clock::Clock;
use emulator_environment::container::Door;
use emulator_environment::{Executor, Ground};
use emulator_front::{Admission, Home, serve};
use emulator_logs::Logs;
use emulator_metrics::Metrics;
use emulator_store::{LoadError, OpenError, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::executors::{self, NoExecutor};
use crate::services::Services;

/// A running emulator.
pub struct Emulator {
    address: SocketAddr,
    clock: Clock,
    services: Services,
    store: Store,
    executor: Arc<dyn Executor>,
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
    Executor(#[from] NoExecutor),
    /// There is nowhere to store what is accepted.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// What an earlier emulator has stored cannot be read.
    #[error(transparent)]
    Store(#[from] LoadError),
}

impl Emulator {
    /// Starts an emulator; it answers once this returns.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the port is taken, if there is nothing to run functions with, or if the data
    /// directory is not to be used.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let taken = |source| StartError::Address { address: config.address, source };
        let listener = TcpListener::bind(config.address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;

        let Config { home, clock, init_limit, freeze, data_dir, executor, .. } = config;
        let kept = data_dir.as_ref().map(|directory| directory.join("images"));
        let store = store(data_dir.as_deref(), &home)?;
        let (logs, metrics) = match data_dir {
            Some(_) => (
                Logs::open(home.clone(), clock.clone(), &store)?,
                Metrics::open(home.clone(), clock.clone(), &store)?,
            ),
            // A store in memory would only hold every line and every minute a second time.
            None => (
                Logs::new(home.clone(), clock.clone()),
                Arc::new(Metrics::new(home.clone(), clock.clone())),
            ),
        };
        // After whatever may fail before it: it makes things that are not in this process.
        let (executor, door) = executors::make(executor, kept, address).await?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let ground = Ground {
            executor: executor.clone(),
            logs,
            clock: clock.clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
            init_limit,
            freeze,
        };
        let (services, accepted) = Services::open(home, ground, metrics, &store)?;
        let front = Arc::new(services.front());
        let operations =
            front.apis().iter().map(|api| (api.service(), api.operations().collect())).collect();

        let functions = services.functions.clone();
        tasks.spawn(emulator_asynchronous::run(functions, accepted, stop.clone()));
        tasks.spawn(services.metrics.clone().run(stop.clone()));
        if let Some(Door { listener, admission }) = door {
            tasks.spawn(serve(listener, admission, front.clone(), stop.clone()));
        }
        tasks.spawn(serve(listener, Admission::Anyone, front, stop.clone()));
        Ok(Self { address, clock, services, store, executor, operations, tasks, stop })
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

    /// Stops answering, ends every function's process, and returns once the last task has ended and
    /// everything is stored.
    pub async fn shut_down(self) {
        self.stop.cancel();
        self.services.mappings.shut_down().await;
        self.tasks.close();
        self.tasks.wait().await;
        self.executor.close().await;
        self.services.metrics.flush().await;
        self.store.clone().close().await;
    }
}

impl Drop for Emulator {
    /// The net for an emulator that nobody shuts down: everything is asked to stop.
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Where what is accepted is kept.
fn store(data_dir: Option<&Path>, home: &Home) -> Result<Store, OpenError> {
    match data_dir {
        Some(directory) => {
            Store::open(directory, &[("region", &home.region), ("account", &home.account)])
        }
        None => Ok(Store::in_memory()),
    }
}

/// A listener on every address is reached on the loopback one.
pub(crate) fn endpoint(address: SocketAddr) -> String {
    let host =
        if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    format!("http://{}", SocketAddr::new(host, address.port()))
}
