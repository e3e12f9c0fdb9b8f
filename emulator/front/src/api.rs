//! One service's operations: a table that binds each to the service's protocols.

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
use crate::member::Members;
use crate::operation::{Decode, Encode, Operation};
use crate::origin;
use crate::protocol::{ErrorBody, Protocol, stamp};
use crate::query_compatible::{self, QueryError};
use crate::request::{Pair, Request, RequestId};

type Answer = Result<Response<Body>, Fault>;
type Call = Box<dyn Fn(Request, Arc<Protocol>) -> BoxFuture<'static, Answer> + Send + Sync>;

/// The operations of one service. What is not in it answers "not emulated", by name.
pub struct Api {
    service: &'static str,
    /// Any of them leads to every operation. The first is the service's own, and never missing.
    protocols: Vec<Arc<Protocol>>,
    /// Of a service whose clients look for the codes of the query protocol in all of them.
    query_errors: Option<&'static [QueryError]>,
    operations: Vec<Declared>,
    by_name: HashMap<&'static str, usize>,
    by_route: HashMap<Method, Router<usize>>,
}

struct Declared {
    name: &'static str,
    members: &'static [Members],
    headers: &'static [(&'static str, &'static str)],
    call: Call,
}

/// A service, and the one of its protocols that a request is in.
#[derive(Clone, Copy)]
pub(crate) struct Spoken<'a> {
    api: &'a Api,
    protocol: &'a Arc<Protocol>,
}

/// An operation found for a request, with the members that its path holds.
pub(crate) struct Found<'a> {
    spoken: Spoken<'a>,
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
            protocols: vec![Arc::new(protocol)],
            query_errors: None,
            operations: Vec::new(),
            by_name: HashMap::new(),
            by_route: HashMap::new(),
        }
    }

    /// The same operations in the query protocol as well; `version` and `namespace` are its model's.
    #[must_use]
    pub fn also_query(mut self, version: &'static str, namespace: &'static str) -> Self {
        self.protocols.push(Arc::new(Protocol::Query { version, namespace }));
        self
    }

    /// The same operations in Smithy's RPC v2 over CBOR as well, under `/service/{service}/operation/`.
    #[must_use]
    pub fn also_cbor(mut self, service: &'static str) -> Self {
        self.protocols.push(Arc::new(Protocol::Cbor { service }));
        self
    }

    /// Has every error tell its code of the query protocol too. Those that are not among `errors` are
    /// spelled the same in all protocols.
    #[must_use]
    pub fn query_compatible(mut self, errors: &'static [QueryError]) -> Self {
        self.query_errors = Some(errors);
        self
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
        let call = bind::<O>(service.clone());
        self.operations.push(Declared {
            name: O::NAME,
            members: O::MEMBERS,
            headers: O::HEADERS,
            call,
        });
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

    /// Every operation with what becomes of its input members, in the order of the table.
    pub fn declared(&self) -> impl Iterator<Item = (&'static str, &'static [Members])> {
        self.operations.iter().map(|operation| (operation.name, operation.members))
    }

    /// The service in its own protocol.
    pub(crate) fn own(&self) -> Spoken<'_> {
        Spoken { api: self, protocol: &self.protocols[0] }
    }

    /// The service in the first of its protocols that fits, if one does.
    pub(crate) fn spoken(&self, fits: impl Fn(&Protocol) -> bool) -> Option<Spoken<'_>> {
        let protocol = self.protocols.iter().find(|protocol| fits(protocol))?;
        Some(Spoken { api: self, protocol })
    }
}

impl<'a> Spoken<'a> {
    pub(crate) fn named(self, name: &str) -> Option<Found<'a>> {
        let operation = &self.api.operations[*self.api.by_name.get(name)?];
        Some(Found { spoken: self, operation, labels: Vec::new() })
    }

    /// The operation whose route fits. A slash at the end of a path does not matter, as on AWS.
    pub(crate) fn routed(self, head: &Parts) -> Option<Found<'a>> {
        let path = head.uri.path();
        let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        let matched = self.api.by_route.get(&head.method)?.at(path).ok()?;
        let labels = matched.params.iter().map(|(name, value)| {
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            (Cow::Owned(name.to_owned()), value)
        });
        let operation = &self.api.operations[*matched.value];
        Some(Found { spoken: self, operation, labels: labels.collect() })
    }

    pub(crate) fn not_emulated(self, what: &str) -> Response<Body> {
        let fault = Fault::not_emulated(&format!("{what} of {}", self.api.service));
        self.refuse(fault, false, RequestId::fresh())
    }

    fn refuse(self, fault: Fault, query_status: bool, id: RequestId) -> Response<Body> {
        match self.api.query_errors {
            None => self.protocol.refuse(&fault, id),
            Some(errors) => {
                query_compatible::refuse(self.protocol, errors, fault, query_status, id)
            }
        }
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
        let id = RequestId::fresh();
        let query_status = query_compatible::wants_query_status(&head.headers);
        if origin::is_foreign(&head) {
            return self.spoken.refuse(foreign(), query_status, id);
        }
        let mut members = self.labels;
        members.extend(asked);
        for (header, member) in self.operation.headers {
            if let Some(value) = head.headers.get(*header).and_then(|value| value.to_str().ok()) {
                members.push((Cow::Borrowed(member), value.to_owned()));
            }
        }
        let request = Request { id, head, members, body };
        match (self.operation.call)(request, self.spoken.protocol.clone()).await {
            Ok(response) => response,
            Err(fault) => self.spoken.refuse(fault, query_status, id),
        }
    }
}

fn foreign() -> Fault {
    let message = "pages of other hosts may not call this emulator (hint: open yours on localhost)";
    Fault::new(StatusCode::FORBIDDEN, "AccessDeniedException", message)
}

fn bind<O: Operation>(service: Arc<O::Service>) -> Call {
    Box::new(move |request, protocol| {
        let service = service.clone();
        async move { run::<O>(&service, request, &protocol).await }.boxed()
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
