//! One page of a listing: keys in order, with those that share a prefix up to the delimiter rolled into
//! one.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use crate::object::Object;

/// What is listed. Empty texts ask for nothing.
pub(super) struct Ask<'a> {
    pub(super) prefix: &'a str,
    pub(super) delimiter: &'a str,
    /// A key, or a common prefix, that was listed before; what follows it is listed now.
    pub(super) after: &'a str,
    /// Most keys and common prefixes together.
    pub(super) most: usize,
}

/// What is found.
#[derive(Default)]
pub(super) struct Page<'a> {
    pub(super) objects: Vec<(&'a str, &'a Object)>,
    pub(super) prefixes: Vec<&'a str>,
    /// The last thing listed, if something follows it.
    pub(super) next: Option<String>,
}

/// Lists `objects`.
pub(super) fn find<'a>(objects: &'a BTreeMap<String, Arc<Object>>, ask: &Ask<'_>) -> Page<'a> {
    let start = match ask.prefix.cmp(ask.after) {
        std::cmp::Ordering::Greater => Bound::Included(ask.prefix),
        _ => Bound::Excluded(ask.after),
    };
    let mut page = Page::default();
    let mut last = "";
    for (key, object) in objects.range::<str, _>((start, Bound::Unbounded)) {
        let Some(rest) = key.strip_prefix(ask.prefix) else { break };
        let rolled = roll(key, rest, ask.delimiter);
        if rolled.is_some_and(|prefix| prefix == last || prefix == ask.after) {
            continue;
        }
        if page.objects.len() + page.prefixes.len() == ask.most {
            page.next = Some(last.to_owned()).filter(|_| ask.most > 0);
            break;
        }
        match rolled {
            Some(prefix) => page.prefixes.push(prefix),
            None => page.objects.push((key, object)),
        }
        last = rolled.unwrap_or(key);
    }
    page
}

/// The common prefix that stands for `key`: up to the first delimiter in what follows the prefix asked
/// for, `rest`.
fn roll<'a>(key: &'a str, rest: &str, delimiter: &str) -> Option<&'a str> {
    if delimiter.is_empty() {
        return None;
    }
    let place = rest.find(delimiter)?;
    Some(&key[..key.len() - rest.len() + place + delimiter.len()])
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use time::UtcDateTime;

    use super::*;
    use crate::checksum::{Algorithm, Checksum};
    use crate::etag::Tag;
    use crate::object::Description;

    fn objects() -> BTreeMap<String, Arc<Object>> {
        let object = Arc::new(Object {
            bytes: Bytes::new(),
            tag: Tag::of(b""),
            checksum: Checksum::of(Algorithm::Crc32, b""),
            modified: UtcDateTime::UNIX_EPOCH,
            description: Description::default(),
        });
        let keys = ["a", "b/1", "b/2", "b/c/3", "d", "e/4", "größe"];
        keys.into_iter().map(|key| (key.to_owned(), object.clone())).collect()
    }

    /// Prefix, delimiter, after, most; what is found, and what the next page starts after.
    #[track_caller]
    fn check((prefix, delimiter, after, most): (&str, &str, &str, usize), found: &str, next: &str) {
        let objects = objects();
        let page = find(&objects, &Ask { prefix, delimiter, after, most });
        let mut names: Vec<_> = page.objects.iter().map(|(key, _)| *key).collect();
        names.extend(&page.prefixes);
        assert_eq!(names.join(" "), found);
        assert_eq!(page.next.as_deref().unwrap_or_default(), next);
    }

    #[test]
    fn pages_are_cut_and_prefixes_rolled() {
        check(("", "", "", 1000), "a b/1 b/2 b/c/3 d e/4 größe", "");
        check(("b/", "", "", 1000), "b/1 b/2 b/c/3", "");
        check(("x", "", "", 1000), "", "");
        check(("", "/", "", 1000), "a d größe b/ e/", "");
        check(("b/", "/", "", 1000), "b/1 b/2 b/c/", "");
        check(("b", "/", "", 1000), "b/", "");
        check(("", "", "", 2), "a b/1", "b/1");
        check(("", "", "b/1", 2), "b/2 b/c/3", "b/c/3");
        check(("", "", "größe", 2), "", "");
        check(("", "/", "", 2), "a b/", "b/");
        check(("", "/", "b/", 2), "d e/", "e/");
        check(("", "/", "e/", 2), "größe", "");
        check(("", "", "", 0), "", "");
        check(("b/", "/", "a", 1), "b/1", "b/1");
    }
}
