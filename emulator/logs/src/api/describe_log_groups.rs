//! `DescribeLogGroups`: which groups there are.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Unapplied, WireError, applied, only,
    refused,
};
use serde::{Deserialize, Serialize};

use super::group_name::{arn, identified};
use crate::constraints::{CLASSES, STANDARD, check_count, check_group_name, check_word};
use crate::page::limit;
use crate::token::{BadToken, Order, Place, list_page};
use crate::{Days, GroupFacts, Logs};

/// Groups in one answer, at most and unless less are asked for.
const MAX_GROUPS: u16 = 50;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html>
pub(super) struct DescribeLogGroups;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_identifiers: Option<Vec<String>>,
    log_group_class: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    include_linked_accounts: Unapplied,
    #[serde(default)]
    account_identifiers: Unapplied,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    log_groups: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    log_group_name: Box<str>,
    log_group_arn: String,
    arn: String,
    creation_time: u64,
    log_group_class: &'static str,
    metric_filter_count: u64,
    /// AWS counts compressed and late, and so answers 0 for a young group.
    stored_bytes: u64,
    deletion_protection_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_in_days: Option<u16>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")]
    PrefixAndPattern,
    /// That this is refused is in the service model; the words are ours.
    #[error("logGroupIdentifiers cannot be combined with other filters.")]
    IdentifiersAndMore,
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
    #[error(transparent)]
    Token(#[from] BadToken),
}

impl WireError for Error {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidParameterException")
    }
}

impl Operation for DescribeLogGroups {
    const NAME: &'static str = "DescribeLogGroups";
    const MEMBERS: &'static [Members] = &[
        applied(
            &[
                "logGroupNamePrefix",
                "logGroupNamePattern",
                "logGroupIdentifiers",
                "logGroupClass",
                "limit",
                "nextToken",
            ],
            "emulator_logs::api::tests::describing::groups_are_found_by_prefix_pattern_name_or_arn",
        ),
        only(
            &["includeLinkedAccounts"],
            &["false"],
            "emulator_logs::api::tests::describing::members_that_are_not_applied_are_refused_by_name",
        ),
        refused(&["accountIdentifiers"]),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        input.check()?;
        let home = logs.home();
        let groups = logs.groups().into_iter().filter(|group| {
            input.wants(&group.name, |identifier| identified(home, identifier) == &*group.name)
        });
        let place = |group: &GroupFacts| Place { time: None, name: group.name.to_string() };
        let (groups, next_token) = list_page(
            groups.collect(),
            place,
            Order::Ascending,
            input.next_token.as_deref(),
            limit(input.limit, MAX_GROUPS),
        )?;
        let described = |group: GroupFacts| Described {
            log_group_arn: arn(home, &group.name),
            arn: arn(home, &format!("{}:*", group.name)),
            creation_time: group.created.0,
            log_group_class: STANDARD,
            metric_filter_count: 0,
            stored_bytes: 0,
            deletion_protection_enabled: group.settings.is_protected,
            retention_in_days: group.settings.retention.map(Days::count),
            log_group_name: group.name,
        };
        Ok(Output { log_groups: groups.into_iter().map(described).collect(), next_token })
    }
}

impl Input {
    fn check(&self) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        check_group_name(
            &mut constraints,
            self.log_group_name_prefix.as_deref(),
            "logGroupNamePrefix",
        );
        let pattern = self.log_group_name_pattern.as_deref().filter(|pattern| !pattern.is_empty());
        check_group_name(&mut constraints, pattern, "logGroupNamePattern");
        let identifiers = self.log_group_identifiers.as_deref();
        check_count(&mut constraints, identifiers, "logGroupIdentifiers", 50);
        check_word(&mut constraints, self.log_group_class.as_deref(), "logGroupClass", &CLASSES);
        constraints.range(self.limit, "limit", 1, MAX_GROUPS.into());
        constraints.verdict()?;

        NotEmulated::refuse([
            ("includeLinkedAccounts", &self.include_linked_accounts),
            ("accountIdentifiers", &self.account_identifiers),
        ])?;
        let (prefix, pattern) = (&self.log_group_name_prefix, &self.log_group_name_pattern);
        if prefix.is_some() && pattern.is_some() {
            return Err(Error::PrefixAndPattern);
        }
        let has_other = prefix.is_some() || pattern.is_some() || self.log_group_class.is_some();
        if self.log_group_identifiers.is_some() && has_other {
            return Err(Error::IdentifiersAndMore);
        }
        Ok(())
    }

    fn wants(&self, name: &str, is_identified: impl Fn(&str) -> bool) -> bool {
        let prefix = self.log_group_name_prefix.as_deref().unwrap_or_default();
        let pattern = self.log_group_name_pattern.as_deref().unwrap_or_default();
        let class = self.log_group_class.as_deref().unwrap_or(STANDARD);
        let identifiers = self.log_group_identifiers.as_ref();
        name.starts_with(prefix)
            && name.contains(pattern)
            && class == STANDARD
            && identifiers.is_none_or(|all| all.iter().any(|one| is_identified(one)))
    }
}
