//! `ListLogGroups`: the names of groups, by class and by parts of their names.

use emulator_front::{
    Constraints, Invalid, Members, NotEmulated, Operation, Unapplied, WireError, applied, only,
    refused,
};
use serde::{Deserialize, Serialize};

use super::group_name::arn;
use crate::constraints::{CLASSES, STANDARD, check_word};
use crate::page::limit;
use crate::token::{BadToken, Order, Place, list_page};
use crate::{GroupFacts, Logs};

/// Groups in one answer, unless others are asked for. Source: the service model, 2014-03-28.
const DEFAULT_GROUPS: u16 = 50;

/// Groups in one answer, at most. Source: `ListLimit` in the same model.
const MAX_GROUPS: i64 = 1000;

/// `LogGroupNameRegexPattern` in the same model.
const PATTERN: &str = r"(\^?[\.\-_\/#A-Za-z0-9]{3,24})(\|\^?[\.\-_\/#A-Za-z0-9]{3,24}){0,4}";

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html>
pub(super) struct ListLogGroups;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    log_group_name_pattern: Option<String>,
    log_group_class: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    include_linked_accounts: Unapplied,
    #[serde(default)]
    account_identifiers: Unapplied,
    #[serde(default)]
    data_sources: Unapplied,
    #[serde(default)]
    field_index_names: Unapplied,
    #[serde(default)]
    log_group_tags: Unapplied,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    log_groups: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
struct Summary {
    #[serde(rename = "logGroupName")]
    name: Box<str>,
    #[serde(rename = "logGroupArn")]
    arn: String,
    #[serde(rename = "logGroupClass")]
    class: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
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

impl Operation for ListLogGroups {
    const NAME: &'static str = "ListLogGroups";
    const MEMBERS: &'static [Members] = &[
        applied(
            &["logGroupNamePattern", "logGroupClass", "limit", "nextToken"],
            "logs::list_log_groups_finds_names_by_their_start_or_a_part",
        ),
        only(
            &["includeLinkedAccounts"],
            &["false"],
            "logs::list_log_groups_finds_names_by_their_start_or_a_part",
        ),
        refused(&["accountIdentifiers", "dataSources", "fieldIndexNames", "logGroupTags"]),
    ];
    type Service = Logs;
    type Input = Input;
    type Output = Output;
    type Error = Error;

    async fn call(logs: &Logs, input: Input) -> Result<Output, Error> {
        input.check()?;
        let mut groups = logs.groups();
        groups.retain(|group| input.wants(&group.name));
        let place = |group: &GroupFacts| Place { time: None, name: group.name.to_string() };
        let token = input.next_token.as_deref();
        let limit = limit(input.limit, DEFAULT_GROUPS);
        let (groups, next_token) = list_page(groups, place, Order::Ascending, token, limit)?;
        let summary = |group: GroupFacts| Summary {
            arn: arn(logs.home(), &group.name),
            class: STANDARD,
            name: group.name,
        };
        Ok(Output { log_groups: groups.into_iter().map(summary).collect(), next_token })
    }
}

impl Input {
    fn check(&self) -> Result<(), Error> {
        let mut constraints = Constraints::default();
        let pattern = self.log_group_name_pattern.as_deref();
        constraints.length(pattern, "logGroupNamePattern", 3, 129);
        constraints.pattern(pattern, "logGroupNamePattern", PATTERN, is_pattern);
        let class = self.log_group_class.as_deref();
        check_word(&mut constraints, class, "logGroupClass", &CLASSES);
        constraints.range(self.limit, "limit", 1, MAX_GROUPS);
        constraints.verdict()?;
        NotEmulated::refuse([
            ("includeLinkedAccounts", &self.include_linked_accounts),
            ("accountIdentifiers", &self.account_identifiers),
            ("dataSources", &self.data_sources),
            ("fieldIndexNames", &self.field_index_names),
            ("logGroupTags", &self.log_group_tags),
        ])?;
        Ok(())
    }

    fn wants(&self, name: &str) -> bool {
        let is_wanted = |part: &str| match part.strip_prefix('^') {
            Some(prefix) => name.starts_with(prefix),
            None => name.contains(part),
        };
        let pattern = self.log_group_name_pattern.as_deref();
        pattern.is_none_or(|pattern| pattern.split('|').any(is_wanted))
            && self.log_group_class.as_deref().unwrap_or(STANDARD) == STANDARD
    }
}

/// Up to five parts of names, each of which may be marked as the start of one.
fn is_pattern(pattern: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || ".-_/#".contains(letter);
    let is_part = |part: &str| {
        let part = part.strip_prefix('^').unwrap_or(part);
        (3..=24).contains(&part.len()) && part.chars().all(is_letter)
    };
    pattern.split('|').count() <= 5 && pattern.split('|').all(is_part)
}
