//! The Lambda service: functions by name, and the one way into them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::{Clock, InFlight};
use emulator_deliver::Source;
use emulator_environment::{Call, Ground, Image, ResolveError};
use emulator_front::{Home, WireError};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::configuration::Configuration;
use crate::invocation::{Invocation, Outcome, Status};
use crate::name::{FunctionName, LATEST, Target};
use crate::policy::Statement;
use crate::pool::Pool;
use crate::trace;

/// Invocations that may run at once in one region and account.
///
/// Source: the Lambda quotas page.
const ACCOUNT_CONCURRENCY: usize = 1000;

/// Accepted events that may wait to be taken over by the async queue, which takes them at once.
const HAND_OVER: usize = 1024;

/// Every function of the region.
pub struct Functions {
    pub(crate) home: Home,
    /// Where functions call back, as a URL.
    endpoint: String,
    ground: Ground,
    functions: Mutex<BTreeMap<FunctionName, Function>>,
    concurrency: Semaphore,
    events: mpsc::Sender<Accepted>,
}

/// An event that somebody has been promised will reach its function.
pub struct Accepted {
    /// To be made.
    pub invocation: Invocation,
    /// Held until the event has been dealt with.
    pub in_flight: InFlight,
}

/// One function, as it is now.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) configuration: Configuration,
    pub(crate) policy: Vec<Statement>,
    pool: Arc<Pool>,
}

/// No such function, or none with that qualifier.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Function not found: {0}")]
pub struct NoSuchFunction(String);

/// A function of that name is there already.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Function already exist: {0}")]
pub(crate) struct AlreadyExists(FunctionName);

/// Why an invocation did not reach its function, or got lost on the way back.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// Nothing is deployed there.
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    /// The account's concurrency is used up.
    #[error("Rate Exceeded.")]
    Throttled,
    /// The function's image has gone, or cannot run any more.
    #[error("{0}")]
    Image(#[from] ResolveError),
    /// The machine has no socket for another environment.
    #[error("an execution environment could not be started")]
    NoEnvironment(#[from] std::io::Error),
    /// The emulator was stopped meanwhile.
    #[error("the execution environment was stopped")]
    Stopped,
}

impl WireError for NoSuchFunction {
    fn shape(&self) -> (u16, &'static str) {
        (404, "ResourceNotFoundException")
    }
}

impl WireError for InvokeError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NoSuchFunction(error) => error.shape(),
            Self::Throttled => (429, "TooManyRequestsException"),
            Self::Image(_) => (400, "InvalidParameterValueException"),
            Self::NoEnvironment(_) | Self::Stopped => (500, "ServiceException"),
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        match self {
            Self::Throttled => [("Reason".to_owned(), "ConcurrentInvocationLimitExceeded".into())]
                .into_iter()
                .collect(),
            _ => serde_json::Map::new(),
        }
    }
}

impl Functions {
    /// No functions yet. What is accepted for asynchronous invocation comes out of the receiver.
    pub fn new(home: Home, endpoint: String, ground: Ground) -> (Self, mpsc::Receiver<Accepted>) {
        let (events, accepted) = mpsc::channel(HAND_OVER);
        let functions = Mutex::default();
        let concurrency = Semaphore::new(ACCOUNT_CONCURRENCY);
        (Self { home, endpoint, ground, functions, concurrency, events }, accepted)
    }

    /// Calls a function and waits for what comes of it. **Every path into a function is this one.**
    ///
    /// # Errors
    ///
    /// [`InvokeError`] if the function was not reached. A function that fails is an [`Outcome`].
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, InvokeError> {
        let pool = self.current_pool(&invocation.target).await?;
        let _permit = self.concurrency.try_acquire().map_err(|_| InvokeError::Throttled)?;
        let (reply, ended) = oneshot::channel();
        let call = Call {
            id: invocation.id,
            payload: invocation.payload,
            function_arn: invocation.target.arn(&self.home),
            trace: trace::continued(invocation.trace.as_deref()),
            client_context: invocation.client_context,
            tail: invocation.log_tail,
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
        let in_flight = self.ground.clock.hold(format!("event {} for {}", invocation.id, invocation.target.function));
        let accepted = Accepted { invocation, in_flight };
        self.events.send(accepted).await.map_err(|_| InvokeError::Stopped)
    }

    /// Whether `target` is there and its policy lets `source` invoke it.
    pub fn permits(&self, target: &Target, source: &Source) -> bool {
        let functions = self.functions();
        let found = functions.get(&target.function).filter(|_| is_latest(target));
        found.is_some_and(|function| function.policy.iter().any(|each| each.permits(source)))
    }

    /// Whether an invocation would find its function.
    pub(crate) fn exists(&self, target: &Target) -> Result<(), InvokeError> {
        self.find(&self.explicit(target))?;
        Ok(())
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
        Ok(self.find(target)?.configuration.role)
    }

    /// What `uri` stands for now.
    pub(crate) async fn resolve(&self, uri: &str) -> Result<Image, ResolveError> {
        self.ground.executor.resolve(uri).await
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.ground.clock
    }

    /// The one place that says that there is no such function. `$LATEST` is the only version so far.
    pub(crate) fn find(&self, target: &Target) -> Result<Function, NoSuchFunction> {
        let functions = self.functions();
        let found = functions.get(&target.function).filter(|_| is_latest(target));
        found.cloned().ok_or_else(|| NoSuchFunction(target.arn(&self.home)))
    }

    /// All functions, by name.
    pub(crate) fn all(&self) -> Vec<Configuration> {
        self.functions().values().map(|function| function.configuration.clone()).collect()
    }

    pub(crate) fn create(&self, configuration: Configuration) -> Result<(), AlreadyExists> {
        let pool = self.pool(&configuration);
        match self.functions().entry(configuration.name.clone()) {
            Entry::Occupied(there) => Err(AlreadyExists(there.key().clone())),
            Entry::Vacant(place) => {
                place.insert(Function { configuration, policy: Vec::new(), pool });
                Ok(())
            }
        }
    }

    /// Refuses a name that is taken, before anything is done for it.
    pub(crate) fn is_free(&self, name: &FunctionName) -> Result<(), AlreadyExists> {
        if self.functions().contains_key(name) { Err(AlreadyExists(name.clone())) } else { Ok(()) }
    }

    /// Changes what a function is. Its warm environments are of what it was, and go.
    pub(crate) fn change<E: From<NoSuchFunction>>(
        &self,
        target: &Target,
        change: impl FnOnce(&mut Configuration) -> Result<(), E>,
    ) -> Result<Configuration, E> {
        self.edit(target, |function| {
            change(&mut function.configuration)?;
            function.configuration.touch(self.clock().now());
            let pool = self.pool(&function.configuration);
            std::mem::replace(&mut function.pool, pool).retire();
            Ok(function.configuration.clone())
        })
    }

    /// Changes who may call a function, which its environments need not know.
    pub(crate) fn edit<T, E: From<NoSuchFunction>>(
        &self,
        target: &Target,
        edit: impl FnOnce(&mut Function) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut functions = self.functions();
        let found = functions.get_mut(&target.function).filter(|_| is_latest(target));
        edit(found.ok_or_else(|| NoSuchFunction(target.arn(&self.home)))?)
    }

    pub(crate) fn delete(&self, target: &Target) -> Result<(), NoSuchFunction> {
        let removed = self.functions().remove(&target.function);
        removed.ok_or_else(|| NoSuchFunction(target.arn(&self.home)))?.pool.retire();
        Ok(())
    }

    /// The pool of the function as it is now; a new one if its image has changed under it.
    async fn current_pool(&self, target: &Target) -> Result<Arc<Pool>, InvokeError> {
        let function = self.find(&self.explicit(target))?;
        let image = &function.pool.launch().image;
        if !self.ground.executor.has_changed(image) {
            return Ok(function.pool);
        }
        tracing::info!(function = %target.function, image = image.uri, "the image has changed");
        let image = self.resolve(&image.uri).await?;
        self.edit(target, |function| {
            if function.configuration.image != image {
                function.configuration.image = image;
                let pool = self.pool(&function.configuration);
                std::mem::replace(&mut function.pool, pool).retire();
            }
            Ok(function.pool.clone())
        })
    }

    /// As `Invoke` names what it does not find: with the qualifier that would have been meant.
    fn explicit(&self, target: &Target) -> Target {
        let qualifier = target.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
        Target { function: target.function.clone(), qualifier: Some(qualifier) }
    }

    fn pool(&self, configuration: &Configuration) -> Arc<Pool> {
        Pool::new(configuration.launch(&self.home, &self.endpoint))
    }

    fn functions(&self) -> MutexGuard<'_, BTreeMap<FunctionName, Function>> {
        self.functions.lock().expect("nothing panics while it holds this")
    }
}

fn is_latest(target: &Target) -> bool {
    target.qualifier.as_deref().is_none_or(|qualifier| qualifier == LATEST)
}
