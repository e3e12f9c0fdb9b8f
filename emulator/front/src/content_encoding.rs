//! `Content-Encoding`: documents that come compressed.

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::Malformed;

/// Largest document that is accepted compressed, in bytes once it is not. Ours: eight times the megabyte
/// that `PutMetricData` takes, the only operation whose clients compress. A thousandth of this can expand
/// to all of it, so it bounds what a small request can make us hold.
pub(crate) const MAX_EXPANDED: usize = 8 * 1024 * 1024;

/// The document that `body` is, expanded if its headers say that it is compressed.
///
/// # Errors
///
/// [`Malformed`] if it is not what the header says, is too large, or compressed in another way.
pub(crate) fn decoded(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Malformed> {
    let Some(encoding) = headers.get(CONTENT_ENCODING) else { return Ok(body) };
    let encoding = encoding.to_str().unwrap_or_default().trim().to_ascii_lowercase();
    match &*encoding {
        "gzip" => expanded(&body),
        "br" | "compress" | "deflate" | "zstd" => Err(Malformed::new(format_args!(
            "Content-Encoding `{encoding}` is not emulated (hint: `gzip` is)"
        ))),
        // Some clients say `utf-8` or `amz-1.0` here, and mean that nothing is compressed.
        _ => Ok(body),
    }
}

fn expanded(body: &[u8]) -> Result<Bytes, Malformed> {
    let mut document = Vec::new();
    let most = MAX_EXPANDED as u64;
    let mut decoder = GzDecoder::new(body);
    let read = decoder.by_ref().take(most + 1).read_to_end(&mut document);
    read.map_err(|error| Malformed::new(format_args!("the body is not gzip: {error}")))?;
    if document.len() > MAX_EXPANDED {
        let text = format_args!("Request must be smaller than {MAX_EXPANDED} bytes");
        return Err(Malformed::new(text));
    }
    // Empty files without number would expand to nothing, and take their time.
    if !decoder.into_inner().is_empty() {
        return Err(Malformed::new("the body is more than one gzip file"));
    }
    Ok(document.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(document: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(document).unwrap();
        encoder.finish().unwrap().into()
    }

    fn decode(encoding: &'static str, body: Bytes) -> Result<Bytes, String> {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, encoding.parse().unwrap())]);
        decoded(&headers, body).map_err(|malformed| malformed.to_string())
    }

    #[test]
    fn a_compressed_document_is_expanded_and_any_other_left_as_it_is() {
        assert_eq!(decode("gzip", gzip(b"{}")).unwrap(), "{}");
        assert_eq!(decode("GZIP", gzip(b"{}")).unwrap(), "{}");
        assert_eq!(decode("utf-8", Bytes::from("{}")).unwrap(), "{}");
        assert_eq!(decoded(&HeaderMap::new(), Bytes::from("{}")).unwrap(), "{}");
    }

    #[test]
    fn a_small_body_cannot_expand_without_limit() {
        let bomb = gzip(&vec![0; MAX_EXPANDED + 1]);
        assert!(bomb.len() < MAX_EXPANDED / 500, "{} bytes", bomb.len());
        let refusal = decode("gzip", bomb).unwrap_err();
        assert_eq!(refusal, "Request must be smaller than 8388608 bytes");
        assert_eq!(decode("gzip", gzip(&vec![0; MAX_EXPANDED])).unwrap().len(), MAX_EXPANDED);
    }

    #[test]
    fn what_is_not_compressed_as_it_says_is_refused() {
        let refusal = decode("gzip", Bytes::from("{}")).unwrap_err();
        assert!(refusal.starts_with("the body is not gzip: "), "{refusal}");
        let twice = [gzip(b"{}"), gzip(b"")].concat();
        assert_eq!(
            decode("gzip", twice.into()).unwrap_err(),
            "the body is more than one gzip file"
        );
        let refusal = decode("br", Bytes::from("{}")).unwrap_err();
        assert_eq!(refusal, "Content-Encoding `br` is not emulated (hint: `gzip` is)");
    }
}
