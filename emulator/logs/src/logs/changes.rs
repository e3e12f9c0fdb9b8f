//! Changes that somebody asks for: decided on what is there, committed to the store, and only then shown.
//!
//! So nobody sees a group that a crash could take back. One change of groups and streams is under way at
//! a time, in the order in which they came. Functions do not wait for their turn: they may make a group
//! or a stream while the same one is on its way, and what is shown then is theirs, as it has been set.

use std::collections::btree_map::Entry;
use std::sync::Arc;

use emulator_front::WireError;
use emulator_store::{Committed, MediumError};

use super::Logs;
use crate::event::Event;
use crate::group::{AlreadyThere, Group, Missing, Settings};
use crate::stream::Stream;

/// The store has failed.
#[derive(Debug, thiserror::Error)]
#[error("the change could not be stored, so it was not made")]
pub(crate) struct NotStored(#[from] MediumError);

/// A group whose deletion somebody has forbidden. AWS's words are not documented; these are ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The specified log group is protected from deletion (hint: PutLogGroupDeletionProtection ends that)"
)]
pub(crate) struct Protected;

impl WireError for NotStored {
    fn shape(&self) -> (u16, &'static str) {
        (500, "ServiceUnavailableException")
    }
}

impl WireError for Protected {
    fn shape(&self) -> (u16, &'static str) {
        (400, "ValidationException")
    }
}

/// Shows a change when it is dropped, unless it was found not to be durable.
struct Showing<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for Showing<F> {
    fn drop(&mut self) {
        if let Some(show) = self.0.take() {
            show();
        }
    }
}

impl Logs {
    /// Makes a group.
    pub(crate) async fn create_group<E>(&self, name: &str, settings: Settings) -> Result<(), E>
    where
        E: From<AlreadyThere> + From<NotStored>,
    {
        let _turn = self.turn.lock().await;
        if self.directory().get(name).is_ok() {
            return Err(AlreadyThere::Group.into());
        }
        let group = Group::new(self.next_number(), name, self.now(), settings);
        let archive = &self.keeping.archive;
        let committed = archive.put_group(&group);
        let show = || match self.directory().entry(name) {
            Entry::Vacant(place) => _ = place.insert(group),
            Entry::Occupied(mut there) => {
                there.get_mut().set(group.settings().clone());
                archive.keep(|archive| archive.put_group(there.get()));
            }
        };
        Ok(self.commit(committed, show).await?)
    }

    /// Deletes a group with its streams.
    pub(crate) async fn delete_group<E>(&self, name: &str) -> Result<(), E>
    where
        E: From<Missing> + From<Protected> + From<NotStored>,
    {
        let _turn = self.turn.lock().await;
        let archive = &self.keeping.archive;
        let committed = {
            let directory = self.directory();
            let group = directory.get(name)?;
            if group.settings().is_protected {
                return Err(Protected.into());
            }
            archive.remove_group(group)
        };
        let show = || {
            let Some(group) = self.directory().remove(name) else { return };
            for stream in group.streams() {
                archive.keep(|archive| archive.remove_stream(&group, &stream.name));
                stream.delete();
            }
        };
        Ok(self.commit(committed, show).await?)
    }

    /// Makes a stream.
    pub(crate) async fn create_stream<E>(&self, group: &str, name: &str) -> Result<(), E>
    where
        E: From<Missing> + From<AlreadyThere> + From<NotStored>,
    {
        let _turn = self.turn.lock().await;
        let (stream, committed) = {
            let directory = self.directory();
            let group = directory.get(group)?;
            if group.get(name).is_ok() {
                return Err(AlreadyThere::Stream.into());
            }
            let stream = group.new_stream(self.next_number(), name, self.now(), &self.keeping);
            let committed = self.keeping.archive.put_stream(group, &stream);
            (stream, committed)
        };
        let show = || {
            if let Ok(group) = self.directory().get_mut(group) {
                group.add(stream);
            }
        };
        Ok(self.commit(committed, show).await?)
    }

    /// Deletes a stream.
    pub(crate) async fn delete_stream<E>(&self, group: &str, name: &str) -> Result<(), E>
    where
        E: From<Missing> + From<NotStored>,
    {
        let _turn = self.turn.lock().await;
        let committed = {
            let directory = self.directory();
            let group = directory.get(group)?;
            group.get(name)?;
            self.keeping.archive.remove_stream(group, name)
        };
        let show = || {
            if let Ok(group) = self.directory().get_mut(group)
                && let Some(stream) = group.remove(name)
            {
                stream.delete();
            }
        };
        Ok(self.commit(committed, show).await?)
    }

    /// Changes what is set for a group.
    pub(crate) async fn change_group<E>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Settings) -> Result<(), E>,
    ) -> Result<(), E>
    where
        E: From<Missing> + From<NotStored>,
    {
        let _turn = self.turn.lock().await;
        let (settings, committed) = {
            let directory = self.directory();
            let group = directory.get(name)?;
            let mut settings = group.settings().clone();
            change(&mut settings)?;
            let committed = self.keeping.archive.put_group(&group.with(settings.clone()));
            (settings, committed)
        };
        let show = || {
            let mut directory = self.directory();
            let Ok(group) = directory.get_mut(name) else { return };
            group.set(settings);
            let streams: Vec<_> = group.streams().cloned().collect();
            drop(directory);
            self.expire(&streams);
        };
        Ok(self.commit(committed, show).await?)
    }

    /// What is set for a group.
    pub(crate) fn settings(&self, group: &str) -> Result<Settings, Missing> {
        Ok(self.directory().get(group)?.settings().clone())
    }

    /// A stream that is there.
    pub(crate) fn existing(&self, group: &str, stream: &str) -> Result<Arc<Stream>, Missing> {
        Ok(self.directory().get(group)?.get(stream)?.clone())
    }

    /// Writes events that have an order already.
    pub(crate) async fn put(&self, stream: &Stream, events: Vec<Event>) -> Result<(), NotStored> {
        let committed = stream.store(&events);
        let show = || {
            stream.show(events);
            self.written();
        };
        self.commit(committed, show).await
    }

    /// Waits until a change is durable, then shows it. If the caller goes away meanwhile, it is shown at
    /// once: it is on its way and cannot be called back.
    async fn commit(&self, committed: Committed, show: impl FnOnce()) -> Result<(), NotStored> {
        let mut showing = Showing(Some(show));
        if let Err(error) = self.keeping.archive.committed(committed).await {
            showing.0 = None;
            return Err(error.into());
        }
        Ok(())
    }
}
