//! `ListObjects` and `ListObjectsV2`: two ways to say what `page.rs` finds.

mod page;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::{S3ErrorCode, dto};

use crate::Buckets;
use crate::buckets::timestamp;
use crate::call::{Call, Element};
use crate::key::encode;
use crate::object::Object;
use crate::refusal::{NoSuchBucket, NotEmulated, Refusal};

use page::{Ask, Page};

/// Most keys in one answer, asked for or not. Source: the page of `ListObjectsV2` in the API reference.
const MOST_KEYS: i32 = 1000;

/// Why objects are not listed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error("Argument maxKeys must be an integer between 0 and 2147483647")]
    MaxKeys(i32),
    #[error("The continuation token provided is incorrect")]
    Token(String),
    #[error("Invalid Encoding Method specified in Request")]
    Encoding(String),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl Refusal for ListError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::NotEmulated(refusal) => refusal.code(),
            Self::MaxKeys(_) | Self::Token(_) | Self::Encoding(_) => S3ErrorCode::InvalidArgument,
        }
    }

    fn elements(&self) -> Vec<Element> {
        let argument = |name: &str, value: String| {
            vec![("ArgumentName".into(), name.to_owned()), ("ArgumentValue".into(), value)]
        };
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::NotEmulated(refusal) => refusal.elements(),
            Self::MaxKeys(most) => argument("max-keys", most.to_string()),
            Self::Token(token) => argument("continuation-token", token.clone()),
            Self::Encoding(encoding) => argument("encoding-type", encoding.clone()),
        }
    }
}

/// `ListObjects`, version 1.
pub(crate) fn version_1(
    buckets: &Buckets,
    _: &Call,
    input: dto::ListObjectsInput,
) -> Result<dto::ListObjectsOutput, ListError> {
    let most = most(input.max_keys)?;
    let spelling = Spelling::asked(input.encoding_type.as_ref())?;
    let state = buckets.state();
    let page = page::find(
        &state.bucket(&input.bucket)?.objects,
        &Ask {
            prefix: input.prefix.as_deref().unwrap_or_default(),
            delimiter: input.delimiter.as_deref().unwrap_or_default(),
            after: input.marker.as_deref().unwrap_or_default(),
            most,
        },
    );
    let next_marker = page.next.clone().filter(|_| input.delimiter.is_some());
    Ok(dto::ListObjectsOutput {
        common_prefixes: Some(common_prefixes(&page, spelling)),
        contents: Some(contents(&page, spelling, Some(&buckets.owner()))),
        delimiter: input.delimiter.map(|it| spelling.spell(&it)),
        encoding_type: input.encoding_type,
        is_truncated: Some(page.next.is_some()),
        marker: Some(spelling.spell(input.marker.as_deref().unwrap_or_default())),
        max_keys: i32::try_from(most).ok(),
        name: Some(input.bucket),
        next_marker: next_marker.map(|it| spelling.spell(&it)),
        prefix: Some(spelling.spell(input.prefix.as_deref().unwrap_or_default())),
        request_charged: None,
    })
}

/// `ListObjectsV2`. The continuation token is the last thing that was listed, spelled so that nobody is
/// tempted to read it.
pub(crate) fn version_2(
    buckets: &Buckets,
    _: &Call,
    input: dto::ListObjectsV2Input,
) -> Result<dto::ListObjectsV2Output, ListError> {
    let most = most(input.max_keys)?;
    let spelling = Spelling::asked(input.encoding_type.as_ref())?;
    let resumed = input.continuation_token.as_deref().map(read_token).transpose()?;
    let after = resumed.as_deref().or(input.start_after.as_deref()).unwrap_or_default();
    let state = buckets.state();
    let page = page::find(
        &state.bucket(&input.bucket)?.objects,
        &Ask {
            prefix: input.prefix.as_deref().unwrap_or_default(),
            delimiter: input.delimiter.as_deref().unwrap_or_default(),
            after,
            most,
        },
    );
    let owner = buckets.owner();
    let owner = input.fetch_owner.unwrap_or_default().then_some(&owner);
    Ok(dto::ListObjectsV2Output {
        common_prefixes: Some(common_prefixes(&page, spelling)),
        contents: Some(contents(&page, spelling, owner)),
        continuation_token: input.continuation_token,
        delimiter: input.delimiter.map(|it| spelling.spell(&it)),
        encoding_type: input.encoding_type,
        is_truncated: Some(page.next.is_some()),
        key_count: i32::try_from(page.objects.len() + page.prefixes.len()).ok(),
        max_keys: i32::try_from(most).ok(),
        name: Some(input.bucket),
        next_continuation_token: page.next.as_deref().map(|next| URL_SAFE_NO_PAD.encode(next)),
        prefix: Some(spelling.spell(input.prefix.as_deref().unwrap_or_default())),
        request_charged: None,
        start_after: input.start_after.map(|it| spelling.spell(&it)),
    })
}

fn most(asked: Option<i32>) -> Result<usize, ListError> {
    let asked = asked.unwrap_or(MOST_KEYS);
    usize::try_from(asked.min(MOST_KEYS)).map_err(|_| ListError::MaxKeys(asked))
}

fn read_token(token: &str) -> Result<String, ListError> {
    let wrong = || ListError::Token(token.to_owned());
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// How names stand in the answer: some keys cannot stand in XML as they are.
#[derive(Clone, Copy)]
enum Spelling {
    Plain,
    Url,
}

impl Spelling {
    fn asked(encoding: Option<&dto::EncodingType>) -> Result<Self, ListError> {
        match encoding.map(dto::EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some(dto::EncodingType::URL) => Ok(Self::Url),
            Some(other) => Err(ListError::Encoding(other.to_owned())),
        }
    }

    fn spell(self, name: &str) -> String {
        match self {
            Self::Plain => name.to_owned(),
            Self::Url => encode(name),
        }
    }
}

fn common_prefixes(page: &Page<'_>, spelling: Spelling) -> Vec<dto::CommonPrefix> {
    let prefixes = page.prefixes.iter();
    prefixes.map(|it| dto::CommonPrefix { prefix: Some(spelling.spell(it)) }).collect()
}

fn contents(page: &Page<'_>, spelling: Spelling, owner: Option<&dto::Owner>) -> Vec<dto::Object> {
    let objects = page.objects.iter();
    objects.map(|(key, object)| entry(spelling.spell(key), object, owner)).collect()
}

fn entry(key: String, object: &Object, owner: Option<&dto::Owner>) -> dto::Object {
    let algorithm = dto::ChecksumAlgorithm::from_static(object.checksum.algorithm.name());
    let class = dto::ObjectStorageClass::STANDARD;
    dto::Object {
        checksum_algorithm: Some(vec![algorithm]),
        checksum_type: Some(object.checksum.kind()),
        e_tag: Some(object.tag.to_dto()),
        key: Some(key),
        last_modified: Some(timestamp(object.modified)),
        owner: owner.cloned(),
        size: Some(object.size()),
        storage_class: Some(dto::ObjectStorageClass::from_static(class)),
        ..dto::Object::default()
    }
}
