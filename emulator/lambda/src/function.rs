//! One function, whole: what can change, what has been published, and all that hangs on it.

use std::collections::BTreeMap;

use time::UtcDateTime;
use uuid::Uuid;

use crate::alias::Alias;
use crate::configuration::Configuration;
use crate::policy::Statement;
use crate::version::Version;

/// A function, as it is stored and shown.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// `$LATEST`.
    pub(crate) latest: Configuration,
    /// By number; none of them ever changes, but for its revision.
    pub(crate) versions: BTreeMap<u64, Configuration>,
    pub(crate) aliases: BTreeMap<String, Alias>,
    /// By the qualifier that they hang on, which is none for the function itself. None is empty.
    pub(crate) policies: BTreeMap<Option<String>, Vec<Statement>>,
    pub(crate) tags: BTreeMap<String, String>,
    /// How many of its invocations may run at once, if that has been set apart.
    pub(crate) reserved: Option<u32>,
    pub(crate) recursive_loop: RecursiveLoop,
    /// The highest number that a version of this name ever had: none is given twice.
    pub(crate) last_version: u64,
    /// Whether there has been an update since a version was last published.
    pub(crate) unpublished: bool,
}

/// What happens to an invocation that a function has, in the end, caused itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RecursiveLoop {
    Allow,
    #[default]
    Terminate,
}

impl Function {
    /// A function of which nothing is known but how it is set up. `last_version` is of another one,
    /// which had its name before.
    pub(crate) fn new(latest: Configuration, last_version: u64) -> Self {
        Self {
            latest,
            versions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            policies: BTreeMap::new(),
            tags: BTreeMap::new(),
            reserved: None,
            recursive_loop: RecursiveLoop::default(),
            last_version,
            unpublished: true,
        }
    }

    pub(crate) fn version(&self, version: Version) -> Option<&Configuration> {
        match version {
            Version::Latest => Some(&self.latest),
            Version::Published(number) => self.versions.get(&number),
        }
    }

    /// `$LATEST` first, then what has been published, oldest first.
    pub(crate) fn all_versions(&self) -> impl Iterator<Item = &Configuration> {
        std::iter::once(&self.latest).chain(self.versions.values())
    }

    /// What a qualifier stands for; an alias stands for its own version.
    pub(crate) fn find(&self, qualifier: Option<&str>) -> Option<&Configuration> {
        self.version(self.route(qualifier, 1.0)?)
    }

    /// The version that gets an invocation, `drawn` being anything from 0.0 up to 1.0.
    pub(crate) fn route(&self, qualifier: Option<&str>, drawn: f64) -> Option<Version> {
        let Some(qualifier) = qualifier else { return Some(Version::Latest) };
        Version::read(qualifier).or_else(|| Some(self.aliases.get(qualifier)?.route(drawn)))
    }

    /// Who may call what a qualifier stands for, besides the owner.
    pub(crate) fn policy(&self, qualifier: Option<&str>) -> &[Statement] {
        // The key of the map is owned, and there are few.
        let found = self.policies.iter().find(|(key, _)| key.as_deref() == qualifier);
        found.map_or(&[], |(_, policy)| policy)
    }

    /// The revision of what a qualifier stands for: of an alias, its own.
    pub(crate) fn revision(&self, qualifier: Option<&str>) -> Option<Uuid> {
        match qualifier.and_then(|qualifier| self.aliases.get(qualifier)) {
            Some(alias) => Some(alias.revision),
            None => self.find(qualifier).map(|configuration| configuration.revision),
        }
    }

    /// Notes that something about what a qualifier stands for has changed.
    pub(crate) fn revise(&mut self, qualifier: Option<&str>) {
        let revision = Uuid::new_v4();
        match qualifier {
            None => self.latest.revision = revision,
            Some(qualifier) => match (self.aliases.get_mut(qualifier), Version::read(qualifier)) {
                (Some(alias), _) => alias.revision = revision,
                (None, Some(Version::Published(number))) => {
                    if let Some(version) = self.versions.get_mut(&number) {
                        version.revision = revision;
                    }
                }
                (None, _) => self.latest.revision = revision,
            },
        }
    }

    /// `$LATEST`, to be set up otherwise from now on.
    pub(crate) fn update(&mut self, now: UtcDateTime) -> &mut Configuration {
        self.unpublished = true;
        self.latest.modify(now);
        &mut self.latest
    }

    /// Makes `$LATEST`, as it is, a version that cannot change; or finds that the last one is just that.
    pub(crate) fn publish(&mut self, description: Option<String>) -> &Configuration {
        let last = self.versions.get(&self.last_version);
        // An image that has been built anew under the same URI is an update too.
        if self.unpublished || last.is_none_or(|last| last.image != self.latest.image) {
            self.last_version += 1;
            let version = self.latest.published(self.last_version, description);
            self.versions.insert(self.last_version, version);
            self.unpublished = false;
            self.revise(None);
        }
        &self.versions[&self.last_version]
    }
}
