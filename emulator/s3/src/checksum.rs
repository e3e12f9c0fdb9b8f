//! The checksums that clients send and ask for, beside the MD5 in an entity tag.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto;

/// How a checksum is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] =
        [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    /// As in `x-amz-checksum-algorithm`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => dto::ChecksumAlgorithm::CRC32,
            Self::Crc32c => dto::ChecksumAlgorithm::CRC32C,
            Self::Crc64Nvme => dto::ChecksumAlgorithm::CRC64NVME,
            Self::Sha1 => dto::ChecksumAlgorithm::SHA1,
            Self::Sha256 => dto::ChecksumAlgorithm::SHA256,
        }
    }

    /// The header that carries a value.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The algorithm of that name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Crc32 => Crc32::checksum(bytes).to_vec(),
            Self::Crc32c => Crc32c::checksum(bytes).to_vec(),
            Self::Crc64Nvme => Crc64Nvme::checksum(bytes).to_vec(),
            Self::Sha1 => Sha1::checksum(bytes).to_vec(),
            Self::Sha256 => Sha256::checksum(bytes).to_vec(),
        }
    }
}

/// What a checksum was computed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// All bytes of the object.
    Object,
    /// The checksums of its parts, one after the other.
    Parts,
}

impl Over {
    pub(crate) fn to_dto(self) -> dto::ChecksumType {
        dto::ChecksumType::from_static(match self {
            Self::Object => dto::ChecksumType::FULL_OBJECT,
            Self::Parts => dto::ChecksumType::COMPOSITE,
        })
    }
}

/// An object's checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub(crate) algorithm: Algorithm,
    /// Base64; of a multipart object with `-` and the number of parts behind it.
    pub(crate) value: String,
    pub(crate) over: Over,
}

impl Checksum {
    /// That of an object with these bytes.
    pub(crate) fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        Self::of_digest(algorithm, &algorithm.digest(bytes))
    }

    /// That of an object with this digest.
    pub(crate) fn of_digest(algorithm: Algorithm, digest: &[u8]) -> Self {
        Self { algorithm, value: STANDARD.encode(digest), over: Over::Object }
    }

    /// That of an object whose parts have these checksums, all by one algorithm.
    pub(crate) fn of_parts(algorithm: Algorithm, parts: &[&Self]) -> Self {
        let digests = parts.iter().flat_map(|part| {
            STANDARD.decode(&part.value).expect("the checksum of a part is base64")
        });
        let digest = algorithm.digest(&digests.collect::<Vec<_>>());
        let value = format!("{}-{}", STANDARD.encode(digest), parts.len());
        Self { algorithm, value, over: Over::Parts }
    }

    /// The value, if it is one of `algorithm`: for outputs with a member per algorithm.
    pub(crate) fn by(&self, algorithm: Algorithm) -> Option<String> {
        (self.algorithm == algorithm).then(|| self.value.clone())
    }

    pub(crate) fn kind(&self) -> dto::ChecksumType {
        self.over.to_dto()
    }

    /// As response headers.
    pub(crate) fn headers(&self) -> HeaderMap {
        let value = HeaderValue::try_from(&self.value).expect("base64 is a header value");
        let kind = HeaderValue::try_from(self.kind().as_str()).expect("a type is a header value");
        HeaderMap::from_iter([
            (HeaderName::from_static(self.algorithm.header()), value),
            (HeaderName::from_static("x-amz-checksum-type"), kind),
        ])
    }
}
