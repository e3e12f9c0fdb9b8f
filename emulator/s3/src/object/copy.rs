//! `CopyObject`.

use std::sync::Arc;

use s3s::{S3ErrorCode, dto};

use crate::Buckets;
use crate::buckets::{State, timestamp};
use crate::call::{Call, Element};
use crate::checksum::{Algorithm, Checksum, Over};
use crate::etag::Tag;
use crate::notification::Happening;
use crate::object::{Conditions, Description, Object, Unmet, WriteError, encryption, stored};
use crate::refusal::{NotEmulated, Refusal};
use crate::table::Answer;

/// Why an object is not copied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
    )]
    OntoItself,
}

impl Refusal for CopyError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::Write(refusal) => refusal.code(),
            Self::OntoItself => S3ErrorCode::InvalidRequest,
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::Write(refusal) => refusal.elements(),
            Self::OntoItself => Vec::new(),
        }
    }
}

/// Where an object is.
#[derive(PartialEq)]
struct Place {
    bucket: String,
    key: String,
}

/// `CopyObject`.
pub(crate) fn copy(
    buckets: &Buckets,
    _: &Call,
    input: dto::CopyObjectInput,
) -> Result<Answer<dto::CopyObjectOutput>, CopyError> {
    let source = place(&input.copy_source)?;
    let target = Place { bucket: input.bucket.clone(), key: input.key.clone() };
    let replaces = input
        .metadata_directive
        .as_ref()
        .is_some_and(|directive| directive.as_str() == dto::MetadataDirective::REPLACE);
    if source == target && !replaces {
        return Err(CopyError::OntoItself);
    }
    let mut state = buckets.state();
    let original = original(&state, &source, &input)?;
    let checksum = match &input.checksum_algorithm {
        Some(name) => Some(algorithm(name)?),
        None => None,
    };
    let description = if replaces { described_anew(input) } else { original.description.clone() };
    let object = Object {
        bytes: original.bytes.clone(),
        // In one piece now, even where the original was uploaded in parts.
        tag: Tag::of(&original.bytes),
        checksum: checksum_of_copy(&original, checksum),
        modified: buckets.now(),
        description,
    };
    let output = output(&object);
    let Place { bucket, key } = target;
    let change = stored(buckets, &mut state, &bucket, key, object, Happening::Copy)
        .map_err(WriteError::from)?;
    Ok(Answer { changes: vec![change], ..Answer::from(output) })
}

fn place(source: &dto::CopySource) -> Result<Place, WriteError> {
    match source {
        dto::CopySource::Bucket { bucket, key, version_id: None } => {
            Ok(Place { bucket: bucket.to_string(), key: key.to_string() })
        }
        dto::CopySource::Bucket { .. } => {
            Err(NotEmulated("a `versionId` in `x-amz-copy-source`".to_owned()).into())
        }
        _ => Err(NotEmulated("an access point in `x-amz-copy-source`".to_owned()).into()),
    }
}

fn original(
    state: &State,
    source: &Place,
    input: &dto::CopyObjectInput,
) -> Result<Arc<Object>, WriteError> {
    let object = state.bucket(&source.bucket)?.object(&source.key)?.clone();
    let conditions = Conditions {
        matches: input.copy_source_if_match.clone(),
        unmodified_since: input.copy_source_if_unmodified_since.clone(),
        none_match: input.copy_source_if_none_match.clone(),
        modified_since: input.copy_source_if_modified_since.clone(),
    };
    match conditions.check(&object) {
        // To copy is not to read: whoever has the object already still gets no copy of it.
        Err(Unmet::NotModified(_)) => Err(Unmet::Failed("x-amz-copy-source-If-None-Match").into()),
        checked => Ok(checked.map(|()| object)?),
    }
}

fn algorithm(name: &dto::ChecksumAlgorithm) -> Result<Algorithm, WriteError> {
    let name = name.as_str();
    Algorithm::named(name)
        .ok_or_else(|| NotEmulated(format!("the checksum algorithm `{name}`")).into())
}

fn checksum_of_copy(original: &Object, asked: Option<Algorithm>) -> Checksum {
    let algorithm = asked.unwrap_or(original.checksum.algorithm);
    if original.checksum.algorithm == algorithm && original.checksum.over == Over::Object {
        return original.checksum.clone();
    }
    Checksum::of(algorithm, &original.bytes)
}

fn described_anew(input: dto::CopyObjectInput) -> Description {
    Description {
        cache_control: input.cache_control,
        content_disposition: input.content_disposition,
        content_encoding: input.content_encoding,
        content_language: input.content_language,
        content_type: input.content_type,
        expires: input.expires,
        metadata: input.metadata,
    }
}

fn output(object: &Object) -> dto::CopyObjectOutput {
    let checksum = &object.checksum;
    dto::CopyObjectOutput {
        copy_object_result: Some(dto::CopyObjectResult {
            checksum_crc32: checksum.by(Algorithm::Crc32),
            checksum_crc32c: checksum.by(Algorithm::Crc32c),
            checksum_crc64nvme: checksum.by(Algorithm::Crc64Nvme),
            checksum_sha1: checksum.by(Algorithm::Sha1),
            checksum_sha256: checksum.by(Algorithm::Sha256),
            checksum_type: Some(checksum.kind()),
            e_tag: Some(object.tag.to_dto()),
            last_modified: Some(timestamp(object.modified)),
        }),
        server_side_encryption: Some(encryption()),
        ..dto::CopyObjectOutput::default()
    }
}
