//! A handler behind a type that does not name its event: JSON in, JSON out.
//!
//! All handlers of an image share one instance of the runtime's code for it, which keeps the binary
//! small, and an event that does not fit is refused in one place.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{self, BoxFuture};
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{failure::Failure, panics};

type Answer = Result<Box<RawValue>, Failure>;

/// A handler, and what has to be there before its first event.
pub struct Function(BoxFuture<'static, Result<Started, Diagnostic>>);

/// A handler that is ready for events.
#[derive(Clone)]
pub(crate) struct Started(
    Arc<dyn Fn(LambdaEvent<Box<RawValue>>) -> BoxFuture<'static, Answer> + Send + Sync>,
);

impl Function {
    /// Takes each event as an `E`; one that does not fit fails the invocation with an error that
    /// names the field.
    pub fn event<E, A, X, F>(handle: impl Fn(E) -> F + Clone + Send + Sync + 'static) -> Self
    where
        E: DeserializeOwned + Send + 'static,
        A: Serialize,
        X: Into<Diagnostic>,
        F: Future<Output = Result<A, X>> + Send + 'static,
    {
        Self::event_in_context(move |event: LambdaEvent<E>| handle(event.payload))
    }

    /// As [`event`](Self::event), for a handler that asks for more than its event: the request id,
    /// the deadline.
    pub fn event_in_context<E, A, X, F>(
        handle: impl Fn(LambdaEvent<E>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        E: DeserializeOwned + Send + 'static,
        A: Serialize,
        X: Into<Diagnostic>,
        F: Future<Output = Result<A, X>> + Send + 'static,
    {
        Self(future::ready(Ok(Started::of(handle))).boxed())
    }

    /// As [`event_in_context`](Self::event_in_context), for a handler that keeps something from one event
    /// to the next, such as a client. That is made once, before the first event, while Lambda starts the
    /// environment; the handler gets a clone of it with each event. If it cannot be made, no event comes.
    pub fn event_with<K, N, M, E, A, X, F>(
        make: impl FnOnce() -> M + Send + 'static,
        handle: impl Fn(K, LambdaEvent<E>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        K: Clone + Send + Sync + 'static,
        N: Into<Diagnostic>,
        M: Future<Output = Result<K, N>> + Send + 'static,
        E: DeserializeOwned + Send + 'static,
        A: Serialize,
        X: Into<Diagnostic>,
        F: Future<Output = Result<A, X>> + Send + 'static,
    {
        let start = async move {
            let kept = make().await.map_err(Into::into)?;
            Ok(Started::of(move |event| handle(kept.clone(), event)))
        };
        Self(start.boxed())
    }

    /// Takes each event as an HTTP request, and answers in the shape that its sender takes: a REST
    /// API, an HTTP API, a function URL or a load balancer.
    #[cfg(feature = "http")]
    pub fn http<A, X, F>(
        handle: impl Fn(lambda_http::Request) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        A: lambda_http::IntoResponse + 'static,
        X: Into<Diagnostic> + 'static,
        F: Future<Output = Result<A, X>> + Send + 'static,
    {
        use lambda_http::{Adapter, Service, request::LambdaRequest, service_fn};

        Self::event_in_context(move |event: LambdaEvent<LambdaRequest>| {
            Adapter::from(service_fn(handle.clone())).call(event)
        })
    }

    /// Makes what the handler keeps.
    pub(crate) async fn start(self) -> Result<Started, Diagnostic> {
        self.0.await
    }
}

impl Started {
    fn of<E, A, X, F>(handle: impl Fn(LambdaEvent<E>) -> F + Clone + Send + Sync + 'static) -> Self
    where
        E: DeserializeOwned + Send + 'static,
        A: Serialize,
        X: Into<Diagnostic>,
        F: Future<Output = Result<A, X>> + Send + 'static,
    {
        Self(Arc::new(move |LambdaEvent { payload, context }| {
            let handle = handle.clone();
            Box::pin(async move {
                let event = parse(&payload)?;
                let answer =
                    handle(LambdaEvent::new(event, context)).await.map_err(Failure::of_handler)?;
                serde_json::value::to_raw_value(&answer)
                    .map_err(|error| Failure::invalid_answer(&error))
            })
        }))
    }

    /// Answers one event. A panic in the handler is a failure like another.
    pub(crate) async fn call(self, event: LambdaEvent<Box<RawValue>>) -> Answer {
        panics::caught(async move { (self.0)(event).await })
            .await
            .unwrap_or_else(|message| Err(Failure::panicked(&message)))
    }
}

fn parse<E: DeserializeOwned>(payload: &RawValue) -> Result<E, Failure> {
    let json = &mut serde_json::Deserializer::from_str(payload.get());
    serde_path_to_error::deserialize(json).map_err(|error| Failure::invalid_event(&error))
}

#[cfg(test)]
mod tests;
