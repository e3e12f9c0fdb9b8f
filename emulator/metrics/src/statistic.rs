//! What can be asked of measurements.

use std::str::FromStr;

/// What can be asked of measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Statistic {
    SampleCount,
    Average,
    Sum,
    Minimum,
    Maximum,
    /// From 0 to 100.
    Percentile(f64),
}

/// Why there is no such statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoStatistic {
    /// AWS has none of this name.
    Unknown,
    /// AWS has it, and this emulator has not.
    NotEmulated,
}

impl Statistic {
    /// Those that are no percentiles, in the order of AWS's list.
    ///
    /// Source: `Statistic` in the service model, 2010-08-01.
    pub(crate) const SIMPLE: &[(&str, Self)] = &[
        ("SampleCount", Self::SampleCount),
        ("Average", Self::Average),
        ("Sum", Self::Sum),
        ("Minimum", Self::Minimum),
        ("Maximum", Self::Maximum),
    ];

    /// The statistic of that name, if it is not a percentile.
    pub(crate) fn simple(name: &str) -> Option<Self> {
        Self::SIMPLE.iter().find_map(|(known, statistic)| (*known == name).then_some(*statistic))
    }
}

impl FromStr for Statistic {
    type Err = NoStatistic;

    fn from_str(name: &str) -> Result<Self, NoStatistic> {
        if let Some(simple) = Self::simple(name) {
            return Ok(simple);
        }
        let percentile = name.strip_prefix('p').and_then(percent);
        percentile.map(Self::Percentile).ok_or_else(|| {
            let is_known = name == "IQM" || TRIMMED.iter().any(|start| is_of(name, start));
            if is_known { NoStatistic::NotEmulated } else { NoStatistic::Unknown }
        })
    }
}

/// Statistics of a part of the measurements: `tm90`, `TM(10%:90%)` and so on.
///
/// Source: "`CloudWatch` statistics definitions" in the user guide.
const TRIMMED: &[&str] = &["tm", "wm", "pr", "tc", "ts"];

fn is_of(name: &str, start: &str) -> bool {
    let Some((letters, rest)) = name.split_at_checked(start.len()) else { return false };
    let is_ranged = rest.starts_with('(') && rest.ends_with(')');
    letters.eq_ignore_ascii_case(start) && (is_ranged || percent(rest).is_some())
}

/// Up to two digits and up to ten behind the point, or 100.
fn percent(text: &str) -> Option<f64> {
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let in_range = (1..=2).contains(&whole.len()) && behind.len() <= 10;
    let fits = text == "100" || (in_range && digits(whole) && digits(behind));
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Result<Statistic, NoStatistic>) {
        assert_eq!(name.parse(), expected, "{name}");
    }

    #[test]
    fn statistics_are_read_by_name() {
        check("Average", Ok(Statistic::Average));
        check("p0", Ok(Statistic::Percentile(0.0)));
        check("p99.9", Ok(Statistic::Percentile(99.9)));
        check("p100", Ok(Statistic::Percentile(100.0)));
    }

    #[test]
    fn what_aws_has_and_we_have_not_is_told_from_what_nobody_has() {
        for name in ["IQM", "tm99", "TM(10%:90%)", "wm98", "PR(:300)", "TS(80%:)"] {
            check(name, Err(NoStatistic::NotEmulated));
        }
        for name in ["average", "p", "p101", "p-1", "p9,5", "p1e1", "mean", "tm", "p100.0", "ü"] {
            check(name, Err(NoStatistic::Unknown));
        }
    }
}
