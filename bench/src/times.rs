//! How long something took, each time that it was measured.

use std::time::Duration;

/// Measurements of one thing. There is at least one when it is asked for a figure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The middle one; of an even number, the greater of the two.
    pub(crate) fn median(&self) -> Duration {
        self.rank(|count| count / 2)
    }

    /// The least one that nine of ten do not exceed.
    pub(crate) fn p90(&self) -> Duration {
        self.rank(|count| (count * 9).div_ceil(10) - 1)
    }

    fn rank(&self, place: fn(usize) -> usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[place(sorted.len())]
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(milliseconds: &[u64], median: u64, p90: u64) {
        let times: Times = milliseconds.iter().copied().map(Duration::from_millis).collect();
        assert_eq!(times.median(), Duration::from_millis(median));
        assert_eq!(times.p90(), Duration::from_millis(p90));
    }

    #[test]
    fn figures_are_measurements_by_their_rank() {
        check(&[7], 7, 7);
        check(&[4, 1], 4, 4);
        check(&[3, 1, 2], 2, 3);
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 9);
        check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 10);
    }
}
