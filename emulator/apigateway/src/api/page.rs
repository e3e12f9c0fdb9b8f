//! Lists page by page: `limit` says how many, `position` where to begin.

use emulator_front::WireError;

use super::document::Items;
use crate::not_found::NotFound;

/// Items on a page if no number is asked for. Source: the API Gateway API reference.
const DEFAULT: usize = 25;

/// The most that can be asked for. Same source.
const MOST: usize = 500;

/// A limit that is none. AWS's wording is not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("limit is {0}; it must be from 1 to {MOST}")]
pub(crate) struct InvalidLimit(i64);

impl WireError for InvalidLimit {
    fn shape(&self) -> (u16, &'static str) {
        (400, "BadRequestException")
    }
}

/// Why there is no page of what an API has.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotListed {
    #[error(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    Limit(#[from] InvalidLimit),
}

impl WireError for NotListed {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound(error) => error.shape(),
            Self::Limit(error) => error.shape(),
        }
    }
}

/// The page that begins after `position`, of items that each have a key to sort by.
pub(super) fn page<T>(
    mut keyed: Vec<(String, T)>,
    position: Option<&str>,
    limit: Option<i64>,
) -> Result<Items<T>, InvalidLimit> {
    let limit = match limit {
        None => DEFAULT,
        Some(asked) => usize::try_from(asked)
            .ok()
            .filter(|asked| (1..=MOST).contains(asked))
            .ok_or(InvalidLimit(asked))?,
    };
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let begin = keyed.partition_point(|(key, _)| position.is_some_and(|after| **key <= *after));
    let mut rest = keyed.split_off(begin);
    let has_more = rest.len() > limit;
    rest.truncate(limit);
    let position = rest.last().map(|(key, _)| key.clone()).filter(|_| has_more);
    Ok(Items { item: rest.into_iter().map(|(_, item)| item).collect(), position })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_until_the_last() {
        let keyed = || ["c", "a", "b"].map(|key| (key.to_owned(), key)).to_vec();
        let first = page(keyed(), None, Some(2)).unwrap();
        assert_eq!((first.item, first.position.as_deref()), (vec!["a", "b"], Some("b")));
        let second = page(keyed(), Some("b"), Some(2)).unwrap();
        assert_eq!((second.item, second.position), (vec!["c"], None));
        let all = page(keyed(), None, None).unwrap();
        assert_eq!((all.item, all.position), (vec!["a", "b", "c"], None));
    }

    #[test]
    fn a_page_has_at_least_one_item_and_at_most_500() {
        for limit in [-1, 0, 501] {
            assert_eq!(page::<()>(Vec::new(), None, Some(limit)).err(), Some(InvalidLimit(limit)));
        }
    }
}
