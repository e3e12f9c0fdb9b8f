//! A function as it is stored.
//!
//! A member that this version does not know stops the emulator from opening the store: a newer version
//! has written it, and ignoring it would lose it at the next change.

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_environment::{Image, Memory, MemoryOutOfRange};
use serde::{Deserialize, Serialize};
use time::UtcDateTime;
use uuid::Uuid;

use crate::configuration::Configuration;
use crate::name::FunctionName;
use crate::policy::{Principal, Statement};

/// One row; its key is the function's name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    role: String,
    description: String,
    timeout_seconds: u64,
    memory_mb: MemoryRecord,
    image_uri: String,
    image_digest: String,
    variables: Option<BTreeMap<String, String>>,
    command: Vec<String>,
    log_group: Option<String>,
    revision: Uuid,
    modified: UtcDateTime,
    policy: Vec<StatementRecord>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct MemoryRecord(Memory);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementRecord {
    id: String,
    action: String,
    principal: PrincipalRecord,
    source_arn: Option<String>,
    source_account: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
enum PrincipalRecord {
    Anyone,
    Service(String),
    Arn(String),
}

impl Record {
    pub(crate) fn of(configuration: &Configuration, policy: &[Statement]) -> Self {
        let configuration = configuration.clone();
        Self {
            role: configuration.role,
            description: configuration.description,
            timeout_seconds: configuration.timeout.as_secs(),
            memory_mb: MemoryRecord(configuration.memory),
            image_uri: configuration.image.uri,
            image_digest: configuration.image.digest,
            variables: configuration.variables,
            command: configuration.command,
            log_group: configuration.log_group,
            revision: configuration.revision,
            modified: configuration.modified,
            policy: policy.iter().cloned().map(StatementRecord::from).collect(),
        }
    }

    pub(crate) fn read(self, name: FunctionName) -> (Configuration, Vec<Statement>) {
        let configuration = Configuration {
            name,
            role: self.role,
            description: self.description,
            timeout: Duration::from_secs(self.timeout_seconds),
            memory: self.memory_mb.0,
            image: Image { uri: self.image_uri, digest: self.image_digest },
            variables: self.variables,
            command: self.command,
            log_group: self.log_group,
            revision: self.revision,
            modified: self.modified,
        };
        (configuration, self.policy.into_iter().map(Statement::from).collect())
    }
}

impl From<Statement> for StatementRecord {
    fn from(statement: Statement) -> Self {
        Self {
            id: statement.id,
            action: statement.action,
            principal: match statement.principal {
                Principal::Anyone => PrincipalRecord::Anyone,
                Principal::Service(service) => PrincipalRecord::Service(service),
                Principal::Arn(arn) => PrincipalRecord::Arn(arn),
            },
            source_arn: statement.source_arn,
            source_account: statement.source_account,
        }
    }
}

impl From<StatementRecord> for Statement {
    fn from(record: StatementRecord) -> Self {
        Self {
            id: record.id,
            action: record.action,
            principal: match record.principal {
                PrincipalRecord::Anyone => Principal::Anyone,
                PrincipalRecord::Service(service) => Principal::Service(service),
                PrincipalRecord::Arn(arn) => Principal::Arn(arn),
            },
            source_arn: record.source_arn,
            source_account: record.source_account,
        }
    }
}

impl TryFrom<u32> for MemoryRecord {
    type Error = MemoryOutOfRange;

    fn try_from(megabytes: u32) -> Result<Self, MemoryOutOfRange> {
        Memory::try_from(megabytes).map(Self)
    }
}

impl From<MemoryRecord> for u32 {
    fn from(MemoryRecord(memory): MemoryRecord) -> Self {
        memory.megabytes()
    }
}
