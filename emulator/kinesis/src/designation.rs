//! Which stream a request means: by name, by ARN, or by both.

use std::sync::Arc;

use emulator_front::{Constraints, WireError};

use crate::{NoSuchStream, Stream, Streams};

/// The members that name a stream, as they came.
#[derive(Clone, Debug)]
pub(crate) struct Designation {
    pub(crate) name: Option<String>,
    pub(crate) arn: Option<String>,
}

/// Why a request means no stream.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undesignated {
    /// AWS's wording is not recorded; this one follows that of `ListShards`.
    #[error("Either StreamName or StreamARN should be provided.")]
    Unnamed,
    /// AWS's wording is not recorded.
    #[error("StreamARN {arn} is not the ARN of the stream {name}.")]
    Contradictory { name: String, arn: String },
    #[error(transparent)]
    NoSuchStream(#[from] NoSuchStream),
}

impl WireError for Undesignated {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Unnamed | Self::Contradictory { .. } => (400, "InvalidArgumentException"),
            Self::NoSuchStream(_) => (400, "ResourceNotFoundException"),
        }
    }
}

impl Designation {
    pub(crate) fn check(&self, constraints: &mut Constraints) {
        check_name("streamName", self.name.as_deref(), constraints);
        let arn = self.arn.as_deref();
        constraints.length(arn, "streamARN", 1, 2048);
        constraints.pattern(arn, "streamARN", r"arn:aws.*:kinesis:.*:\d{12}:stream/\S+", is_arn);
    }

    pub(crate) fn find(self, streams: &Streams) -> Result<Arc<Stream>, Undesignated> {
        match self {
            Self { name: None, arn: None } => Err(Undesignated::Unnamed),
            Self { name: Some(name), arn: None } => Ok(streams.get(&name)?),
            Self { name: None, arn: Some(arn) } => Ok(streams.read(&arn)?),
            Self { name: Some(name), arn: Some(arn) } => {
                if arn.split_once(":stream/").is_some_and(|(_, named)| named == name) {
                    Ok(streams.read(&arn)?)
                } else {
                    Err(Undesignated::Contradictory { name, arn })
                }
            }
        }
    }
}

/// Checks the name of a stream or of a shard; they have the same constraints.
pub(crate) fn check_name(path: &str, name: Option<&str>, constraints: &mut Constraints) {
    constraints.length(name, path, 1, 128);
    constraints.pattern(name, path, "[a-zA-Z0-9_.-]+", |name| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        !name.is_empty() && name.bytes().all(fits)
    });
}

fn is_arn(text: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let [arn, partition, service, _region, account, resource] = parts[..] else {
        return false;
    };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let name = resource.strip_prefix("stream/").unwrap_or_default();
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    arn == "arn" && partition.starts_with("aws") && service == "kinesis" && is_account && is_name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Mode, Plan};
    use emulator_clock::Clock;
    use emulator_front::Home;

    const ORDERS: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    #[track_caller]
    fn check(name: Option<&str>, arn: Option<&str>, expected: Result<&str, &str>) {
        let streams = Streams::new(Home::default(), Clock::wall());
        let plan = Plan {
            name: "orders".to_owned(),
            mode: Mode::Provisioned,
            shard_count: 1,
            max_record_kib: 1024,
        };
        streams.create(plan).unwrap();
        let designation =
            Designation { name: name.map(str::to_owned), arn: arn.map(str::to_owned) };
        let mut constraints = Constraints::default();
        designation.check(&mut constraints);
        let found = match constraints.verdict() {
            Ok(()) => designation.find(&streams).map_err(|error| error.to_string()),
            Err(invalid) => Err(invalid.to_string()),
        };
        let found = found.as_ref().map(|stream| stream.name()).map_err(String::as_str);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_stream_is_meant_by_name_by_arn_or_by_both() {
        check(Some("orders"), None, Ok("orders"));
        check(None, Some(ORDERS), Ok("orders"));
        check(Some("orders"), Some(ORDERS), Ok("orders"));
    }

    #[test]
    fn what_means_no_stream_is_told_apart() {
        check(None, None, Err("Either StreamName or StreamARN should be provided."));
        check(
            Some("bills"),
            Some(ORDERS),
            Err(
                "StreamARN arn:aws:kinesis:us-east-1:000000000000:stream/orders is not the ARN of the stream bills.",
            ),
        );
        check(Some("bills"), None, Err("Stream bills under account 000000000000 not found."));
        check(
            None,
            Some("arn:aws:kinesis:us-east-1:123456789012:stream/orders"),
            Err("Stream orders under account 123456789012 not found."),
        );
        check(
            None,
            Some("arn:aws:kinesis:eu-west-1:000000000000:stream/orders"),
            Err("Stream orders under account 000000000000 not found."),
        );
    }

    #[test]
    fn a_name_or_an_arn_of_the_wrong_form_is_refused_with_its_pattern() {
        check(
            Some("my orders"),
            None,
            Err(
                "1 validation error detected: Value 'my orders' at 'streamName' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
            ),
        );
        for arn in [
            "orders",
            "arn:aws:sqs:us-east-1:000000000000:orders",
            "arn:aws:kinesis:us-east-1:1:stream/a",
        ] {
            check(
                None,
                Some(arn),
                Err(&format!(
                    "1 validation error detected: Value '{arn}' at 'streamARN' failed to satisfy constraint: \
                     Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\\d{{12}}:stream/\\S+"
                )),
            );
        }
    }
}
