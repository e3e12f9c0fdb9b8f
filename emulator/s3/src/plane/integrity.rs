//! Whether the bytes that came are those that the client meant: `Content-MD5`, `x-amz-content-sha256`
//! and the checksum headers, for every operation alike.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::request::Parts;
use s3s::S3ErrorCode;
use s3s::crypto::{Checksum as _, Md5, Sha256};

use crate::checksum::{Algorithm, Checksum};
use crate::etag::hex;
use crate::refusal::Refusal;

/// What does not fit the body, in S3's words.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Mismatch {
    #[error("The Content-MD5 you specified was invalid.")]
    InvalidMd5,
    #[error("The Content-MD5 you specified did not match what we received.")]
    Md5,
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    ContentSha256,
    #[error("Value for {0} header is invalid.")]
    InvalidChecksum(&'static str),
    #[error("The {0} you specified did not match the calculated checksum.")]
    Checksum(&'static str),
    #[error("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")]
    SeveralChecksums,
    #[error(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
    )]
    NoChecksum,
}

impl Refusal for Mismatch {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::InvalidMd5 => S3ErrorCode::InvalidDigest,
            Self::Md5 | Self::Checksum(_) => S3ErrorCode::BadDigest,
            Self::ContentSha256 => S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()),
            Self::InvalidChecksum(_) | Self::SeveralChecksums | Self::NoChecksum => {
                S3ErrorCode::InvalidRequest
            }
        }
    }
}

/// Holds the body against all that is said about it; answers the checksum, if one was given.
pub(super) fn check(head: &Parts, body: &[u8]) -> Result<Option<Checksum>, Mismatch> {
    check_md5(head, body)?;
    check_sha256(head, body)?;
    // There the header is about the object that the parts make, not about the list of them.
    if completes_an_upload(head) {
        return Ok(None);
    }
    check_checksum(head, body)
}

fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a [u8]> {
    head.headers.get(name).map(http::HeaderValue::as_bytes)
}

fn check_md5(head: &Parts, body: &[u8]) -> Result<(), Mismatch> {
    let Some(said) = header(head, "content-md5") else { return Ok(()) };
    let said = STANDARD.decode(said).map_err(|_| Mismatch::InvalidMd5)?;
    let said = <[u8; 16]>::try_from(said).map_err(|_| Mismatch::InvalidMd5)?;
    if said == Md5::checksum(body) { Ok(()) } else { Err(Mismatch::Md5) }
}

fn check_sha256(head: &Parts, body: &[u8]) -> Result<(), Mismatch> {
    // Other values say that the body is not hashed, or is encoded.
    let Some(said) = header(head, "x-amz-content-sha256").filter(|said| said.len() == 64) else {
        return Ok(());
    };
    let fits = hex(&Sha256::checksum(body)).as_bytes().eq_ignore_ascii_case(said);
    if fits { Ok(()) } else { Err(Mismatch::ContentSha256) }
}

fn check_checksum(head: &Parts, body: &[u8]) -> Result<Option<Checksum>, Mismatch> {
    let mut given = Algorithm::ALL
        .into_iter()
        .filter_map(|algorithm| Some((algorithm, header(head, algorithm.header())?)));
    let Some((algorithm, said)) = given.next() else {
        let promised = head.headers.contains_key("x-amz-sdk-checksum-algorithm");
        return if promised { Err(Mismatch::NoChecksum) } else { Ok(None) };
    };
    if given.next().is_some() {
        return Err(Mismatch::SeveralChecksums);
    }
    let digest = algorithm.digest(body);
    match STANDARD.decode(said) {
        Ok(said) if said == digest => Ok(Some(Checksum::of_digest(algorithm, &digest))),
        Ok(said) if said.len() == digest.len() => Err(Mismatch::Checksum(algorithm.name())),
        _ => Err(Mismatch::InvalidChecksum(algorithm.header())),
    }
}

pub(super) fn completes_an_upload(head: &Parts) -> bool {
    let query = head.uri.query().unwrap_or_default();
    head.method == Method::POST
        && form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "uploadId")
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[track_caller]
    fn verdict(headers: &[(&str, &str)]) -> Result<Option<Checksum>, Mismatch> {
        let request = headers
            .iter()
            .fold(Request::put("/b/k"), |request, (name, value)| request.header(*name, *value));
        check(&request.body(()).unwrap().into_parts().0, b"123456789")
    }

    #[test]
    fn true_words_pass() {
        for (algorithm, value) in [
            ("crc32", "y/Q5Jg=="),
            ("crc32c", "4waSgw=="),
            ("crc64nvme", "rosUhgp5mIg="),
            ("sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="),
            ("sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        ] {
            let checksum = verdict(&[(&format!("x-amz-checksum-{algorithm}"), value)]);
            assert_eq!(checksum.unwrap().unwrap().value, value);
        }
        assert_eq!(verdict(&[]), Ok(None));
        assert_eq!(verdict(&[("content-md5", "JfnnlDI7RTiF9RgfG2JNCw==")]), Ok(None));
        assert_eq!(verdict(&[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]), Ok(None));
    }

    #[test]
    fn false_words_are_refused() {
        for (name, value, mismatch) in [
            ("content-md5", "%", Mismatch::InvalidMd5),
            ("content-md5", "AAAA", Mismatch::InvalidMd5),
            ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==", Mismatch::Md5),
            ("x-amz-content-sha256", &"0".repeat(64), Mismatch::ContentSha256),
            ("x-amz-checksum-crc32", "AAAAAA==", Mismatch::Checksum("CRC32")),
            ("x-amz-checksum-crc32", "AAAA", Mismatch::InvalidChecksum("x-amz-checksum-crc32")),
            ("x-amz-sdk-checksum-algorithm", "CRC32", Mismatch::NoChecksum),
        ] {
            assert_eq!(verdict(&[(name, value)]), Err(mismatch), "{name}: {value}");
        }
        let two = [("x-amz-checksum-crc32", "y/Q5Jg=="), ("x-amz-checksum-crc32c", "4waSgw==")];
        assert_eq!(verdict(&two), Err(Mismatch::SeveralChecksums));
    }
}
