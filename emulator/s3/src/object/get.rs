//! `GetObject` and `HeadObject`.

use std::ops::Range;
use std::sync::Arc;

use s3s::{Body, S3ErrorCode, dto};

use crate::Buckets;
use crate::buckets::timestamp;
use crate::call::{Call, Element};
use crate::etag::Tag;
use crate::object::{Conditions, Object, Unmet, encryption};
use crate::refusal::{NoSuchBucket, NoSuchKey, NotEmulated, Refusal};
use crate::table::Answer;

/// Why an object is not given out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error(transparent)]
    NoSuchKey(#[from] NoSuchKey),
    #[error("The specified version does not exist.")]
    NoSuchVersion { key: String, version: String },
    #[error("The requested range is not satisfiable")]
    InvalidRange { requested: String, size: usize },
    #[error(transparent)]
    Unmet(#[from] Unmet),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl Refusal for ReadError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::NoSuchKey(refusal) => refusal.code(),
            Self::NoSuchVersion { .. } => S3ErrorCode::NoSuchVersion,
            Self::InvalidRange { .. } => S3ErrorCode::InvalidRange,
            Self::Unmet(refusal) => refusal.code(),
            Self::NotEmulated(refusal) => refusal.code(),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::NoSuchKey(refusal) => refusal.elements(),
            Self::NoSuchVersion { key, version } => {
                vec![("Key".into(), key.clone()), ("VersionId".into(), version.clone())]
            }
            Self::InvalidRange { requested, size } => vec![
                ("RangeRequested".into(), requested.clone()),
                ("ActualObjectSize".into(), size.to_string()),
            ],
            Self::Unmet(refusal) => refusal.elements(),
            Self::NotEmulated(refusal) => refusal.elements(),
        }
    }

    fn known_tag(&self) -> Option<&Tag> {
        match self {
            Self::Unmet(refusal) => refusal.known_tag(),
            _ => None,
        }
    }
}

/// What is asked of an object, by either operation.
struct Ask {
    bucket: String,
    key: String,
    version: Option<String>,
    part: Option<i32>,
    range: Option<dto::Range>,
    conditions: Conditions,
    wants_checksum: bool,
}

/// What is answered.
struct Found {
    object: Arc<Object>,
    /// Of its bytes.
    range: Range<usize>,
    /// `Content-Range`, of a part.
    content_range: Option<String>,
}

/// `GetObject`. The headers that the request overrides are put in by `s3s`.
pub(crate) fn get(
    buckets: &Buckets,
    _: &Call,
    input: dto::GetObjectInput,
) -> Result<Answer<dto::GetObjectOutput>, ReadError> {
    let ask = Ask {
        bucket: input.bucket,
        key: input.key,
        version: input.version_id,
        part: input.part_number,
        range: input.range,
        conditions: Conditions {
            matches: input.if_match,
            unmodified_since: input.if_unmodified_since,
            none_match: input.if_none_match,
            modified_since: input.if_modified_since,
        },
        wants_checksum: input.checksum_mode.is_some(),
    };
    let found = find(buckets, &ask)?;
    let bytes = found.object.bytes.slice(found.range.clone());
    let described = describe(&found);
    let output = dto::GetObjectOutput {
        accept_ranges: described.accept_ranges,
        body: Some(dto::StreamingBlob::from(Body::from(bytes))),
        cache_control: described.cache_control,
        content_disposition: described.content_disposition,
        content_encoding: described.content_encoding,
        content_language: described.content_language,
        content_length: described.content_length,
        content_range: described.content_range,
        content_type: described.content_type,
        e_tag: described.e_tag,
        expires: described.expires,
        last_modified: described.last_modified,
        metadata: described.metadata,
        server_side_encryption: described.server_side_encryption,
        ..dto::GetObjectOutput::default()
    };
    Ok(with_checksum(output, &ask, &found))
}

/// `HeadObject`: the same without the bytes.
pub(crate) fn head(
    buckets: &Buckets,
    _: &Call,
    input: dto::HeadObjectInput,
) -> Result<Answer<dto::HeadObjectOutput>, ReadError> {
    let ask = Ask {
        bucket: input.bucket,
        key: input.key,
        version: input.version_id,
        part: input.part_number,
        range: input.range,
        conditions: Conditions {
            matches: input.if_match,
            unmodified_since: input.if_unmodified_since,
            none_match: input.if_none_match,
            modified_since: input.if_modified_since,
        },
        wants_checksum: input.checksum_mode.is_some(),
    };
    let found = find(buckets, &ask)?;
    let described = describe(&found);
    // For `GetObject`, `s3s` does this itself.
    let output = dto::HeadObjectOutput {
        cache_control: input.response_cache_control.or(described.cache_control),
        content_disposition: input.response_content_disposition.or(described.content_disposition),
        content_encoding: input.response_content_encoding.or(described.content_encoding),
        content_language: input.response_content_language.or(described.content_language),
        content_type: input.response_content_type.or(described.content_type),
        expires: input.response_expires.or(described.expires),
        ..described
    };
    Ok(with_checksum(output, &ask, &found))
}

fn find(buckets: &Buckets, ask: &Ask) -> Result<Found, ReadError> {
    if let Some(part) = ask.part {
        return Err(NotEmulated(format!("`partNumber={part}` of an object")).into());
    }
    let object = buckets.state().bucket(&ask.bucket)?.object(&ask.key)?.clone();
    // Of an object that was never versioned, the one version is called `null`.
    if let Some(version) = ask.version.as_ref().filter(|version| *version != "null") {
        let (key, version) = (ask.key.clone(), version.clone());
        return Err(ReadError::NoSuchVersion { key, version });
    }
    ask.conditions.check(&object)?;
    let size = object.bytes.len();
    let Some(asked) = ask.range else {
        return Ok(Found { object, range: 0..size, content_range: None });
    };
    let range = within(asked, size)
        .ok_or_else(|| ReadError::InvalidRange { requested: asked.to_header_string(), size })?;
    let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
    Ok(Found { object, range, content_range: Some(content_range) })
}

/// The part of `size` bytes that is asked for, if there is anything in it.
fn within(asked: dto::Range, size: usize) -> Option<Range<usize>> {
    let range = asked.check(u64::try_from(size).ok()?).ok()?;
    let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    (!range.is_empty()).then_some(range)
}

fn describe(found: &Found) -> dto::HeadObjectOutput {
    let Found { object, range, content_range } = found;
    let description = object.description.clone();
    dto::HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(range.len()).ok(),
        content_range: content_range.clone(),
        content_type: Some(description.content_type()),
        cache_control: description.cache_control,
        content_disposition: description.content_disposition,
        content_encoding: description.content_encoding,
        content_language: description.content_language,
        e_tag: Some(object.tag.to_dto()),
        expires: description.expires,
        last_modified: Some(timestamp(object.modified)),
        metadata: description.metadata,
        server_side_encryption: Some(encryption()),
        ..dto::HeadObjectOutput::default()
    }
}

/// A client verifies the checksum that it is given, so one of the whole never goes with a part.
fn with_checksum<O>(output: O, ask: &Ask, found: &Found) -> Answer<O> {
    let mut answer = Answer::from(output);
    if ask.wants_checksum && found.content_range.is_none() {
        answer.headers = found.object.checksum.headers();
    }
    answer
}
