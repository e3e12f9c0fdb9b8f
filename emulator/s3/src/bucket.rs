//! Buckets: create, find, list, delete.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::{S3ErrorCode, dto};
use time::UtcDateTime;

use crate::Buckets;
use crate::buckets::timestamp;
use crate::call::{Call, Element};
use crate::multipart::Upload;
use crate::notification::Notification;
use crate::object::Object;
use crate::refusal::{NoSuchBucket, NoSuchKey, NotEmulated, Refusal};
use crate::table::Answer;
use crate::unread;

/// The one region whose name is not a location constraint.
const NORTH_VIRGINIA: &str = "us-east-1";

/// Most buckets in one answer. Source: `MaxBuckets` in the service model, 2006-03-01.
const MOST_LISTED: i32 = 10_000;

/// A bucket with all that is in it.
pub(crate) struct Bucket {
    pub(crate) region: String,
    pub(crate) created: UtcDateTime,
    /// By key, in the order in which S3 lists them: that of their UTF-8 bytes.
    pub(crate) objects: BTreeMap<String, Arc<Object>>,
    /// Multipart uploads that are neither completed nor aborted, by id.
    pub(crate) uploads: BTreeMap<String, Upload>,
    /// Who hears of changes.
    pub(crate) notifications: Vec<Notification>,
}

/// Name of a bucket as a resource in policies.
pub(crate) fn arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// Why a bucket is not created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    #[error("Your previous request to create the named bucket succeeded and you already own it.")]
    AlreadyOwned(String),
    #[error("The specified location-constraint is not valid")]
    InvalidLocation(String),
    #[error(transparent)]
    NotEmulated(#[from] NotEmulated),
}

impl Refusal for CreateError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::AlreadyOwned(_) => S3ErrorCode::BucketAlreadyOwnedByYou,
            Self::InvalidLocation(_) => S3ErrorCode::InvalidLocationConstraint,
            Self::NotEmulated(refusal) => refusal.code(),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::AlreadyOwned(bucket) => vec![("BucketName".into(), bucket.clone())],
            Self::InvalidLocation(constraint) => {
                vec![("LocationConstraint".into(), constraint.clone())]
            }
            Self::NotEmulated(_) => Vec::new(),
        }
    }
}

/// `CreateBucket`. Every region is at home here.
pub(crate) fn create(
    buckets: &Buckets,
    call: &Call,
    input: dto::CreateBucketInput,
) -> Result<Answer<dto::CreateBucketOutput>, CreateError> {
    unread::refuse(&call.body, &["Tags"])?;
    let name = input.bucket;
    let constraint = location_constraint(input.create_bucket_configuration)?;
    let region = constraint.unwrap_or_else(|| buckets.home.region.clone());
    let mut state = buckets.state();
    match state.buckets.get(&name) {
        // Only North Virginia still answers so, for the sake of old programs.
        Some(bucket) if region == NORTH_VIRGINIA && bucket.region == region => {}
        Some(_) => return Err(CreateError::AlreadyOwned(name)),
        None => {
            state.buckets.insert(name.clone(), Bucket::new(region, buckets.now()));
        }
    }
    let output = dto::CreateBucketOutput { location: Some(format!("/{name}")) };
    Ok(Answer { headers: arn_header(&name), ..Answer::from(output) })
}

fn location_constraint(
    configuration: Option<dto::CreateBucketConfiguration>,
) -> Result<Option<String>, CreateError> {
    let Some(configuration) = configuration else { return Ok(None) };
    if configuration.bucket.is_some() || configuration.location.is_some() {
        return Err(NotEmulated("a directory bucket (`Bucket`, `Location`)".to_owned()).into());
    }
    let Some(constraint) = configuration.location_constraint else { return Ok(None) };
    let constraint = constraint.as_str().to_owned();
    let is_region = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if constraint == NORTH_VIRGINIA || !constraint.bytes().all(is_region) {
        return Err(CreateError::InvalidLocation(constraint));
    }
    Ok(Some(constraint).filter(|constraint| !constraint.is_empty()))
}

impl Bucket {
    fn new(region: String, created: UtcDateTime) -> Self {
        Self {
            region,
            created,
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
            notifications: Vec::new(),
        }
    }

    pub(crate) fn object(&self, key: &str) -> Result<&Arc<Object>, NoSuchKey> {
        self.objects.get(key).ok_or_else(|| NoSuchKey(key.to_owned()))
    }
}

fn arn_header(bucket: &str) -> HeaderMap {
    let arn = HeaderValue::try_from(arn(bucket)).expect("a bucket's name is a header value");
    HeaderMap::from_iter([(HeaderName::from_static("x-amz-bucket-arn"), arn)])
}

/// `HeadBucket`.
pub(crate) fn head(
    buckets: &Buckets,
    _: &Call,
    input: dto::HeadBucketInput,
) -> Result<Answer<dto::HeadBucketOutput>, NoSuchBucket> {
    let dto::HeadBucketInput { bucket, .. } = input;
    let output = dto::HeadBucketOutput {
        access_point_alias: Some(false),
        bucket_region: Some(buckets.state().bucket(&bucket)?.region.clone()),
        ..dto::HeadBucketOutput::default()
    };
    Ok(Answer { headers: arn_header(&bucket), ..Answer::from(output) })
}

/// `GetBucketLocation`.
pub(crate) fn location(
    buckets: &Buckets,
    _: &Call,
    input: dto::GetBucketLocationInput,
) -> Result<dto::GetBucketLocationOutput, NoSuchBucket> {
    let dto::GetBucketLocationInput { bucket, .. } = input;
    let region = buckets.state().bucket(&bucket)?.region.clone();
    let constraint = Some(region).filter(|region| region != NORTH_VIRGINIA);
    Ok(dto::GetBucketLocationOutput { location_constraint: constraint.map(Into::into) })
}

/// Why a bucket is not deleted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeleteError {
    #[error(transparent)]
    NoSuchBucket(#[from] NoSuchBucket),
    #[error("The bucket you tried to delete is not empty")]
    NotEmpty(String),
}

impl Refusal for DeleteError {
    fn code(&self) -> S3ErrorCode {
        match self {
            Self::NoSuchBucket(refusal) => refusal.code(),
            Self::NotEmpty(_) => S3ErrorCode::BucketNotEmpty,
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::NoSuchBucket(refusal) => refusal.elements(),
            Self::NotEmpty(bucket) => vec![("BucketName".into(), bucket.clone())],
        }
    }
}

/// `DeleteBucket`. Unfinished uploads do not keep a bucket alive.
pub(crate) fn delete(
    buckets: &Buckets,
    _: &Call,
    input: dto::DeleteBucketInput,
) -> Result<dto::DeleteBucketOutput, DeleteError> {
    let mut state = buckets.state();
    if !state.bucket(&input.bucket)?.objects.is_empty() {
        return Err(DeleteError::NotEmpty(input.bucket));
    }
    state.buckets.remove(&input.bucket);
    Ok(dto::DeleteBucketOutput::default())
}

/// Why buckets are not listed.
#[derive(Debug, thiserror::Error)]
#[error("Argument max-buckets must be an integer between 1 and 10000")]
pub(crate) struct InvalidMaxBuckets(i32);

impl Refusal for InvalidMaxBuckets {
    fn code(&self) -> S3ErrorCode {
        S3ErrorCode::InvalidArgument
    }

    fn elements(&self) -> Vec<Element> {
        vec![
            ("ArgumentName".into(), "max-buckets".to_owned()),
            ("ArgumentValue".into(), self.0.to_string()),
        ]
    }
}

/// `ListBuckets`. The continuation token is the name of the last bucket that was listed.
pub(crate) fn list(
    buckets: &Buckets,
    _: &Call,
    input: dto::ListBucketsInput,
) -> Result<dto::ListBucketsOutput, InvalidMaxBuckets> {
    let most = input.max_buckets.unwrap_or(MOST_LISTED);
    let page = usize::try_from(most)
        .ok()
        .filter(|_| (1..=MOST_LISTED).contains(&most))
        .ok_or(InvalidMaxBuckets(most))?;
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let after = match &input.continuation_token {
        Some(token) => Bound::Excluded(token.as_str()),
        None => Bound::Unbounded,
    };
    let state = buckets.state();
    let mut fitting = state
        .buckets
        .range::<str, _>((after, Bound::Unbounded))
        .filter(|(name, _)| name.starts_with(prefix))
        .filter(|(_, bucket)| input.bucket_region.as_ref().is_none_or(|r| *r == bucket.region))
        .peekable();
    let listed: Vec<_> = fitting.by_ref().take(page).map(|(name, it)| entry(name, it)).collect();
    let continuation_token =
        fitting.peek().and(listed.last()).and_then(|bucket| bucket.name.clone());
    Ok(dto::ListBucketsOutput {
        buckets: Some(listed),
        continuation_token,
        owner: Some(buckets.owner()),
        prefix: input.prefix,
    })
}

fn entry(name: &str, bucket: &Bucket) -> dto::Bucket {
    dto::Bucket {
        bucket_region: Some(bucket.region.clone()),
        creation_date: Some(timestamp(bucket.created)),
        name: Some(name.to_owned()),
    }
}
