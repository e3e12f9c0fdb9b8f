//! `DeleteObject` and `DeleteObjects`.

use s3s::{S3ErrorCode, dto};

use crate::Buckets;
use crate::buckets::State;
use crate::call::{Call, Element};
use crate::notification::{Change, Happening};
use crate::object::{WriteError, may_write};
use crate::refusal::{NoSuchBucket, NotEmulated, Refusal};
use crate::table::Answer;

/// Most keys in one `DeleteObjects`. Source: its page in the API reference.
const MOST_KEYS: usize = 1000;

/// `DeleteObject`. What is not there is deleted already, and nobody hears of it.
pub(crate) fn delete(
    buckets: &Buckets,
    _: &Call,
    input: dto::DeleteObjectInput,
) -> Result<Answer<dto::DeleteObjectOutput>, WriteError> {
    let dto::DeleteObjectInput { bucket, key, version_id, if_match, .. } = input;
    only_version(version_id.as_deref())?;
    let mut state = buckets.state();
    may_write(state.bucket(&bucket)?, &key, if_match.as_ref(), None)?;
    let change = remove(buckets, &mut state, &bucket, &key)?;
    let output = dto::DeleteObjectOutput::default();
    Ok(Answer { changes: Vec::from_iter(change), ..Answer::from(output) })
}

/// Of an object that was never versioned, the one version is called `null`.
fn only_version(version: Option<&str>) -> Result<(), NotEmulated> {
    match version {
        None | Some("null") => Ok(()),
        Some(version) => Err(NotEmulated(format!("`versionId={version}`"))),
    }
}

fn remove(
    buckets: &Buckets,
    state: &mut State,
    bucket: &str,
    key: &str,
) -> Result<Option<Change>, NoSuchBucket> {
    if state.bucket_mut(bucket)?.objects.remove(key).is_none() {
        return Ok(None);
    }
    buckets.change(state, bucket, key, Happening::Delete, None).map(Some)
}

/// Why a list of objects is not deleted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeleteManyError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error(
        "The XML you provided was not well-formed or did not validate against our published schema"
    )]
    TooMany,
    #[error("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")]
    Unvouched,
}

impl Refusal for DeleteManyError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::TooMany => S3ErrorCode::MalformedXML,
            Self::Unvouched => S3ErrorCode::InvalidRequest,
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::TooMany | Self::Unvouched => Vec::new(),
        }
    }
}

/// `DeleteObjects`: each key for itself.
pub(crate) fn delete_many(
    buckets: &Buckets,
    call: &Call,
    input: dto::DeleteObjectsInput,
) -> Result<Answer<dto::DeleteObjectsOutput>, DeleteManyError> {
    if !call.has_md5 && call.checksum.is_none() {
        return Err(DeleteManyError::Unvouched);
    }
    if input.delete.objects.is_empty() || input.delete.objects.len() > MOST_KEYS {
        return Err(DeleteManyError::TooMany);
    }
    let quiet = input.delete.quiet.unwrap_or_default();
    let mut output = dto::DeleteObjectsOutput::default();
    let mut changes = Vec::new();
    let mut state = buckets.state();
    state.bucket(&input.bucket)?;
    for object in input.delete.objects {
        if let Err(refusal) = fits(&state, &input.bucket, &object) {
            output.errors.get_or_insert_default().push(error(object, &refusal));
            continue;
        }
        changes.extend(remove(buckets, &mut state, &input.bucket, &object.key)?);
        if !quiet {
            let key = Some(object.key);
            let deleted = dto::DeletedObject { key, ..dto::DeletedObject::default() };
            output.deleted.get_or_insert_default().push(deleted);
        }
    }
    Ok(Answer { changes, ..Answer::from(output) })
}

fn fits(state: &State, bucket: &str, object: &dto::ObjectIdentifier) -> Result<(), WriteError> {
    only_version(object.version_id.as_deref())?;
    if object.last_modified_time.is_some() || object.size.is_some() {
        return Err(
            NotEmulated("`LastModifiedTime` or `Size` of a key to delete".to_owned()).into()
        );
    }
    let condition = object.e_tag.clone().map(dto::ETagCondition::ETag);
    may_write(state.bucket(bucket)?, &object.key, condition.as_ref(), None)
}

fn error(object: dto::ObjectIdentifier, refusal: &WriteError) -> dto::Error {
    dto::Error {
        code: Some(refusal.code().as_str().to_owned()),
        key: Some(object.key),
        message: Some(refusal.to_string()),
        version_id: object.version_id,
    }
}
