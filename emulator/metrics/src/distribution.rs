//! How often each value was measured, in bounded room: what percentiles are read from.
//!
//! Values are kept as they are while there are few different ones. When there are too many, neighbours
//! become one: the bits of a floating point number, read as an integer, grow with the number, so that
//! dropping the lowest bits puts neighbouring values into one cell, whose width is in proportion to the
//! value. One more bit goes each time that there are again too many.

/// Most cells that are kept. Ours: values that differ by a factor of up to 16 are then told apart to a
/// two-hundred-and-fiftieth of themselves, in 16 KiB.
const MAX_CELLS: usize = 1024;

/// Values, and how often each was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Distribution {
    /// How many of the lowest bits are dropped. 0: values are exact.
    dropped: u8,
    /// Each cell with how many measurements are in it, in the order of their values.
    cells: Vec<(u64, f64)>,
}

impl Distribution {
    /// As it was taken apart.
    pub(crate) fn restored(dropped: u8, cells: Vec<(u64, f64)>) -> Self {
        Self { dropped, cells }
    }

    /// How many bits are dropped, and the cells that are left.
    pub(crate) fn parts(&self) -> (u8, &[(u64, f64)]) {
        (self.dropped, &self.cells)
    }

    /// Counts a value, which must be a number, `count` times.
    pub(crate) fn add(&mut self, value: f64, count: f64) {
        self.count(ordered(value) >> self.dropped, count);
    }

    /// Counts everything that `other` has counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.coarsen_to(other.dropped);
        for (cell, count) in &other.cells {
            // To count may drop further bits, so each cell is asked anew.
            self.count(*cell >> (self.dropped - other.dropped), *count);
        }
    }

    fn count(&mut self, cell: u64, count: f64) {
        match self.cells.binary_search_by_key(&cell, |(cell, _)| *cell) {
            Ok(place) => self.cells[place].1 += count,
            Err(place) => self.cells.insert(place, (cell, count)),
        }
        while self.cells.len() > MAX_CELLS {
            self.coarsen_to(self.dropped + 1);
        }
    }

    fn coarsen_to(&mut self, dropped: u8) {
        if dropped <= self.dropped {
            return;
        }
        let further = dropped - self.dropped;
        self.dropped = dropped;
        let mut cells: Vec<(u64, f64)> = Vec::with_capacity(self.cells.len());
        for (cell, count) in self.cells.drain(..) {
            let cell = cell >> further;
            match cells.last_mut().filter(|(last, _)| *last == cell) {
                Some((_, counted)) => *counted += count,
                None => cells.push((cell, count)),
            }
        }
        self.cells = cells;
    }

    /// The smallest value that `percent` of all measurements do not exceed; `None` if there are none.
    ///
    /// How AWS interpolates is not documented; this is the nearest rank, which is always a measured
    /// value as long as values are exact.
    pub(crate) fn percentile(&self, percent: f64) -> Option<f64> {
        let total: f64 = self.cells.iter().map(|(_, count)| count).sum();
        // 99.9 % of 1000 is a little more than 999, for a computer.
        let rank = total * (percent / 100.0 - 1e-12);
        let mut counted = 0.0;
        let found = self.cells.iter().find(|(_, count)| {
            counted += count;
            counted >= rank && *count > 0.0
        });
        found.or(self.cells.last()).map(|(cell, _)| self.value(*cell))
    }

    /// The value in the middle of a cell.
    fn value(&self, cell: u64) -> f64 {
        let middle = if self.dropped == 0 { 0 } else { 1 << (self.dropped - 1) };
        unordered(cell << self.dropped | middle)
    }
}

/// The bits of a number, so that they grow with it.
fn ordered(value: f64) -> u64 {
    // Zero has a sign, which means nothing here.
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn unordered(bits: u64) -> f64 {
    f64::from_bits(if bits & SIGN == 0 { !bits } else { bits & !SIGN })
}

const SIGN: u64 = 1 << 63;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.into_iter().for_each(|value| distribution.add(value, 1.0));
        distribution
    }

    #[test]
    fn the_bits_of_a_number_grow_with_it() {
        let numbers = [-1e300, -2.0, -1.0, -1e-300, 0.0, 1e-300, 1.0, 1.5, 2.0, 1e300];
        let bits = numbers.map(ordered);
        assert!(bits.is_sorted(), "{bits:?}");
        assert_eq!(bits.map(|one| unordered(one).to_bits()), numbers.map(f64::to_bits));
        assert_eq!(ordered(-0.0), ordered(0.0));
    }

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let hundred = of((1..=100).map(f64::from));
        for (percent, value) in
            [(0.0, 1.0), (1.0, 1.0), (50.0, 50.0), (99.0, 99.0), (99.5, 100.0), (100.0, 100.0)]
        {
            assert_eq!(hundred.percentile(percent), Some(value), "p{percent}");
        }
        let thousand = of((1..=1000).map(f64::from));
        assert_eq!(thousand.percentile(99.9), Some(999.0));
        assert_eq!(of([7.0]).percentile(50.0), Some(7.0));
        assert_eq!(of([]).percentile(50.0), None);
    }

    #[test]
    fn a_value_that_was_measured_more_often_weighs_more() {
        let mut distribution = of([10.0]);
        distribution.add(1.0, 9.0);
        assert_eq!(distribution.percentile(90.0), Some(1.0));
        assert_eq!(distribution.percentile(91.0), Some(10.0));
    }

    #[test]
    fn many_values_take_bounded_room_and_stay_near() {
        let many = of((0..100_000).map(|number| 100.0 + f64::from(number) / 100.0));
        assert!(many.cells.len() <= MAX_CELLS);
        for (percent, exact) in [(10.0, 200.0), (50.0, 600.0), (99.0, 1090.0)] {
            let near = many.percentile(percent).unwrap();
            assert!((near - exact).abs() / exact < 0.004, "p{percent} is {near}");
        }
        let wild = of((-1000..1000).map(|power| 2_f64.powi(power)));
        assert!(wild.cells.len() <= MAX_CELLS);
    }

    #[test]
    fn what_is_merged_is_what_was_counted_together() {
        let (low, high) = ((1..=700).map(f64::from), (600..=1500).map(f64::from));
        let mut merged = of(low.clone());
        merged.merge(&of(high.clone()));
        assert_eq!(merged, of(low.clone().chain(high.clone())));
        let mut coarse = of((0..5000).map(f64::from));
        coarse.merge(&of([3.0]));
        let mut fine = of([3.0]);
        fine.merge(&of((0..5000).map(f64::from)));
        assert_eq!(fine, coarse);
    }
}
