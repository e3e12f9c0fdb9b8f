//! A function's resource policy: who may call it, besides its owner.

use emulator_deliver::Source;
use serde_json::{Map, Value, json};

use crate::name::is_account;

/// One statement, as `AddPermission` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) id: String,
    /// Such as `lambda:InvokeFunction`.
    pub(crate) action: String,
    pub(crate) principal: Principal,
    /// An ARN, in which `*` and `?` stand for anything.
    pub(crate) source_arn: Option<String>,
    pub(crate) source_account: Option<String>,
}

/// Who is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    Anyone,
    /// Such as `s3.amazonaws.com`.
    Service(String),
    /// An IAM ARN.
    Arn(String),
}

/// Not a service, an account, an ARN or `*`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The provided principal was invalid. Please check the principal and try again.")]
pub(crate) struct InvalidPrincipal;

impl Principal {
    pub(crate) fn read(text: &str) -> Result<Self, InvalidPrincipal> {
        match text {
            "*" => Ok(Self::Anyone),
            service if service.contains(".amazonaws.com") => Ok(Self::Service(service.to_owned())),
            account if is_account(account) => Ok(Self::Arn(format!("arn:aws:iam::{account}:root"))),
            arn if arn.starts_with("arn:aws:iam::") || arn.starts_with("arn:aws:sts::") => {
                Ok(Self::Arn(arn.to_owned()))
            }
            _ => Err(InvalidPrincipal),
        }
    }

    fn document(&self) -> Value {
        match self {
            Self::Anyone => json!("*"),
            Self::Service(service) => json!({ "Service": service }),
            Self::Arn(arn) => json!({ "AWS": arn }),
        }
    }
}

impl Statement {
    /// Whether the statement lets `source` invoke.
    pub(crate) fn permits(&self, source: &Source) -> bool {
        let action = matches!(&*self.action, "lambda:InvokeFunction" | "lambda:*" | "*");
        let principal = match &self.principal {
            Principal::Anyone => true,
            Principal::Service(service) => service == source.principal,
            Principal::Arn(_) => false,
        };
        action
            && principal
            && self.source_arn.as_ref().is_none_or(|pattern| matches(pattern, &source.arn))
            && self.source_account.as_ref().is_none_or(|account| *account == source.account)
    }

    /// The statement as JSON text, its members in Lambda's order; `resource` is the function's ARN.
    pub(crate) fn text(&self, resource: &str) -> String {
        let condition = self.condition();
        let members = [
            ("Sid", json!(self.id)),
            ("Effect", json!("Allow")),
            ("Principal", self.principal.document()),
            ("Action", json!(self.action)),
            ("Resource", json!(resource)),
            ("Condition", Value::Object(condition)),
        ];
        let written: Vec<_> = members
            .iter()
            .filter(|(_, value)| value.as_object().is_none_or(|object| !object.is_empty()))
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", written.join(","))
    }

    fn condition(&self) -> Map<String, Value> {
        let mut condition = Map::new();
        if let Some(account) = &self.source_account {
            condition.insert("StringEquals".into(), json!({ "AWS:SourceAccount": account }));
        }
        if let Some(arn) = &self.source_arn {
            condition.insert("ArnLike".into(), json!({ "AWS:SourceArn": arn }));
        }
        condition
    }
}

/// The whole policy as JSON text.
pub(crate) fn text(statements: &[Statement], resource: &str) -> String {
    let statements: Vec<_> = statements.iter().map(|statement| statement.text(resource)).collect();
    format!(
        "{{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[{}]}}",
        statements.join(",")
    )
}

/// `ArnLike`: part by part, with `*` for any text and `?` for any character.
fn matches(pattern: &str, arn: &str) -> bool {
    let mut patterns = pattern.splitn(6, ':');
    let mut parts = arn.splitn(6, ':');
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some(pattern), Some(part)) if glob(pattern.as_bytes(), part.as_bytes()) => {}
            _ => return false,
        }
    }
}

/// Goes back to the last `*` and never to one before it, so that no pattern takes long.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut expected, mut seen) = (0, 0);
    // What follows the last `*`, and up to where that has taken the text.
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match (pattern.get(expected), &mut star) {
            (Some(b'*'), _) => {
                expected += 1;
                star = Some((expected, seen));
            }
            (Some(&byte), _) if byte == b'?' || byte == text[seen] => {
                expected += 1;
                seen += 1;
            }
            (_, Some((after, taken))) => {
                *taken += 1;
                (expected, seen) = (*after, *taken);
            }
            (_, None) => return false,
        }
    }
    pattern[expected..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(principal: &str, arn: Option<&str>, account: Option<&str>) -> Statement {
        Statement {
            id: "s".into(),
            action: "lambda:InvokeFunction".into(),
            principal: Principal::read(principal).unwrap(),
            source_arn: arn.map(Into::into),
            source_account: account.map(Into::into),
        }
    }

    #[track_caller]
    fn check(statement: &Statement, permits: bool) {
        let source = Source {
            principal: "s3.amazonaws.com",
            arn: "arn:aws:s3:::photos".into(),
            account: "000000000000".into(),
        };
        assert_eq!(statement.permits(&source), permits, "{statement:?}");
    }

    #[test]
    fn a_source_is_let_in_by_service_arn_and_account() {
        check(&statement("s3.amazonaws.com", None, None), true);
        check(&statement("*", Some("arn:aws:s3:::photos"), None), true);
        check(&statement("s3.amazonaws.com", Some("arn:aws:s3:::ph*"), Some("000000000000")), true);
        check(&statement("s3.amazonaws.com", Some("arn:*:s3:*:*:phot?s"), None), true);
        check(&statement("sns.amazonaws.com", None, None), false);
        check(&statement("000000000000", None, None), false);
        check(&statement("s3.amazonaws.com", Some("arn:aws:s3:::videos"), None), false);
        check(&statement("s3.amazonaws.com", Some("*"), None), false);
        check(&statement("s3.amazonaws.com", None, Some("111111111111")), false);
        check(&statement("*", Some("arn:aws:s3:::*o*o?**"), None), true);
        check(&statement("*", Some("arn:aws:s3:::photos?"), None), false);
        let mut other = statement("s3.amazonaws.com", None, None);
        other.action = "lambda:GetFunction".into();
        check(&other, false);
    }

    #[test]
    fn no_pattern_takes_long_however_many_stars_it_has() {
        let (stars, text) = ("*a".repeat(1000) + "b", "a".repeat(100_000));
        assert!(!glob(stars.as_bytes(), text.as_bytes()));
        assert!(glob(b"*", text.as_bytes()));
    }

    #[test]
    fn a_statement_is_written_in_lambdas_order() {
        let statement =
            statement("s3.amazonaws.com", Some("arn:aws:s3:::photos"), Some("000000000000"));
        assert_eq!(
            statement.text("arn:f"),
            r#"{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"},"StringEquals":{"AWS:SourceAccount":"000000000000"}}}"#,
        );
    }

    #[test]
    fn a_principal_is_a_service_an_account_an_arn_or_anyone() {
        assert_eq!(Principal::read("nobody"), Err(InvalidPrincipal));
        assert_eq!(
            Principal::read("111111111111"),
            Ok(Principal::Arn("arn:aws:iam::111111111111:root".into())),
        );
    }
}
