//! What the service model says of the members that several operations share.

use emulator_front::{Constraints, Rule};

use crate::page::MAX_EVENTS;

/// The only class of groups there is here, and the default one on AWS.
pub(crate) const STANDARD: &str = "STANDARD";

/// All classes of groups. Source: `LogGroupClass` in the service model, 2014-03-28.
pub(crate) const CLASSES: [&str; 3] = [STANDARD, "INFREQUENT_ACCESS", "DELIVERY"];

/// A group's or a stream's name that is too long, where a request has both.
///
/// The words were recorded; which operations say it, and not what the grammar of constraints would make
/// of it, is our reading: they speak of both names.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid LogGroup or LogStream, both must have length less than or equal to {MAX_NAME}.")]
pub(crate) struct TooLong;

/// Longest name of a group or a stream, in characters. Source: the service model, 2014-03-28.
const MAX_NAME: usize = 512;

/// Refuses the names of a group and a stream if one of them is too long. Comes before what else is
/// said of names.
pub(crate) fn check_lengths(group: Option<&str>, stream: Option<&str>) -> Result<(), TooLong> {
    let is_too_long = |name: Option<&str>| name.is_some_and(|name| name.chars().count() > MAX_NAME);
    if is_too_long(group) || is_too_long(stream) { Err(TooLong) } else { Ok(()) }
}

/// Either a group's name or its name or ARN must be given; each is checked if it is there.
pub(crate) fn check_group(
    constraints: &mut Constraints,
    name: Option<&str>,
    identifier: Option<&str>,
) {
    constraints.required(name.or(identifier).as_ref(), "logGroupName");
    check_group_name(constraints, name, "logGroupName");
    check_identifier(constraints, identifier);
}

/// A group's name or ARN.
pub(crate) fn check_identifier(constraints: &mut Constraints, identifier: Option<&str>) {
    constraints.length(identifier, "logGroupIdentifier", 1, 2048);
    if let Some(identifier) = identifier {
        let holds = identifier.chars().all(|one| is_word(one) || "#+=/:,.@-".contains(one));
        let rule = Rule::Pattern(r"[\w#+=/:,.@-]*");
        constraints.check(holds, "logGroupIdentifier", identifier, rule);
    }
}

/// A group's name, or the start of one.
pub(crate) fn check_group_name(constraints: &mut Constraints, name: Option<&str>, member: &str) {
    constraints.length(name, member, 1, MAX_NAME);
    if let Some(name) = name {
        let is_allowed = |character: char| is_word(character) || ".-/#".contains(character);
        let holds = !name.is_empty() && name.chars().all(is_allowed);
        constraints.check(holds, member, name, Rule::Pattern(r"[\.\-_/#A-Za-z0-9]+"));
    }
}

/// A stream's name, or the start of one.
pub(crate) fn check_stream_name(constraints: &mut Constraints, name: Option<&str>, member: &str) {
    constraints.length(name, member, 1, MAX_NAME);
    if let Some(name) = name {
        let holds = !name.contains([':', '*']);
        constraints.check(holds, member, name, Rule::Pattern("[^:*]*"));
    }
}

/// How many names a list may hold.
pub(crate) fn check_count(
    constraints: &mut Constraints,
    names: Option<&[String]>,
    member: &str,
    most: usize,
) {
    let Some(names) = names else { return };
    let shown = format!("[{}]", names.join(", "));
    constraints.check(!names.is_empty(), member, &shown, Rule::LengthAtLeast(1));
    constraints.check(names.len() <= most, member, &shown, Rule::LengthAtMost(most));
}

/// One of a few words.
pub(crate) fn check_word(
    constraints: &mut Constraints,
    word: Option<&str>,
    member: &str,
    allowed: &[&str],
) {
    if let Some(word) = word {
        constraints.check(allowed.contains(&word), member, word, Rule::OneOf(allowed));
    }
}

/// The times and the number of events that are asked for.
pub(crate) fn check_range(
    constraints: &mut Constraints,
    start: Option<i64>,
    end: Option<i64>,
    limit: Option<i64>,
) {
    constraints.range(start, "startTime", 0, i64::MAX);
    constraints.range(end, "endTime", 0, i64::MAX);
    constraints.range(limit, "limit", 1, MAX_EVENTS.into());
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
