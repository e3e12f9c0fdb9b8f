//! `Target`: who answers the tests, and how it comes to be there.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tests::{Account, Images, Served, clients, image, programs};
use tokio::sync::OnceCell;

use crate::variables::{self, Aws};

/// Whoever answers every test once.
pub(crate) struct Target {
    place: Place,
    /// Opened by the first of its tests, or why it cannot be.
    opened: OnceCell<Result<Opened, String>>,
}

/// Where a target is.
pub(crate) enum Place {
    /// An emulator of our own, whose functions are processes.
    Processes,
    /// An emulator of our own, whose functions are containers.
    Containers,
    /// An emulator that somebody else has started, at this URL.
    Emulator(String),
    /// AWS itself.
    Aws(Box<Aws>),
}

/// A target that can be asked.
enum Opened {
    Ours(Box<Ours>),
    Theirs(Box<Account>),
}

/// An emulator that ends with the tests, and an image that was made for it.
struct Ours {
    emulator: Served,
    imported: Option<String>,
}

impl Target {
    /// One emulator per executor, or whoever is named by a variable.
    pub(crate) fn asked_for() -> Vec<Self> {
        let target = |place| Self { place, opened: OnceCell::new() };
        variables::places().into_iter().map(target).collect()
    }

    /// The first word in the names of its tests.
    pub(crate) fn name(&self) -> &'static str {
        match self.place {
            Place::Processes => "process",
            Place::Containers => "container",
            Place::Emulator(_) => "emulator",
            Place::Aws(_) => "aws",
        }
    }

    /// Whether this machine has to have a container engine.
    pub(crate) fn wants_engine(&self) -> bool {
        matches!(self.place, Place::Containers)
    }

    /// Its account. The first test to ask opens it; if that fails, those after it fail for the same reason.
    pub(crate) async fn account(&self) -> &Account {
        let opening = || async {
            let opened = AssertUnwindSafe(self.place.open()).catch_unwind().await;
            opened.map_err(|panic| reason(&*panic))
        };
        match self.opened.get_or_init(opening).await {
            Ok(Opened::Ours(ours)) => &ours.emulator,
            Ok(Opened::Theirs(account)) => account,
            Err(reason) => panic!("nobody answers as `{}`: {reason}", self.name()),
        }
    }

    /// Ends what was started for its tests.
    pub(crate) async fn close(self) {
        if let Some(Ok(Opened::Ours(ours))) = self.opened.into_inner() {
            let Ours { emulator, imported } = *ours;
            emulator.end().await;
            if let Some(tag) = imported {
                image::remove(&tag).await;
            }
        }
    }
}

impl Place {
    async fn open(&self) -> Opened {
        match self {
            Self::Processes => processes().await,
            Self::Containers => containers().await,
            Self::Emulator(url) => {
                let clients = clients::at(url, &variables::region());
                Opened::theirs(Account::found(clients, None, variables::images()).await)
            }
            Self::Aws(aws) => {
                let Aws { clients, role, images } = &**aws;
                let (clients, images) = (clients.clone(), images.clone());
                Opened::theirs(Account::found(clients, Some(role), images).await)
            }
        }
    }
}

impl Opened {
    fn ours(emulator: Served, imported: Option<String>) -> Self {
        Self::Ours(Box::new(Ours { emulator, imported }))
    }

    fn theirs(account: Account) -> Self {
        Self::Theirs(Box::new(account))
    }
}

/// What a panic has said.
fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref().copied()).unwrap_or_default().to_owned()
}

async fn processes() -> Opened {
    let images = Images::default();
    let probe = format!("{}={}", images.probe, programs::probe().display());
    let arguments = ["--executor", "process", "--image", &probe];
    Opened::ours(Served::with_images(&arguments, images).await, None)
}

/// Without an image that a variable names, one is made.
async fn containers() -> Opened {
    let handlers = match variables::handlers_image() {
        Some(uri) => uri,
        None => image::build().await.to_owned(),
    };
    let (probe, imported) = if let Some(uri) = variables::probe_image() {
        (uri, None)
    } else {
        let tag = format!("manifold-tests-probe:{}", std::process::id());
        image::import_probe(&tag).await;
        (tag.clone(), Some(tag))
    };
    let images = Images { handlers, probe };
    Opened::ours(Served::with_containers(images).await, imported)
}
