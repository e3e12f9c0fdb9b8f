//! One service's operations: a table that binds each to the service's protocol.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use matchit::Router;
use percent_encoding::percent_decode_str;

use crate::body::Body;
use crate::fault::Fault;
use crate::operation::{Decode, Encode, Operation};
use crate::protocol::{ErrorBody, Protocol, stamp};
use crate::request::{Pair, Request, RequestId};

type Call = Box<dyn Fn(Request) -> BoxFuture<'static, Response<Body>> + Send + Sync>;

/// The operations of one service. What is not in it answers "not emulated", by name.
pub struct Api {
    service: &'static str,
    protocol: Arc<Protocol>,
    operations: Vec<Declared>,
    by_name: HashMap<&'static str, usize>,
    by_route: HashMap<Method, Router<usize>>,
}

struct Declared {
    name: &'static str,
    headers: &'static [(&'static str, &'static str)],
    call: Call,
}

/// An operation found for a request, with the members that its path holds.
pub(crate) struct Found<'a> {
    operation: &'a Declared,
    labels: Vec<Pair>,
}

impl Api {
    /// A rest-json service; `service` is its name in a request's credential scope.
    pub fn rest_json(service: &'static str, error_body: ErrorBody) -> Self {
        Self::new(service, Protocol::RestJson { error_body })
    }

    /// An awsJson service; `target` stands before an operation's name in `X-Amz-Target`.
    pub fn json(service: &'static str, target: &'static str, version: &'static str) -> Self {
        Self::new(service, Protocol::Json { target, version })
    }

    /// A query service; `version` and `namespace` are its model's.
    pub fn query(service: &'static str, version: &'static str, namespace: &'static str) -> Self {
        Self::new(service, Protocol::Query { version, namespace })
    }

    fn new(service: &'static str, protocol: Protocol) -> Self {
        Self {
            service,
            protocol: Arc::new(protocol),
            operations: Vec::new(),
            by_name: HashMap::new(),
            by_route: HashMap::new(),
        }
    }

    /// Adds operation `O`, to be done on `service`.
    ///
    /// # Panics
    ///
    /// If the name or the route is in the table already: that is a mistake in the table.
    #[must_use]
    pub fn on<O: Operation>(mut self, service: &Arc<O::Service>) -> Self {
        let place = self.operations.len();
        assert!(self.by_name.insert(O::NAME, place).is_none(), "{} is declared twice", O::NAME);
        if let Some((method, path)) = O::ROUTE.split_once(' ') {
            let method = method.parse().expect("a route starts with an HTTP method");
            let routes: &mut Router<usize> = self.by_route.entry(method).or_default();
            routes.insert(path, place).expect("every route stands in the table once");
        }
        let call = bind::<O>(service.clone(), self.protocol.clone());
        self.operations.push(Declared { name: O::NAME, headers: O::HEADERS, call });
        self
    }

    /// The service's name in a credential scope.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The names of all operations, in the order of the table.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.operations.iter().map(|operation| operation.name)
    }

    pub(crate) fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    pub(crate) fn named(&self, name: &str) -> Option<Found<'_>> {
        let operation = &self.operations[*self.by_name.get(name)?];
        Some(Found { operation, labels: Vec::new() })
    }

    /// The operation whose route fits. A slash at the end of a path does not matter, as on AWS.
    pub(crate) fn routed(&self, head: &Parts) -> Option<Found<'_>> {
        let path = head.uri.path();
        let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        let matched = self.by_route.get(&head.method)?.at(path).ok()?;
        let labels = matched.params.iter().map(|(name, value)| {
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            (Cow::Owned(name.to_owned()), value)
        });
        Some(Found { operation: &self.operations[*matched.value], labels: labels.collect() })
    }

    pub(crate) fn not_emulated(&self, what: &str) -> Response<Body> {
        let fault = Fault::not_emulated(&format!("{what} of {}", self.service));
        self.protocol.refuse(&fault, RequestId::fresh())
    }
}

impl Found<'_> {
    /// Calls the operation; `asked` are the members that stand in the query or in a form.
    pub(crate) async fn call(
        self,
        head: Parts,
        asked: impl IntoIterator<Item = Pair>,
        body: Body,
    ) -> Response<Body> {
        let mut members = self.labels;
        members.extend(asked);
        for (header, member) in self.operation.headers {
            if let Some(value) = head.headers.get(*header).and_then(|value| value.to_str().ok()) {
                members.push((Cow::Borrowed(member), value.to_owned()));
            }
        }
        let request = Request { id: RequestId::fresh(), head, members, body };
        (self.operation.call)(request).await
    }
}

fn bind<O: Operation>(service: Arc<O::Service>, protocol: Arc<Protocol>) -> Call {
    Box::new(move |request| {
        let service = service.clone();
        let protocol = protocol.clone();
        async move {
            let id = request.id;
            match run::<O>(&service, request, &protocol).await {
                Ok(response) => response,
                Err(fault) => protocol.refuse(&fault, id),
            }
        }
        .boxed()
    })
}

async fn run<O: Operation>(
    service: &O::Service,
    request: Request,
    protocol: &Protocol,
) -> Result<Response<Body>, Fault> {
    let id = request.id;
    let input = O::Input::decode(request, protocol)
        .await
        .map_err(|malformed| protocol.malformed(&malformed))?;
    let output = O::call(service, input).await?;
    let status = StatusCode::from_u16(O::STATUS).expect("operations declare HTTP statuses");
    let mut response = output.encode(protocol, O::NAME, status, id);
    if !response.headers().contains_key("x-amzn-requestid") {
        stamp(&mut response, id);
    }
    Ok(response)
}
