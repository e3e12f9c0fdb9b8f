//! A bucket of a series as a row of the store.

use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::distribution::Distribution;
use crate::metric::{Dimension, Metric};
use crate::resolution::Resolution;
use crate::series::Place;
use crate::unit::{NoSuchUnit, Unit};

/// One bucket of a series, made for being stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Row {
    namespace: String,
    name: String,
    /// Names and values.
    dimensions: Vec<(String, String)>,
    unit: UnitName,
    resolution: Width,
    /// In seconds since 1970.
    start: i64,
    count: Exact,
    sum: Exact,
    minimum: Exact,
    maximum: Exact,
    /// Of the distribution of values, as its cells.
    dropped_bits: u8,
    cells: Vec<(u64, Exact)>,
    is_whole: bool,
}

impl Row {
    pub(crate) fn of(metric: &Metric, place: Place, aggregate: &Aggregate) -> Self {
        let dimensions = metric.dimensions.iter();
        let (dropped_bits, cells) = aggregate.values.parts();
        Self {
            namespace: metric.namespace.clone(),
            name: metric.name.clone(),
            dimensions: dimensions.map(|one| (one.name.clone(), one.value.clone())).collect(),
            unit: UnitName(place.unit),
            resolution: Width(place.resolution),
            start: place.start,
            count: Exact(aggregate.count),
            sum: Exact(aggregate.sum),
            minimum: Exact(aggregate.minimum),
            maximum: Exact(aggregate.maximum),
            dropped_bits,
            cells: cells.iter().map(|(cell, count)| (*cell, Exact(*count))).collect(),
            is_whole: aggregate.is_whole,
        }
    }

    /// What was written.
    pub(crate) fn parts(self) -> (Metric, Place, Aggregate) {
        let dimensions = self.dimensions.into_iter();
        let metric = Metric {
            namespace: self.namespace,
            name: self.name,
            dimensions: dimensions.map(|(name, value)| Dimension { name, value }).collect(),
        };
        let place = Place::of(self.unit.0, self.resolution.0, self.start);
        let cells = self.cells.into_iter().map(|(cell, count)| (cell, count.0)).collect();
        let aggregate = Aggregate {
            count: self.count.0,
            sum: self.sum.0,
            minimum: self.minimum.0,
            maximum: self.maximum.0,
            values: Distribution::restored(self.dropped_bits, cells),
            is_whole: self.is_whole,
        };
        (metric, place, aggregate)
    }
}

/// The key of a bucket's row.
pub(crate) fn key(series: &str, place: Place) -> String {
    format!("{series}{}|{}|{}", place.unit, place.resolution.width(), place.start)
}

#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[derive(Clone)]
struct UnitName(Unit);

impl TryFrom<String> for UnitName {
    type Error = NoSuchUnit;

    fn try_from(name: String) -> Result<Self, NoSuchUnit> {
        name.parse().map(Self)
    }
}

impl From<UnitName> for String {
    fn from(unit: UnitName) -> Self {
        unit.0.name().to_owned()
    }
}

/// A resolution as its width in seconds.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
struct Width(Resolution);

#[derive(Debug, thiserror::Error)]
#[error("nothing is summed up over {0} seconds")]
struct NoSuchWidth(i64);

impl TryFrom<i64> for Width {
    type Error = NoSuchWidth;

    fn try_from(width: i64) -> Result<Self, NoSuchWidth> {
        Resolution::of_width(width).map(Self).ok_or(NoSuchWidth(width))
    }
}

impl From<Width> for i64 {
    fn from(width: Width) -> Self {
        width.0.width()
    }
}

/// A number as text: what is read from JSON as a number may be off by its last bit.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Exact(f64);

impl TryFrom<String> for Exact {
    type Error = std::num::ParseFloatError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<Exact> for String {
    fn from(number: Exact) -> Self {
        number.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::StatisticSet;

    #[test]
    fn a_row_reads_as_what_was_written() {
        let metric = Metric {
            namespace: "shop".into(),
            name: "sold".into(),
            dimensions: vec![Dimension { name: "branch".into(), value: "4".into() }],
        };
        let place = Place::of(Unit::BytesPerSecond, Resolution::Minute, 1_767_323_045);
        let mut aggregate = Aggregate::default();
        (0..2000).for_each(|number| aggregate.add(0.1 * f64::from(number), 1.0 / 3.0));
        let (minimum, maximum) = (-1.1, 7e300);
        aggregate.add_set(StatisticSet { count: 2.0, sum: 7e300, minimum, maximum });

        let written = serde_json::to_string(&Row::of(&metric, place, &aggregate)).unwrap();
        let row: Row = serde_json::from_str(&written).unwrap();
        assert_eq!(row.parts(), (metric, place, aggregate));
    }
}
