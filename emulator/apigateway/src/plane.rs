//! A call of a stage, from the request to the answer: address, route, event, function, response.

mod ids;
mod permission;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use emulator_front::{Body, CollectError, Plane};
use emulator_lambda::{Cause, Functions, Invocation, Outcome, Status, Target};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::ACCEPT;
use http::request::Parts;
use http::{Request, Response};

use self::ids::Ids;
use self::permission::PRINCIPAL;
use crate::RestApis;
use crate::address::{self, Address};
use crate::event::{Arrival, Event};
use crate::failure::Failure;
use crate::integration::Integration;
use crate::resource::Method;
use crate::response::{self, Base64};
use crate::rest_apis::Live;
use crate::routing::Found;
use crate::verb::Verb;

/// Largest body of a request, in bytes. Source: the API Gateway quotas page, payload size, 10 MB.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// Largest event that a function takes, in bytes. Source: the Lambda quotas page, 6 MB.
const MAX_EVENT: usize = 6 * 1024 * 1024;

/// Calls of deployed stages, for [`Front::plane`](emulator_front::FrontBuilder::plane).
pub fn plane(apis: &Arc<RestApis>, functions: &Arc<Functions>) -> impl Plane {
    Stages { apis: apis.clone(), functions: functions.clone() }
}

struct Stages {
    apis: Arc<RestApis>,
    functions: Arc<Functions>,
}

/// A call that has found its method.
struct Call<'a> {
    address: &'a Address<'a>,
    live: &'a Live,
    found: &'a Found<'a>,
    method: &'a Method,
    integration: &'a Integration,
}

impl Plane for Stages {
    fn claims(&self, head: &Parts) -> bool {
        Address::of(head).is_some()
    }

    fn answer(&self, request: Request<Body>, peer: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        async move {
            let ids = Ids::of(request.headers());
            let mut response = match self.respond(request, peer, &ids).await {
                Ok(response) => response,
                Err(failure) => failure.response(),
            };
            ids.stamp(&mut response);
            response
        }
        .boxed()
    }
}

impl Stages {
    async fn respond(
        &self,
        request: Request<Body>,
        peer: SocketAddr,
        ids: &Ids,
    ) -> Result<Response<Body>, Failure> {
        let (head, body) = request.into_parts();
        let address = Address::of(&head).ok_or(Failure::Forbidden)?;
        let Address { api, stage, path } = &address;
        let live = self.apis.live(api, stage).ok_or_else(|| {
            tracing::warn!(api, stage, "no such API, or it is not deployed to this stage");
            Failure::Forbidden
        })?;
        let found = live.deployment.routes.find(&format!("/{}", path.trim_start_matches('/')));
        let method =
            found.as_ref().and_then(|found| found.resource.answering(head.method.as_str()));
        let (Some(found), Some(method)) = (&found, method) else {
            let method = head.method.as_str();
            tracing::warn!(api, stage, method, path, "no resource or no method answers this call");
            return Err(Failure::MissingAuthenticationToken);
        };
        let integration = method.integration().expect("only what has integrations is deployed");
        let call = Call { address: &address, live: &live, found, method, integration };
        let target = self.target(&call, &head)?;
        let body = collect(body).await?;
        let event = self.event(&call, &head, &body, peer, ids)?;
        let outcome = self.invoke(target, event, integration, ids).await?;
        let accept = head.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let is_wanted = live.deployment.binary_media_types.contain_first_of(accept);
        passed_on(&outcome, if is_wanted { Base64::Decoded } else { Base64::Kept })
    }

    /// The function behind the method, if it may be called from here.
    fn target(&self, call: &Call<'_>, head: &Parts) -> Result<Target, Failure> {
        let Call { integration, live, .. } = call;
        if integration.verb != Verb::POST {
            tracing::warn!(
                verb = %integration.verb,
                "Lambda is called with POST (hint: put-integration --integration-http-method POST)"
            );
            return Err(Failure::NotCalled);
        }
        let arn = integration.uri.function(&live.variables);
        let target = Target::read(&arn, None, self.functions.home()).map_err(|error| {
            tracing::warn!(arn, %error, "the integration names no function here");
            Failure::NotCalled
        })?;
        if integration.credentials.is_some() {
            return Ok(target);
        }
        let path = &call.found.resource.path;
        let source = permission::source(call.address, head.method.as_str(), path, self.apis.home());
        if self.functions.permits(&target, &source) {
            return Ok(target);
        }
        let hint = permission::hint(&arn, &source);
        tracing::warn!(
            "the function is not there, or its policy does not let API Gateway call it (hint: {hint})"
        );
        Err(Failure::NotCalled)
    }

    fn event(
        &self,
        call: &Call<'_>,
        head: &Parts,
        body: &Bytes,
        peer: SocketAddr,
        ids: &Ids,
    ) -> Result<Bytes, Failure> {
        let Call { address, live, found, method, .. } = call;
        let arrival = Arrival {
            api: &address.api,
            stage: address.stage,
            deployment: &live.deployment.id,
            account: &self.apis.home().account,
            resource_id: &found.resource.id,
            resource_path: &found.resource.path,
            operation_name: method.operation_name.as_deref(),
            path: address.path,
            path_parameters: &found.parameters,
            stage_variables: &live.variables,
            binary_media_types: &live.deployment.binary_media_types,
            host: address::host(head).unwrap_or_default(),
            source_ip: peer.ip().to_string(),
            request_id: &ids.request,
            extended_request_id: &ids.extended,
            trace: &ids.trace,
            time: self.apis.now(),
        };
        let event = Event::new(head, body, &arrival);
        let event = serde_json::to_vec(&event).expect("an event has only text for names");
        if event.len() > MAX_EVENT { Err(Failure::TooLarge) } else { Ok(event.into()) }
    }

    /// Calls the function and waits, in real time as it runs in real time, as long as the integration
    /// does. A function that takes longer goes on; only nobody hears of it.
    async fn invoke(
        &self,
        target: Target,
        event: Bytes,
        integration: &Integration,
        ids: &Ids,
    ) -> Result<Outcome, Failure> {
        let function = target.function.to_string();
        let mut invocation = Invocation::by(Cause::Service { principal: PRINCIPAL }, target, event);
        invocation.trace = Some(ids.trace.clone());
        let invoked = self.functions.invoke(invocation);
        match tokio::time::timeout(integration.timeout, invoked).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(error)) => {
                tracing::warn!(function, %error, "the function could not be called");
                Err(Failure::NotCalled)
            }
            Err(_) => {
                let timeout_ms = integration.timeout.as_millis();
                tracing::warn!(
                    function,
                    timeout_ms,
                    "the function took longer than its integration waits"
                );
                Err(Failure::TimedOut)
            }
        }
    }
}

/// The request's body. One that is somewhat too large is read all the same, so that its sender hears of
/// it instead of a broken connection.
async fn collect(body: Body) -> Result<Bytes, Failure> {
    let body = body.collect(4 * MAX_BODY).await.map_err(|error| match error {
        CollectError::TooLarge { .. } => Failure::TooLarge,
        CollectError::Broken(_) => Failure::Incomplete,
    })?;
    if body.len() > MAX_BODY { Err(Failure::TooLarge) } else { Ok(body) }
}

/// The function's answer as the client gets it.
fn passed_on(outcome: &Outcome, base64: Base64) -> Result<Response<Body>, Failure> {
    if outcome.status == Status::Failed {
        return Err(Failure::BadAnswer);
    }
    response::read(&outcome.payload, base64).map_err(|error| {
        let cause = std::error::Error::source(&error);
        tracing::warn!(%error, cause, "malformed Lambda proxy response");
        Failure::BadAnswer
    })
}
