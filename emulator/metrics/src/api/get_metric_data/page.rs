//! The datapoints of all queries, a page at a time.

use std::fmt;
use std::str::FromStr;

use time::UtcDateTime;

use super::{MetricDataResult, Named};

/// A token that we never gave.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The specified NextToken is invalid.")]
pub(in crate::api) struct BadToken;

/// Where a page starts: with this datapoint (the start of its period, in seconds since 1970) of the
/// query of this number. As a token: `3/1767323040`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    query: usize,
    time: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.query, self.time)
    }
}

impl FromStr for Place {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let (query, time) = text.split_once('/').ok_or(BadToken)?;
        let (query, time) = (query.parse(), time.parse());
        Ok(Self { query: query.map_err(|_| BadToken)?, time: time.map_err(|_| BadToken)? })
    }
}

/// One answer, while it is filled: query after query, until there is no more room.
pub(super) struct Page {
    start: Option<Place>,
    room: usize,
    is_ascending: bool,
    results: Vec<MetricDataResult>,
    next: Option<Place>,
}

impl Page {
    /// The page that `token` leads to, or the first one, with room for so many datapoints.
    pub(super) fn after(
        token: Option<&str>,
        room: usize,
        is_ascending: bool,
    ) -> Result<Self, BadToken> {
        let start = token.map(str::parse).transpose()?;
        Ok(Self { start, room, is_ascending, results: Vec::new(), next: None })
    }

    /// Whether the datapoints of this query are on this page, or may be.
    pub(super) fn is_wanted(&self, query: usize) -> bool {
        self.next.is_none() && self.start.is_none_or(|start| query >= start.query)
    }

    /// Adds as many of a query's datapoints as there is room for. They come in ascending order.
    pub(super) fn add(&mut self, query: usize, named: Named, mut points: Vec<(i64, f64)>) {
        if !self.is_ascending {
            points.reverse();
        }
        if let Some(start) = self.start.filter(|start| start.query == query) {
            let is_before = |(time, _): &(i64, f64)| {
                if self.is_ascending { *time < start.time } else { *time > start.time }
            };
            points.drain(..points.partition_point(is_before));
        }
        let rest = points.split_off(points.len().min(self.room));
        self.room -= points.len();
        self.next = rest.first().map(|(time, _)| Place { query, time: *time });
        if self.next.is_some() && points.is_empty() {
            return;
        }
        let (times, values): (Vec<_>, Vec<_>) = points.into_iter().unzip();
        let timestamps = times.into_iter().map(|time| {
            let time = UtcDateTime::from_unix_timestamp(time);
            time.expect("a period of a time starts at one").into()
        });
        self.results.push(MetricDataResult {
            id: named.id,
            label: named.label,
            timestamps: timestamps.collect(),
            values,
            status_code: if self.next.is_some() { "PartialData" } else { "Complete" },
            messages: named.message.into_iter().collect(),
        });
    }

    /// What the page holds, and the token of the next.
    pub(super) fn done(self) -> (Vec<MetricDataResult>, Option<String>) {
        (self.results, self.next.map(|next| next.to_string()))
    }
}
