//! An answer that comes in pieces, by `InvokeWithResponseStream`.

use aws_sdk_lambda::operation::invoke_with_response_stream::InvokeWithResponseStreamOutput;
use aws_sdk_lambda::operation::invoke_with_response_stream::builders::InvokeWithResponseStreamFluentBuilder;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamCompleteEvent;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent::{InvokeComplete, PayloadChunk};
use serde_json::Value;

use crate::{Account, soon};

/// An answer that comes in pieces.
pub struct Answering {
    /// Its beginning, and where the pieces come from.
    pub output: InvokeWithResponseStreamOutput,
}

impl Account {
    /// A call of a function for an answer in pieces.
    pub fn stream_from(
        &self,
        function: &str,
        event: &Value,
    ) -> InvokeWithResponseStreamFluentBuilder {
        let payload = Blob::new(event.to_string());
        self.lambda().invoke_with_response_stream().function_name(function).payload(payload)
    }
}

impl Answering {
    /// Waits for the beginning.
    pub async fn to(call: InvokeWithResponseStreamFluentBuilder) -> Self {
        Self { output: call.send().await.expect("a call for a stream is accepted") }
    }

    /// The next piece.
    pub async fn piece(&mut self) -> String {
        match soon("a piece", self.output.event_stream.recv()).await.expect("a stream goes on") {
            Some(PayloadChunk(chunk)) => text(chunk.payload()),
            other => panic!("this is no piece: {other:?}"),
        }
    }

    /// All the pieces that still come, together, and what is said at the end.
    pub async fn rest(mut self) -> (String, InvokeWithResponseStreamCompleteEvent) {
        let (stream, mut pieces) = (&mut self.output.event_stream, String::new());
        loop {
            match soon("an event", stream.recv()).await.expect("a stream comes to its end") {
                Some(PayloadChunk(chunk)) => pieces += &text(chunk.payload()),
                Some(InvokeComplete(complete)) => {
                    let end = soon("the end", stream.recv()).await.expect("a stream ends well");
                    assert!(end.is_none(), "nothing comes after the end: {end:?}");
                    return (pieces, complete);
                }
                other => panic!("no such event: {other:?}"),
            }
        }
    }
}

fn text(payload: Option<&Blob>) -> String {
    let bytes = payload.expect("a piece has a payload").as_ref().to_vec();
    String::from_utf8(bytes).expect("what is told here is text")
}
