//! `AddPermission`: lets a service, an account or anyone call a function.

use std::collections::BTreeMap;

use emulator_front::{
    Constraints, Home, Members, NotEmulated, Operation, WireError, applied, refused,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::configuration::StaleRevision;
use crate::functions::{Functions, NoSuchFunction, NotStored};
use crate::name::{Grammar, LATEST, NameError, Target, is_account, is_region};
use crate::policy::{self, InvalidPrincipal, Principal, Statement};
use crate::version::is_number;

/// Longest policy, in bytes. Source: the Lambda quotas page, 20 KB.
const MAX_POLICY: usize = 20 * 1024;

/// Source: `Arn` in the Lambda service model, 2015-03-31.
const ARN: &str =
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)";

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
    /// The text is ours: AWS's is not known.
    #[error("the policy would be longer than {MAX_POLICY} bytes (hint: remove a statement)")]
    TooLong,
    #[error(transparent)]
    Stale(#[from] StalePolicy),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

/// Somebody else has changed the policy since the caller last looked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to \
     retrieve the latest Revision Id"
)]
pub(crate) struct StalePolicy;

impl StalePolicy {
    /// Refuses a revision that is not the `latest`, if one is given.
    pub(crate) fn unless(given: Option<&str>, latest: Uuid) -> Result<(), Self> {
        StaleRevision::unless(given, latest).map_err(|_| Self)
    }
}

impl WireError for StalePolicy {
    fn shape(&self) -> (u16, &'static str) {
        (412, "PreconditionFailedException")
    }
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::NoSuchAlias(_) => (404, "ResourceNotFoundException"),
            Self::Latest | Self::NotEmulated(_) | Self::Principal(_) => {
                (400, "InvalidParameterValueException")
            }
            Self::Duplicate(_) => (409, "ResourceConflictException"),
            Self::TooLong => (400, "PolicyLengthExceededException"),
            Self::Stale(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

impl Operation for AddPermission {
    const NAME: &'static str = "AddPermission";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["FunctionName", "StatementId", "Action", "Principal", "SourceArn", "SourceAccount"],
            "emulator_lambda::tests::permitting::a_permission_lets_its_source_in_and_nobody_else",
        ),
        applied(
            &["Qualifier"],
            "emulator_lambda::tests::aliases::an_alias_has_a_policy_of_its_own_that_goes_with_it",
        ),
        applied(
            &["RevisionId"],
            "emulator_lambda::tests::permitting::a_permission_needs_somebody_and_something_that_there_is",
        ),
        refused(&[
            "EventSourceToken",
            "PrincipalOrgID",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
        ]),
    ];
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
            return Err(NotEmulated::Member(member.clone().into()).into());
        }
        if target.qualifier.as_deref() == Some(LATEST) {
            return Err(Error::Latest);
        }
        let arn = target.arn(home);
        let given = input.revision_id.clone();
        let statement = statement(input)?;
        let text = statement.text(&arn);
        let permitted = functions.change(&target, |function| {
            let qualifier = target.qualifier.clone();
            let revision = function.revision(qualifier.as_deref());
            let revision = revision.ok_or_else(|| missing(&target, home))?;
            let policy = function.policies.entry(qualifier.clone()).or_default();
            if policy.iter().any(|each| each.id == statement.id) {
                return Err(Error::Duplicate(statement.id));
            }
            StalePolicy::unless(given.as_deref(), revision)?;
            policy.push(statement);
            if policy::text(policy, &arn).len() > MAX_POLICY {
                return Err(Error::TooLong);
            }
            function.revise(qualifier.as_deref());
            Ok(())
        });
        permitted.await?;
        Ok(Output { statement: text })
    }
}

/// What a qualifier should have stood for: a version, or an alias.
fn missing(target: &Target, home: &Home) -> Error {
    match target.qualifier.as_deref() {
        Some(alias) if !is_number(alias) => Error::NoSuchAlias(target.arn(home)),
        _ => NoSuchFunction::at(target, home).into(),
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
    let principal = input.principal.as_deref();
    constraints.required(principal, "principal");
    constraints.pattern(principal, "principal", r"[^\s]+", |principal| {
        !principal.is_empty() && !principal.contains(char::is_whitespace)
    });
    constraints.pattern(input.source_arn.as_deref(), "sourceArn", ARN, is_source);
    let account = input.source_account.as_deref();
    constraints.length(account, "sourceAccount", 0, 12);
    constraints.pattern(account, "sourceAccount", r"\d{12}", is_account);
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

fn is_source(arn: &str) -> bool {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let &["arn", partition, service, region, account, _] = parts.as_slice() else { return false };
    let is_word =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    partition.starts_with("aws")
        && is_word(partition)
        && !service.is_empty()
        && is_word(service)
        && (region.is_empty() || is_region(region))
        && (account.is_empty() || is_account(account))
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
