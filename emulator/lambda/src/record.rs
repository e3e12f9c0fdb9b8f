//! A function as it is stored.
//!
//! A member that this version does not know stops the emulator from opening the store: a newer version
//! has written it, and ignoring it would lose it at the next change.

mod configuration;
mod statement;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alias::{Alias, Shared};
use crate::function::{Function, RecursiveLoop};
use crate::name::FunctionName;
use crate::version::Version;
use configuration::ConfigurationRecord;
use statement::StatementRecord;

/// One row; its key is the function's name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    latest: ConfigurationRecord,
    versions: BTreeMap<u64, ConfigurationRecord>,
    aliases: BTreeMap<String, AliasRecord>,
    policies: Vec<PolicyRecord>,
    tags: BTreeMap<String, String>,
    reserved_concurrency: Option<u32>,
    recursive_loop: RecursiveLoopRecord,
    last_version: u64,
    unpublished: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasRecord {
    description: String,
    /// `None` is `$LATEST`.
    version: Option<u64>,
    shared: Option<SharedRecord>,
    revision: Uuid,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedRecord {
    version: u64,
    weight: f64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyRecord {
    /// `None` is the function itself.
    qualifier: Option<String>,
    statements: Vec<StatementRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
enum RecursiveLoopRecord {
    Allow,
    Terminate,
}

impl Record {
    pub(crate) fn of(function: &Function) -> Self {
        let Function { latest, versions, aliases, policies, tags, .. } = function;
        let versions = versions.iter().map(|(number, version)| (*number, version.into()));
        let aliases = aliases.iter().map(|(name, alias)| (name.clone(), alias.into()));
        let policies = policies.iter().map(|(qualifier, statements)| PolicyRecord {
            qualifier: qualifier.clone(),
            statements: statements.iter().cloned().map(StatementRecord::from).collect(),
        });
        Self {
            latest: latest.into(),
            versions: versions.collect(),
            aliases: aliases.collect(),
            policies: policies.collect(),
            tags: tags.clone(),
            reserved_concurrency: function.reserved,
            recursive_loop: match function.recursive_loop {
                RecursiveLoop::Allow => RecursiveLoopRecord::Allow,
                RecursiveLoop::Terminate => RecursiveLoopRecord::Terminate,
            },
            last_version: function.last_version,
            unpublished: function.unpublished,
        }
    }

    pub(crate) fn read(self, name: &FunctionName) -> Function {
        let versions = self.versions.into_iter();
        let policies = self.policies.into_iter().map(|policy| {
            (policy.qualifier, policy.statements.into_iter().map(Into::into).collect())
        });
        Function {
            latest: self.latest.read(name.clone(), Version::Latest),
            versions: versions
                .map(|(number, version)| {
                    (number, version.read(name.clone(), Version::Published(number)))
                })
                .collect(),
            aliases: self.aliases.into_iter().map(|(name, alias)| (name, alias.into())).collect(),
            policies: policies.collect(),
            tags: self.tags,
            reserved: self.reserved_concurrency,
            recursive_loop: match self.recursive_loop {
                RecursiveLoopRecord::Allow => RecursiveLoop::Allow,
                RecursiveLoopRecord::Terminate => RecursiveLoop::Terminate,
            },
            last_version: self.last_version,
            unpublished: self.unpublished,
        }
    }
}

impl From<&Alias> for AliasRecord {
    fn from(alias: &Alias) -> Self {
        let shared = alias.shared.and_then(|Shared { version, weight }| {
            Some(SharedRecord { version: number(version)?, weight })
        });
        Self {
            description: alias.description.clone(),
            version: number(alias.version),
            shared,
            revision: alias.revision,
        }
    }
}

impl From<AliasRecord> for Alias {
    fn from(record: AliasRecord) -> Self {
        Self {
            description: record.description,
            version: record.version.map_or(Version::Latest, Version::Published),
            shared: record.shared.map(|SharedRecord { version, weight }| Shared {
                version: Version::Published(version),
                weight,
            }),
            revision: record.revision,
        }
    }
}

fn number(version: Version) -> Option<u64> {
    match version {
        Version::Latest => None,
        Version::Published(number) => Some(number),
    }
}
