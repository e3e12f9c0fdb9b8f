//! `CompleteMultipartUpload`: the parts that the client lists become the object.

use bytes::{Bytes, BytesMut};
use s3s::{S3ErrorCode, dto};
use time::UtcDateTime;

use crate::Buckets;
use crate::call::{Call, Element};
use crate::checksum::{Algorithm, Checksum, Over};
use crate::etag::{Tag, hex};
use crate::multipart::{Part, Upload, UploadError};
use crate::notification::Happening;
use crate::object::{Description, Object, WriteError, encryption, may_write, stored};
use crate::refusal::Refusal;
use crate::table::Answer;

/// Smallest part that is not the last, in bytes: 5 MiB. Source: the limits of multipart uploads in the
/// user guide of Amazon S3.
const SMALLEST_PART: usize = 5 * 1024 * 1024;

/// Why parts are not put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompleteError {
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(
        "The XML you provided was not well-formed or did not validate against our published schema"
    )]
    NoParts,
    #[error(
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
    )]
    InvalidPart { upload: String, number: i32, tag: String },
    #[error("The list of parts was not in ascending order. Parts must be ordered by part number.")]
    Order(String),
    #[error("Your proposed upload is smaller than the minimum allowed size")]
    TooSmall { number: i32, size: usize, tag: String },
    #[error(
        "The upload was created using a {algorithm} checksum. The complete request must include the checksum for each part. It was missing for part {number} in the request."
    )]
    NoChecksum { algorithm: String, number: i32 },
    /// S3's wording as its users quote it; not recorded.
    #[error(
        "The upload was created using the {0} checksum mode. The complete request must use the same checksum mode."
    )]
    ChecksumType(String),
    #[error("The {0} you specified did not match the calculated checksum.")]
    BadChecksum(&'static str),
    #[error("The provided 'x-amz-mp-object-size' header does not match what was computed.")]
    BadSize,
}

impl Refusal for CompleteError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::Upload(refusal) => refusal.code(),
            Self::Write(refusal) => refusal.code(),
            Self::NoParts => S3ErrorCode::MalformedXML,
            Self::InvalidPart { .. } => S3ErrorCode::InvalidPart,
            Self::Order(_) => S3ErrorCode::InvalidPartOrder,
            Self::TooSmall { .. } => S3ErrorCode::EntityTooSmall,
            Self::NoChecksum { .. } | Self::ChecksumType(_) | Self::BadSize => {
                S3ErrorCode::InvalidRequest
            }
            Self::BadChecksum(_) => S3ErrorCode::BadDigest,
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::Upload(refusal) => refusal.elements(),
            Self::Write(refusal) => refusal.elements(),
            Self::InvalidPart { upload, number, tag } => vec![
                ("UploadId".into(), upload.clone()),
                ("PartNumber".into(), number.to_string()),
                ("ETag".into(), tag.clone()),
            ],
            Self::Order(upload) => vec![("UploadId".into(), upload.clone())],
            Self::TooSmall { number, size, tag } => vec![
                ("ProposedSize".into(), size.to_string()),
                ("MinSizeAllowed".into(), SMALLEST_PART.to_string()),
                ("PartNumber".into(), number.to_string()),
                ("ETag".into(), tag.clone()),
            ],
            Self::NoParts
            | Self::NoChecksum { .. }
            | Self::ChecksumType(_)
            | Self::BadChecksum(_)
            | Self::BadSize => Vec::new(),
        }
    }
}

/// `CompleteMultipartUpload`.
pub(crate) fn complete(
    buckets: &Buckets,
    _: &Call,
    input: dto::CompleteMultipartUploadInput,
) -> Result<Answer<dto::CompleteMultipartUploadOutput>, CompleteError> {
    // Without the lock: gigabytes may have to be copied and summed up.
    let object = gather(buckets, &input)?.assemble(buckets.now());
    check_whole(&object, &input)?;
    let output = output(&object, &input);
    let mut state = buckets.state();
    let bucket = state.bucket_mut(&input.bucket).map_err(UploadError::from)?;
    bucket.upload(&input.upload_id, &input.key)?;
    let (if_match, if_none_match) = (input.if_match.as_ref(), input.if_none_match.as_ref());
    may_write(bucket, &input.key, if_match, if_none_match)?;
    bucket.uploads.remove(&input.upload_id);
    let happening = Happening::CompleteMultipartUpload;
    let change = stored(buckets, &mut state, &input.bucket, input.key, object, happening)
        .map_err(WriteError::from)?;
    Ok(Answer { changes: vec![change], ..Answer::from(output) })
}

/// All that the object is made from.
struct Gathered {
    parts: Vec<Part>,
    description: Description,
    algorithm: Option<Algorithm>,
    over: Over,
}

fn gather(
    buckets: &Buckets,
    input: &dto::CompleteMultipartUploadInput,
) -> Result<Gathered, CompleteError> {
    let state = buckets.state();
    let bucket = state.bucket(&input.bucket).map_err(UploadError::from)?;
    let upload = bucket.upload(&input.upload_id, &input.key)?;
    Ok(Gathered {
        parts: listed(upload, input)?.into_iter().cloned().collect(),
        description: upload.description.clone(),
        algorithm: upload.algorithm,
        over: upload.over,
    })
}

/// The parts of `upload` that the client lists, each as the client means it.
fn listed<'a>(
    upload: &'a Upload,
    input: &dto::CompleteMultipartUploadInput,
) -> Result<Vec<&'a Part>, CompleteError> {
    let given = input.multipart_upload.as_ref().and_then(|it| it.parts.as_deref());
    let given = given.filter(|parts| !parts.is_empty()).ok_or(CompleteError::NoParts)?;
    if !given.is_sorted_by(|one, other| one.part_number < other.part_number) {
        return Err(CompleteError::Order(input.upload_id.clone()));
    }
    let mut parts = Vec::with_capacity(given.len());
    for (place, one) in (1..).zip(given) {
        let part = find(upload, one, &input.upload_id)?;
        if place < given.len() && part.bytes.len() < SMALLEST_PART {
            let (number, size) = (one.part_number.unwrap_or_default(), part.bytes.len());
            return Err(CompleteError::TooSmall { number, size, tag: hex(&part.md5) });
        }
        parts.push(part);
    }
    Ok(parts)
}

fn find<'a>(
    upload: &'a Upload,
    given: &dto::CompletedPart,
    id: &str,
) -> Result<&'a Part, CompleteError> {
    let number = given.part_number.unwrap_or_default();
    let tag = given.e_tag.as_ref().map_or("", |tag| tag.value());
    let invalid =
        || CompleteError::InvalidPart { upload: id.to_owned(), number, tag: tag.to_owned() };
    let part = upload.parts.get(&number).ok_or_else(invalid)?;
    if hex(&part.md5) != tag {
        return Err(invalid());
    }
    let Some(algorithm) = upload.algorithm else { return Ok(part) };
    match said(given, algorithm) {
        Some(said) if part.checksum.as_ref().is_none_or(|it| it.value != *said) => Err(invalid()),
        None if upload.over == Over::Parts => {
            let algorithm = algorithm.name().to_lowercase();
            Err(CompleteError::NoChecksum { algorithm, number })
        }
        _ => Ok(part),
    }
}

fn said(part: &dto::CompletedPart, algorithm: Algorithm) -> Option<&String> {
    match algorithm {
        Algorithm::Crc32 => part.checksum_crc32.as_ref(),
        Algorithm::Crc32c => part.checksum_crc32c.as_ref(),
        Algorithm::Crc64Nvme => part.checksum_crc64nvme.as_ref(),
        Algorithm::Sha1 => part.checksum_sha1.as_ref(),
        Algorithm::Sha256 => part.checksum_sha256.as_ref(),
    }
}

impl Gathered {
    fn assemble(self, now: UtcDateTime) -> Object {
        let size = self.parts.iter().map(|part| part.bytes.len()).sum();
        let mut bytes = BytesMut::with_capacity(size);
        for part in &self.parts {
            bytes.extend_from_slice(&part.bytes);
        }
        let bytes = bytes.freeze();
        let md5s: Vec<_> = self.parts.iter().map(|part| part.md5).collect();
        Object {
            tag: Tag::of_parts(&md5s),
            checksum: self.checksum(&bytes),
            bytes,
            modified: now,
            description: self.description,
        }
    }

    fn checksum(&self, whole: &Bytes) -> Checksum {
        // What S3 computes for clients that asked for none.
        let algorithm = self.algorithm.unwrap_or(Algorithm::Crc64Nvme);
        match self.over {
            Over::Object => Checksum::of(algorithm, whole),
            Over::Parts => {
                let parts: Vec<_> =
                    self.parts.iter().filter_map(|part| part.checksum.as_ref()).collect();
                Checksum::of_parts(algorithm, &parts)
            }
        }
    }
}

/// Holds the object against what the client says about the whole of it.
fn check_whole(
    object: &Object,
    input: &dto::CompleteMultipartUploadInput,
) -> Result<(), CompleteError> {
    if input.mpu_object_size.is_some_and(|size| size != object.size()) {
        return Err(CompleteError::BadSize);
    }
    let kind = object.checksum.kind();
    if input.checksum_type.as_ref().is_some_and(|said| *said != kind) {
        return Err(CompleteError::ChecksumType(kind.as_str().to_owned()));
    }
    let algorithm = object.checksum.algorithm;
    let said = match algorithm {
        Algorithm::Crc32 => &input.checksum_crc32,
        Algorithm::Crc32c => &input.checksum_crc32c,
        Algorithm::Crc64Nvme => &input.checksum_crc64nvme,
        Algorithm::Sha1 => &input.checksum_sha1,
        Algorithm::Sha256 => &input.checksum_sha256,
    };
    let fits = said.as_ref().is_none_or(|said| *said == object.checksum.value);
    if fits { Ok(()) } else { Err(CompleteError::BadChecksum(algorithm.name())) }
}

fn output(
    object: &Object,
    input: &dto::CompleteMultipartUploadInput,
) -> dto::CompleteMultipartUploadOutput {
    let checksum = &object.checksum;
    dto::CompleteMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        checksum_crc32: checksum.by(Algorithm::Crc32),
        checksum_crc32c: checksum.by(Algorithm::Crc32c),
        checksum_crc64nvme: checksum.by(Algorithm::Crc64Nvme),
        checksum_sha1: checksum.by(Algorithm::Sha1),
        checksum_sha256: checksum.by(Algorithm::Sha256),
        checksum_type: Some(checksum.kind()),
        e_tag: Some(object.tag.to_dto()),
        key: Some(input.key.clone()),
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        server_side_encryption: Some(encryption()),
        ..dto::CompleteMultipartUploadOutput::default()
    }
}
