//! The handle to an environment: start it, give it an invocation, stop it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::{Admission, serve};
use emulator_logs::Logs;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::call::Call;
use crate::driver::{Driver, Message};
use crate::executor::Executor;
use crate::launch::Launch;
use crate::runtime_api::RuntimeApi;
use crate::variables::Apis;

/// Messages that may wait for a driver. One invocation and one request of the process are the rule; the
/// rest is room for a process that misbehaves.
const INBOX: usize = 8;

/// Whoever keeps environments for the next invocation.
///
/// Each invocation ends in [`is_free`](Self::is_free), once, and before that may have been answered.
pub trait Keeper: Send + Sync + 'static {
    /// An environment has answered its invocation: it will be free in a moment, unless its function
    /// lingers.
    fn has_answered(&self);

    /// The environment can take another invocation. `answered` if it has been said so before.
    fn is_free(&self, environment: Environment, answered: bool);
}

/// A driver's way to whoever keeps its environment.
pub(crate) struct Kept {
    keeper: Arc<dyn Keeper>,
    environment: Environment,
    answered: AtomicBool,
}

impl Kept {
    pub(crate) fn has_answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
        self.keeper.has_answered();
    }

    pub(crate) fn is_free(&self) {
        let answered = self.answered.swap(false, Ordering::Relaxed);
        self.keeper.is_free(self.environment.clone(), answered);
    }
}

/// How long an on-demand environment's init may take on AWS.
///
/// Source: "Init phase" in the Lambda Developer Guide.
pub const INIT_LIMIT: Duration = Duration::from_secs(10);

/// One running copy of an image. Cheap to clone; all clones are the same environment.
#[derive(Clone)]
pub struct Environment {
    inbox: mpsc::Sender<Message>,
    stop: CancellationToken,
}

/// What all environments of an emulator share.
#[derive(Clone)]
pub struct Ground {
    /// Runs images.
    pub executor: Arc<dyn Executor>,
    /// Takes log lines.
    pub logs: Arc<Logs>,
    /// Stamps log lines.
    pub clock: Clock,
    /// Owns the drivers.
    pub tasks: TaskTracker,
    /// Stops them all.
    pub stop: CancellationToken,
    /// How long an on-demand environment's init may take, in real time.
    pub init_limit: Duration,
    /// Whether a sandbox stands still between invocations, as on AWS.
    pub freeze: bool,
}

impl Environment {
    /// Starts an environment; its first invocation may be sent at once and waits for init.
    ///
    /// # Errors
    ///
    /// If no socket can be had for its Runtime API.
    pub async fn start(
        ground: &Ground,
        launch: Arc<Launch>,
        keeper: Arc<dyn Keeper>,
    ) -> io::Result<Self> {
        let route = ground.executor.route(&launch.image);
        let listener = TcpListener::bind((route.listen, 0)).await?;
        let address = listener.local_addr()?;
        let apis = Apis {
            runtime: format!("{}:{}", route.host, address.port()),
            endpoint: route.endpoint,
        };
        let (sender, inbox) = mpsc::channel(INBOX);
        let stop = ground.stop.child_token();
        let environment = Self { inbox: sender.clone(), stop: stop.clone() };

        let api = Arc::new(RuntimeApi::new(sender));
        let (served, sandbox) = (CancellationToken::new(), watch::Sender::new(None));
        let admission = Admission::Only(sandbox.subscribe());
        ground.tasks.spawn(serve(listener, admission, api, served.clone()));
        let log_stream = stream_name(ground, &launch);
        let driver = Driver::new(ground, launch, address, apis, log_stream, sandbox, inbox);
        let kept =
            Kept { keeper, environment: environment.clone(), answered: AtomicBool::new(false) };
        ground.tasks.spawn(async move {
            driver.run(stop, kept).await;
            served.cancel();
        });
        Ok(environment)
    }

    /// Hands over an invocation. Its caller hears through the [`Call`] itself.
    ///
    /// # Errors
    ///
    /// Gives the call back if the environment is gone.
    pub async fn invoke(&self, call: Call) -> Result<(), Call> {
        match self.inbox.send(Message::Invoke(call)).await {
            Err(mpsc::error::SendError(Message::Invoke(call))) => Err(call),
            _ => Ok(()),
        }
    }

    /// Ends the environment at once. An invocation in flight is given up.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// `2026/09/22/[$LATEST]0123456789abcdef0123456789abcdef`: the day on which the environment began.
fn stream_name(ground: &Ground, launch: &Launch) -> String {
    let day = ground.clock.now().date();
    let (year, month, day) = (day.year(), u8::from(day.month()), day.day());
    let id = Uuid::new_v4().simple();
    format!("{year}/{month:02}/{day:02}/[{}]{id}", launch.version)
}
