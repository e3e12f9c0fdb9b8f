//! The service: all metrics of the emulator's account and region.

use std::collections::BTreeMap;
use std::mem;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use emulator_clock::Clock;
use emulator_front::Home;
use emulator_store::{Committed, LoadError, MediumError, Store, Table};
use time::UtcDateTime;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::Datum;
use crate::aggregate::{Aggregate, StatisticSet};
use crate::metric::{Metric, write_key};
use crate::record::{self, Row};
use crate::resolution::Resolution;
use crate::series::{Periods, Place, Series, Window};
use crate::unit::Unit;

/// For how long measurements are gathered before they are written, in real time: this bounds what an
/// emulator that is killed loses, and real time is when that happens.
const GATHERED: Duration = Duration::from_secs(1);

/// About how much memory all metrics take at most, in bytes. Ours: a hundred thousand metrics with a
/// thousand bytes of names and measurements each. AWS has no such bound.
const MAX_BYTES: usize = 128 * 1024 * 1024;

/// All metrics.
pub struct Metrics {
    home: Home,
    clock: Clock,
    /// Locked for one measurement or one reading at a time, never across an await.
    state: Mutex<State>,
    /// Where buckets are written, if they are.
    table: Option<Table<Row>>,
    /// Told when a bucket is listed to be written.
    listed: Notify,
}

#[derive(Default)]
struct State {
    /// By [key](Metric::key).
    series: BTreeMap<Arc<str>, Series>,
    /// Every bucket that is not written as it is, and those that are to go.
    listed: Vec<(Arc<str>, Place)>,
    /// Room to write a key in.
    key: String,
    /// About how much memory all series take.
    bytes: usize,
    /// How much they may take.
    most_bytes: usize,
    /// Whether the log has said that series had to go.
    is_told: bool,
}

impl State {
    fn of(most_bytes: usize) -> Self {
        Self { most_bytes, ..Self::default() }
    }

    /// Changes a series that is there, and keeps count of its memory.
    fn change<T>(&mut self, key: &str, change: impl FnOnce(&mut Series) -> T) -> Option<T> {
        let series = self.series.get_mut(key)?;
        let before = series.bytes;
        let changed = change(series);
        self.bytes = self.bytes + series.bytes - before;
        Some(changed)
    }

    /// Adds a series, unless it is there.
    fn add(&mut self, key: &str, metric: impl FnOnce() -> Metric) {
        if !self.series.contains_key(key) {
            let series = Series::new(metric());
            self.bytes += series.bytes;
            self.series.insert(key.into(), series);
        }
    }

    /// If all series take too much memory, drops those in which nothing was measured for longest, until
    /// there is room again for a while, and answers where they were.
    fn make_room(&mut self) -> Vec<(Arc<str>, Place)> {
        let mut gone = Vec::new();
        if self.bytes <= self.most_bytes {
            return gone;
        }
        if !mem::replace(&mut self.is_told, true) {
            let most_mib = self.most_bytes / 1024 / 1024;
            tracing::warn!(most_mib, "metrics take all their memory: from now on the oldest go");
        }
        let enough = self.most_bytes - self.most_bytes / 16;
        let mut oldest: Vec<_> =
            self.series.iter().map(|(key, series)| (series.last, key.clone())).collect();
        oldest.sort_unstable();
        for (_, key) in oldest {
            if self.bytes <= enough {
                break;
            }
            let Some(series) = self.series.remove(&key) else { continue };
            self.bytes -= series.bytes;
            gone.extend(series.places().map(|place| (key.clone(), place)));
        }
        gone
    }

    /// Lists a bucket that could not be written. Nobody is told: to try again at once would be to poll.
    fn list_again(&mut self, key: Arc<str>, place: Place) {
        let bucket = self.series.get_mut(&key).and_then(|series| series.bucket(place));
        if !bucket.is_some_and(|bucket| mem::replace(&mut bucket.is_listed, true)) {
            self.listed.push((key, place));
        }
    }
}

/// Measurements that a client has put.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Put {
    pub(crate) metric: Metric,
    pub(crate) unit: Unit,
    pub(crate) resolution: Resolution,
    pub(crate) at: UtcDateTime,
    /// Each value, and how often it was measured.
    pub(crate) values: Vec<(f64, f64)>,
    /// Measurements of which there is only a summary.
    pub(crate) set: Option<StatisticSet>,
}

impl Metrics {
    /// No metrics yet, and none that outlast this.
    pub fn new(home: Home, clock: Clock) -> Self {
        Self::of(home, clock, State::of(MAX_BYTES), None)
    }

    /// The metrics that `store` has. What is recorded is written there by [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// [`LoadError`] if the store cannot be read, or has what this version has not written.
    pub fn open(home: Home, clock: Clock, store: &Store) -> Result<Arc<Self>, LoadError> {
        Self::open_within(MAX_BYTES, home, clock, store)
    }

    /// As [`open`](Self::open), with so much memory.
    pub(crate) fn open_within(
        most_bytes: usize,
        home: Home,
        clock: Clock,
        store: &Store,
    ) -> Result<Arc<Self>, LoadError> {
        let table: Table<Row> = store.table("metrics");
        let mut state = State::of(most_bytes);
        for (_, row) in table.load()? {
            let (metric, place, aggregate) = row.parts();
            let key = metric.key();
            state.add(&key, || metric);
            state.change(&key, |series| _ = series.count(place, |known| *known = aggregate));
        }
        Ok(Arc::new(Self::of(home, clock, state, Some(table))))
    }

    fn of(home: Home, clock: Clock, state: State, table: Option<Table<Row>>) -> Self {
        Self { home, clock, state: Mutex::new(state), table, listed: Notify::new() }
    }

    /// Counts one measurement, in its minute.
    ///
    /// This is called on the way of every invocation: it neither waits nor writes. Before
    /// [`run`](Self::run) has written it, an emulator that is killed loses it.
    pub fn record(&self, datum: Datum<'_>) {
        if !datum.value.is_finite() {
            return;
        }
        let dimensions = datum.dimensions;
        let mut state = self.state();
        let mut key = mem::take(&mut state.key);
        key.clear();
        write_key(&mut key, datum.namespace, datum.name, dimensions.iter().copied());
        let metric = || Metric::of(&datum);
        let place = Place::of(datum.unit, Resolution::Minute, datum.at.unix_timestamp());
        self.add(&mut state, &key, metric, place, |known| known.add(datum.value, 1.0));
        state.key = key;
    }

    /// Counts what a client has put, and returns once that is durable.
    ///
    /// # Errors
    ///
    /// [`MediumError`] if it was not written. It is counted nevertheless, and written with what comes next.
    pub(crate) async fn put(&self, data: Vec<Put>) -> Result<(), MediumError> {
        let writing = {
            let mut state = self.state();
            for put in data {
                let place = Place::of(put.unit, put.resolution, put.at.unix_timestamp());
                let key = put.metric.key();
                self.add(
                    &mut state,
                    &key,
                    || put.metric.clone(),
                    place,
                    |known| {
                        put.values.iter().for_each(|(value, count)| known.add(*value, *count));
                        put.set.into_iter().for_each(|set| known.add_set(set));
                    },
                );
            }
            self.write(&mut state)
        };
        self.written(writing).await
    }

    /// What was measured in a metric within a window.
    pub(crate) fn read(&self, metric: &Metric, window: Window) -> Periods {
        let now = self.now().unix_timestamp();
        let mut state = self.state();
        let Some((key, _)) = state.series.get_key_value(&*metric.key()) else {
            return Periods::new();
        };
        let key = key.clone();
        self.age(&mut state, &key, now);
        state.series[&key].read(window)
    }

    /// Metrics in the order of their keys, after the one with the key `after`: at most `most` of those
    /// that were measured at `since` (in seconds since 1970) or later and are `wanted`.
    pub(crate) fn list(
        &self,
        since: i64,
        after: Option<&str>,
        most: usize,
        wanted: impl Fn(&Metric) -> bool,
    ) -> Vec<(Arc<str>, Metric)> {
        let state = self.state();
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let series = state.series.range::<str, _>((start, Bound::Unbounded));
        let listed = series.filter(|(_, series)| series.last >= since && wanted(&series.metric));
        listed.take(most).map(|(key, series)| (key.clone(), series.metric.clone())).collect()
    }

    /// Writes what is recorded, a moment after it is, until `stop`. Nothing is done while nothing is
    /// recorded.
    ///
    /// An emulator that is killed loses what was recorded in the last second, and what the store had not
    /// made durable by then.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = self.listed.notified() => {}
                () = stop.cancelled() => break,
            }
            tokio::select! {
                () = tokio::time::sleep(GATHERED) => {}
                () = stop.cancelled() => {}
            }
            self.flush().await;
        }
        self.flush().await;
    }

    /// Writes what was recorded so far, and returns once it is durable. What cannot be written is tried
    /// again with what is recorded next.
    pub async fn flush(&self) {
        let writing = self.write(&mut self.state());
        if let Err(error) = self.written(writing).await {
            tracing::warn!(%error, "Metrics could not be written; they are kept in memory.");
        }
    }

    pub(crate) fn now(&self) -> UtcDateTime {
        self.clock.now()
    }

    pub(crate) fn account(&self) -> &str {
        &self.home.account
    }

    /// Counts something in one place of a series.
    fn add(
        &self,
        state: &mut State,
        key: &str,
        metric: impl FnOnce() -> Metric,
        place: Place,
        count: impl FnOnce(&mut Aggregate),
    ) {
        state.add(key, metric);
        let counted = state.change(key, |series| {
            let (bucket, is_new) = series.count(place, count);
            (bucket.is_listed, is_new)
        });
        let (is_listed, is_new) = counted.expect("it is there now");
        if is_new || (self.table.is_some() && !is_listed) {
            let (key, _) = state.series.get_key_value(key).expect("it is still there");
            let key = key.clone();
            self.list_to_write(state, &key, place);
            if is_new {
                // Once per stretch of time, so that a series that grows does not grow for ever.
                self.age(state, &key, self.now().unix_timestamp());
                for (key, place) in state.make_room() {
                    self.list_to_write(state, &key, place);
                }
            }
        }
    }

    fn age(&self, state: &mut State, key: &Arc<str>, now: i64) {
        let changed = state.change(key, |series| series.age(now)).unwrap_or_default();
        for place in changed {
            self.list_to_write(state, key, place);
        }
    }

    fn list_to_write(&self, state: &mut State, key: &Arc<str>, place: Place) {
        if self.table.is_none() {
            return;
        }
        let bucket = state.series.get_mut(key).and_then(|series| series.bucket(place));
        if bucket.is_some_and(|bucket| mem::replace(&mut bucket.is_listed, true)) {
            return;
        }
        state.listed.push((key.clone(), place));
        self.listed.notify_one();
    }

    /// Has everything written that is listed. Under the lock, so that of two writes of a bucket the later
    /// one has more.
    fn write(&self, state: &mut State) -> Option<Writing> {
        let table = self.table.as_ref().filter(|_| !state.listed.is_empty())?;
        let listed = mem::take(&mut state.listed);
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        for (key, place) in &listed {
            let name = record::key(key, *place);
            match state.series.get_mut(key).and_then(|series| series.named_bucket(*place)) {
                Some((metric, bucket)) => {
                    bucket.is_listed = false;
                    rows.push((name, Row::of(metric, *place, &bucket.aggregate)));
                }
                None => gone.push(name),
            }
        }
        // At once: what has become coarser is not counted a second time as what it was.
        let committed = table.replace(rows.iter().map(|(name, row)| (name.as_str(), row)), gone);
        Some(Writing { listed, committed })
    }

    async fn written(&self, writing: Option<Writing>) -> Result<(), MediumError> {
        let Some(Writing { listed, committed }) = writing else { return Ok(()) };
        let result = committed.await;
        if result.is_err() {
            let mut state = self.state();
            for (key, place) in listed {
                state.list_again(key, place);
            }
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the metrics")
    }
}

/// Buckets on their way into the store.
struct Writing {
    listed: Vec<(Arc<str>, Place)>,
    committed: Committed,
}
