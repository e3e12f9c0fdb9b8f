//! Which keys a notification is about: those with a prefix and a suffix. Both are compared with the key
//! as it stands in the event, encoded.

/// A prefix and a suffix; what is absent is empty, and fits every key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(super) prefix: Option<String>,
    pub(super) suffix: Option<String>,
}

impl Filter {
    pub(super) fn fits(&self, encoded_key: &str) -> bool {
        encoded_key.starts_with(self.prefix()) && encoded_key.ends_with(self.suffix())
    }

    /// Whether some key fits both filters.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let (one, two) = (self.prefix(), other.prefix());
        let prefixes_meet = one.starts_with(two) || two.starts_with(one);
        let (one, two) = (self.suffix(), other.suffix());
        prefixes_meet && (one.ends_with(two) || two.ends_with(one))
    }

    /// Whether it fits every key.
    pub(super) fn is_open(&self) -> bool {
        self.prefix().is_empty() && self.suffix().is_empty()
    }

    fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or_default()
    }

    fn suffix(&self) -> &str {
        self.suffix.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::encode;

    /// `in/*.jpg` is a prefix and a suffix.
    fn filter(pattern: &str) -> Filter {
        let (prefix, suffix) = pattern.split_once('*').unwrap();
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Filter { prefix: given(prefix), suffix: given(suffix) }
    }

    #[test]
    fn a_filter_fits_encoded_keys() {
        for (pattern, key, expected) in [
            ("*", "anything", true),
            ("in/*", "in/a.jpg", true),
            ("in/*", "out/a.jpg", false),
            ("*.jpg", "in/a.jpg", true),
            ("in/*.jpg", "in/a.png", false),
            ("my dir/*", "my dir/a", false),
            ("my+dir/*", "my dir/a", true),
        ] {
            assert_eq!(filter(pattern).fits(&encode(key)), expected, "{pattern} {key}");
        }
    }

    #[test]
    fn filters_meet_where_one_key_fits_both() {
        for (one, other, expected) in [
            ("*", "*", true),
            ("in/*", "*", true),
            ("in/*", "in/new/*", true),
            ("in/*", "out/*", false),
            ("*.jpg", "*.png", false),
            ("*.jpg", "*g", true),
            ("in/*.jpg", "in/*.png", false),
            ("in/*", "*.png", true),
            ("in/*.jpg", "out/*.jpg", false),
        ] {
            assert_eq!(filter(one).meets(&filter(other)), expected, "{one} {other}");
            assert_eq!(filter(other).meets(&filter(one)), expected, "{other} {one}");
        }
    }
}
