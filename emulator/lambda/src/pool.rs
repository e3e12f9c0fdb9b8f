//! The environments of one function version in one configuration: the free ones, newest last.
//!
//! A change of configuration or code makes a new pool. The old one is retired: its free environments
//! stop at once, and each busy one when its invocation ends, so that nobody meets a warm process of
//! what the function was before.

use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use emulator_environment::{Call, Environment, Ground, Keeper, Launch};
use tokio::sync::Notify;

/// How long an invocation waits for an environment that has answered and not asked for more yet. Ours:
/// somewhat longer than a function takes to ask, and no longer than starting another environment.
const MOMENT: Duration = Duration::from_millis(10);

pub(crate) struct Pool {
    launch: Arc<Launch>,
    kept: Mutex<Kept>,
    freed: Notify,
}

#[derive(Default)]
struct Kept {
    /// Used from its end: the newest environment is the warmest.
    free: Vec<Environment>,
    /// How many have answered and are not free yet.
    answered: usize,
    retired: bool,
}

impl Pool {
    pub(crate) fn new(launch: Launch) -> Arc<Self> {
        Arc::new(Self { launch: Arc::new(launch), kept: Mutex::default(), freed: Notify::new() })
    }

    pub(crate) fn launch(&self) -> &Launch {
        &self.launch
    }

    /// Hands the call to a free environment, or to one that is started for it.
    pub(crate) async fn give(self: &Arc<Self>, ground: &Ground, mut call: Call) -> io::Result<()> {
        loop {
            let environment = match self.free().await {
                Some(environment) => environment,
                None => Environment::start(ground, self.launch.clone(), self.clone()).await?,
            };
            match environment.invoke(call).await {
                Ok(()) => return Ok(()),
                // It has been stopped meanwhile; the next one is asked.
                Err(returned) => call = returned,
            }
            if ground.stop.is_cancelled() {
                return Err(io::Error::other("the emulator is shutting down"));
            }
        }
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
                        return free;
                    }
                }
                freed.await;
            }
        };
        tokio::time::timeout(MOMENT, soon).await.ok().flatten()
    }

    /// Stops every environment, busy ones as soon as they are free.
    pub(crate) fn retire(&self) {
        let free = {
            let mut kept = self.kept();
            kept.retired = true;
            std::mem::take(&mut kept.free)
        };
        for environment in free {
            environment.stop();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nothing panics while it holds this")
    }
}

impl Keeper for Pool {
    fn has_answered(&self) {
        self.kept().answered += 1;
    }

    fn is_free(&self, environment: Environment, answered: bool) {
        let mut kept = self.kept();
        kept.answered -= usize::from(answered);
        if kept.retired {
            environment.stop();
        } else {
            kept.free.push(environment);
        }
        self.freed.notify_one();
    }
}
