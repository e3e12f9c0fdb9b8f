//! Groups of streams, by name: the one place that knows what there is, and says what there is not.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::Timestamp;
use crate::stream::Stream;

/// What is asked for is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Nothing was ever written to a group of that name.
    #[error("The specified log group does not exist.")]
    Group,
    /// Nothing was ever written to a stream of that name in the group.
    #[error("The specified log stream does not exist.")]
    Stream,
}

/// What a list of groups says of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFacts {
    /// As given by whoever wrote first.
    pub name: Box<str>,
    /// When it was first written to.
    pub created: Timestamp,
}

/// All groups, sorted by name.
#[derive(Default)]
pub(crate) struct Groups(BTreeMap<Box<str>, Group>);

/// One group's streams, sorted by name.
pub(crate) struct Group {
    created: Timestamp,
    streams: BTreeMap<Arc<str>, Arc<Stream>>,
}

impl Groups {
    /// The stream of that name, which is there from now on if it was not.
    pub(crate) fn open(&mut self, group: &str, stream: &str, now: Timestamp) -> Arc<Stream> {
        let group = self
            .0
            .entry(group.into())
            .or_insert_with(|| Group { created: now, streams: BTreeMap::new() });
        let stream = group
            .streams
            .entry(stream.into())
            .or_insert_with_key(|name| Arc::new(Stream::new(name.clone(), now)));
        stream.clone()
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Group, Missing> {
        self.0.get(name).ok_or(Missing::Group)
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = GroupFacts> {
        self.0.iter().map(|(name, group)| GroupFacts { name: name.clone(), created: group.created })
    }
}

impl Group {
    pub(crate) fn get(&self, stream: &str) -> Result<&Arc<Stream>, Missing> {
        self.streams.get(stream).ok_or(Missing::Stream)
    }

    pub(crate) fn streams(&self) -> impl Iterator<Item = &Arc<Stream>> {
        self.streams.values()
    }
}
