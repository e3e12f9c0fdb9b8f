//! What may be wrong with a parameter, in the words that all operations share.

use emulator_front::WireError;

use super::{INVALID, MISSING};
use crate::Unit;
use crate::statistic::{NoStatistic, Statistic};

/// A parameter that is not as it must be. Its name is a path, such as `MetricData.member.1.Unit`.
///
/// Where AWS's wording is not recorded, this is its usual one.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum BadParameter {
    #[error("The parameter {0} is required.")]
    Missing(String),
    #[error("The value {value} for parameter {name} is invalid.")]
    Invalid { name: String, value: String },
    #[error("The value {value} for parameter {name} is not supported.")]
    NotSupported { name: String, value: String },
    #[error("The parameter {name} must be a value in the set [ {} ].", .words.join(", "))]
    NotAmong { name: String, words: Vec<&'static str> },
    #[error("The collection {name} must not have a size greater than {most}.")]
    TooMany { name: String, most: usize },
    /// AWS has it.
    #[error("the statistic {value} of {name} is not emulated (hint: p50 and its like are)")]
    NotEmulated { name: String, value: String },
}

impl WireError for BadParameter {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Missing(_) => (400, MISSING),
            Self::Invalid { .. }
            | Self::NotSupported { .. }
            | Self::NotAmong { .. }
            | Self::TooMany { .. }
            | Self::NotEmulated { .. } => (400, INVALID),
        }
    }
}

/// A parameter that must be there.
pub(super) fn required<T>(parameter: Option<T>, name: &str) -> Result<T, BadParameter> {
    parameter.ok_or_else(|| BadParameter::Missing(name.to_owned()))
}

pub(super) fn invalid(name: &str, value: &dyn ToString) -> BadParameter {
    BadParameter::Invalid { name: name.to_owned(), value: value.to_string() }
}

/// Refuses a collection that is too large.
pub(super) fn at_most(size: usize, most: usize, name: &str) -> Result<(), BadParameter> {
    if size > most { Err(BadParameter::TooMany { name: name.to_owned(), most }) } else { Ok(()) }
}

/// A unit, if one is said.
pub(super) fn unit(unit: Option<&str>, name: &str) -> Result<Option<Unit>, BadParameter> {
    let unit = unit.map(str::parse).transpose();
    unit.map_err(|_| BadParameter::NotAmong { name: name.to_owned(), words: Unit::NAMES.to_vec() })
}

/// A statistic that is no percentile.
pub(super) fn simple_statistic(value: &str, name: &str) -> Result<Statistic, BadParameter> {
    Statistic::simple(value).ok_or_else(|| BadParameter::NotAmong {
        name: name.to_owned(),
        words: Statistic::SIMPLE.iter().map(|(name, _)| *name).collect(),
    })
}

/// Any statistic.
pub(super) fn statistic(value: &str, name: &str) -> Result<Statistic, BadParameter> {
    let (own_value, own_name) = (value.to_owned(), name.to_owned());
    value.parse().map_err(|none| match none {
        NoStatistic::Unknown => BadParameter::NotSupported { name: own_name, value: own_value },
        NoStatistic::NotEmulated => BadParameter::NotEmulated { name: own_name, value: own_value },
    })
}

/// A period in seconds: a few short ones, or whole minutes.
///
/// Source: `Period` of `GetMetricStatistics` in the API reference, and `MetricStat` there.
pub(super) fn period(period: Option<i64>, name: &str) -> Result<i64, BadParameter> {
    let period = required(period, name)?;
    let fits = [1, 5, 10, 20, 30].contains(&period) || (period > 0 && period % 60 == 0);
    if fits { Ok(period) } else { Err(invalid(name, &period)) }
}
