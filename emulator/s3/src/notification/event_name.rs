//! The names of events: those that a configuration may ask for, wildcards included, and those that
//! happen here.

/// Every event that S3 has, and the wildcards over them. Source: `Event` in the service model,
/// 2006-03-01.
const NAMES: [&str; 27] = [
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:Put",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Put",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ObjectRestore:Post",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Delete",
    "s3:ObjectTagging:Put",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationReplicatedAfterThreshold",
];

/// The name of an event, or of a family of them, as a configuration has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventName(&'static str);

/// What happens to objects here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    Put,
    Copy,
    CompleteMultipartUpload,
    Delete,
}

impl EventName {
    /// The event of that name, if S3 has it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        NAMES.into_iter().find(|known| *known == name).map(Self)
    }

    pub(super) fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether it asks for what has happened.
    pub(super) fn covers(self, happening: Happening) -> bool {
        let name = self.0.strip_prefix("s3:").expect("every name starts so");
        match name.strip_suffix('*') {
            Some(family) => happening.name().starts_with(family),
            None => happening.name() == name,
        }
    }

    /// Whether some event has both names.
    pub(super) fn meets(self, other: Self) -> bool {
        let within = |wide: &str, name: &str| {
            wide.strip_suffix('*').is_some_and(|family| name.starts_with(family))
        };
        self == other || within(self.0, other.0) || within(other.0, self.0)
    }
}

impl Happening {
    /// `eventName` in the record.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Put => "ObjectCreated:Put",
            Self::Copy => "ObjectCreated:Copy",
            Self::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
            Self::Delete => "ObjectRemoved:Delete",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> EventName {
        EventName::parse(name).unwrap()
    }

    #[test]
    fn only_names_that_s3_has_are_events() {
        for unknown in ["", "s3:*", "s3:ObjectCreated", "ObjectCreated:Put", "s3:objectcreated:put"]
        {
            assert_eq!(EventName::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_wildcard_covers_its_family() {
        for (event, happening, expected) in [
            ("s3:ObjectCreated:*", Happening::Put, true),
            ("s3:ObjectCreated:*", Happening::Copy, true),
            ("s3:ObjectCreated:*", Happening::CompleteMultipartUpload, true),
            ("s3:ObjectCreated:*", Happening::Delete, false),
            ("s3:ObjectCreated:Put", Happening::Put, true),
            ("s3:ObjectCreated:Put", Happening::Copy, false),
            ("s3:ObjectRemoved:*", Happening::Delete, true),
            ("s3:ObjectRemoved:Delete", Happening::Delete, true),
            ("s3:ObjectRemoved:DeleteMarkerCreated", Happening::Delete, false),
            ("s3:LifecycleExpiration:Delete", Happening::Delete, false),
        ] {
            assert_eq!(name(event).covers(happening), expected, "{event}");
        }
    }

    #[test]
    fn names_meet_where_one_event_has_both() {
        for (one, other, expected) in [
            ("s3:ObjectCreated:Put", "s3:ObjectCreated:Put", true),
            ("s3:ObjectCreated:Put", "s3:ObjectCreated:*", true),
            ("s3:ObjectCreated:*", "s3:ObjectCreated:*", true),
            ("s3:ObjectCreated:Put", "s3:ObjectCreated:Post", false),
            ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", false),
        ] {
            assert_eq!(name(one).meets(name(other)), expected, "{one} {other}");
            assert_eq!(name(other).meets(name(one)), expected, "{other} {one}");
        }
    }
}
