//! The environments of one function version in one configuration: the free ones, newest last.
//!
//! A change of configuration or code makes a new pool. The old one is retired: its free environments
//! stop at once, and each busy one when its invocation ends, so that nobody meets a warm process of
//! what the function was before. An environment that nobody has needed for a while stops too.

#[cfg(test)]
mod tests;

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use emulator_environment::{Call, Environment, Ground, Keeper, Launch};
use time::UtcDateTime;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::invocation::InvokeError;

/// How long an invocation waits for an environment that has answered and not asked for more yet. Ours:
/// somewhat longer than a function takes to ask, and no longer than starting another environment.
const MOMENT: Duration = Duration::from_millis(10);

/// How long an environment stays that nobody needs, on the emulator's clock. AWS promises nothing;
/// between 5 and 15 minutes are typical there.
const IDLE: Duration = Duration::from_mins(10);

pub(crate) struct Pool {
    launch: Arc<Launch>,
    deployment: Uuid,
    ground: Ground,
    /// For the task that watches over idle environments.
    itself: Weak<Self>,
    kept: Mutex<Kept>,
    freed: Notify,
    retired: CancellationToken,
}

#[derive(Default)]
struct Kept {
    /// Used from its end: the newest environment is the warmest. Sorted by when each became free.
    free: Vec<(UtcDateTime, Environment)>,
    /// How many have answered and are not free yet.
    answered: usize,
    /// Whether somebody waits to stop the one that has been free for longest.
    watched: bool,
}

impl Pool {
    /// No environments yet. `deployment` is the configuration that they will be of.
    pub(crate) fn new(launch: Launch, deployment: Uuid, ground: Ground) -> Arc<Self> {
        let retired = ground.stop.child_token();
        let launch = Arc::new(launch);
        Arc::new_cyclic(|itself| Self {
            launch,
            deployment,
            ground,
            itself: itself.clone(),
            kept: Mutex::default(),
            freed: Notify::new(),
            retired,
        })
    }

    pub(crate) fn launch(&self) -> &Launch {
        &self.launch
    }

    pub(crate) fn deployment(&self) -> Uuid {
        self.deployment
    }

    /// Hands the call to a free environment, or to one that is started for it.
    pub(crate) async fn give(self: &Arc<Self>, mut call: Call) -> Result<(), InvokeError> {
        while !self.ground.stop.is_cancelled() {
            let environment = match self.free().await {
                Some(environment) => environment,
                None => Environment::start(&self.ground, self.launch.clone(), self.clone()).await?,
            };
            let taken = Taken { pool: self, environment, handed: false };
            match taken.invoke(call).await {
                Ok(()) => return Ok(()),
                // It has been stopped meanwhile; the next one is asked.
                Err(returned) => call = returned,
            }
        }
        Err(InvokeError::Stopped)
    }

    /// A free environment, if there is one or will be in a moment. Whoever calls a function over and
    /// over calls again before the function has asked for more; that is no reason to start another.
    async fn free(&self) -> Option<Environment> {
        let soon = async {
            loop {
                let mut freed = pin!(self.freed.notified());
                freed.as_mut().enable();
                {
                    let mut kept = self.kept();
                    let free = kept.free.pop();
                    if free.is_some() || kept.answered == 0 {
                        return free.map(|(_, environment)| environment);
                    }
                }
                freed.await;
            }
        };
        tokio::time::timeout(MOMENT, soon).await.ok().flatten()
    }

    /// Whether the place of an invocation may be about to be given back: one has answered, or has just
    /// left its environment free.
    pub(crate) fn gives_back(&self) -> bool {
        let kept = self.kept();
        kept.answered > 0 || !kept.free.is_empty()
    }

    /// Stops every environment, busy ones as soon as they are free.
    pub(crate) fn retire(&self) {
        self.retired.cancel();
        let free = std::mem::take(&mut self.kept().free);
        for (_, environment) in free {
            environment.stop();
        }
    }

    /// Stops what has been free for too long, as soon as it has been, until nothing is free.
    async fn watch(self: Arc<Self>) {
        while let Some(due) = self.next_due() {
            tokio::select! {
                () = self.retired.cancelled() => return,
                until = self.ground.clock.until(due, "an idle environment") => {
                    self.stop_idle();
                    drop(until);
                }
            }
        }
    }

    /// When the environment that has been free for longest has been so for too long. Without one,
    /// nobody watches any more.
    fn next_due(&self) -> Option<UtcDateTime> {
        let mut kept = self.kept();
        let due = kept.free.first().map(|(since, _)| *since + IDLE);
        kept.watched = due.is_some();
        due
    }

    fn stop_idle(&self) {
        let now = self.ground.clock.now();
        let mut kept = self.kept();
        let idle = kept.free.partition_point(|(since, _)| *since + IDLE <= now);
        for (_, environment) in kept.free.drain(..idle) {
            environment.stop();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nothing panics while it holds this")
    }
}

/// An environment on its way to an invocation. It is free again if the caller goes away first.
struct Taken<'a> {
    pool: &'a Pool,
    environment: Environment,
    /// Whether it has the invocation, or is gone.
    handed: bool,
}

impl Taken<'_> {
    async fn invoke(mut self, call: Call) -> Result<(), Call> {
        let handed = self.environment.invoke(call).await;
        self.handed = true;
        handed
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.handed {
            self.pool.is_free(self.environment.clone(), false);
        }
    }
}

impl Keeper for Pool {
    fn has_answered(&self) {
        self.kept().answered += 1;
    }

    fn is_free(&self, environment: Environment, answered: bool) {
        let now = self.ground.clock.now();
        let mut kept = self.kept();
        kept.answered -= usize::from(answered);
        if self.retired.is_cancelled() {
            environment.stop();
        } else {
            kept.free.push((now, environment));
            if !std::mem::replace(&mut kept.watched, true)
                && let Some(itself) = self.itself.upgrade()
            {
                self.ground.tasks.spawn(itself.watch());
            }
        }
        drop(kept);
        self.freed.notify_one();
    }
}
