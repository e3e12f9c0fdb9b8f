//! Multipart uploads: an object that arrives in parts, in any order, and is there once they are put
//! together.

mod complete;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use bytes::Bytes;
use s3s::crypto::{Checksum as _, Md5};
use s3s::{S3ErrorCode, dto};
use time::UtcDateTime;
use uuid::Uuid;

pub(crate) use complete::complete;

use crate::Buckets;
use crate::bucket::Bucket;
use crate::buckets::timestamp;
use crate::call::{Call, Element};
use crate::checksum::{Algorithm, Checksum, Over};
use crate::etag::hex;
use crate::object::{Description, encryption};
use crate::refusal::{NoSuchBucket, NotEmulated, Refusal};
use crate::table::Answer;

/// Numbers that a part may have. Source: the limits of multipart uploads in the user guide of Amazon S3.
const PART_NUMBERS: RangeInclusive<i32> = 1..=10_000;

/// Most parts in one answer. Source: the page of `ListParts` in the API reference.
const MOST_PARTS: i32 = 1000;

/// An upload that is going on.
pub(crate) struct Upload {
    key: String,
    description: Description,
    /// What the client said that it checks parts with.
    algorithm: Option<Algorithm>,
    /// What the checksum of the whole will be over.
    over: Over,
    /// By number.
    parts: BTreeMap<i32, Part>,
}

#[derive(Clone)]
struct Part {
    bytes: Bytes,
    md5: [u8; 16],
    /// What the client sent; by the upload's algorithm, if it has one.
    checksum: Option<Checksum>,
    modified: UtcDateTime,
}

/// Why nothing happens to an upload.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error(
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    )]
    NoSuchUpload(String),
    #[error("Part number must be an integer between 1 and 10000, inclusive")]
    PartNumber(i32),
    #[error(
        "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}"
    )]
    Algorithm { expected: String, actual: String },
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl Refusal for UploadError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::NoSuchUpload(_) => S3ErrorCode::NoSuchUpload,
            Self::PartNumber(_) => S3ErrorCode::InvalidArgument,
            Self::Algorithm { .. } => S3ErrorCode::InvalidRequest,
            Self::NotEmulated(refusal) => refusal.code(),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::NoSuchUpload(id) => vec![("UploadId".into(), id.clone())],
            Self::PartNumber(number) => vec![
                ("ArgumentName".into(), "partNumber".to_owned()),
                ("ArgumentValue".into(), number.to_string()),
            ],
            Self::Algorithm { .. } | Self::NotEmulated(_) => Vec::new(),
        }
    }
}

/// `CreateMultipartUpload`.
pub(crate) fn create(
    buckets: &Buckets,
    _: &Call,
    input: dto::CreateMultipartUploadInput,
) -> Result<dto::CreateMultipartUploadOutput, UploadError> {
    let (algorithm, over) = checksum_asked(&input)?;
    let id = Uuid::new_v4().simple().to_string();
    let upload = Upload {
        key: input.key.clone(),
        description: Description {
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
            content_type: input.content_type,
            expires: input.expires,
            metadata: input.metadata,
        },
        algorithm,
        over,
        parts: BTreeMap::new(),
    };
    buckets.state().bucket_mut(&input.bucket)?.uploads.insert(id.clone(), upload);
    Ok(dto::CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: algorithm.map(|_| over.to_dto()),
        key: Some(input.key),
        server_side_encryption: Some(encryption()),
        upload_id: Some(id),
        ..dto::CreateMultipartUploadOutput::default()
    })
}

/// The algorithm, and what the checksum of the whole is over: the parts, unless something else was said
/// or the algorithm knows better.
fn checksum_asked(
    input: &dto::CreateMultipartUploadInput,
) -> Result<(Option<Algorithm>, Over), NotEmulated> {
    let Some(name) = input.checksum_algorithm.as_ref().map(dto::ChecksumAlgorithm::as_str) else {
        return Ok((None, Over::Object));
    };
    let algorithm = Algorithm::named(name)
        .ok_or_else(|| NotEmulated(format!("the checksum algorithm `{name}`")))?;
    let over = match input.checksum_type.as_ref().map(dto::ChecksumType::as_str) {
        Some(dto::ChecksumType::FULL_OBJECT) => Over::Object,
        None if algorithm == Algorithm::Crc64Nvme => Over::Object,
        _ => Over::Parts,
    };
    Ok((Some(algorithm), over))
}

/// `UploadPart`. A part that comes again takes the place of the one before.
pub(crate) fn upload(
    buckets: &Buckets,
    call: &Call,
    input: dto::UploadPartInput,
) -> Result<Answer<dto::UploadPartOutput>, UploadError> {
    let dto::UploadPartInput { bucket, key, upload_id, part_number, .. } = input;
    if !PART_NUMBERS.contains(&part_number) {
        return Err(UploadError::PartNumber(part_number));
    }
    let md5 = Md5::checksum(&call.body);
    let checksum = call.checksum.clone();
    let part = Part { bytes: call.body.clone(), md5, checksum, modified: buckets.now() };
    let mut state = buckets.state();
    let upload = state.bucket_mut(&bucket)?.upload_mut(&upload_id, &key)?;
    let given = call.checksum.as_ref().map(|checksum| checksum.algorithm);
    if upload.algorithm.is_some() && upload.algorithm != given {
        let word = |it: Option<Algorithm>| it.map_or("null", Algorithm::name).to_lowercase();
        let (expected, actual) = (word(upload.algorithm), word(given));
        return Err(UploadError::Algorithm { expected, actual });
    }
    upload.parts.insert(part_number, part);
    let output = dto::UploadPartOutput {
        e_tag: Some(dto::ETag::Strong(hex(&md5))),
        server_side_encryption: Some(encryption()),
        ..dto::UploadPartOutput::default()
    };
    let mut answer = Answer::from(output);
    if let Some(checksum) = &call.checksum {
        answer.headers = checksum.headers();
        // The kind is said of whole objects only.
        answer.headers.remove("x-amz-checksum-type");
    }
    Ok(answer)
}

/// `ListParts`.
pub(crate) fn list(
    buckets: &Buckets,
    _: &Call,
    input: dto::ListPartsInput,
) -> Result<dto::ListPartsOutput, UploadError> {
    let state = buckets.state();
    let upload = state.bucket(&input.bucket)?.upload(&input.upload_id, &input.key)?;
    let marker = input.part_number_marker.unwrap_or_default();
    let most = input.max_parts.unwrap_or(MOST_PARTS).clamp(1, MOST_PARTS);
    let mut following = upload.parts.range(marker.saturating_add(1)..).peekable();
    let page = following.by_ref().take(usize::try_from(most).unwrap_or_default());
    let parts: Vec<_> = page.map(|(number, part)| entry(*number, part)).collect();
    let is_truncated = following.peek().is_some();
    Ok(dto::ListPartsOutput {
        bucket: Some(input.bucket),
        checksum_algorithm: upload.algorithm.map(|it| it.name().to_owned().into()),
        checksum_type: upload.algorithm.map(|_| upload.over.to_dto()),
        is_truncated: Some(is_truncated),
        key: Some(input.key),
        max_parts: Some(most),
        next_part_number_marker: parts.last().and_then(|part| part.part_number),
        owner: Some(buckets.owner()),
        part_number_marker: Some(marker),
        parts: Some(parts),
        storage_class: Some(dto::StorageClass::from_static(dto::StorageClass::STANDARD)),
        upload_id: Some(input.upload_id),
        ..dto::ListPartsOutput::default()
    })
}

fn entry(number: i32, part: &Part) -> dto::Part {
    let by = |algorithm| part.checksum.as_ref()?.by(algorithm);
    dto::Part {
        checksum_crc32: by(Algorithm::Crc32),
        checksum_crc32c: by(Algorithm::Crc32c),
        checksum_crc64nvme: by(Algorithm::Crc64Nvme),
        checksum_sha1: by(Algorithm::Sha1),
        checksum_sha256: by(Algorithm::Sha256),
        e_tag: Some(dto::ETag::Strong(hex(&part.md5))),
        last_modified: Some(timestamp(part.modified)),
        part_number: Some(number),
        size: i64::try_from(part.bytes.len()).ok(),
    }
}

/// `AbortMultipartUpload`.
pub(crate) fn abort(
    buckets: &Buckets,
    _: &Call,
    input: dto::AbortMultipartUploadInput,
) -> Result<dto::AbortMultipartUploadOutput, UploadError> {
    let dto::AbortMultipartUploadInput { bucket, key, upload_id, .. } = input;
    let mut state = buckets.state();
    let bucket = state.bucket_mut(&bucket)?;
    bucket.upload(&upload_id, &key)?;
    bucket.uploads.remove(&upload_id);
    Ok(dto::AbortMultipartUploadOutput::default())
}

impl Bucket {
    fn upload(&self, id: &str, key: &str) -> Result<&Upload, UploadError> {
        let upload = self.uploads.get(id).filter(|upload| upload.key == key);
        upload.ok_or_else(|| UploadError::NoSuchUpload(id.to_owned()))
    }

    fn upload_mut(&mut self, id: &str, key: &str) -> Result<&mut Upload, UploadError> {
        let upload = self.uploads.get_mut(id).filter(|upload| upload.key == key);
        upload.ok_or_else(|| UploadError::NoSuchUpload(id.to_owned()))
    }
}
