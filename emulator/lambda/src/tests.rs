//! The operations as clients meet them: HTTP requests into a front, without a socket and without a
//! function ever started.

mod aliases;
mod changing_functions;
mod creating_functions;
pub(crate) mod images;
mod invoking;
mod looking_at_functions;
mod other_ways_to_invoke;
mod permitting;
mod recursion;
mod removing_functions;
mod reservations;
mod storing;
mod tagging;
mod versions;

use std::net::SocketAddr;
use std::sync::Arc;

use emulator_clock::Clock;
use emulator_environment::Ground;
use emulator_front::http::request::Parts;
use emulator_front::http::{HeaderMap, Request, Response};
use emulator_front::{Body, Front, Home, Plane, Serve};
use emulator_logs::Logs;
use emulator_metrics::Metrics;
use emulator_store::Store;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::macros::utc_datetime;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Accepted, Functions, api};
use images::Images;

const ROLE: &str = "arn:aws:iam::000000000000:role/lambda";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:greeter";
const NOT_FOUND: &str =
    "Function not found: arn:aws:lambda:us-east-1:000000000000:function:greeter";
const STALE: &str = "The Revision Id provided does not match the latest Revision Id. Call the \
                     GetFunction/GetAlias API to retrieve the latest Revision Id";

/// Nothing else is asked for.
struct Nothing;

impl Plane for Nothing {
    fn claims(&self, _: &Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        panic!("every request here is for Lambda")
    }
}

pub(crate) struct World {
    front: Front,
    pub(crate) functions: Arc<Functions>,
    pub(crate) images: Arc<Images>,
    accepted: mpsc::Receiver<Accepted>,
    clock: Clock,
    /// What goes on after a request is given up.
    tasks: TaskTracker,
}

/// An answer, its document null where there is none.
struct Answer {
    status: u16,
    headers: HeaderMap,
    document: Value,
}

impl World {
    fn new() -> Self {
        Self::on(&Store::in_memory())
    }

    fn on(store: &Store) -> Self {
        let clock = Clock::virtual_from(utc_datetime!(2030-01-01 12:00:00.25));
        let images = Arc::new(Images::new());
        let tasks = TaskTracker::new();
        let ground = ground(&images, &clock, &tasks);
        let metrics = Arc::new(Metrics::new(Home::default(), clock.clone()));
        let (functions, accepted) =
            Functions::open(Home::default(), ground, metrics, store).unwrap();
        let functions = Arc::new(functions);
        let front = Front::builder().api(api(&functions)).otherwise(Nothing);
        Self { front, functions, images, accepted, clock, tasks }
    }

    /// With a function called `greeter`, as [`greeter`] sets it up.
    pub(crate) async fn with_greeter() -> Self {
        let world = Self::new();
        world.create(greeter()).await;
        world
    }

    async fn create(&self, input: Value) -> Value {
        self.answers(201, "POST /2015-03-31/functions", input).await
    }

    /// The answer to a request such as `GET /2015-03-31/functions`.
    async fn call(&self, request: &str, body: impl Into<Body>) -> Answer {
        self.call_with(request, &[], body).await
    }

    async fn call_with(
        &self,
        request: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let (method, uri) = request.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let (head, body) = self.front.serve(request, ([127, 0, 0, 1], 1).into()).await.into_parts();
        let document = body.collect(usize::MAX).await.unwrap();
        let document = match &*document {
            b"" => Value::Null,
            document => serde_json::from_slice(document).unwrap(),
        };
        Answer { status: head.status.as_u16(), headers: head.headers, document }
    }

    pub(crate) async fn answers(&self, status: u16, request: &str, input: Value) -> Value {
        let answer = self.call(request, input.to_string()).await;
        assert_eq!(answer.status, status, "{}", answer.document);
        answer.document
    }

    /// What a request without a body finds.
    pub(crate) async fn finds(&self, request: &str) -> Value {
        let answer = self.call(request, "").await;
        assert_eq!(answer.status, 200, "{}", answer.document);
        answer.document
    }

    async fn refuses(&self, request: &str, input: Value, code: &str, message: &str) {
        self.call(request, input.to_string()).await.is_refused(code, message);
    }

    /// Refused for reasons of form, all of them told at once.
    async fn finds_invalid(&self, request: &str, input: Value, reasons: &[&str]) {
        let answer = self.call(request, input.to_string()).await;
        answer.is_refused("ValidationException", &invalid(reasons));
    }
}

impl Answer {
    #[track_caller]
    fn is_refused(&self, code: &str, message: &str) {
        let told = self.document.get("message").or_else(|| self.document.get("Message"));
        let header = self.headers["x-amzn-errortype"].to_str().unwrap();
        assert_eq!((header, told), (code, Some(&json!(message))), "{}", self.document);
        let status = match code {
            "ResourceNotFoundException" => 404,
            "AccessDeniedException" => 403,
            "ResourceConflictException" | "CodeArtifactUserDeletedException" => 409,
            "PreconditionFailedException" => 412,
            "RequestEntityTooLargeException" => 413,
            "ServiceException" => 500,
            _ => 400,
        };
        assert_eq!(self.status, status);
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) fn ground(images: &Arc<Images>, clock: &Clock, tasks: &TaskTracker) -> Ground {
    Ground {
        executor: images.clone(),
        logs: Logs::new(Home::default(), clock.clone()),
        clock: clock.clone(),
        tasks: tasks.clone(),
        stop: CancellationToken::new(),
        init_limit: emulator_environment::INIT_LIMIT,
        freeze: false,
    }
}

/// A function with every member that is applied.
fn greeter() -> Value {
    json!({
        "FunctionName": "greeter", "PackageType": "Image", "Role": ROLE,
        "Code": { "ImageUri": "manifold:latest" }, "Description": "greets",
        "Timeout": 10, "MemorySize": 256,
        "Environment": { "Variables": { "HANDLER": "custom-event" } },
        "ImageConfig": { "Command": ["custom-event"] },
        "LoggingConfig": { "LogGroup": "greetings" },
    })
}

/// A function with nothing but what is required.
fn plain(name: &str) -> Value {
    json!({
        "FunctionName": name, "PackageType": "Image", "Role": ROLE,
        "Code": { "ImageUri": "manifold:latest" },
    })
}

/// `input` with some members set to something else; null takes one out.
fn with(mut input: Value, members: Value) -> Value {
    let Value::Object(members) = members else { panic!("members are an object") };
    for (name, value) in members {
        match value {
            Value::Null => drop(input.as_object_mut().unwrap().remove(&name)),
            value => input[name] = value,
        }
    }
    input
}

/// The message that tells of `reasons`, which are written short: `Value 'x' at 'name' must …`.
fn invalid(reasons: &[&str]) -> String {
    let count = reasons.len();
    let plural = if count == 1 { "" } else { "s" };
    let reasons: Vec<_> = reasons
        .iter()
        .map(|reason| reason.replace(" must ", " failed to satisfy constraint: Member must "))
        .collect();
    format!("{count} validation error{plural} detected: {}", reasons.join("; "))
}

/// A document with what differs from run to run and from machine to machine left out.
fn settled(mut document: Value) -> Value {
    let revision = document["RevisionId"].as_str().unwrap();
    assert_eq!(revision.len(), 36, "{revision}");
    document["RevisionId"] = json!("[revision]");
    document["Architectures"] = json!("[this machine's]");
    document
}

/// How an operation refuses a member that it does not know.
const UNKNOWN: &str = "unknown field `Colour`";
/// How one does that collects such members.
const NAMED: &str = "`Colour` is not emulated";

/// Every operation has tests; a member that it does not know is refused by name.
#[tokio::test]
async fn every_operation_refuses_a_member_that_it_does_not_know() {
    let world = World::with_greeter().await;
    let refusals = [
        ("POST /2015-03-31/functions/greeter/policy", NAMED),
        ("POST /2015-03-31/functions/greeter/aliases", UNKNOWN),
        ("POST /2015-03-31/functions", NAMED),
        ("DELETE /2015-03-31/functions/greeter/aliases/live?Colour=red", UNKNOWN),
        ("DELETE /2015-03-31/functions/greeter?Colour=red", UNKNOWN),
        ("DELETE /2017-10-31/functions/greeter/concurrency?Colour=red", UNKNOWN),
        ("GET /2016-08-19/account-settings?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions/greeter/aliases/live?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions/greeter?Colour=red", UNKNOWN),
        ("GET /2019-09-30/functions/greeter/concurrency?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions/greeter/configuration?Colour=red", UNKNOWN),
        ("GET /2024-08-31/functions/greeter/recursion-config?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions/greeter/policy?Colour=red", UNKNOWN),
        ("POST /2015-03-31/functions/greeter/invocations?Colour=red", UNKNOWN),
        ("POST /2014-11-13/functions/greeter/invoke-async?Colour=red", UNKNOWN),
        ("POST /2021-11-15/functions/greeter/response-streaming-invocations?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions/greeter/aliases?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions?Colour=red", UNKNOWN),
        ("GET /2017-03-31/tags/x?Colour=red", UNKNOWN),
        ("GET /2015-03-31/functions/greeter/versions?Colour=red", UNKNOWN),
        ("POST /2015-03-31/functions/greeter/versions", UNKNOWN),
        ("PUT /2017-10-31/functions/greeter/concurrency", UNKNOWN),
        ("PUT /2024-08-31/functions/greeter/recursion-config", UNKNOWN),
        ("DELETE /2015-03-31/functions/greeter/policy/x?Colour=red", UNKNOWN),
        ("POST /2017-03-31/tags/x", UNKNOWN),
        ("DELETE /2017-03-31/tags/x?Colour=red", UNKNOWN),
        ("PUT /2015-03-31/functions/greeter/aliases/live", UNKNOWN),
        ("PUT /2015-03-31/functions/greeter/code", UNKNOWN),
        ("PUT /2015-03-31/functions/greeter/configuration", NAMED),
    ];
    assert_eq!(api(&world.functions).operations().count(), refusals.len());
    for (request, refusal) in refusals {
        let body = match request.split_once(' ').unwrap() {
            (_, "/2015-03-31/functions") => with(plain("other"), json!({ "Colour": "red" })),
            (_, path) if path.ends_with("/policy") => {
                with(permitting::s3(), json!({ "Colour": "red" }))
            }
            (_, path) if path.contains('?') => json!({}),
            _ => json!({ "Colour": "red" }),
        };
        let body = if request.starts_with("GET") { String::new() } else { body.to_string() };
        let answer = world.call(request, body).await;
        let told = answer.document.get("message").or_else(|| answer.document.get("Message"));
        let told = told.and_then(Value::as_str).unwrap_or_default();
        assert!(answer.status == 400 && told.starts_with(refusal), "{request}: {told}");
    }
}
