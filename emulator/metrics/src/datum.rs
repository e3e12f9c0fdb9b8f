//! One measurement, on its way into a metric.

use time::UtcDateTime;

use crate::Unit;

/// One measurement of one metric. It borrows its names, so that to record it takes no allocation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Datum<'a> {
    /// Such as `AWS/Lambda`.
    pub namespace: &'a str,
    /// Such as `Duration`.
    pub name: &'a str,
    /// Names and values, in any order. Other dimensions are another metric.
    pub dimensions: &'a [(&'a str, &'a str)],
    /// What `value` counts.
    pub unit: Unit,
    /// One that is not finite is not counted.
    pub value: f64,
    /// When it was measured.
    pub at: UtcDateTime,
}
