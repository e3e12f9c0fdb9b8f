//! Lists in pages: how many items, and where the next page begins.
//!
//! A marker is the key of the last item that was listed, so a list can change between two pages.

use emulator_front::{Constraints, WireError};

use crate::functions::NoSuchFunction;
use crate::name::NameError;

/// A page that is asked for.
pub(crate) struct Page {
    after: Option<String>,
    size: usize,
}

/// A marker that no page of the list has given. The text is ours: AWS's is not known.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid Marker: {0}")]
pub(crate) struct InvalidMarker(String);

impl WireError for InvalidMarker {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidParameterValueException")
    }
}

/// Why what hangs on a function cannot be listed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    Marker(#[from] InvalidMarker),
}

impl WireError for ListError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Marker(error) => error.shape(),
        }
    }
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
    ) -> Result<(Vec<T>, Option<String>), InvalidMarker> {
        let invalid = |marker: &str| InvalidMarker(marker.to_owned());
        let read = |marker: &str| read(marker).ok_or_else(|| invalid(marker));
        let after = self.after.as_deref().map(read).transpose()?;
        let rest = items.into_iter();
        let mut rest = rest.skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
        let page: Vec<_> = rest.by_ref().take(self.size).collect();
        let last = page.last().map(|(key, _)| write(key)).filter(|_| rest.next().is_some());
        Ok((page.into_iter().map(|(_, item)| item).collect(), last))
    }
}
