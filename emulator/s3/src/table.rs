//! The operations, one line each. What is not in the table answers `NotImplemented` with its name,
//! which is what every method of the [`S3`] trait does unless it is written.

use std::sync::Arc;

use http::HeaderMap;
use http::header::ETAG;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateBucketInput,
    CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput,
    DeleteObjectsOutput, GetBucketLocationInput, GetBucketLocationOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput,
    HeadObjectOutput, ListBucketsInput, ListBucketsOutput, ListObjectsInput, ListObjectsOutput,
    ListObjectsV2Input, ListObjectsV2Output, ListPartsInput, ListPartsOutput,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
    PutObjectInput, PutObjectOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Error, S3Request, S3Response, S3Result};

use crate::call::Call;
use crate::members::List;
use crate::notification::Change;
use crate::refusal::Refusal;
use crate::{Buckets, bucket, listing, members, multipart, notification, object};

/// The service as `s3s` sees it.
pub(crate) struct Table(pub(crate) Arc<Buckets>);

/// What an operation answers: its output, headers that `s3s` does not know, and what it has changed.
pub(crate) struct Answer<O> {
    pub(crate) output: O,
    pub(crate) headers: HeaderMap,
    /// Announced before the client is answered.
    pub(crate) changes: Vec<Change>,
}

impl<O> From<O> for Answer<O> {
    fn from(output: O) -> Self {
        Self { output, headers: HeaderMap::new(), changes: Vec::new() }
    }
}

macro_rules! operations {
    ($($aws:literal, $room:ident::$members:ident: $name:ident($input:ident) -> $output:ident = $call:path;)*) => {
        /// Every operation, by AWS's name, with what becomes of its input members.
        pub const OPERATIONS: &[(&str, List)] = &[$(($aws, members::$room::$members),)*];

        #[async_trait::async_trait]
        impl S3 for Table {
            $(
                async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                    self.answer(request, $call).await
                }
            )*
        }
    };
}

operations! {
    "ListBuckets", bucket::LIST:
        list_buckets(ListBucketsInput) -> ListBucketsOutput = bucket::list;
    "CreateBucket", bucket::CREATE:
        create_bucket(CreateBucketInput) -> CreateBucketOutput = bucket::create;
    "HeadBucket", bucket::HEAD:
        head_bucket(HeadBucketInput) -> HeadBucketOutput = bucket::head;
    "GetBucketLocation", bucket::LOCATION:
        get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput = bucket::location;
    "DeleteBucket", bucket::DELETE:
        delete_bucket(DeleteBucketInput) -> DeleteBucketOutput = bucket::delete;
    "PutBucketNotificationConfiguration", notification::PUT:
        put_bucket_notification_configuration(PutBucketNotificationConfigurationInput) -> PutBucketNotificationConfigurationOutput = notification::put;
    "GetBucketNotificationConfiguration", notification::GET:
        get_bucket_notification_configuration(GetBucketNotificationConfigurationInput) -> GetBucketNotificationConfigurationOutput = notification::get;
    "ListObjects", listing::VERSION_1:
        list_objects(ListObjectsInput) -> ListObjectsOutput = listing::version_1;
    "ListObjectsV2", listing::VERSION_2:
        list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output = listing::version_2;
    "PutObject", object::PUT:
        put_object(PutObjectInput) -> PutObjectOutput = object::put;
    "GetObject", object::GET:
        get_object(GetObjectInput) -> GetObjectOutput = object::get;
    "HeadObject", object::HEAD:
        head_object(HeadObjectInput) -> HeadObjectOutput = object::head;
    "CopyObject", object::COPY:
        copy_object(CopyObjectInput) -> CopyObjectOutput = object::copy;
    "DeleteObject", object::DELETE:
        delete_object(DeleteObjectInput) -> DeleteObjectOutput = object::delete;
    "DeleteObjects", object::DELETE_MANY:
        delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput = object::delete_many;
    "CreateMultipartUpload", multipart::CREATE:
        create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput = multipart::create;
    "UploadPart", multipart::UPLOAD:
        upload_part(UploadPartInput) -> UploadPartOutput = multipart::upload;
    "ListParts", multipart::LIST:
        list_parts(ListPartsInput) -> ListPartsOutput = multipart::list;
    "CompleteMultipartUpload", multipart::COMPLETE:
        complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput = multipart::complete;
    "AbortMultipartUpload", multipart::ABORT:
        abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput = multipart::abort;
}

impl Table {
    async fn answer<I, O, A, E>(
        &self,
        request: S3Request<I>,
        operation: impl FnOnce(&Buckets, &Call, I) -> Result<A, E> + Send,
    ) -> S3Result<S3Response<O>>
    where
        I: Send,
        O: Send,
        A: Into<Answer<O>> + Send,
        E: Refusal,
    {
        let call = request.extensions.get::<Arc<Call>>().expect("the plane makes every call");
        let Answer { output, headers, changes } =
            operation(&self.0, call, request.input).map_err(|error| refused(call, &error))?.into();
        for change in changes {
            self.0.announce(call, change).await;
        }
        Ok(S3Response::with_headers(output, headers))
    }
}

fn refused(call: &Call, refusal: &dyn Refusal) -> S3Error {
    call.explain(refusal.elements());
    let mut error = S3Error::with_message(refusal.code(), refusal.to_string());
    error.set_status_code(refusal.status());
    if let Some(tag) = refusal.known_tag() {
        error.set_headers(HeaderMap::from_iter([(ETAG, tag.to_header())]));
    }
    error
}
