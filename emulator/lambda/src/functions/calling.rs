//! The one way into a function.

use std::sync::Arc;
use std::time::Duration;

use emulator_deliver::Source;
use emulator_environment::{Call, Ended, Image, Stream};
use time::UtcDateTime;
use tokio::sync::oneshot;

use super::{Accepted, Functions, NoSuchFunction};
use crate::concurrency::{Place, Throttle};
use crate::function::RecursiveLoop;
use crate::invocation::{Invocation, InvokeError, Outcome};
use crate::metering::Subject;
use crate::name::{FunctionName, Target};
use crate::pool::Pool;
use crate::trace::Trace;
use crate::version::Version;

/// How long an invocation waits for the place of one that has answered. Ours: more than a function takes
/// to ask for the next, and not much of a wait where an extension holds the environment.
const GIVING_BACK: Duration = Duration::from_millis(100);

/// What an invocation finds.
pub(super) struct Routed {
    pub(super) version: Version,
    pub(super) pool: Arc<Pool>,
    recursive_loop: RecursiveLoop,
}

impl Functions {
    /// Calls a function and waits for what comes of it. **Every path into a function is this one.**
    ///
    /// # Errors
    ///
    /// [`InvokeError`] if the function was not reached. A function that fails is an [`Outcome`].
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, InvokeError> {
        let (version, ended) = self.begin(invocation, None).await?;
        Outcome::of(version, ended.await.map_err(|_| InvokeError::Stopped)?)
    }

    /// Hands an invocation to the version that executes it. A `stream` is for a caller who wants the
    /// function's answer as it comes, if it comes so.
    pub(super) async fn begin(
        &self,
        invocation: Invocation,
        stream: Option<oneshot::Sender<Stream>>,
    ) -> Result<(String, oneshot::Receiver<Ended>), InvokeError> {
        let target = &invocation.target;
        let found = self.route(target)?;
        let trace = Trace::continued(invocation.trace).entering(&target.function);
        let (meter, subject) = (&self.registry.meter, Subject::of(target, found.version));
        let now = self.clock().now();
        if found.recursive_loop == RecursiveLoop::Terminate && trace.is_a_loop() {
            meter.recursed(&subject, now);
            return Err(InvokeError::Recursive);
        }
        let place = self.place(&target.function, &found.pool).await;
        let place = place.inspect_err(|_| meter.throttled(&subject, now))?;
        let booking = Box::new(meter.begins(subject, now, place));
        let pool = self.current(target, found).await?;
        let (reply, ended) = oneshot::channel();
        let call = Call {
            id: invocation.id,
            payload: invocation.payload,
            function_arn: target.arn(&self.home),
            trace: trace.to_string(),
            client_context: invocation.client_context,
            tail: invocation.log_tail,
            in_flight: self.clock().hold("an invocation"),
            booking,
            stream,
            reply,
        };
        pool.give(call).await?;
        Ok((pool.launch().version.clone(), ended))
    }

    /// A place among the invocations that may run at once. Whoever has an answer may call again before the
    /// function has asked for more, which is when its place is given back: that is waited for.
    async fn place(&self, function: &FunctionName, pool: &Pool) -> Result<Place, Throttle> {
        let concurrency = &self.registry.concurrency;
        match concurrency.enter(function) {
            Err(Throttle::Function) if pool.gives_back() => {
                let soon = concurrency.enter_in_turn(function);
                tokio::time::timeout(GIVING_BACK, soon).await.map_err(|_| Throttle::Function)
            }
            entered => entered,
        }
    }

    /// Accepts an event for asynchronous invocation: it is handed over before this returns.
    ///
    /// # Errors
    ///
    /// [`InvokeError::NoSuchFunction`], or [`InvokeError::Stopped`] once the emulator shuts down.
    pub async fn accept(&self, invocation: Invocation) -> Result<(), InvokeError> {
        self.exists(&invocation.target)?;
        let what = format!("event {} for {}", invocation.id, invocation.target.function);
        let in_flight = self.clock().hold(what);
        let now = self.clock().now();
        self.registry.meter.accepted(&self.subject(&invocation.target), now);
        let accepted = Accepted { invocation, in_flight, at: now };
        self.events.send(accepted).await.map_err(|_| InvokeError::Stopped)
    }

    /// Notes that an accepted event is sent to its function, once more or for the first time.
    pub fn attempts(&self, event: &Target, accepted: UtcDateTime) {
        let now = self.clock().now();
        let age = (now - accepted).try_into().unwrap_or_default();
        self.registry.meter.attempted(&self.subject(event), age, now);
    }

    /// Notes that an accepted event has come to its end: in its function, or `dropped`.
    pub fn is_done_with(&self, event: &Target, dropped: bool) {
        self.registry.meter.dropped(&self.subject(event), dropped, self.clock().now());
    }

    /// Notes how old the last record of a batch is that is sent to a function.
    pub fn iterates(&self, target: &Target, age: Duration) {
        self.registry.meter.iterated(&self.subject(target), age, self.clock().now());
    }

    /// What a count is of that belongs to no execution.
    fn subject(&self, target: &Target) -> Subject {
        let found = self.find(target);
        let version = found.map_or(Version::Latest, |found| found.configuration.version);
        Subject::of(target, version)
    }

    /// Whether `target` is there and its policy lets `source` invoke it.
    pub fn permits(&self, target: &Target, source: &Source) -> bool {
        let qualifier = target.qualifier.as_deref();
        self.find(target).is_ok_and(|found| {
            found.function.policy(qualifier).iter().any(|statement| statement.permits(source))
        })
    }

    /// Whether an invocation would find its function.
    pub(crate) fn exists(&self, target: &Target) -> Result<(), NoSuchFunction> {
        self.route(target).map(drop)
    }

    /// The version that an invocation goes to. What it does not find is named with the qualifier that
    /// would have been meant.
    pub(super) fn route(&self, target: &Target) -> Result<Routed, NoSuchFunction> {
        let shown = self.registry.shown();
        let found = shown.functions.get(&target.function).and_then(|deployed| {
            let function = &deployed.function;
            let version = function.route(target.qualifier.as_deref(), fastrand::f64())?;
            let pool = deployed.pools.get(&version)?.clone();
            Some(Routed { version, pool, recursive_loop: function.recursive_loop })
        });
        found.ok_or_else(|| NoSuchFunction(target.explicit().arn(&self.home)))
    }

    /// The image of `$LATEST` as it is now, kept for a version that is about to be published.
    pub(crate) async fn kept(&self, target: &Target) -> Result<Image, InvokeError> {
        let latest = target.unqualified();
        let pool = self.current(&latest, self.route(&latest)?).await?;
        let image = pool.launch().image.clone();
        self.keep(&image).await?;
        Ok(image)
    }

    /// The environments of what was found, as it is now: new ones if its image has changed under it.
    pub(super) async fn current(
        &self,
        target: &Target,
        found: Routed,
    ) -> Result<Arc<Pool>, InvokeError> {
        let Routed { version, pool, .. } = found;
        if version != Version::Latest {
            // It runs what was kept for it, whatever the image's URI stands for now.
            return Ok(pool);
        }
        let image = &pool.launch().image;
        if !self.registry.ground.executor.has_changed(image) {
            return Ok(pool);
        }
        tracing::info!(function = %target.function, image = image.uri, "the image has changed");
        let image = self.resolve(&image.uri).await?;
        // It may run as something else now.
        self.check_storage(&image, pool.launch().storage)?;
        let renewed = self.registry.renew(&target.function, &pool, image);
        Ok(renewed.ok_or_else(|| NoSuchFunction(target.explicit().arn(&self.home)))?)
    }
}
