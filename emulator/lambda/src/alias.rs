//! A name for a version, or for two that share its invocations.

use uuid::Uuid;

use crate::configuration::StaleRevision;
use crate::version::Version;

/// One alias of a function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alias {
    pub(crate) description: String,
    /// Gets whatever the other version does not.
    pub(crate) version: Version,
    /// A second version, and its share of the invocations.
    pub(crate) shared: Option<Shared>,
    /// Changes with everything else, and with the alias's policy.
    pub(crate) revision: Uuid,
}

/// What goes to another version than an alias's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shared {
    /// Always a published one.
    pub(crate) version: Version,
    /// From 0.0 to 1.0: how likely an invocation goes there.
    pub(crate) weight: f64,
}

impl Alias {
    /// The version that gets an invocation, `drawn` being anything from 0.0 up to 1.0.
    pub(crate) fn route(&self, drawn: f64) -> Version {
        match self.shared {
            Some(shared) if drawn < shared.weight => shared.version,
            _ => self.version,
        }
    }

    /// Whether invocations may go to that version.
    pub(crate) fn leads_to(&self, version: Version) -> bool {
        self.version == version || self.shared.is_some_and(|shared| shared.version == version)
    }

    /// Refuses a revision that is not the latest, if one is given.
    pub(crate) fn expect_revision(&self, given: Option<&str>) -> Result<(), StaleRevision> {
        StaleRevision::unless(given, self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_the_share_of_the_other_version() {
        let (own, other) = (Version::Published(1), Version::Published(2));
        let alias = |weight| Alias {
            description: String::new(),
            version: own,
            shared: Some(Shared { version: other, weight }),
            revision: Uuid::nil(),
        };
        assert_eq!(alias(0.2).route(0.0), other);
        assert_eq!(alias(0.2).route(0.199), other);
        assert_eq!(alias(0.2).route(0.2), own);
        assert_eq!(alias(0.0).route(0.0), own);
        assert_eq!(alias(1.0).route(0.999), other);
        assert!(alias(0.0).leads_to(other));
    }
}
