//! What is known of the measurements of one stretch of time, and the statistics that can be read from it.

use crate::distribution::Distribution;
use crate::statistic::Statistic;

/// A summary of measurements that somebody else has made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StatisticSet {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
}

/// Measurements, summed up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aggregate {
    /// How many; a client may say that it measured half a time.
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
    pub(crate) values: Distribution,
    /// Whether `values` has all of them. It has not where somebody put a summary of several.
    pub(crate) is_whole: bool,
}

impl Default for Aggregate {
    fn default() -> Self {
        Self {
            count: 0.0,
            sum: 0.0,
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
            values: Distribution::default(),
            is_whole: true,
        }
    }
}

impl Aggregate {
    /// Counts a value, which must be finite, `count` times.
    pub(crate) fn add(&mut self, value: f64, count: f64) {
        self.summarize(StatisticSet { count, sum: value * count, minimum: value, maximum: value });
        self.values.add(value, count);
    }

    /// Counts what a set sums up. Its values are known if they are all the same.
    pub(crate) fn add_set(&mut self, set: StatisticSet) {
        self.summarize(set);
        if set.minimum.total_cmp(&set.maximum).is_eq() {
            self.values.add(set.minimum, set.count);
        } else if set.count > 0.0 {
            self.is_whole = false;
        }
    }

    /// Counts everything that `other` has counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        let Self { count, sum, minimum, maximum, .. } = *other;
        self.summarize(StatisticSet { count, sum, minimum, maximum });
        self.values.merge(&other.values);
        self.is_whole &= other.is_whole;
    }

    fn summarize(&mut self, set: StatisticSet) {
        self.count += set.count;
        self.sum += set.sum;
        self.minimum = self.minimum.min(set.minimum);
        self.maximum = self.maximum.max(set.maximum);
    }

    /// The statistic, unless it cannot be told: an average of nothing, or a percentile of values that
    /// came summed up.
    pub(crate) fn statistic(&self, statistic: Statistic) -> Option<f64> {
        match statistic {
            Statistic::SampleCount => Some(self.count),
            Statistic::Sum => Some(self.sum),
            Statistic::Average => Some(self.sum / self.count).filter(|average| average.is_finite()),
            Statistic::Minimum => Some(self.minimum),
            Statistic::Maximum => Some(self.maximum),
            Statistic::Percentile(percent) => {
                let value = self.values.percentile(percent).filter(|_| self.is_whole)?;
                Some(value.clamp(self.minimum, self.maximum))
            }
        }
    }
}
