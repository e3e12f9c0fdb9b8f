//! Any credentials are accepted, and none is looked at, not even whether they have expired: signatures
//! are taken off before `s3s`, which would verify them, sees the request.
//!
//! A presigned address carries them in its query, and there some SDKs put headers too (`x-amz-acl`,
//! checksums, metadata); S3 reads those as headers, and so they become headers here.

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderName, HeaderValue};

/// What a signature is made of in a query: Signature Version 4, and the names of Version 2.
const PARAMETERS: [&str; 10] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
    "awsaccesskeyid",
    "signature",
    "expires",
];

/// Takes every part of a signature off a request.
pub(super) fn forget(head: &mut Parts) {
    head.headers.remove(AUTHORIZATION);
    let Some(query) = head.uri.query() else { return };
    let mut kept = Vec::new();
    let mut hoisted = Vec::new();
    for pair in query.split('&') {
        let (name, value) = form_urlencoded::parse(pair.as_bytes()).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if PARAMETERS.contains(&name.as_str()) {
            continue;
        }
        if name.starts_with("x-amz-") {
            hoisted.push((name, value.into_owned()));
        } else {
            kept.push(pair);
        }
    }
    let address = with_query(&head.uri, &kept.join("&"));
    for (name, value) in hoisted {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            head.headers.insert(name, value);
        }
    }
    head.uri = address;
}

fn with_query(uri: &Uri, query: &str) -> Uri {
    let target =
        if query.is_empty() { uri.path().to_owned() } else { format!("{}?{query}", uri.path()) };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query =
        Some(PathAndQuery::try_from(target).expect("a part of an address is one"));
    Uri::from_parts(parts).expect("only the query has changed")
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[track_caller]
    fn check(given: &str, left: &str) -> Parts {
        let request = Request::get(given).header(AUTHORIZATION, "AWS4-HMAC-SHA256 …").body(());
        let (mut head, ()) = request.unwrap().into_parts();
        forget(&mut head);
        assert_eq!(head.uri.to_string(), left);
        assert!(!head.headers.contains_key(AUTHORIZATION));
        head
    }

    #[test]
    fn nothing_of_a_signature_is_left() {
        check("/b/k", "/b/k");
        check("/b/k?X-Amz-Signature=0&X-Amz-Date=1&X-Amz-SignedHeaders=host", "/b/k");
        check("/b/k?AWSAccessKeyId=a&Signature=s%3D&Expires=5", "/b/k");
        check("http://b.localhost/k?X-Amz-Signature=0", "http://b.localhost/k");
    }

    #[test]
    fn other_parameters_stay_as_they_were_written() {
        check("/b?list-type=2&prefix=a%2Fb+c&X-Amz-Expires=9", "/b?list-type=2&prefix=a%2Fb+c");
        check("/b?notification", "/b?notification");
    }

    #[test]
    fn headers_hoisted_into_a_presigned_address_are_headers_again() {
        let head = check("/b/k?X-Amz-Signature=0&x-amz-acl=private&x-amz-meta-a=b%20c", "/b/k");
        assert_eq!(head.headers["x-amz-acl"], "private");
        assert_eq!(head.headers["x-amz-meta-a"], "b c");
    }
}
