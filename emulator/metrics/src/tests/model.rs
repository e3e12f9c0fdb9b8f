//! Sums kept minute by minute, against a list of everything that was measured.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::aggregate::Aggregate;
use crate::metric::Metric;
use crate::resolution::floor;
use crate::series::Window;
use crate::statistic::Statistic;

/// A measurement: when, in seconds after the start, and what. Values repeat, as those of functions do.
fn measurements() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let value = prop_oneof![Just(0.0), (0..50_i32).prop_map(f64::from), -1e6..1e6];
    prop::collection::vec((0..1200_i64, value), 1..300)
}

/// What a statistic is, said as plainly as possible. `values` are in order.
fn expected(values: &[f64], statistic: Statistic) -> f64 {
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let sum: f64 = values.iter().sum();
    match statistic {
        Statistic::SampleCount => count,
        Statistic::Sum => sum,
        Statistic::Average => sum / count,
        Statistic::Minimum => values[0],
        Statistic::Maximum => values[values.len() - 1],
        Statistic::Percentile(percent) => {
            let enough = |at_most: f64| {
                let few = values.iter().filter(|value| **value <= at_most).count();
                f64::from(u32::try_from(few).unwrap()) * 100.0 >= percent * count - 1e-6
            };
            *values.iter().find(|value| enough(**value)).unwrap()
        }
    }
}

#[track_caller]
fn check(found: &Aggregate, values: &[f64]) {
    for statistic in [
        Statistic::SampleCount,
        Statistic::Sum,
        Statistic::Average,
        Statistic::Minimum,
        Statistic::Maximum,
        Statistic::Percentile(0.0),
        Statistic::Percentile(50.0),
        Statistic::Percentile(99.9),
        Statistic::Percentile(100.0),
    ] {
        let (found, expected) = (found.statistic(statistic).unwrap(), expected(values, statistic));
        // Sums depend on their order by a last bit or two.
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1e6),
            "{statistic:?}: {found}, not {expected}"
        );
    }
}

proptest! {
    #[test]
    fn statistics_are_those_of_a_list_of_all_values(
        measured in measurements(),
        minutes in 1..20_i64,
    ) {
        let metrics = Metrics::new(Home::default(), Clock::virtual_from(START));
        let start = START.unix_timestamp();
        let period = 60 * minutes;
        let mut model: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for (second, value) in measured {
            let at = UtcDateTime::from_unix_timestamp(start + second).unwrap();
            let (namespace, name, unit) = ("shop", "sold", Unit::None);
            metrics.record(Datum { namespace, name, dimensions: &[], unit, value, at });
            model.entry(floor(start + second, period)).or_default().push(value);
        }

        let (namespace, name) = ("shop".to_owned(), "sold".to_owned());
        let metric = Metric { namespace, name, dimensions: Vec::new() };
        let (start, end) = (floor(start, 60), start + 1200);
        let found = metrics.read(&metric, Window { start, end, period, unit: None });
        prop_assert_eq!(found.keys().collect::<Vec<_>>(), model.keys().collect::<Vec<_>>());
        for (start, mut values) in model {
            values.sort_by(f64::total_cmp);
            check(&found[&start][&Unit::None], &values);
        }
    }
}
