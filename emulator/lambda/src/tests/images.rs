//! An executor that knows images, and starts none.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use emulator_environment::{
    Executor, Image, Launch, ResolveError, Route, RunsAs, StartError, Started,
};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

/// An image that takes forever to start. No other starts at all.
pub(crate) const SLOW: &str = "manifold:slow";

/// An image whose functions have all of this machine's `/tmp`.
pub(crate) const UNLIMITED: &str = "manifold:unlimited";

/// Has every image but one.
pub(crate) struct Images {
    /// Of every image, until it is built anew.
    digest: Mutex<String>,
    /// The URI that stands for nothing.
    gone: Mutex<String>,
    /// Whether none of them has a `/tmp` of its own any more.
    shares: AtomicBool,
}

impl Images {
    pub(crate) fn new() -> Self {
        Self {
            digest: Mutex::new("0".repeat(64)),
            gone: Mutex::new("manifold:gone".to_owned()),
            shares: AtomicBool::new(false),
        }
    }

    pub(crate) fn build(&self, digit: &str) {
        *self.digest.lock().unwrap() = digit.repeat(64);
    }

    /// From now on functions run as something that has all of this machine's `/tmp`.
    pub(crate) fn share_storage(&self) {
        self.shares.store(true, Ordering::Relaxed);
    }

    pub(crate) fn remove(&self, uri: &str) {
        uri.clone_into(&mut self.gone.lock().unwrap());
    }
}

impl Executor for Images {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        let digest = self.digest.lock().unwrap().clone();
        let resolved = if uri == *self.gone.lock().unwrap() {
            let reason =
                format!("Source image {uri} does not exist. Provide a valid source image.");
            Err(ResolveError { reason })
        } else {
            Ok(Image { runs_as: RunsAs::Process, uri: uri.to_owned(), digest })
        };
        ready(resolved).boxed()
    }

    fn has_changed(&self, image: &Image) -> bool {
        *self.digest.lock().unwrap() != image.digest
    }

    fn keep<'a>(&'a self, _: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>> {
        std::future::ready(Ok(())).boxed()
    }

    fn route(&self, _: &Image) -> Route {
        let listen = Ipv4Addr::LOCALHOST;
        Route { listen: listen.into(), host: listen.to_string(), endpoint: String::new() }
    }

    fn limits_storage(&self, image: &Image) -> bool {
        image.uri != UNLIMITED && !self.shares.load(Ordering::Relaxed)
    }

    fn start<'a>(
        &'a self,
        launch: &'a Arc<Launch>,
        _: Vec<(String, String)>,
        _: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        assert_eq!(launch.image.uri, SLOW, "no test here starts a function");
        std::future::pending().boxed()
    }
}
