//! Tokens that lead from one page to the next. Clients hand them back unread; we write them so that a
//! person can.

use std::fmt;
use std::str::FromStr;

use crate::event::{EventId, Timestamp};

/// A token that we never gave.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The specified nextToken is invalid.")]
pub(crate) struct BadToken;

/// Where to read on in a stream: `f/` or `b/` and the 56 digits of a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StreamToken {
    Forward(EventId),
    Backward(EventId),
}

impl fmt::Display for StreamToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forward(place) => write!(formatter, "f/{place}"),
            Self::Backward(place) => write!(formatter, "b/{place}"),
        }
    }
}

impl FromStr for StreamToken {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let (direction, place) = text.split_once('/').ok_or(BadToken)?;
        let place = search_token(place)?;
        match direction {
            "f" => Ok(Self::Forward(place)),
            "b" => Ok(Self::Backward(place)),
            _ => Err(BadToken),
        }
    }
}

/// Where a search goes on: the 56 digits of a place.
pub(crate) fn search_token(text: &str) -> Result<EventId, BadToken> {
    text.parse().map_err(|_| BadToken)
}

/// Where something stands in a list: by time, if the list is in that order, and by name.
///
/// As a token it says what the last page ended with: `-/name` or `1700000000000/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) time: Option<Timestamp>,
    pub(crate) name: String,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time {
            Some(Timestamp(time)) => write!(formatter, "{time}/{}", self.name),
            None => write!(formatter, "-/{}", self.name),
        }
    }
}

impl FromStr for Place {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let (time, name) = text.split_once('/').ok_or(BadToken)?;
        let time = match time {
            "-" => None,
            time => Some(Timestamp(time.parse().map_err(|_| BadToken)?)),
        };
        Ok(Self { time, name: name.to_owned() })
    }
}

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

/// The part of a list that comes after `token`, at most `limit` of it, and the token of the next part.
pub(crate) fn list_page<T>(
    items: Vec<T>,
    place: impl Fn(&T) -> Place,
    order: Order,
    token: Option<&str>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), BadToken> {
    let after = token.map(Place::from_str).transpose()?;
    let mut placed: Vec<_> = items.into_iter().map(|item| (place(&item), item)).collect();
    placed.sort_by(|(one, _), (other, _)| match order {
        Order::Ascending => one.cmp(other),
        Order::Descending => other.cmp(one),
    });
    placed.retain(|(place, _)| {
        after.as_ref().is_none_or(|after| match order {
            Order::Ascending => place > after,
            Order::Descending => place < after,
        })
    });
    let is_last = placed.len() <= limit;
    placed.truncate(limit);
    let next = placed.last().filter(|_| !is_last).map(|(place, _)| place.to_string());
    Ok((placed.into_iter().map(|(_, item)| item).collect(), next))
}
