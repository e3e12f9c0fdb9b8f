//! One statement of a policy as it is stored.

use serde::{Deserialize, Serialize};

use crate::policy::{Principal, Statement};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementRecord {
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
