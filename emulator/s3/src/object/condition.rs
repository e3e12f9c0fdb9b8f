//! Conditions on a request, in the order in which RFC 9110, section 13.2.2, weighs them.

use s3s::S3ErrorCode;
use s3s::dto::{ETagCondition, Timestamp};

use crate::buckets::timestamp;
use crate::call::Element;
use crate::etag::Tag;
use crate::object::Object;
use crate::refusal::Refusal;

/// What has to hold of an object, for it to be read.
#[derive(Default)]
pub(crate) struct Conditions {
    pub(crate) matches: Option<ETagCondition>,
    pub(crate) unmodified_since: Option<Timestamp>,
    pub(crate) none_match: Option<ETagCondition>,
    pub(crate) modified_since: Option<Timestamp>,
}

/// A condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unmet {
    /// The client has the object already; its tag.
    #[error("Not Modified")]
    NotModified(Tag),
    /// The object is not the one that the client means; the condition's name.
    #[error("At least one of the pre-conditions you specified did not hold")]
    Failed(&'static str),
}

impl Refusal for Unmet {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NotModified(_) => S3ErrorCode::NotModified,
            Self::Failed(_) => S3ErrorCode::PreconditionFailed,
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NotModified(_) => Vec::new(),
            Self::Failed(condition) => vec![("Condition".into(), (*condition).to_owned())],
        }
    }

    fn known_tag(&self) -> Option<&Tag> {
        match self {
            Self::NotModified(tag) => Some(tag),
            Self::Failed(_) => None,
        }
    }
}

impl Conditions {
    /// Whether `object` may be answered.
    pub(crate) fn check(&self, object: &Object) -> Result<(), Unmet> {
        let modified = timestamp(object.modified);
        match (&self.matches, &self.unmodified_since) {
            (Some(tag), _) if !object.tag.fits(tag) => return Err(Unmet::Failed("If-Match")),
            (None, Some(time)) if modified > *time => {
                return Err(Unmet::Failed("If-Unmodified-Since"));
            }
            _ => {}
        }
        match (&self.none_match, &self.modified_since) {
            (Some(tag), _) if object.tag.fits(tag) => Err(Unmet::NotModified(object.tag.clone())),
            (None, Some(time)) if modified <= *time => Err(Unmet::NotModified(object.tag.clone())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use time::{UtcDateTime, ext::NumericalDuration};

    use super::*;
    use crate::checksum::{Algorithm, Checksum};
    use crate::object::Description;

    fn object() -> Object {
        let bytes = Bytes::from_static(b"");
        Object {
            tag: Tag::of(&bytes),
            checksum: Checksum::of(Algorithm::Crc32, &bytes),
            bytes,
            modified: UtcDateTime::UNIX_EPOCH + 1.hours(),
            description: Description::default(),
        }
    }

    #[track_caller]
    fn check(conditions: &[&str], expected: &Result<(), Unmet>) {
        let tag = |name: &str| match name {
            "same" => format!("\"{}\"", object().tag.as_str()).parse().unwrap(),
            "other" => "\"0\"".parse().unwrap(),
            _ => ETagCondition::Any,
        };
        let hour = |name: &str| match name {
            "before" => timestamp(UtcDateTime::UNIX_EPOCH),
            "then" => timestamp(object().modified),
            _ => timestamp(object().modified + 1.hours()),
        };
        let given = |name: &str| {
            let words = conditions.iter().map(|condition| condition.split_once(' ').unwrap());
            words.filter(|(condition, _)| *condition == name).map(|(_, value)| value).next()
        };
        let conditions = Conditions {
            matches: given("match").map(tag),
            unmodified_since: given("unmodified").map(hour),
            none_match: given("none-match").map(tag),
            modified_since: given("modified").map(hour),
        };
        assert_eq!(&conditions.check(&object()), expected);
    }

    #[test]
    fn conditions_are_weighed_as_http_says() {
        let not_modified = Err(Unmet::NotModified(object().tag));
        check(&[], &Ok(()));
        check(&["match same"], &Ok(()));
        check(&["match *"], &Ok(()));
        check(&["match other"], &Err(Unmet::Failed("If-Match")));
        check(&["unmodified then"], &Ok(()));
        check(&["unmodified before"], &Err(Unmet::Failed("If-Unmodified-Since")));
        check(&["match same", "unmodified before"], &Ok(()));
        check(&["none-match other"], &Ok(()));
        check(&["none-match same"], &not_modified);
        check(&["modified before"], &Ok(()));
        check(&["modified then"], &not_modified);
        check(&["modified after"], &not_modified);
        check(&["none-match other", "modified after"], &Ok(()));
    }
}
