//! The fixture: an S3 of its own, time that stands still, and a list of what was delivered.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use emulator_clock::Clock;
use emulator_deliver::{Deliver, Delivery, Refused, Source};
use emulator_front::{Body, Home, Plane};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request};
use serde_json::Value;
use time::macros::utc_datetime;

use crate::{Buckets, plane};

/// The function that lets S3 in.
pub(super) const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:thumbnails";

pub(super) struct World {
    plane: Box<dyn Plane>,
    pub(super) clock: Clock,
    pub(super) functions: Arc<Functions>,
}

/// Takes events for [`FUNCTION`] and for nobody else, unless it is closed.
#[derive(Default)]
pub(super) struct Functions {
    events: Mutex<Vec<Value>>,
    /// ARNs that let nobody in.
    closed: Mutex<BTreeSet<String>>,
    asked: Mutex<Vec<Source>>,
    unfinished: Mutex<Vec<String>>,
    clock: Mutex<Option<Clock>>,
}

impl Functions {
    pub(super) fn close(&self, function: &str) {
        self.closed.lock().unwrap().insert(function.to_owned());
    }

    /// The events that have come since the last call.
    pub(super) fn events(&self) -> Vec<Value> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    /// Name and key of those events.
    pub(super) fn heard(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let say = |event: &Value| {
            let record = &event["Records"][0];
            format!("{} {}", text(&record["eventName"]), text(&record["s3"]["object"]["key"]))
        };
        self.events().iter().map(say).collect()
    }

    /// Who has asked to be let in.
    pub(super) fn asked(&self) -> Vec<Source> {
        self.asked.lock().unwrap().clone()
    }

    /// What the clock held when the last event came.
    pub(super) fn unfinished(&self) -> Vec<String> {
        self.unfinished.lock().unwrap().clone()
    }
}

impl Deliver for Functions {
    fn permits(&self, target: &str, source: &Source) -> Result<(), Refused> {
        self.asked.lock().unwrap().push(source.clone());
        let closed = self.closed.lock().unwrap().contains(target);
        if closed { Err(Refused::NotAuthorized(target.to_owned())) } else { Ok(()) }
    }

    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), Refused>> {
        let unfinished = self.clock.lock().unwrap().as_ref().unwrap().unfinished();
        *self.unfinished.lock().unwrap() = unfinished;
        let permitted = self.permits(&delivery.target, &delivery.source);
        if permitted.is_ok() {
            let event = serde_json::from_slice(&delivery.event).unwrap();
            self.events.lock().unwrap().push(event);
        }
        async { permitted }.boxed()
    }
}

/// A response, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

impl Answer {
    pub(super) fn text(&self) -> &str {
        str::from_utf8(&self.bytes).unwrap()
    }

    /// A header, or nothing.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands in the first element of that name.
    pub(super) fn element(&self, name: &str) -> &str {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let from_open = self.text().split_once(&open).map_or("", |(_, rest)| rest);
        from_open.split_once(&close).map_or("", |(inner, _)| inner)
    }

    /// Status, code and message of an error.
    pub(super) fn error(&self) -> (u16, &str, &str) {
        (self.status, self.element("Code"), self.element("Message"))
    }

    #[track_caller]
    pub(super) fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self
    }
}

impl World {
    /// Noon on a day in 2026, and no buckets.
    pub(super) fn new() -> Self {
        let clock = Clock::virtual_from(utc_datetime!(2026-02-03 12:00:00.25));
        let functions = Arc::new(Functions::default());
        *functions.clock.lock().unwrap() = Some(clock.clone());
        let buckets = Buckets::new(Home::default(), clock.clone(), functions.clone());
        let plane = Box::new(plane(&Arc::new(buckets), "localhost"));
        Self { plane, clock, functions }
    }

    /// A world with the bucket `photos`.
    pub(super) async fn with_bucket() -> Self {
        let world = Self::new();
        world.ask("PUT /photos", &[], "").await.ok();
        world
    }

    /// `line` is method and target, as in HTTP.
    pub(super) async fn ask(
        &self,
        line: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let (method, target) = line.split_once(' ').unwrap();
        let body = body.into();
        let mut request =
            Request::builder().method(method).uri(target).header("content-length", body.len());
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:4566");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000));
        let (head, body) = self.plane.answer(request, peer).await.into_parts();
        let bytes = body.collect(usize::MAX).await.unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, bytes }
    }

    pub(super) async fn put(&self, key: &str, text: &'static str) -> Answer {
        self.ask(&format!("PUT /photos/{key}"), &[], text).await.ok()
    }

    pub(super) async fn get(&self, target: &str) -> Answer {
        self.ask(&format!("GET {target}"), &[], "").await
    }
}
