//! Groups of streams, by name: the one place that knows what there is, and says what there is not.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use emulator_front::WireError;

use crate::event::Timestamp;
use crate::retention::{Days, Retention};
use crate::stream::{Keeping, Stream};

/// What is asked for is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// There is no group of that name.
    #[error("The specified log group does not exist.")]
    Group,
    /// There is no stream of that name in the group.
    #[error("The specified log stream does not exist.")]
    Stream,
}

/// What is to be made is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AlreadyThere {
    /// A group of that name.
    #[error("The specified log group already exists")]
    Group,
    /// A stream of that name in the group.
    #[error("The specified log stream already exists")]
    Stream,
}

impl WireError for Missing {
    fn shape(&self) -> (u16, &'static str) {
        (400, "ResourceNotFoundException")
    }
}

impl WireError for AlreadyThere {
    fn shape(&self) -> (u16, &'static str) {
        (400, "ResourceAlreadyExistsException")
    }
}

/// What somebody has set for a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// For how long events are kept; for ever, if nothing is said.
    pub retention: Option<Days>,
    /// Tags, sorted by key.
    pub tags: BTreeMap<String, String>,
    /// Whether the group cannot be deleted.
    pub is_protected: bool,
}

/// What a list of groups says of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFacts {
    /// As given by whoever made it or wrote first.
    pub name: Box<str>,
    /// When it was made or first written to.
    pub created: Timestamp,
    /// What is set for it.
    pub settings: Settings,
}

/// All groups, sorted by name.
#[derive(Default)]
pub(crate) struct Groups(BTreeMap<Box<str>, Group>);

/// One group's streams, sorted by name.
pub(crate) struct Group {
    /// Its own for ever: a group that is made again under the same name has another one.
    pub(crate) number: u64,
    pub(crate) name: Box<str>,
    pub(crate) created: Timestamp,
    /// Its retention stands in `retention` too.
    settings: Settings,
    retention: Arc<Retention>,
    streams: BTreeMap<Arc<str>, Arc<Stream>>,
}

impl Groups {
    pub(crate) fn get(&self, name: &str) -> Result<&Group, Missing> {
        self.0.get(name).ok_or(Missing::Group)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Result<&mut Group, Missing> {
        self.0.get_mut(name).ok_or(Missing::Group)
    }

    pub(crate) fn entry(&mut self, name: &str) -> Entry<'_, Box<str>, Group> {
        self.0.entry(name.into())
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Group> {
        self.0.remove(name)
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = GroupFacts> {
        self.0.values().map(|group| GroupFacts {
            name: group.name.clone(),
            created: group.created,
            settings: group.settings.clone(),
        })
    }

    /// Every stream of every group.
    pub(crate) fn streams(&self) -> impl Iterator<Item = &Arc<Stream>> {
        self.0.values().flat_map(Group::streams)
    }
}

impl Group {
    /// A group without any streams.
    pub(crate) fn new(number: u64, name: &str, created: Timestamp, settings: Settings) -> Self {
        let retention = Arc::new(Retention::of(settings.retention));
        let streams = BTreeMap::new();
        Self { number, name: name.into(), created, settings, retention, streams }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn set(&mut self, settings: Settings) {
        self.retention.set(settings.retention);
        self.settings = settings;
    }

    /// The same group with other settings, which has no streams: what is stored of it.
    pub(crate) fn with(&self, settings: Settings) -> Self {
        Self::new(self.number, &self.name, self.created, settings)
    }

    /// A stream for this group, which is not in it yet.
    pub(crate) fn new_stream(
        &self,
        number: u64,
        name: &str,
        created: Timestamp,
        keeping: &Arc<Keeping>,
    ) -> Arc<Stream> {
        let (retention, keeping) = (self.retention.clone(), keeping.clone());
        Arc::new(Stream::new(number, name.into(), created, retention, keeping))
    }

    pub(crate) fn get(&self, stream: &str) -> Result<&Arc<Stream>, Missing> {
        self.streams.get(stream).ok_or(Missing::Stream)
    }

    /// Adds a stream, unless there is one of that name.
    pub(crate) fn add(&mut self, stream: Arc<Stream>) {
        self.streams.entry(stream.name.clone()).or_insert(stream);
    }

    pub(crate) fn remove(&mut self, stream: &str) -> Option<Arc<Stream>> {
        self.streams.remove(stream)
    }

    pub(crate) fn streams(&self) -> impl Iterator<Item = &Arc<Stream>> {
        self.streams.values()
    }
}
