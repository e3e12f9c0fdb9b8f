//! The emulator's own pages, under `/_emulator/`: whether it is there, its clock, and what it can do.

mod operations;

use std::net::SocketAddr;
use std::time::Duration;

use emulator_clock::{Advanced, Clock};
use emulator_front::http::header::CONTENT_TYPE;
use emulator_front::http::request::Parts;
use emulator_front::http::{HeaderValue, Method, Request, Response, StatusCode};
use emulator_front::{Api, Body, Plane};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

/// Largest body that these pages read, in bytes.
const MAX_BODY: usize = 4096;

/// Longest text of a duration, in bytes: `humantime` computes with what it reads before it checks it.
const MAX_DURATION: usize = 20;

pub(crate) struct Pages {
    clock: Clock,
    /// [`operations::page`], which never changes.
    operations: Value,
}

/// How far time is to move.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Move {
    /// By this long: `90s`, `15m`.
    Advance(String),
    /// To something that waits: only `next`.
    AdvanceTo(String),
}

/// A request that these pages cannot follow.
#[derive(Debug, thiserror::Error)]
enum PageError {
    #[error(
        "there is no page {0} (hint: /_emulator/health, /_emulator/clock, /_emulator/operations)"
    )]
    NoSuchPage(String),
    #[error("{0} is not for {1} (hint: GET)")]
    NotForThat(String, Method),
    #[error("say how far (hint: {{\"advance\":\"90s\"}} or {{\"advance_to\":\"next\"}})")]
    NotAMove,
    #[error("`{0}` is not a length of time (hint: 500ms, 90s, 15m, 2h, 1d)")]
    NotADuration(String),
    #[error(transparent)]
    NotVirtual(#[from] emulator_clock::NotVirtual),
}

impl Pages {
    /// The pages of an emulator that answers these `apis`.
    pub(crate) fn new(clock: Clock, apis: &[Api]) -> Self {
        Self { clock, operations: operations::page(apis) }
    }

    async fn page(&self, request: Request<Body>) -> Result<Value, PageError> {
        let (head, body) = request.into_parts();
        match (&head.method, head.uri.path()) {
            (&Method::GET, "/_emulator/health") => {
                Ok(json!({ "status": "running", "version": env!("CARGO_PKG_VERSION") }))
            }
            (&Method::GET, "/_emulator/clock") => Ok(self.clock_page()),
            (&Method::POST, "/_emulator/clock") => {
                let body = body.collect(MAX_BODY).await.map_err(|_| PageError::NotAMove)?;
                let wanted = serde_json::from_slice(&body).map_err(|_| PageError::NotAMove)?;
                self.advance(wanted).await
            }
            (&Method::GET, "/_emulator/operations") => Ok(self.operations.clone()),
            (
                method,
                path @ ("/_emulator/health" | "/_emulator/clock" | "/_emulator/operations"),
            ) => Err(PageError::NotForThat(path.to_owned(), method.clone())),
            (_, path) => Err(PageError::NoSuchPage(path.to_owned())),
        }
    }

    fn clock_page(&self) -> Value {
        let waiting: Vec<_> = self
            .clock
            .waiting()
            .into_iter()
            .map(|due| json!({ "when": text(due.when), "what": due.what }))
            .collect();
        json!({
            "now": text(self.clock.now()),
            "waiting": waiting,
            "unfinished": self.clock.unfinished(),
        })
    }

    async fn advance(&self, wanted: Move) -> Result<Value, PageError> {
        let advanced = match wanted {
            Move::Advance(by) => self.clock.advance(duration(&by)?).await?,
            Move::AdvanceTo(what) if what == "next" => self.clock.advance_to_next().await?,
            Move::AdvanceTo(_) => return Err(PageError::NotAMove),
        };
        let Advanced { now, unfinished } = advanced;
        let mut answer = json!({ "now": text(now), "settled": unfinished.is_empty() });
        if !unfinished.is_empty() {
            answer["waits_on"] = json!(unfinished);
        }
        Ok(answer)
    }
}

impl Plane for Pages {
    fn claims(&self, head: &Parts) -> bool {
        let path = head.uri.path();
        path == "/_emulator" || path.starts_with("/_emulator/")
    }

    fn answer(&self, request: Request<Body>, _peer: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        async move {
            match self.page(request).await {
                Ok(page) => document(StatusCode::OK, &page),
                Err(error) => {
                    let status = match error {
                        PageError::NoSuchPage(_) => StatusCode::NOT_FOUND,
                        PageError::NotForThat(..) => StatusCode::METHOD_NOT_ALLOWED,
                        _ => StatusCode::BAD_REQUEST,
                    };
                    document(status, &json!({ "message": error.to_string() }))
                }
            }
        }
        .boxed()
    }
}

fn duration(text: &str) -> Result<Duration, PageError> {
    let refused = || PageError::NotADuration(text.to_owned());
    if text.len() > MAX_DURATION {
        return Err(refused());
    }
    humantime::parse_duration(text).map_err(|_| refused())
}

fn text(time: UtcDateTime) -> String {
    time.format(&Rfc3339).expect("the clock keeps to years with four digits")
}

fn document(status: StatusCode, page: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(page.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
