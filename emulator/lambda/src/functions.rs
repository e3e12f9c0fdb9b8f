//! The Lambda service: functions by name, and the one way into them.
//!
//! Whoever looks up or invokes takes a short lock on what is shown; changing what is shown is
//! [`changes`]' business, and goes through the store first. [`calling`] is the way into a function.

mod calling;
mod changes;
mod registry;
mod streaming;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use emulator_clock::{Clock, InFlight};
use emulator_environment::{Ground, Image, ResolveError};
use emulator_front::{Home, NotEmulated, WireError};
use emulator_metrics::Metrics;
use emulator_store::{LoadError, Store};
use time::UtcDateTime;
use tokio::sync::{Mutex as Turns, mpsc};

pub(crate) use changes::{AlreadyExists, ChangeError, NotStored};

use crate::configuration::{Configuration, STORAGE};
use crate::function::Function;
use crate::invocation::Invocation;
use crate::name::Target;
use registry::Registry;
pub use streaming::Answering;

/// Accepted events that may wait to be taken over by the async queue, which takes them at once.
const HAND_OVER: usize = 1024;

/// Every function of the region.
pub struct Functions {
    pub(crate) home: Home,
    registry: Arc<Registry>,
    /// Held by the one change that is under way, from looking at what is there until it is shown.
    turn: Arc<Turns<()>>,
    events: mpsc::Sender<Accepted>,
}

/// An event that somebody has been promised will reach its function.
pub struct Accepted {
    /// To be made.
    pub invocation: Invocation,
    /// When that was, on the emulator's clock.
    pub at: UtcDateTime,
    /// Held until the event has been dealt with.
    pub in_flight: InFlight,
}

/// A function that was looked for, and which version of it is meant.
pub(crate) struct Found {
    pub(crate) function: Arc<Function>,
    pub(crate) configuration: Configuration,
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

impl NoSuchFunction {
    /// Nothing of that name, or nothing with that qualifier.
    pub(crate) fn at(target: &Target, home: &Home) -> Self {
        Self(target.arn(home))
    }
}

impl Functions {
    /// No functions yet, kept in memory. What is accepted for asynchronous invocation comes out of the
    /// receiver.
    ///
    /// # Panics
    ///
    /// Never: an empty store can be read.
    pub fn new(home: Home, ground: Ground) -> (Self, mpsc::Receiver<Accepted>) {
        let metrics = Arc::new(Metrics::new(home.clone(), ground.clock.clone()));
        let opened = Self::open(home, ground, metrics, &Store::in_memory());
        opened.expect("an empty store can be read")
    }

    /// The functions that `store` keeps; every change is committed there before it is answered. What is
    /// accepted for asynchronous invocation comes out of the receiver.
    ///
    /// # Errors
    ///
    /// [`LoadError`] if a function cannot be read.
    pub fn open(
        home: Home,
        ground: Ground,
        metrics: Arc<Metrics>,
        store: &Store,
    ) -> Result<(Self, mpsc::Receiver<Accepted>), LoadError> {
        let registry = Arc::new(Registry::open(home.clone(), ground, metrics, store)?);
        let (events, accepted) = mpsc::channel(HAND_OVER);
        Ok((Self { home, registry, turn: Arc::default(), events }, accepted))
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
        self.find(target).map(|found| found.configuration.role)
    }

    /// The one place that finds a function and a version of it, or that there is none.
    pub(crate) fn find(&self, target: &Target) -> Result<Found, NoSuchFunction> {
        let function = self
            .registry
            .shown()
            .functions
            .get(&target.function)
            .map(|deployed| deployed.function.clone());
        let found = function.and_then(|function| {
            let configuration = function.find(target.qualifier.as_deref())?.clone();
            Some(Found { function, configuration })
        });
        found.ok_or_else(|| NoSuchFunction::at(target, &self.home))
    }

    /// All functions, by name.
    pub(crate) fn all(&self) -> Vec<Arc<Function>> {
        let shown = self.registry.shown();
        shown.functions.values().map(|deployed| deployed.function.clone()).collect()
    }

    /// How many invocations functions share for which none are set apart.
    pub(crate) fn unreserved_concurrency(&self) -> u32 {
        self.registry.concurrency.shared()
    }

    /// What `uri` stands for now.
    pub(crate) async fn resolve(&self, uri: &str) -> Result<Image, ResolveError> {
        self.registry.ground.executor.resolve(uri).await
    }

    /// Keeps what an image is now, for a version that is to stay what it is.
    pub(crate) async fn keep(&self, image: &Image) -> Result<(), ResolveError> {
        self.registry.ground.executor.keep(image).await
    }

    /// Refuses room in `/tmp` that a function of this image could not be held to here.
    pub(crate) fn check_storage(&self, image: &Image, storage: u32) -> Result<(), NotEmulated> {
        if storage == STORAGE || self.registry.ground.executor.limits_storage(image) {
            return Ok(());
        }
        Err(NotEmulated::Value {
            member: "EphemeralStorage.Size".into(),
            value: storage.to_string(),
            emulated: "512",
        })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.registry.ground.clock
    }
}
