//! Tags that move: whoever has rebuilt an image hears, once for each function, that the function goes on
//! with the image that it was created with.
//!
//! One task looks where the tags are whenever a function is started, and whenever the engine tells of a
//! change to its images. No start waits for it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, Weak};

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::stream::TryReadyChunksError;
use futures_util::{Stream, StreamExt, TryStreamExt};
use time::UtcDateTime;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use super::image;
use crate::launch::Launch;

/// How many changes are looked after at once, if so many have come meanwhile: `docker image prune` makes
/// one for every image.
const AT_ONCE: usize = 256;

/// How many tags may have moved before somebody who listens loses the first: more than a build has.
const UNHEARD: usize = 64;

/// A function's image URI has come to name another image than the one that the function runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MovedTag {
    /// The function's name.
    pub function: String,
    /// The image URI, as the function's owner wrote it.
    pub uri: String,
    /// Digest of the image that the function runs.
    pub pinned: String,
    /// Digest of the image that the URI names now.
    pub now: String,
}

impl fmt::Display for MovedTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, uri, pinned, now } = self;
        // The engine's own tools shorten ids to 12 digits.
        write!(
            formatter,
            "`{uri}` is image {now:.12} now, and function `{function}` goes on with image {pinned:.12}, \
             as on AWS (hint: aws lambda update-function-code --function-name {function} --image-uri {uri})"
        )
    }
}

/// Watches the tags of the functions that have been started.
pub(super) struct Tags {
    started: watch::Sender<Started>,
    moved: broadcast::Sender<MovedTag>,
    /// The one task, which ends with this.
    watcher: Mutex<JoinSet<()>>,
}

/// What was started last of each function that is still deployed so.
type Started = Vec<Weak<Launch>>;

impl Tags {
    pub(super) fn new(docker: Docker) -> Self {
        let (sender, started) = watch::channel(Started::new());
        let (moved, _) = broadcast::channel(UNHEARD);
        let watcher = Watcher { docker, started, told: HashSet::new(), moved: moved.clone() };
        let mut task = JoinSet::new();
        task.spawn(watcher.run());
        Self { started: sender, moved, watcher: Mutex::new(task) }
    }

    /// Tells of this function's tag if it has moved, and if it does from now on.
    pub(super) fn watch(&self, launch: &Arc<Launch>) {
        if !is_outdated_by_a_tag(launch) {
            return;
        }
        self.started.send_modify(|started| {
            let is_another = |known: Arc<Launch>| known.function != launch.function;
            started.retain(|known| known.upgrade().is_some_and(is_another));
            started.push(Arc::downgrade(launch));
        });
    }

    /// Ends its task, and waits for that.
    pub(super) async fn close(&self) {
        let mut task = {
            let mut watcher = self.watcher.lock().expect("nothing panics while it holds this");
            std::mem::take(&mut *watcher)
        };
        task.shutdown().await;
    }

    /// Every tag that moves from now on, as it is told of.
    pub(super) fn moved(&self) -> broadcast::Receiver<MovedTag> {
        self.moved.subscribe()
    }
}

/// Whether a tag could be news to this function's owner: a digest never names anything else, and a
/// published version is to stay what it is.
fn is_outdated_by_a_tag(launch: &Launch) -> bool {
    launch.is_latest() && !launch.image.uri.contains('@')
}

struct Watcher {
    docker: Docker,
    started: watch::Receiver<Started>,
    told: HashSet<MovedTag>,
    moved: broadcast::Sender<MovedTag>,
}

impl Watcher {
    /// Waits for a function to be started and follows the engine, as often as the engine comes back.
    async fn run(mut self) {
        while self.started.changed().await.is_ok() {
            let Err(error) = self.follow().await else { return };
            tracing::warn!(
                %error,
                "the container engine tells of no more changes to its images: a tag that moves is not \
                 noticed before a function is started again"
            );
        }
    }

    /// Looks at the tags with every start and with every change, until nobody wants that any more, or until
    /// the engine tells of no more changes, which is an error.
    async fn follow(&mut self) -> Result<(), Error> {
        // From before the first look on, so that nothing can happen unseen between the two.
        let engine = self.docker.clone();
        let mut changes = changes(&engine, UtcDateTime::now()).try_ready_chunks(AT_ONCE);
        loop {
            self.look().await;
            tokio::select! {
                started = self.started.changed() => match started {
                    Ok(()) => {}
                    Err(_) => return Ok(()),
                },
                changes = changes.next() => match changes {
                    Some(changes) => drop(changes.map_err(|TryReadyChunksError(_, error)| error)?),
                    None => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
                },
            }
        }
    }

    /// Tells of every tag that has moved.
    async fn look(&mut self) {
        let started: Vec<_> = self.started.borrow().iter().filter_map(Weak::upgrade).collect();
        let uris: BTreeSet<_> = started.iter().map(|launch| &launch.image.uri).collect();
        for uri in uris {
            // A URI that names nothing any more is no news: there is nothing that the function could be
            // updated to.
            let Some(now) = image::current(&self.docker, uri).await else { continue };
            for launch in started.iter().filter(|launch| launch.image.uri == *uri) {
                self.compare(launch, &now);
            }
        }
    }

    fn compare(&mut self, launch: &Launch, now: &str) {
        if launch.image.digest == now {
            return;
        }
        let moved = MovedTag {
            function: launch.function.clone(),
            uri: launch.image.uri.clone(),
            pinned: launch.image.digest.clone(),
            now: now.to_owned(),
        };
        if self.told.insert(moved.clone()) {
            tracing::warn!("{moved}");
            // Nobody has to listen.
            let _ = self.moved.send(moved);
        }
    }
}

/// The engine's changes to its images. Those that happen `since` then and before it is asked are told too.
fn changes(
    docker: &Docker,
    since: UtcDateTime,
) -> impl Stream<Item = Result<EventMessage, Error>> + Unpin {
    let filters = [("type", vec!["image"])].into();
    let since = since.unix_timestamp().to_string();
    let options = EventsOptionsBuilder::new().since(&since).filters(&filters).build();
    Box::pin(docker.events(Some(options)))
}
