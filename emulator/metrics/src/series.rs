//! The measurements of one metric over time.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::Unit;
use crate::aggregate::Aggregate;
use crate::metric::Metric;
use crate::resolution::{Resolution, floor};

/// A stretch of time in a series, by unit: where measurements are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) unit: Unit,
    pub(crate) resolution: Resolution,
    /// When it starts, in seconds since 1970, a multiple of the resolution's width.
    pub(crate) start: i64,
}

impl Place {
    /// Where what is measured at `time` (in seconds since 1970) belongs.
    pub(crate) fn of(unit: Unit, resolution: Resolution, time: i64) -> Self {
        Self { unit, resolution, start: floor(time, resolution.width()) }
    }
}

/// What was measured in one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) aggregate: Aggregate,
    /// Whether it is among those that are to be written.
    pub(crate) is_listed: bool,
}

impl Bucket {
    /// About how much memory it takes, with its place.
    fn bytes(&self) -> usize {
        let (_, cells) = self.aggregate.values.parts();
        size_of::<(Place, Self)>() + size_of_val(cells)
    }
}

/// What a reader asks a series for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// In seconds since 1970, the first that counts.
    pub(crate) start: i64,
    /// The first that does not count any more.
    pub(crate) end: i64,
    /// In seconds, at least 1.
    pub(crate) period: i64,
    /// Of any unit, if it is not said.
    pub(crate) unit: Option<Unit>,
}

/// What was measured, by the start of its period and by unit.
pub(crate) type Periods = BTreeMap<i64, BTreeMap<Unit, Aggregate>>;

/// The measurements of one metric over time.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) metric: Metric,
    /// The start of the last stretch of time in which anything was measured, in seconds since 1970.
    pub(crate) last: i64,
    /// All that occur in `buckets`, and maybe some that did.
    units: BTreeSet<Unit>,
    buckets: BTreeMap<Place, Bucket>,
    /// About how much memory all of this takes.
    pub(crate) bytes: usize,
}

impl Series {
    pub(crate) fn new(metric: Metric) -> Self {
        // The metric's names stand in its key too.
        let bytes = size_of::<Self>() + 2 * metric.bytes();
        let (units, buckets) = (BTreeSet::new(), BTreeMap::new());
        Self { metric, last: i64::MIN, units, buckets, bytes }
    }

    /// Every place where anything was measured.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> {
        self.buckets.keys().copied()
    }

    pub(crate) fn bucket(&mut self, place: Place) -> Option<&mut Bucket> {
        self.buckets.get_mut(&place)
    }

    /// The bucket with what it is called.
    pub(crate) fn named_bucket(&mut self, place: Place) -> Option<(&Metric, &mut Bucket)> {
        Some((&self.metric, self.buckets.get_mut(&place)?))
    }

    /// Counts something in this place; answers its bucket, and whether that is a new one.
    pub(crate) fn count(
        &mut self,
        place: Place,
        count: impl FnOnce(&mut Aggregate),
    ) -> (&mut Bucket, bool) {
        let (bucket, is_new) = match self.buckets.entry(place) {
            Entry::Occupied(bucket) => (bucket.into_mut(), false),
            Entry::Vacant(empty) => {
                self.last = self.last.max(place.start);
                self.units.insert(place.unit);
                (empty.insert(Bucket::default()), true)
            }
        };
        let before = if is_new { 0 } else { bucket.bytes() };
        count(&mut bucket.aggregate);
        self.bytes = self.bytes + bucket.bytes() - before;
        (bucket, is_new)
    }

    /// Sums up more coarsely what is too old for its resolution by `now`, and drops what is too old for
    /// any. Answers every place that has changed.
    pub(crate) fn age(&mut self, now: i64) -> Vec<Place> {
        let mut changed = Vec::new();
        let units: Vec<_> = self.units.iter().copied().collect();
        for resolution in Resolution::ALL {
            let limit = now - resolution.retention() - resolution.width() + 1;
            for unit in &units {
                let old = places(*unit, resolution, i64::MIN..limit);
                let old: Vec<_> = self.buckets.range(old).map(|(place, _)| *place).collect();
                for place in old {
                    changed.push(place);
                    changed.extend(self.coarsen(place));
                }
            }
        }
        changed
    }

    /// Takes a bucket away; answers where its measurements are now, if anywhere.
    fn coarsen(&mut self, place: Place) -> Option<Place> {
        let bucket = self.buckets.remove(&place)?;
        self.bytes -= bucket.bytes();
        let coarser = Place::of(place.unit, place.resolution.coarser()?, place.start);
        self.count(coarser, |known| known.merge(&bucket.aggregate));
        Some(coarser)
    }

    /// What was measured within a window, summed up over its periods. What is known more coarsely than
    /// the period is left out.
    pub(crate) fn read(&self, window: Window) -> Periods {
        let mut periods = Periods::new();
        if window.start >= window.end {
            return periods;
        }
        let known = Resolution::ALL.into_iter().filter(|one| one.width() <= window.period);
        for resolution in known {
            for unit in self.units.iter().filter(|unit| window.unit.is_none_or(|one| one == **unit))
            {
                let asked = places(*unit, resolution, window.start..window.end);
                for (place, bucket) in self.buckets.range(asked) {
                    let period = periods.entry(floor(place.start, window.period)).or_default();
                    period.entry(place.unit).or_default().merge(&bucket.aggregate);
                }
            }
        }
        periods
    }
}

/// The places of a unit and a resolution that start within `starts`.
fn places(unit: Unit, resolution: Resolution, starts: Range<i64>) -> Range<Place> {
    let place = |start| Place { unit, resolution, start };
    place(starts.start)..place(starts.end)
}
