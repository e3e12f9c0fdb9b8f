//! Lists in pages: how many items, and where the next page begins.
//!
//! A marker is the key of the last item that was listed, so a list can change between two pages.

use emulator_front::Constraints;

/// A page that is asked for.
pub(crate) struct Page {
    after: Option<String>,
    size: usize,
}

impl Page {
    /// Reads `Marker` and `MaxItems`, of which at most `most` may be asked for; a page has no more than
    /// `cap` items, however many are.
    pub(crate) fn read(
        marker: Option<String>,
        max_items: Option<i64>,
        most: i64,
        cap: usize,
        constraints: &mut Constraints,
    ) -> Self {
        constraints.range(max_items, "maxItems", 1, most);
        let asked = max_items.and_then(|asked| usize::try_from(asked).ok());
        Self { after: marker, size: asked.unwrap_or(cap).min(cap) }
    }

    /// The items of this page, and the next one's marker. Keys are in the order of the items.
    pub(crate) fn of<K: Ord, T>(
        self,
        items: impl IntoIterator<Item = (K, T)>,
        read: impl Fn(&str) -> Option<K>,
        write: impl Fn(&K) -> String,
    ) -> (Vec<T>, Option<String>) {
        let after = self.after.as_deref().and_then(read);
        let rest = items.into_iter();
        let mut rest = rest.skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
        let page: Vec<_> = rest.by_ref().take(self.size).collect();
        let last = page.last().map(|(key, _)| write(key)).filter(|_| rest.next().is_some());
        (page.into_iter().map(|(_, item)| item).collect(), last)
    }
}
