//! How many invocations may run at once: of the account, and of a function that has some set apart.
//!
//! What is reserved for a function is nobody else's, and no more is its own. All others share what is
//! left of the account's.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::name::FunctionName;

/// Invocations that may run at once in one region and account.
///
/// Source: the Lambda quotas page.
pub(crate) const ACCOUNT: u32 = 1000;

/// What reservations have to leave for everybody else.
///
/// Source: "Configuring reserved concurrency" in the Lambda Developer Guide.
pub(crate) const UNRESERVED_MINIMUM: u32 = 100;

/// Which limit an invocation has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// What functions share is used up.
    Account,
    /// What is reserved for the function is used up.
    Function,
    /// Nothing is reserved for the function, which switches it off.
    Off,
}

impl Throttle {
    /// As the API names it.
    ///
    /// Source: `ThrottleReason` in the Lambda service model, 2015-03-31.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Account => "ConcurrentInvocationLimitExceeded",
            Self::Function | Self::Off => "ReservedFunctionConcurrentInvocationLimitExceeded",
        }
    }
}

/// Counts what runs. Cheap to clone; all clones count together.
#[derive(Clone, Default)]
pub(crate) struct Concurrency(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    lanes: Mutex<Lanes>,
    /// Tells those who wait for a place that one has been given back.
    left: Notify,
}

#[derive(Default)]
struct Lanes {
    /// Functions that have something running or reserved.
    by_function: HashMap<FunctionName, Lane>,
    /// What is set apart, in all.
    reserved: u32,
    /// What runs of functions for which nothing is set apart.
    sharing: u32,
    /// What runs, in all.
    running: u32,
}

#[derive(Default)]
struct Lane {
    reserved: Option<u32>,
    running: u32,
}

/// What runs, the moment an invocation has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Running {
    /// Of its function.
    pub(crate) function: u32,
    /// Of functions for which nothing is set apart.
    pub(crate) sharing: u32,
    /// That, and all that is set apart.
    pub(crate) claimed: u32,
    /// Of all functions.
    pub(crate) account: u32,
}

/// A place among the invocations that may run at once, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    running: Running,
    shared: Arc<Shared>,
    function: FunctionName,
}

impl Concurrency {
    /// Takes a place for an invocation, at once or not at all.
    pub(crate) fn enter(&self, function: &FunctionName) -> Result<Place, Throttle> {
        let mut lanes = self.0.lanes();
        let lane = lanes.by_function.get(function);
        let running = lane.map_or(0, |lane| lane.running);
        match lane.and_then(|lane| lane.reserved) {
            Some(0) => return Err(Throttle::Off),
            Some(reserved) if running >= reserved => return Err(Throttle::Function),
            None if lanes.sharing >= lanes.shared() => return Err(Throttle::Account),
            Some(_) => {}
            None => lanes.sharing += 1,
        }
        lanes.running += 1;
        let lane = lanes.by_function.entry(function.clone()).or_default();
        lane.running += 1;
        let running = Running {
            function: lane.running,
            sharing: lanes.sharing,
            claimed: lanes.sharing + lanes.reserved,
            account: lanes.running,
        };
        Ok(Place { running, shared: self.0.clone(), function: function.clone() })
    }

    /// Takes a place for an invocation as soon as there is one.
    pub(crate) async fn enter_in_turn(&self, function: &FunctionName) -> Place {
        loop {
            let mut left = pin!(self.0.left.notified());
            left.as_mut().enable();
            if let Ok(place) = self.enter(function) {
                return place;
            }
            left.await;
        }
    }

    /// Sets apart, for a function, how many of its invocations may run at once. Those that run already
    /// go on.
    pub(crate) fn reserve(&self, function: &FunctionName, reserved: Option<u32>) {
        let mut lanes = self.0.lanes();
        let lane = lanes.by_function.entry(function.clone()).or_default();
        let (before, running) = (std::mem::replace(&mut lane.reserved, reserved), lane.running);
        lanes.reserved += reserved.unwrap_or_default();
        lanes.reserved -= before.unwrap_or_default();
        match (before, reserved) {
            (None, Some(_)) => lanes.sharing -= running,
            (Some(_), None) => lanes.sharing += running,
            _ => {}
        }
        lanes.forget_if_idle(function);
    }

    /// What is left for functions for which nothing is set apart.
    pub(crate) fn shared(&self) -> u32 {
        self.0.lanes().shared()
    }
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().expect("nothing panics while it holds this")
    }
}

impl Lanes {
    fn shared(&self) -> u32 {
        ACCOUNT.saturating_sub(self.reserved)
    }

    fn forget_if_idle(&mut self, function: &FunctionName) {
        let idle = |lane: &Lane| lane.running == 0 && lane.reserved.is_none();
        if self.by_function.get(function).is_some_and(idle) {
            self.by_function.remove(function);
        }
    }
}

impl Place {
    /// What ran when it was taken.
    pub(crate) fn running(&self) -> Running {
        self.running
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lanes = self.shared.lanes();
        let Some(lane) = lanes.by_function.get_mut(&self.function) else { return };
        lane.running -= 1;
        let sharing = lane.reserved.is_none();
        lanes.sharing -= u32::from(sharing);
        lanes.running -= 1;
        lanes.forget_if_idle(&self.function);
        drop(lanes);
        self.shared.left.notify_waiters();
    }
}

impl std::fmt::Debug for Lanes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lanes").field("sharing", &self.sharing).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FunctionName {
        FunctionName::stored(text.to_owned())
    }

    #[test]
    fn a_reservation_is_a_guarantee_and_a_cap() {
        let (concurrency, mine, other) = (Concurrency::default(), name("mine"), name("other"));
        concurrency.reserve(&mine, Some(2));
        let places: Vec<_> = (0..998).map(|_| concurrency.enter(&other).unwrap()).collect();
        assert_eq!(concurrency.enter(&other).unwrap_err(), Throttle::Account);
        let first = concurrency.enter(&mine).unwrap();
        let _second = concurrency.enter(&mine).unwrap();
        assert_eq!(concurrency.enter(&mine).unwrap_err(), Throttle::Function);
        drop(first);
        concurrency.enter(&mine).unwrap();
        drop(places);
        concurrency.reserve(&mine, Some(0));
        assert_eq!(concurrency.enter(&mine).unwrap_err(), Throttle::Off);
    }

    #[test]
    fn what_runs_changes_sides_with_the_reservation() {
        let (concurrency, mine, other) = (Concurrency::default(), name("mine"), name("other"));
        let running: Vec<_> = (0..10).map(|_| concurrency.enter(&mine).unwrap()).collect();
        concurrency.reserve(&mine, Some(100));
        let places: Vec<_> = (0..900).map(|_| concurrency.enter(&other).unwrap()).collect();
        assert_eq!(concurrency.enter(&other).unwrap_err(), Throttle::Account);
        drop(places);
        concurrency.reserve(&mine, None);
        assert_eq!(concurrency.shared(), ACCOUNT);
        let places: Vec<_> = (0..990).map(|_| concurrency.enter(&other).unwrap()).collect();
        assert_eq!(concurrency.enter(&other).unwrap_err(), Throttle::Account);
        drop((running, places));
        assert!(concurrency.0.lanes().by_function.is_empty());
        assert_eq!(concurrency.0.lanes().sharing, 0);
    }
}
