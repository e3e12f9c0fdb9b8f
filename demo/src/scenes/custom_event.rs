//! `custom-event`: somebody invokes the function directly and waits.

use futures_util::FutureExt;
use http::Method;

use super::{Expected, Scene};
use crate::aws::{Aws, AwsError};
use crate::function::Function;

const EVENT: &str = include_str!("../../../deploy/events/custom-event.json");

pub(super) const SCENE: Scene = Scene {
    handler: "custom-event",
    trigger: "Invoke",
    note: None,
    expected: Expected::Answer(r#""Hello lambda!""#, |aws, function| {
        invoke(aws, function, EVENT).boxed()
    }),
};

/// What a function answers to an event.
pub(super) async fn invoke(
    aws: &Aws,
    function: &Function,
    event: &'static str,
) -> Result<String, AwsError> {
    let path = format!("/2015-03-31/functions/{}/invocations", function.name);
    let header = ("x-amz-invocation-type", "RequestResponse");
    let answer = aws.ask(Method::POST, &path, header, event).await?;
    Ok(answer.accepted("Invoke".to_owned())?.text())
}
