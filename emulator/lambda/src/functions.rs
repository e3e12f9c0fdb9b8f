//! The Lambda service: functions by name, and the one way into them.
//!
//! Whoever looks up or invokes takes a short lock on what is shown; changing what is shown is
//! [`changes`]' business, and goes through the store first.

mod changes;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::{Clock, InFlight};
use emulator_deliver::Source;
use emulator_environment::{Call, Ground, Image, ResolveError};
use emulator_front::{Home, WireError};
use emulator_store::{LoadError, Store, Table};
use tokio::sync::{Mutex as Turns, Semaphore, mpsc, oneshot};

pub(crate) use changes::{AlreadyExists, NotStored};

use crate::configuration::Configuration;
use crate::invocation::{Invocation, InvokeError, Outcome, Status};
use crate::name::{FunctionName, Target};
use crate::policy::Statement;
use crate::pool::Pool;
use crate::record::Record;
use crate::trace;

/// Invocations that may run at once in one region and account.
///
/// Source: the Lambda quotas page.
const ACCOUNT_CONCURRENCY: usize = 1000;

/// Accepted events that may wait to be taken over by the async queue, which takes them at once.
const HAND_OVER: usize = 1024;

/// Where functions are stored, by name.
const TABLE: &str = "functions";

/// Every function of the region.
pub struct Functions {
    pub(crate) home: Home,
    /// Where functions call back, as a URL.
    endpoint: String,
    ground: Ground,
    registry: Arc<Registry>,
    /// Held by the one change that is under way, from looking at what is there until it is shown.
    turn: Arc<Turns<()>>,
    concurrency: Arc<Semaphore>,
    events: mpsc::Sender<Accepted>,
}

/// What functions there are.
struct Registry {
    /// Where a change is made first.
    table: Table<Record>,
    /// As last committed, but for images: those are as they are on this machine now.
    shown: Mutex<ByName>,
}

type ByName = BTreeMap<FunctionName, Function>;

/// One function, as it is now.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) configuration: Configuration,
    pub(crate) policy: Vec<Statement>,
    pool: Arc<Pool>,
}

/// An event that somebody has been promised will reach its function.
pub struct Accepted {
    /// To be made.
    pub invocation: Invocation,
    /// Held until the event has been dealt with.
    pub in_flight: InFlight,
}

/// No such function, or none with that qualifier.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Function not found: {0}")]
pub struct NoSuchFunction(String);

impl WireError for NoSuchFunction {
    fn shape(&self) -> (u16, &'static str) {
        (404, "ResourceNotFoundException")
    }
}

impl Functions {
    /// No functions yet, kept in memory. What is accepted for asynchronous invocation comes out of the
    /// receiver.
    pub fn new(home: Home, endpoint: String, ground: Ground) -> (Self, mpsc::Receiver<Accepted>) {
        let table = Store::in_memory().table(TABLE);
        Self::showing(BTreeMap::new(), table, home, endpoint, ground)
    }

    /// The functions that `store` keeps; every change is committed there before it is answered. What is
    /// accepted for asynchronous invocation comes out of the receiver.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if a function cannot be read.
    pub fn open(
        home: Home,
        endpoint: String,
        ground: Ground,
        store: &Store,
    ) -> Result<(Self, mpsc::Receiver<Accepted>), LoadError> {
        let table: Table<Record> = store.table(TABLE);
        let functions = table.load()?.into_iter().map(|(name, record)| {
            let (configuration, policy) = record.read(FunctionName::stored(name));
            let pool = Pool::new(configuration.launch(&home, &endpoint));
            (configuration.name.clone(), Function { configuration, policy, pool })
        });
        Ok(Self::showing(functions.collect(), table, home, endpoint, ground))
    }

    fn showing(
        functions: ByName,
        table: Table<Record>,
        home: Home,
        endpoint: String,
        ground: Ground,
    ) -> (Self, mpsc::Receiver<Accepted>) {
        let (events, accepted) = mpsc::channel(HAND_OVER);
        let registry = Arc::new(Registry { table, shown: Mutex::new(functions) });
        let concurrency = Arc::new(Semaphore::new(ACCOUNT_CONCURRENCY));
        let turn = Arc::default();
        (Self { home, endpoint, ground, registry, turn, concurrency, events }, accepted)
    }

    /// Calls a function and waits for what comes of it. **Every path into a function is this one.**
    ///
    /// # Errors
    ///
    /// [`InvokeError`] if the function was not reached. A function that fails is an [`Outcome`].
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, InvokeError> {
        let pool = self.current_pool(&invocation.target).await?;
        let permit = self.concurrency.clone().try_acquire_owned();
        let permit = permit.map_err(|_| InvokeError::Throttled)?;
        let (reply, ended) = oneshot::channel();
        let call = Call {
            id: invocation.id,
            payload: invocation.payload,
            function_arn: invocation.target.arn(&self.home),
            trace: trace::continued(invocation.trace),
            client_context: invocation.client_context,
            tail: invocation.log_tail,
            in_flight: self.ground.clock.hold("an invocation"),
            permit,
            reply,
        };
        pool.give(&self.ground, call).await?;
        let ended = ended.await.map_err(|_| InvokeError::Stopped)?;
        Ok(Outcome {
            executed_version: pool.launch().version.clone(),
            payload: ended.payload,
            status: if ended.failed { Status::Failed } else { Status::Answered },
            log_tail: ended.log_tail,
        })
    }

    /// Accepts an event for asynchronous invocation: it is handed over before this returns.
    ///
    /// # Errors
    ///
    /// [`InvokeError::NoSuchFunction`], or [`InvokeError::Stopped`] once the emulator shuts down.
    pub async fn accept(&self, invocation: Invocation) -> Result<(), InvokeError> {
        self.exists(&invocation.target)?;
        let what = format!("event {} for {}", invocation.id, invocation.target.function);
        let in_flight = self.ground.clock.hold(what);
        let accepted = Accepted { invocation, in_flight };
        self.events.send(accepted).await.map_err(|_| InvokeError::Stopped)
    }

    /// Whether `target` is there and its policy lets `source` invoke it.
    pub fn permits(&self, target: &Target, source: &Source) -> bool {
        let permits = |function: &Function| function.policy.iter().any(|each| each.permits(source));
        self.look_up(target, permits).unwrap_or(false)
    }

    /// Where functions live, for the ARNs of whoever calls them.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The role that a function was given: what an event source mapping acts with.
    ///
    /// # Errors
    ///
    /// [`NoSuchFunction`] if it is not there.
    pub fn role(&self, target: &Target) -> Result<String, NoSuchFunction> {
        self.look_up(target, |function| function.configuration.role.clone())
    }

    /// Whether an invocation would find its function.
    pub(crate) fn exists(&self, target: &Target) -> Result<(), NoSuchFunction> {
        self.look_up_to_invoke(target, |_| ())
    }

    pub(crate) fn find(&self, target: &Target) -> Result<Function, NoSuchFunction> {
        self.look_up(target, Function::clone)
    }

    /// All functions, by name.
    pub(crate) fn all(&self) -> Vec<Configuration> {
        self.registry.shown().values().map(|function| function.configuration.clone()).collect()
    }

    /// What `uri` stands for now.
    pub(crate) async fn resolve(&self, uri: &str) -> Result<Image, ResolveError> {
        self.ground.executor.resolve(uri).await
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.ground.clock
    }

    /// The one place that finds a function, or that there is none. `$LATEST` is the only version so far.
    fn look_up<T>(
        &self,
        target: &Target,
        look: impl FnOnce(&Function) -> T,
    ) -> Result<T, NoSuchFunction> {
        let functions = self.registry.shown();
        let found = functions.get(&target.function).filter(|_| target.is_latest());
        found.map(look).ok_or_else(|| NoSuchFunction(target.arn(&self.home)))
    }

    /// As `Invoke` names what it does not find: with the qualifier that would have been meant.
    fn look_up_to_invoke<T>(
        &self,
        target: &Target,
        look: impl FnOnce(&Function) -> T,
    ) -> Result<T, NoSuchFunction> {
        self.look_up(target, look).map_err(|_| NoSuchFunction(target.explicit().arn(&self.home)))
    }

    /// The pool of the function as it is now; a new one if its image has changed under it.
    async fn current_pool(&self, target: &Target) -> Result<Arc<Pool>, InvokeError> {
        let pool = self.look_up_to_invoke(target, |function| function.pool.clone())?;
        let image = &pool.launch().image;
        if !self.ground.executor.has_changed(image) {
            return Ok(pool);
        }
        tracing::info!(function = %target.function, image = image.uri, "the image has changed");
        let image = self.resolve(&image.uri).await?;
        Ok(self.renewed(target, &pool, image)?)
    }

    /// Replaces a pool whose image has changed, unless somebody has done so meanwhile. This is not
    /// stored: what the image's URI stands for on this machine is found out anew by each emulator.
    fn renewed(
        &self,
        target: &Target,
        outdated: &Arc<Pool>,
        image: Image,
    ) -> Result<Arc<Pool>, NoSuchFunction> {
        let mut functions = self.registry.shown();
        let Some(function) = functions.get_mut(&target.function) else {
            return Err(NoSuchFunction(target.explicit().arn(&self.home)));
        };
        if Arc::ptr_eq(&function.pool, outdated) && outdated.launch().image != image {
            function.configuration.image = image;
            let pool = self.pool(&function.configuration);
            std::mem::replace(&mut function.pool, pool).retire();
        }
        Ok(function.pool.clone())
    }

    fn pool(&self, configuration: &Configuration) -> Arc<Pool> {
        Pool::new(configuration.launch(&self.home, &self.endpoint))
    }
}

impl Registry {
    fn shown(&self) -> MutexGuard<'_, ByName> {
        self.shown.lock().expect("nothing panics while it holds this")
    }
}
