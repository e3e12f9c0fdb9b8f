//! From a chosen handler to a function that answers: start, then events one by one.

use std::task::{Context, Poll};

use lambda_runtime::{LambdaInvocation, Runtime, Service, service_fn, tower::layer::layer_fn};
use tracing::{Instrument, instrument::Instrumented};

use crate::{Environment, Error, Handlers, InitError, function::Started, log, panics};

/// Runs the handler that the environment names. Returns only when something has failed.
pub(crate) fn run(handlers: Handlers, environment: &Environment) -> Result<(), Error> {
    log::install(environment);
    panics::log_each();
    // A Lambda function has one event at a time, and often less than one CPU: more threads only
    // cost start-up.
    let tokio =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Tokio)?;
    tokio.block_on(async {
        match start(handlers, environment).await {
            Ok(function) => serve(function).await,
            Err(error) => {
                report(&error, environment).await;
                Err(error.into())
            }
        }
    })
}

async fn start(handlers: Handlers, environment: &Environment) -> Result<Started, InitError> {
    let handler = handlers.select(environment.handler_name())?;
    environment.check()?;
    handler.start().await
}

async fn report(error: &InitError, environment: &Environment) {
    // Without an address there is nobody to tell; the error itself goes to standard error in any
    // case.
    let Ok(runtime_api) = environment.runtime_api() else { return };
    if let Err(cause) = error.report(runtime_api).await {
        tracing::warn!(cause, "the Runtime API did not take the init error");
    }
}

async fn serve(function: Started) -> Result<(), Error> {
    let service = service_fn(move |event| function.clone().call(event));
    Runtime::new(service).layer(layer_fn(WithRequestId)).run().await.map_err(Error::Runtime)
}

/// Puts the request id on every line that is logged during an invocation.
///
/// `lambda_runtime` has a layer for this whose span is lost when only warnings are logged; this
/// one's is not.
struct WithRequestId<S>(S);

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for WithRequestId<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Instrumented<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let span =
            tracing::error_span!("invocation", { log::REQUEST_ID } = invocation.context.request_id);
        span.in_scope(|| self.0.call(invocation)).instrument(span)
    }
}
