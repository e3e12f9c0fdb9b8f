//! Two notifications of one bucket must not be about the same event on the same key.

use crate::notification::configuration::Notification;
use crate::notification::event_name::EventName;

/// Two notifications that are.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Overlap {
    /// Neither has a filter; an event name of each.
    #[error(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    )]
    Unfiltered(&'static str, &'static str),
    #[error(
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type."
    )]
    Filtered,
}

/// Holds each notification against those before it.
pub(super) fn check(notifications: &[Notification]) -> Result<(), Overlap> {
    for (place, later) in notifications.iter().enumerate() {
        for earlier in &notifications[..place] {
            check_two(earlier, later)?;
        }
    }
    Ok(())
}

fn check_two(one: &Notification, other: &Notification) -> Result<(), Overlap> {
    if !one.filter.meets(&other.filter) {
        return Ok(());
    }
    match common(&one.events, &other.events) {
        None => Ok(()),
        Some((one_event, other_event)) if one.filter.is_open() && other.filter.is_open() => {
            Err(Overlap::Unfiltered(one_event.as_str(), other_event.as_str()))
        }
        Some(_) => Err(Overlap::Filtered),
    }
}

fn common(one: &[EventName], other: &[EventName]) -> Option<(EventName, EventName)> {
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (*one, *other)));
    pairs.into_iter().find(|(one, other)| one.meets(*other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification::filter::Filter;

    fn notification(event: &str, prefix: &str) -> Notification {
        Notification {
            id: String::new(),
            function: String::new(),
            events: vec![EventName::parse(event).unwrap()],
            filter: Filter {
                prefix: Some(prefix.to_owned()).filter(|prefix| !prefix.is_empty()),
                suffix: None,
            },
        }
    }

    fn check(notifications: &[(&str, &str)]) -> Result<(), Overlap> {
        let notifications: Vec<_> =
            notifications.iter().map(|(event, prefix)| notification(event, prefix)).collect();
        super::check(&notifications)
    }

    #[test]
    fn one_event_on_one_key_has_one_listener() {
        let (created, put, removed) =
            ("s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectRemoved:*");
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[(created, ""), (removed, "")]), Ok(()));
        assert_eq!(check(&[(created, "a/"), (created, "b/")]), Ok(()));
        let unfiltered = Err(Overlap::Unfiltered(created, put));
        assert_eq!(check(&[(created, ""), (put, "")]), unfiltered);
        assert_eq!(check(&[(created, ""), (put, "a/")]), Err(Overlap::Filtered));
        let inner = [(put, "a/"), (removed, ""), (put, "a/b/")];
        assert_eq!(check(&inner), Err(Overlap::Filtered));
    }
}
