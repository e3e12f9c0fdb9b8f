//! `AddPermission`: lets a service, an account or anyone call a function.

use std::collections::BTreeMap;

use emulator_front::{Constraints, Operation, WireError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, LATEST, NameError, is_version};
use crate::not_emulated::NotEmulated;
use crate::policy::{InvalidPrincipal, Principal, Statement};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
pub(crate) struct AddPermission;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    function_name: String,
    qualifier: Option<String>,
    statement_id: Option<String>,
    action: Option<String>,
    principal: Option<String>,
    source_arn: Option<String>,
    source_account: Option<String>,
    revision_id: Option<String>,
    /// Such as `PrincipalOrgID`, which nobody here could be asked about.
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    /// JSON text.
    statement: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error("We currently do not support adding policies for $LATEST.")]
    Latest,
    #[error("Cannot find alias arn: {0}")]
    NoSuchAlias(String),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Principal(#[from] InvalidPrincipal),
    #[error(
        "The statement id ({0}) provided already exists. Please provide a new statement id, or \
         remove the existing statement."
    )]
    Duplicate(String),
    #[error(
        "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to \
         retrieve the latest Revision Id"
    )]
    StaleRevision,
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::NoSuchAlias(_) => (404, "ResourceNotFoundException"),
            Self::NotEmulated(error) => error.shape(),
            Self::Latest | Self::Principal(_) => (400, "InvalidParameterValueException"),
            Self::Duplicate(_) => (409, "ResourceConflictException"),
            Self::StaleRevision => (412, "PreconditionFailedException"),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for AddPermission {
    const NAME: &'static str = "AddPermission";
    const ROUTE: &'static str = "POST /2015-03-31/functions/{FunctionName}/policy";
    const STATUS: u16 = 201;
    type Service = Functions;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(functions: &Functions, input: Input) -> Result<Output, Error> {
        let home = &functions.home;
        let (name, qualifier) = (Some(input.function_name.as_str()), input.qualifier.as_deref());
        let target = Grammar::CHANGING.read(name, qualifier, home, constraints(&input))?;
        if let Some((member, _)) = input.others.first_key_value() {
            return Err(NotEmulated(member.clone()).into());
        }
        if target.qualifier.as_deref() == Some(LATEST) {
            return Err(Error::Latest);
        }
        let arn = target.arn(home);
        if target.qualifier.as_deref().is_some_and(|qualifier| !is_version(qualifier)) {
            functions.find(&target.unqualified())?;
            return Err(Error::NoSuchAlias(arn));
        }
        let revision = input.revision_id.clone();
        let statement = statement(input)?;
        let text = statement.text(&arn);
        let permitted = functions.change_policy(&target, |configuration, policy| {
            if policy.iter().any(|each| each.id == statement.id) {
                return Err(Error::Duplicate(statement.id));
            }
            let latest = configuration.expect_revision(revision.as_deref());
            latest.map_err(|_| Error::StaleRevision)?;
            policy.push(statement);
            Ok(())
        });
        permitted.await?;
        Ok(Output { statement: text })
    }
}

/// Source of the patterns: `AddPermissionRequest` in the Lambda service model, 2015-03-31.
fn constraints(input: &Input) -> Constraints {
    let mut constraints = Constraints::default();
    let id = input.statement_id.as_deref();
    constraints.required(id, "statementId");
    constraints.length(id, "statementId", 1, 100);
    constraints.pattern(id, "statementId", "([a-zA-Z0-9-_]+)", is_statement_id);
    let action = input.action.as_deref();
    constraints.required(action, "action");
    constraints.pattern(action, "action", "(lambda:[*]|lambda:[a-zA-Z]+|[*])", is_action);
    constraints.required(input.principal.as_ref(), "principal");
    constraints
}

fn is_statement_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_action(text: &str) -> bool {
    let is_operation = |name: &str| {
        name == "*" || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    text == "*" || text.strip_prefix("lambda:").is_some_and(is_operation)
}

/// Comes after [`constraints`], so the members are there.
fn statement(input: Input) -> Result<Statement, InvalidPrincipal> {
    Ok(Statement {
        principal: Principal::read(&input.principal.unwrap_or_default())?,
        id: input.statement_id.unwrap_or_default(),
        action: input.action.unwrap_or_default(),
        source_arn: input.source_arn,
        source_account: input.source_account,
    })
}
