//! The operations and the plane as clients meet them: HTTP requests into a front, without a socket.

mod calls;
mod methods;
mod operations;
mod sandbox;

use std::sync::Arc;

use emulator_clock::Clock;
use emulator_environment::Ground;
use emulator_front::{Body, Front, Home, Plane, Serve};
use emulator_lambda::Functions;
use emulator_logs::Logs;
use futures_util::future::BoxFuture;
use http::request::{Builder, Parts};
use http::{Request, Response};
use serde_json::{Value, json};
use time::macros::utc_datetime;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{RestApis, api, plane};

/// Nothing else is asked for.
struct Nothing;

impl Plane for Nothing {
    fn claims(&self, _: &Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: std::net::SocketAddr) -> BoxFuture<'_, Response<Body>> {
        panic!("every request here is for Lambda or API Gateway")
    }
}

/// Lambda, whose functions run in the test's own process, with API Gateway in front.
struct World {
    apis: Arc<RestApis>,
    front: Front,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// An API that has been created, with the id of its root.
struct Api {
    id: String,
    root: String,
}

impl World {
    fn new() -> Self {
        let home = Home::default();
        let clock = Clock::virtual_from(utc_datetime!(2030-01-01 12:00:00.25));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let ground = Ground {
            executor: Arc::new(sandbox::InProcess),
            logs: Logs::new(home.clone(), clock.clone()),
            clock: clock.clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
            init_limit: emulator_environment::INIT_LIMIT,
            freeze: false,
        };
        let (functions, _) = Functions::new(home.clone(), ground);
        let functions = Arc::new(functions);
        let apis = Arc::new(RestApis::new(home, clock));
        let front = Front::builder()
            .plane(plane(&apis, &functions))
            .api(emulator_lambda::api(&functions))
            .api(api(&apis))
            .otherwise(Nothing);
        Self { apis, front, tasks, stop }
    }

    async fn send(&self, request: Builder, body: impl Into<Body>) -> Response<Body> {
        let request = request.body(body.into()).unwrap();
        self.front.serve(request, ([192, 0, 2, 7], 1).into()).await
    }

    /// Status and document of an operation; null where there is none.
    async fn call(&self, route: &str, input: Value) -> (u16, Value) {
        let (method, path) = route.split_once(' ').unwrap();
        let input = if input.is_null() { String::new() } else { input.to_string() };
        let response = self.send(Request::builder().method(method).uri(path), input).await;
        let status = response.status().as_u16();
        let document = text(response).await;
        (status, if document.is_empty() { Value::Null } else { document.parse().unwrap() })
    }

    /// The document of an operation that succeeds with `status`.
    async fn done(&self, status: u16, route: &str, input: Value) -> Value {
        let (got, document) = self.call(route, input).await;
        assert_eq!(got, status, "{route}: {document}");
        document
    }

    async fn refuses(&self, route: &str, input: Value, status: u16, message: &str) {
        let expected = (status, json!({ "message": message }));
        assert_eq!(self.call(route, input).await, expected, "{route}");
    }

    async fn api(&self, input: Value) -> Api {
        let api = self.done(201, "POST /restapis", input).await;
        let member = |name: &str| api[name].as_str().unwrap().to_owned();
        Api { id: member("id"), root: member("rootResourceId") }
    }

    /// Adds a resource below another; answers with its id.
    async fn resource(&self, api: &Api, parent: &str, part: &str) -> String {
        let route = format!("POST /restapis/{}/resources/{parent}", api.id);
        let added = self.done(201, &route, json!({ "pathPart": part })).await;
        added["id"].as_str().unwrap().to_owned()
    }

    /// Puts a method before a function, with members of the integration besides the usual ones.
    async fn method(&self, api: &Api, resource: &str, verb: &str, function: &str, more: Value) {
        let route = format!("PUT /restapis/{}/resources/{resource}/methods/{verb}", api.id);
        self.done(201, &route, json!({ "authorizationType": "NONE" })).await;
        let mut integration = integration(function);
        integration.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.done(201, &format!("{route}/integration"), integration).await;
    }

    async fn deploy(&self, api: &Api, stage: &str) {
        let route = format!("POST /restapis/{}/deployments", api.id);
        self.done(201, &route, json!({ "stageName": stage })).await;
    }

    /// Stops all environments and waits until they are gone.
    async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

fn integration(function: &str) -> Value {
    let function = format!("arn:aws:lambda:us-east-1:000000000000:function:{function}");
    let uri = format!(
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    );
    json!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": uri })
}

async fn text(response: Response<Body>) -> String {
    let body = response.into_body().collect(usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}
