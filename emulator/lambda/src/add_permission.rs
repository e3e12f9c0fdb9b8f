//! `AddPermission`: lets a service, an account or anyone call a function.

use emulator_front::{Constraints, Invalid, Operation, Rule, WireError};
use serde::{Deserialize, Serialize};

use crate::functions::{Functions, NoSuchFunction};
use crate::name::{LATEST, NameError, Target};
use crate::policy::{InvalidPrincipal, Principal, Statement};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
pub(crate) struct AddPermission;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: String,
    qualifier: Option<String>,
    statement_id: Option<String>,
    action: Option<String>,
    principal: Option<String>,
    source_arn: Option<String>,
    source_account: Option<String>,
    revision_id: Option<String>,
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
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error("We currently do not support adding policies for $LATEST.")]
    Latest,
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
    Revision,
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Invalid(_) => (400, "ValidationException"),
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::Latest | Self::Principal(_) => (400, "InvalidParameterValueException"),
            Self::Duplicate(_) => (409, "ResourceConflictException"),
            Self::Revision => (412, "PreconditionFailedException"),
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
        let target =
            Target::read(&input.function_name, input.qualifier.as_deref(), &functions.home)?;
        if target.qualifier.as_deref() == Some(LATEST) {
            return Err(Error::Latest);
        }
        let revision = input.revision_id.clone();
        let statement = statement(input)?;
        let text = statement.text(&target.arn(&functions.home));
        functions.edit(&target, |function| {
            if function.policy.iter().any(|each| each.id == statement.id) {
                return Err(Error::Duplicate(statement.id));
            }
            if revision.is_some_and(|given| given != function.configuration.revision.to_string()) {
                return Err(Error::Revision);
            }
            function.policy.push(statement);
            Ok(())
        })?;
        Ok(Output { statement: text })
    }
}

fn statement(input: Input) -> Result<Statement, Error> {
    let mut constraints = Constraints::default();
    constraints.required(input.statement_id.as_ref(), "statementId");
    constraints.required(input.action.as_ref(), "action");
    constraints.required(input.principal.as_ref(), "principal");
    constraints.length(input.statement_id.as_deref(), "statementId", 1, 100);
    let id = input.statement_id.unwrap_or_default();
    let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    constraints.check(is_id, "statementId", &id, Rule::Pattern("([a-zA-Z0-9-_]+)"));
    let action = input.action.unwrap_or_default();
    let is_action = action == "*"
        || action.strip_prefix("lambda:").is_some_and(|name| {
            name == "*" || !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
    let pattern = Rule::Pattern("(lambda:[*]|lambda:[a-zA-Z]+|[*])");
    constraints.check(is_action, "action", &action, pattern);
    constraints.verdict()?;
    Ok(Statement {
        id,
        action,
        principal: Principal::read(&input.principal.unwrap_or_default())?,
        source_arn: input.source_arn,
        source_account: input.source_account,
    })
}
