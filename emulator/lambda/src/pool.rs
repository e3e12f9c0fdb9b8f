//! The environments of one function version in one configuration: the free ones, newest last.
//!
//! A change of configuration or code makes a new pool. The old one is retired: its free environments
//! stop at once, and each busy one when its invocation ends, so that nobody meets a warm process of
//! what the function was before.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_environment::{Call, Environment, Ground, Keeper, Launch};

pub(crate) struct Pool {
    launch: Arc<Launch>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Used from its end: the newest environment is the warmest.
    free: Vec<Environment>,
    retired: bool,
}

impl Pool {
    pub(crate) fn new(launch: Launch) -> Arc<Self> {
        Arc::new(Self { launch: Arc::new(launch), kept: Mutex::default() })
    }

    pub(crate) fn launch(&self) -> &Launch {
        &self.launch
    }

    /// Hands the call to a free environment, or to one that is started for it.
    pub(crate) async fn give(self: &Arc<Self>, ground: &Ground, mut call: Call) -> io::Result<()> {
        loop {
            let free = self.kept().free.pop();
            let environment = match free {
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
    fn is_free(&self, environment: Environment) {
        let mut kept = self.kept();
        if kept.retired {
            environment.stop();
        } else {
            kept.free.push(environment);
        }
    }
}
