//! Tags of groups: what they may be, and how two families of operations change them.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Home};

use super::group_name::arn;
use crate::Missing;

/// Tags of one group, at most. Source: `TooManyTagsException` in the service model, 2014-03-28.
const MAX_TAGS: usize = 50;

/// What AWS's own tags start with. Nobody else may set them.
const RESERVED: &str = "aws:";

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// More tags than a group may have.
#[derive(Debug, thiserror::Error)]
#[error("A resource can have no more than {MAX_TAGS} tags.")]
pub(super) struct TooMany;

/// A key that only AWS may use. Its words are not documented; these are ours.
#[derive(Debug, thiserror::Error)]
#[error("Tag key `{0}` is reserved (hint: `{RESERVED}` starts the tags that AWS sets itself)")]
pub(super) struct Reserved(String);

/// What the service model says of a map of tags.
pub(super) fn check_tags(constraints: &mut Constraints, tags: Option<&Tags>) {
    let Some(tags) = tags else { return };
    constraints.size(tags.len(), "tags", 1, MAX_TAGS);
    for (key, value) in tags {
        check_key(constraints, key, "tags");
        constraints.length(Some(value), "tags", 0, 256);
        let pattern = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$";
        constraints.pattern(Some(value), "tags", pattern, is_tag);
    }
}

/// What the service model says of a tag's key, in the member `path`.
pub(super) fn check_key(constraints: &mut Constraints, key: &str, path: &str) {
    constraints.length(Some(key), path, 1, 128);
    let pattern = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$";
    constraints.pattern(Some(key), path, pattern, is_tag);
}

/// What the service model says of an ARN.
pub(super) fn check_arn(constraints: &mut Constraints, arn: &str) {
    constraints.length(Some(arn), "resourceArn", 1, 1011);
    constraints.pattern(Some(arn), "resourceArn", r"[\w+=/:,.@-]*", |arn| {
        let is_allowed = |one: char| one.is_ascii_alphanumeric() || "_+=/:,.@-".contains(one);
        arn.chars().all(is_allowed)
    });
}

/// Refuses keys that only AWS may use.
pub(super) fn refuse_reserved(tags: &Tags) -> Result<(), Reserved> {
    match tags.keys().find(|key| key.starts_with(RESERVED)) {
        Some(key) => Err(Reserved(key.clone())),
        None => Ok(()),
    }
}

/// Adds tags to those that are there, and replaces those with the same key.
pub(super) fn add(tags: &mut Tags, more: Tags) -> Result<(), TooMany> {
    tags.extend(more);
    if tags.len() > MAX_TAGS { Err(TooMany) } else { Ok(()) }
}

/// The group that an ARN names: without the `:*` that some members have at its end.
pub(super) fn tagged<'a>(home: &Home, resource: &'a str) -> Result<&'a str, Missing> {
    resource.strip_prefix(&arn(home, "")).ok_or(Missing::Group)
}

fn is_tag(text: &str) -> bool {
    let is_allowed = |one: char| one.is_alphanumeric() || one == ' ' || "_.:/=+-@".contains(one);
    text.chars().all(is_allowed)
}
