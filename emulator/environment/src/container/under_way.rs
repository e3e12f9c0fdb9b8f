//! Work that is done once however many wait for it, and goes on when they have all gone.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

use tokio::sync::watch;
use tokio::task::JoinSet;

/// What is being done, by what it is done for. Dropping this ends all of it.
pub(super) struct UnderWay<K, T>(Mutex<Tasks<K, T>>);

struct Tasks<K, T> {
    tasks: JoinSet<()>,
    /// Nothing, until the task has ended.
    outcomes: HashMap<K, watch::Receiver<Option<T>>>,
}

impl<K, T> Default for UnderWay<K, T> {
    fn default() -> Self {
        Self(Mutex::new(Tasks { tasks: JoinSet::new(), outcomes: HashMap::new() }))
    }
}

impl<K: Eq + Hash, T: Clone + Send + Sync + 'static> UnderWay<K, T> {
    /// Does the work, unless some for the same key is under way: then that is joined. Nothing comes of it
    /// if it is ended before it is done.
    pub(super) async fn join(
        &self,
        key: K,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let mut outcome = self.start(key, work);
        let done = outcome.wait_for(Option::is_some).await.ok()?;
        done.clone()
    }

    fn start(
        &self,
        key: K,
        work: impl Future<Output = T> + Send + 'static,
    ) -> watch::Receiver<Option<T>> {
        let mut under_way = self.0.lock().expect("nothing panics while it holds this");
        let Tasks { tasks, outcomes } = &mut *under_way;
        while tasks.try_join_next().is_some() {}
        // Who has sent an outcome has gone.
        outcomes.retain(|_, outcome| outcome.has_changed().is_ok());
        let joined = outcomes.entry(key).or_insert_with(|| {
            let (sender, receiver) = watch::channel(None);
            tasks.spawn(async move {
                let _ = sender.send(Some(work.await));
            });
            receiver
        });
        joined.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_is_done_once_for_all_who_wait_for_it() {
        let under_way = UnderWay::default();
        let (finish, finished) = oneshot::channel();
        let joined = tokio::join!(
            under_way.join("image", async { finished.await.unwrap() }),
            under_way.join("image", async { "done again" }),
            under_way.join("other", async { "another" }),
            async { finish.send("done").unwrap() },
        );
        assert_eq!((joined.0, joined.1, joined.2), (Some("done"), Some("done"), Some("another")));
        assert_eq!(under_way.join("image", async { "later" }).await, Some("later"));
    }

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_for_it_any_more() {
        let under_way = UnderWay::default();
        let (finish, finished) = oneshot::channel();
        let first = under_way.join("image", async { finished.await.unwrap() });
        tokio::select! {
            biased;
            _ = first => panic!("it cannot be done yet"),
            () = async {} => {}
        }
        finish.send("done").unwrap();
        assert_eq!(under_way.join("image", pending()).await, Some("done"));
    }
}
