//! The event that a function gets.

use serde::Serialize;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

use crate::bucket;
use crate::call::Call;
use crate::notification::announce::Change;

/// To the millisecond, whatever the time.
const TIME: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// Who does everything here, in the shape of an AWS account's and of a user's id.
struct Identity {
    owner: String,
    user: String,
}

/// The document: always one record.
pub(super) fn event(
    call: &Call,
    change: &Change,
    configuration_id: &str,
    owner_id: &str,
) -> Vec<u8> {
    let Identity { owner, user } = identity(owner_id);
    let record = Record {
        event_version: "2.1",
        event_source: "aws:s3",
        aws_region: &change.region,
        event_time: change.time.format(TIME).expect("a UTC time has every part"),
        event_name: change.happening.name(),
        user_identity: Principal { principal_id: user },
        request_parameters: RequestParameters { source_ip_address: call.peer.to_string() },
        response_elements: ResponseElements { request: &call.ids.request, host: &call.ids.host },
        s3: S3 {
            schema_version: "1.0",
            configuration_id,
            bucket: BucketPart {
                name: &change.bucket,
                owner_identity: Principal { principal_id: owner },
                arn: bucket::arn(&change.bucket),
            },
            object: ObjectPart {
                key: &change.encoded_key,
                size: change.written.as_ref().map(|written| written.size),
                e_tag: change.written.as_ref().map(|written| written.tag.as_str()),
                sequencer: change.sequence.to_string(),
            },
        },
    };
    serde_json::to_vec(&Event { records: [record] }).expect("a record is JSON")
}

/// AWS gives ids of 14 and 21 letters and digits; which ones is ours to choose, as long as they stay.
fn identity(owner_id: &str) -> Identity {
    let digits = owner_id.to_uppercase();
    Identity { owner: format!("A{}", &digits[..13]), user: format!("AWS:AIDA{}", &digits[..17]) }
}

#[derive(Serialize)]
struct Event<'a> {
    #[serde(rename = "Records")]
    records: [Record<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'static str,
    event_source: &'static str,
    aws_region: &'a str,
    event_time: String,
    event_name: &'static str,
    user_identity: Principal,
    request_parameters: RequestParameters,
    response_elements: ResponseElements<'a>,
    s3: S3<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Principal {
    principal_id: String,
}

#[derive(Serialize)]
struct RequestParameters {
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: String,
}

#[derive(Serialize)]
struct ResponseElements<'a> {
    #[serde(rename = "x-amz-request-id")]
    request: &'a str,
    #[serde(rename = "x-amz-id-2")]
    host: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct S3<'a> {
    #[serde(rename = "s3SchemaVersion")]
    schema_version: &'static str,
    configuration_id: &'a str,
    bucket: BucketPart<'a>,
    object: ObjectPart<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BucketPart<'a> {
    name: &'a str,
    owner_identity: Principal,
    arn: String,
}

/// Of an object that is gone, size and tag are not said.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectPart<'a> {
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_tag: Option<&'a str>,
    sequencer: String,
}
