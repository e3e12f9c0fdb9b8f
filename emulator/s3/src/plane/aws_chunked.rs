//! `aws-chunked`, the encoding in which SDKs stream an upload: chunks that may be signed, and trailing
//! headers that hold the checksum.
//!
//! `s3s` decodes it only while it verifies the signatures, which needs the client's secret.

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::S3ErrorCode;

use crate::refusal::Refusal;

/// A body that is not what its headers say.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ChunkError {
    #[error("The request body terminated unexpectedly")]
    Incomplete,
    #[error("Chunk size must be a hexadecimal number of bytes")]
    BadSize,
    #[error(
        "The request contained trailing data that was not well-formed or did not conform to our published schema."
    )]
    BadTrailer,
    #[error(
        "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header"
    )]
    BadLength,
}

impl Refusal for ChunkError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::Incomplete | Self::BadLength => S3ErrorCode::IncompleteBody,
            Self::BadSize => S3ErrorCode::Custom("InvalidChunkSizeError".into()),
            Self::BadTrailer => S3ErrorCode::Custom("MalformedTrailerError".into()),
        }
    }
}

/// Whether the body is encoded so.
pub(super) fn is_used(headers: &HeaderMap) -> bool {
    headers
        .get("x-amz-content-sha256")
        .is_some_and(|value| value.as_bytes().starts_with(b"STREAMING-"))
}

/// The bytes themselves. The headers become what they would be without the encoding; trailing headers
/// join them.
pub(super) fn decode(headers: &mut HeaderMap, encoded: &[u8]) -> Result<Bytes, ChunkError> {
    let (decoded, trailer) = chunks(encoded)?;
    let length = HeaderValue::from(decoded.len());
    if headers.remove("x-amz-decoded-content-length").is_some_and(|said| said != length) {
        return Err(ChunkError::BadLength);
    }
    headers.insert(CONTENT_LENGTH, length);
    headers.remove("x-amz-content-sha256");
    headers.remove("x-amz-trailer");
    strip_content_encoding(headers);
    for (name, value) in trailers(trailer)? {
        headers.insert(name, value);
    }
    Ok(decoded)
}

/// The chunks' content, and what follows the last chunk.
fn chunks(mut encoded: &[u8]) -> Result<(Bytes, &[u8]), ChunkError> {
    let mut decoded = BytesMut::with_capacity(encoded.len());
    loop {
        let (head, rest) = line(encoded).ok_or(ChunkError::Incomplete)?;
        let digits = head.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(digits, 16).map_err(|_| ChunkError::BadSize)?;
        if size == 0 {
            return Ok((decoded.freeze(), rest));
        }
        let (chunk, rest) = rest.split_at_checked(size).ok_or(ChunkError::Incomplete)?;
        decoded.extend_from_slice(chunk);
        encoded = rest.strip_prefix(b"\r\n").ok_or(ChunkError::Incomplete)?;
    }
}

fn trailers(mut text: &[u8]) -> Result<Vec<(HeaderName, HeaderValue)>, ChunkError> {
    let mut headers = Vec::new();
    while let Some((header, rest)) = line(text).filter(|(header, _)| !header.is_empty()) {
        let (name, value) = header.split_once(':').ok_or(ChunkError::BadTrailer)?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| ChunkError::BadTrailer)?;
        let value = HeaderValue::try_from(value.trim()).map_err(|_| ChunkError::BadTrailer)?;
        if name != "x-amz-trailer-signature" {
            headers.push((name, value));
        }
        text = rest;
    }
    Ok(headers)
}

/// The text up to the next line break, and what follows it. Some SDKs end a trailer with a bare `\n`.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let text = str::from_utf8(&bytes[..end]).ok()?;
    Some((text.strip_suffix('\r').unwrap_or(text), &bytes[end + 1..]))
}

/// Takes the token `aws-chunked` out of a list that may hold real encodings as well.
fn strip_content_encoding(headers: &mut HeaderMap) {
    let Some(Ok(encodings)) = headers.remove(CONTENT_ENCODING).map(|value| {
        value.to_str().map(|list| {
            let kept = list.split(',').map(str::trim).filter(|token| *token != "aws-chunked");
            kept.collect::<Vec<_>>().join(",")
        })
    }) else {
        return;
    };
    if !encodings.is_empty() {
        let value = HeaderValue::try_from(encodings).expect("tokens of a header value are one");
        headers.insert(CONTENT_ENCODING, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decoded text, then trailers, if there are any: `hello | x-amz-checksum-sha1: b=`.
    #[track_caller]
    fn check(encoded: &str, expected: Result<&str, ChunkError>) {
        let mut headers = HeaderMap::new();
        let decoded = decode(&mut headers, encoded.as_bytes()).map(|decoded| {
            headers.remove(CONTENT_LENGTH);
            let trailers = headers.iter();
            let trailers =
                trailers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
            let text = String::from_utf8(decoded.to_vec()).unwrap();
            std::iter::once(text).chain(trailers).collect::<Vec<_>>().join(" | ")
        });
        assert_eq!(decoded, expected.map(str::to_owned));
    }

    #[test]
    fn chunks_are_joined_and_trailers_become_headers() {
        check("0\r\n\r\n", Ok(""));
        check("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", Ok("hello world"));
        check("5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\n\r\n", Ok("hello"));
        check(
            "A\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
            Ok("0123456789 | x-amz-checksum-crc32: AAAAAA=="),
        );
        check(
            "1\r\na\r\n0\r\nx-amz-checksum-sha1:b=\nx-amz-trailer-signature:cd\r\n\r\n",
            Ok("a | x-amz-checksum-sha1: b="),
        );
    }

    #[test]
    fn a_broken_body_is_refused() {
        check("", Err(ChunkError::Incomplete));
        check("5\r\nhel", Err(ChunkError::Incomplete));
        check("5\r\nhello0\r\n\r\n", Err(ChunkError::Incomplete));
        check("5\r\nhello\r\n", Err(ChunkError::Incomplete));
        check("five\r\nhello\r\n0\r\n\r\n", Err(ChunkError::BadSize));
        check("0\r\nno colon\r\n\r\n", Err(ChunkError::BadTrailer));
    }

    #[test]
    fn only_real_content_encodings_are_left() {
        for (given, left) in [
            ("aws-chunked", None),
            ("gzip,aws-chunked", Some("gzip")),
            ("aws-chunked, gzip", Some("gzip")),
        ] {
            let mut headers =
                HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(given))]);
            decode(&mut headers, b"0\r\n\r\n").unwrap();
            let encoding = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(encoding, left, "{given}");
        }
    }

    #[test]
    fn a_length_that_was_not_kept_is_refused() {
        let said = (HeaderName::from_static("x-amz-decoded-content-length"), HeaderValue::from(2));
        let mut headers = HeaderMap::from_iter([said]);
        assert_eq!(decode(&mut headers, b"1\r\na\r\n0\r\n\r\n"), Err(ChunkError::BadLength));
    }
}
