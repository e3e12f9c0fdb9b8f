//! `s3`: a bucket tells the function of every object that is uploaded.

use futures_util::FutureExt;

use super::{Expected, Scene};
use crate::aws::{Aws, AwsError};
use crate::function::Function;

const BUCKET: &str = "photos";

pub(super) const SCENE: Scene = Scene {
    handler: "s3",
    trigger: "S3 PutObject",
    note: None,
    expected: Expected::LogLine("S3 trigger Lambda", |aws, function| upload(aws, function).boxed()),
};

async fn upload(aws: &Aws, function: &Function) -> Result<(), AwsError> {
    aws.put(&format!("/{BUCKET}"), "").await?;
    function.permit(aws, "s3.amazonaws.com", &format!("arn:aws:s3:::{BUCKET}")).await?;
    aws.put(&format!("/{BUCKET}?notification"), notification(&function.arn)).await?;
    // The name of the object in deploy/events/s3.json: the event encodes it, the handler decodes it.
    aws.put(&format!("/{BUCKET}/in/red%20flower%40home.jpg"), "a picture").await
}

fn notification(function: &str) -> String {
    format!(
        "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
           <CloudFunctionConfiguration>\
             <CloudFunction>{function}</CloudFunction><Event>s3:ObjectCreated:*</Event>\
           </CloudFunctionConfiguration>\
         </NotificationConfiguration>"
    )
}
