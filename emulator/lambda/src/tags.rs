//! Tags: what an owner writes on a function for people and bills. They change nothing that runs.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Invalid, WireError};

/// Most tags that a function may have. Source: the Lambda Developer Guide, "Using tags".
const MAX_TAGS: usize = 50;

/// Tags by key, each of which may be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

/// Tags that a function cannot have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TagsError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("Number of tags exceeds resource tag limit.")]
    TooMany,
    /// The text is ours: AWS's is not known.
    #[error("`{0}` cannot be a tag's key (hint: keys that begin with `aws:` are AWS's own)")]
    Reserved(String),
}

impl WireError for TagsError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::TooMany | Self::Reserved(_) => (400, "InvalidParameterValueException"),
        }
    }
}

impl Tags {
    /// Reads tags as they are sent.
    pub(crate) fn read(given: BTreeMap<String, String>) -> Result<Self, TagsError> {
        let mut constraints = Constraints::default();
        for (key, value) in &given {
            constraints.length(Some(key), "tags", 1, 128);
            constraints.length(Some(value), format_args!("tags.{key}.member"), 0, 256);
        }
        constraints.verdict()?;
        match given.keys().find(|key| key.starts_with("aws:")) {
            Some(reserved) => Err(TagsError::Reserved(reserved.clone())),
            None => Self::default().and(given),
        }
    }

    /// These tags and the `new` ones, which win.
    pub(crate) fn and(mut self, new: BTreeMap<String, String>) -> Result<Self, TagsError> {
        self.0.extend(new);
        if self.0.len() > MAX_TAGS { Err(TagsError::TooMany) } else { Ok(self) }
    }

    /// These tags but for those of `keys`. One that is not there is taken off already.
    pub(crate) fn without(mut self, keys: &[String]) -> Self {
        self.0.retain(|key, _| !keys.contains(key));
        self
    }
}

impl From<BTreeMap<String, String>> for Tags {
    /// Tags that have been read before.
    fn from(tags: BTreeMap<String, String>) -> Self {
        Self(tags)
    }
}

impl From<Tags> for BTreeMap<String, String> {
    fn from(Tags(tags): Tags) -> Self {
        tags
    }
}
