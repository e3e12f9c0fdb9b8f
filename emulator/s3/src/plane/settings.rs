//! Settings that S3 has and that would not be applied here: refused by name, whatever the operation.
//!
//! Values that ask for what happens anyway (`private`, `STANDARD`, `AES256`) are applied. Who pays for a
//! request (`x-amz-request-payer`) has no meaning where nobody does.

use http::request::Parts;
use http::{HeaderMap, Method};
use s3s::S3ErrorCode;

use crate::refusal::Refusal;

/// Headers with the values that describe what happens here; in the service model of 2006-03-01 those
/// are input members.
const HEADERS: &[(&str, &[&str])] = &[
    ("x-amz-acl", &["private", "bucket-owner-full-control"]),
    ("x-amz-bucket-namespace", &["global"]),
    ("x-amz-bucket-object-lock-enabled", &["false"]),
    ("x-amz-bypass-governance-retention", &["false"]),
    ("x-amz-checksum-algorithm", ALGORITHMS),
    ("x-amz-checksum-md5", &[]),
    ("x-amz-checksum-sha512", &[]),
    ("x-amz-checksum-xxhash128", &[]),
    ("x-amz-checksum-xxhash3", &[]),
    ("x-amz-checksum-xxhash64", &[]),
    ("x-amz-copy-source-server-side-encryption-customer-algorithm", &[]),
    ("x-amz-copy-source-server-side-encryption-customer-key", &[]),
    ("x-amz-copy-source-server-side-encryption-customer-key-md5", &[]),
    ("x-amz-grant-full-control", &[]),
    ("x-amz-grant-read", &[]),
    ("x-amz-grant-read-acp", &[]),
    ("x-amz-grant-write", &[]),
    ("x-amz-grant-write-acp", &[]),
    ("x-amz-if-match-initiated-time", &[]),
    ("x-amz-if-match-last-modified-time", &[]),
    ("x-amz-if-match-size", &[]),
    ("x-amz-mfa", &[]),
    ("x-amz-object-annotation-directive", &["COPY"]),
    ("x-amz-object-lock-event-hold", &[]),
    ("x-amz-object-lock-event-hold-duration-days", &[]),
    ("x-amz-object-lock-event-hold-duration-years", &[]),
    ("x-amz-object-lock-legal-hold", &["OFF"]),
    ("x-amz-object-lock-mode", &[]),
    ("x-amz-object-lock-retain-until-date", &[]),
    ("x-amz-object-ownership", &["BucketOwnerEnforced"]),
    ("x-amz-optional-object-attributes", &[]),
    ("x-amz-sdk-checksum-algorithm", ALGORITHMS),
    ("x-amz-server-side-encryption", &["AES256"]),
    ("x-amz-server-side-encryption-aws-kms-key-id", &[]),
    ("x-amz-server-side-encryption-bucket-key-enabled", &["false"]),
    ("x-amz-server-side-encryption-context", &[]),
    ("x-amz-server-side-encryption-customer-algorithm", &[]),
    ("x-amz-server-side-encryption-customer-key", &[]),
    ("x-amz-server-side-encryption-customer-key-md5", &[]),
    ("x-amz-storage-class", &["STANDARD"]),
    ("x-amz-tagging", &[]),
    ("x-amz-tagging-directive", &["COPY"]),
    ("x-amz-website-redirect-location", &[]),
    ("x-amz-write-offset-bytes", &[]),
];

/// Checksums that are computed here.
const ALGORITHMS: &[&str] = &["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

/// Parts of a bucket or object that are newer than `s3s`, which would take the request for one of the
/// bucket or object itself.
const SUBRESOURCES: [&str; 5] = [
    "abac",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "renameObject",
];

/// Headers that say whose a bucket is.
const OWNERS: [&str; 2] = ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"];

/// A setting that stands in the way.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsupported {
    #[error("`{header}: {value}` is not emulated (hint: leave the header out{})", or(.instead))]
    Header { header: &'static str, value: String, instead: &'static [&'static str] },
    #[error("`?{0}` is not emulated (hint: the README lists what is)")]
    Subresource(&'static str),
    #[error("PostObject is not emulated (hint: a presigned PUT is)")]
    Form,
    #[error("Access Denied")]
    AnotherOwner,
}

fn or(instead: &[&str]) -> String {
    if instead.is_empty() { String::new() } else { format!(", or say {}", instead.join(" or ")) }
}

impl Refusal for Unsupported {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::Header { .. } | Self::Subresource(_) | Self::Form => S3ErrorCode::NotImplemented,
            Self::AnotherOwner => S3ErrorCode::AccessDenied,
        }
    }
}

/// Refuses what would not be applied, and a bucket that is meant to be another account's.
pub(super) fn check(head: &Parts, account: &str) -> Result<(), Unsupported> {
    for (header, fine) in HEADERS {
        if let Some(value) = text(&head.headers, header)
            && !fine.contains(&value)
        {
            let value = value.to_owned();
            return Err(Unsupported::Header { header, value, instead: fine });
        }
    }
    check_copy(&head.headers)?;
    let query = head.uri.query().unwrap_or_default();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if let Some(subresource) = SUBRESOURCES.into_iter().find(|subresource| *subresource == name)
        {
            return Err(Unsupported::Subresource(subresource));
        }
    }
    if text(&head.headers, "content-type")
        .is_some_and(|kind| kind.starts_with("multipart/form-data"))
        && head.method == Method::POST
    {
        return Err(Unsupported::Form);
    }
    let is_another = |owner: &&str| text(&head.headers, owner).is_some_and(|said| said != account);
    if OWNERS.iter().any(is_another) { Err(Unsupported::AnotherOwner) } else { Ok(()) }
}

/// Conditions on the place that a copy goes to; `s3s` does not know them.
fn check_copy(headers: &HeaderMap) -> Result<(), Unsupported> {
    if !headers.contains_key("x-amz-copy-source") {
        return Ok(());
    }
    for header in ["if-match", "if-none-match"] {
        if let Some(value) = text(headers, header) {
            return Err(Unsupported::Header { header, value: value.to_owned(), instead: &[] });
        }
    }
    Ok(())
}

/// What a header says; one that is no text says nothing that is fine.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("(not text)"))
}

#[cfg(test)]
mod tests {
    use http::Request;

    #[track_caller]
    fn check(target: &str, header: (&str, &str), expected: Result<(), &str>) {
        let request = Request::put(target).header(header.0, header.1).body(()).unwrap();
        let verdict = super::check(&request.into_parts().0, "000000000000");
        let verdict = verdict.as_ref().map_err(ToString::to_string).copied();
        assert_eq!(verdict, expected.map_err(str::to_owned));
    }

    #[test]
    fn what_happens_anyway_may_be_asked_for() {
        check("/b/k", ("x-amz-acl", "bucket-owner-full-control"), Ok(()));
        check("/b/k", ("x-amz-storage-class", "STANDARD"), Ok(()));
        check("/b/k", ("x-amz-expected-bucket-owner", "000000000000"), Ok(()));
        check("/b/k?x-id=PutObject", ("x-amz-meta-a", "b"), Ok(()));
    }

    #[test]
    fn what_would_not_be_applied_is_refused_by_name() {
        check(
            "/b/k",
            ("x-amz-storage-class", "GLACIER"),
            Err(
                "`x-amz-storage-class: GLACIER` is not emulated (hint: leave the header out, or say STANDARD)",
            ),
        );
        check(
            "/b/k",
            ("x-amz-tagging", "a=b"),
            Err("`x-amz-tagging: a=b` is not emulated (hint: leave the header out)"),
        );
        check(
            "/b/k?renameObject",
            ("x-amz-rename-source", "a"),
            Err("`?renameObject` is not emulated (hint: the README lists what is)"),
        );
    }

    #[test]
    fn a_bucket_of_another_account_is_out_of_reach() {
        check("/b/k", ("x-amz-expected-bucket-owner", "111111111111"), Err("Access Denied"));
    }
}
