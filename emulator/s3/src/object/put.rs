//! `PutObject`, and what every operation that makes an object shares.

use s3s::{S3ErrorCode, dto};

use crate::Buckets;
use crate::bucket::Bucket;
use crate::buckets::State;
use crate::call::{Call, Element};
use crate::checksum::{Algorithm, Checksum};
use crate::etag::Tag;
use crate::notification::{Change, Happening};
use crate::object::{Description, Object, Unmet, encryption};
use crate::refusal::{NoSuchBucket, NoSuchKey, NotEmulated, Refusal};
use crate::table::Answer;

/// Why an object is not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error(transparent)]
    NoSuchKey(#[from] NoSuchKey),
    #[error(transparent)]
    Unmet(#[from] Unmet),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl Refusal for WriteError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::NoSuchKey(refusal) => refusal.code(),
            Self::Unmet(refusal) => refusal.code(),
            Self::NotEmulated(refusal) => refusal.code(),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::NoSuchKey(refusal) => refusal.elements(),
            Self::Unmet(refusal) => refusal.elements(),
            Self::NotEmulated(refusal) => refusal.elements(),
        }
    }
}

/// `PutObject`.
pub(crate) fn put(
    buckets: &Buckets,
    call: &Call,
    input: dto::PutObjectInput,
) -> Result<Answer<dto::PutObjectOutput>, WriteError> {
    let checksum = call.checksum.clone();
    let object = Object {
        bytes: call.body.clone(),
        tag: Tag::of(&call.body),
        // What S3 computes for clients that send none.
        checksum: checksum.unwrap_or_else(|| Checksum::of(Algorithm::Crc64Nvme, &call.body)),
        modified: buckets.now(),
        description: Description {
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
            content_type: input.content_type,
            expires: input.expires,
            metadata: input.metadata,
        },
    };
    let output = dto::PutObjectOutput {
        e_tag: Some(object.tag.to_dto()),
        server_side_encryption: Some(encryption()),
        ..dto::PutObjectOutput::default()
    };
    let headers = object.checksum.headers();
    let mut state = buckets.state();
    let (if_match, if_none_match) = (input.if_match.as_ref(), input.if_none_match.as_ref());
    may_write(state.bucket(&input.bucket)?, &input.key, if_match, if_none_match)?;
    let change = stored(buckets, &mut state, &input.bucket, input.key, object, Happening::Put)?;
    Ok(Answer { output, headers, changes: vec![change] })
}

/// Whether the object at `key` may be made or replaced.
pub(crate) fn may_write(
    bucket: &Bucket,
    key: &str,
    if_match: Option<&dto::ETagCondition>,
    if_none_match: Option<&dto::ETagCondition>,
) -> Result<(), WriteError> {
    if let Some(condition) = if_match
        && !bucket.object(key)?.tag.fits(condition)
    {
        return Err(Unmet::Failed("If-Match").into());
    }
    match if_none_match {
        Some(condition) if !condition.is_any() => {
            Err(NotEmulated("`If-None-Match` with a tag, on a write,".to_owned()).into())
        }
        Some(_) if bucket.objects.contains_key(key) => Err(Unmet::Failed("If-None-Match").into()),
        _ => Ok(()),
    }
}

/// Puts `object` in its place, and says what there is to announce.
pub(crate) fn stored(
    buckets: &Buckets,
    state: &mut State,
    bucket: &str,
    key: String,
    object: Object,
    happening: Happening,
) -> Result<Change, NoSuchBucket> {
    let change = buckets.change(state, bucket, &key, happening, Some(&object))?;
    state.bucket_mut(bucket)?.objects.insert(key, object.into());
    Ok(change)
}
