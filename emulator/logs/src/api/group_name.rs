//! A group is named in one of two members, one of which also takes an ARN.

use emulator_front::Home;

/// A request that names its group twice.
#[derive(Debug, thiserror::Error)]
#[error("LogGroup name and LogGroup ARN are mutually exclusive parameters.")]
pub(super) struct NamedTwice;

/// The ARN of a group, without the `:*` that some members have at its end.
pub(super) fn arn(home: &Home, group: &str) -> String {
    home.arn("logs", &format!("log-group:{group}"))
}

/// The name in an identifier. An ARN of another region or account stays whole: no group has that name.
pub(super) fn identified<'a>(home: &Home, identifier: &'a str) -> &'a str {
    identifier.strip_prefix(&arn(home, "")).unwrap_or(identifier)
}

/// The group that a request names; its constraints have been checked, so one of the two is there.
pub(super) fn group_name(
    home: &Home,
    name: Option<String>,
    identifier: Option<String>,
) -> Result<String, NamedTwice> {
    match (name, identifier) {
        (Some(_), Some(_)) => Err(NamedTwice),
        (Some(name), None) => Ok(name),
        (None, identifier) => Ok(identified(home, &identifier.unwrap_or_default()).to_owned()),
    }
}
