//! Reading everything that is stored, once, and telling what leads nowhere.

use std::collections::{BTreeMap, HashMap};

use emulator_store::LoadError;

use super::Tables;
use super::row::{self, RUN_KEY};
use crate::event::{BITS_OF_A_RUN, Event, EventId, Timestamp};
use crate::group::Settings;

/// Everything that an earlier emulator has kept.
#[derive(Default)]
pub(crate) struct Contents {
    /// By name.
    pub(crate) groups: Vec<(String, StoredGroup)>,
    /// Which start of the emulator this is, from 1.
    pub(crate) run: u64,
}

/// One group.
pub(crate) struct StoredGroup {
    pub(crate) number: u64,
    pub(crate) created: Timestamp,
    pub(crate) settings: Settings,
    /// By name.
    pub(crate) streams: BTreeMap<String, StoredStream>,
}

/// One stream.
pub(crate) struct StoredStream {
    pub(crate) number: u64,
    pub(crate) created: Timestamp,
    /// Sorted by id.
    pub(crate) events: Vec<Event>,
}

/// Keys of rows whose stream or group is gone.
#[derive(Default)]
pub(super) struct Orphans {
    pub(super) streams: Vec<String>,
    pub(super) events: Vec<String>,
}

impl Tables {
    pub(super) fn load(&self) -> Result<(Contents, Orphans), LoadError> {
        let mut orphans = Orphans::default();
        let mut events = self.load_events(&mut orphans)?;
        // A run whose own row did not come to be stored can still be told from the numbers that it gave.
        let arrivals = events.values().flatten().map(|event| event.id.arrival);
        let mut highest = arrivals.max().unwrap_or_default();
        let mut streams: HashMap<u64, BTreeMap<String, StoredStream>> = HashMap::new();
        for (key, row) in self.streams.load()? {
            let Some((group, name)) = row::split_key(&key) else {
                orphans.streams.push(key);
                continue;
            };
            highest = highest.max(row.number);
            let stream = StoredStream {
                number: row.number,
                created: Timestamp(row.created_ms),
                events: Vec::new(),
            };
            streams.entry(group).or_default().insert(name.to_owned(), stream);
        }
        let mut groups = Vec::new();
        for (name, row) in self.groups.load()? {
            highest = highest.max(row.number);
            let mut streams = streams.remove(&row.number).unwrap_or_default();
            for stream in streams.values_mut() {
                stream.events = events.remove(&stream.number).unwrap_or_default();
            }
            let (number, created) = (row.number, Timestamp(row.created_ms));
            groups.push((name, StoredGroup { number, created, settings: row.settings(), streams }));
        }
        for (group, streams) in streams {
            orphans.streams.extend(streams.keys().map(|name| row::stream_key(group, name)));
        }
        for (stream, events) in events {
            orphans.events.extend(events.iter().map(|event| row::event_key(stream, event.id)));
        }
        let run = self.last_run()?.max(highest >> BITS_OF_A_RUN) + 1;
        Ok((Contents { groups, run }, orphans))
    }

    fn last_run(&self) -> Result<u64, LoadError> {
        let last = self.runs.load()?.into_iter().find(|(key, _)| key == RUN_KEY);
        Ok(last.map_or(0, |(_, row)| row.number))
    }

    /// All events, by the number of their stream.
    fn load_events(&self, orphans: &mut Orphans) -> Result<HashMap<u64, Vec<Event>>, LoadError> {
        let mut events: HashMap<u64, Vec<Event>> = HashMap::new();
        for (key, row) in self.events.load()? {
            let place = row::split_key(&key);
            let place = place.and_then(|(stream, id)| Some((stream, id.parse::<EventId>().ok()?)));
            match place {
                Some((stream, id)) => events.entry(stream).or_default().push(row.read(id)),
                None => orphans.events.push(key),
            }
        }
        Ok(events)
    }
}
