//! The Telemetry API of one environment: who gets which records, and when.
//!
//! Whatever is told costs nothing while nobody has subscribed. A subscriber has a bounded
//! [`Buffer`](buffer::Buffer) and a task that delivers from it; so a slow one loses records and delays
//! nobody. Delivery runs in real time, whatever the emulator's clock: a real process is at the other end.
//!
//! An extension subscribes during init, and also gets what happened before in the same init.

mod backlog;
mod buffer;
mod delivery;
mod subscription;

use std::net::IpAddr;

use emulator_clock::Clock;
use futures_util::future::join_all;
use serde_json::json;
use time::UtcDateTime;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::platform::{Event, Schema, stamp};
use backlog::Backlog;
use delivery::Subscriber;
pub(crate) use subscription::{Api, Invalid, Subscription};

/// One thing that subscribers may want to know.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    /// What Lambda says.
    Platform(Event),
    /// A line that the function has printed.
    Function(Box<str>),
    /// A line that an extension has printed.
    Extension(Box<str>),
}

impl Record {
    /// As subscriptions name it.
    fn category(&self) -> &'static str {
        match self {
            Self::Platform(_) => "platform",
            Self::Function(_) => "function",
            Self::Extension(_) => "extension",
        }
    }

    /// The line, if it is one.
    fn printed(&self) -> Option<&str> {
        match self {
            Self::Platform(_) => None,
            Self::Function(line) | Self::Extension(line) => Some(line),
        }
    }

    /// As subscribers are given it; `None` if `schema` has no such record.
    fn document(&self, time: UtcDateTime, schema: Schema, json_lines: bool) -> Option<String> {
        let line = match self {
            Self::Platform(event) => return event.document(time, schema),
            Self::Function(line) | Self::Extension(line) => line.trim_end_matches('\n'),
        };
        let (time, category) = (stamp(time), self.category());
        let structured = json_lines
            && schema == Schema::Structured
            && line.starts_with('{')
            && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
        let record = if structured { line.to_owned() } else { json!(line).to_string() };
        Some(format!("{{\"time\":\"{time}\",\"type\":\"{category}\",\"record\":{record}}}"))
    }
}

/// What an environment has to tell, and whom.
pub(crate) struct Telemetry {
    clock: Clock,
    tasks: TaskTracker,
    /// Whether the function logs JSON.
    json_lines: bool,
    subscribers: Vec<Subscriber>,
    /// What this init has told so far; `None` once it is over.
    backlog: Option<Backlog>,
}

impl Telemetry {
    pub(crate) fn new(clock: Clock, tasks: TaskTracker, json_lines: bool) -> Self {
        let (subscribers, backlog) = (Vec::new(), Some(Backlog::default()));
        Self { clock, tasks, json_lines, subscribers, backlog }
    }

    /// Tells whoever wants to know. Never waits.
    pub(crate) fn tell(&mut self, time: UtcDateTime, record: impl FnOnce() -> Record) {
        if self.subscribers.is_empty() && self.backlog.is_none() {
            return;
        }
        let record = record();
        for subscriber in &self.subscribers {
            tell_one(subscriber, time, &record, self.json_lines);
        }
        if let Some(backlog) = &mut self.backlog {
            backlog.push(time, record);
        }
    }

    /// Whether extensions may still subscribe.
    pub(crate) fn is_open(&self) -> bool {
        self.backlog.is_some()
    }

    /// Lets an extension have telemetry, in place of what it had before. It listens at `sandbox`, as that
    /// is reached from here.
    pub(crate) fn subscribe(
        &mut self,
        extension: Uuid,
        subscription: Subscription,
        sandbox: IpAddr,
    ) {
        self.subscribers.retain(|subscriber| subscriber.extension != extension);
        let clock = self.clock.clone();
        let subscriber = Subscriber::start(&self.tasks, clock, sandbox, extension, subscription);
        for (time, record) in self.backlog.iter().flat_map(Backlog::records) {
            tell_one(&subscriber, *time, record, self.json_lines);
        }
        self.subscribers.push(subscriber);
    }

    /// A sandbox is started: nobody has subscribed yet.
    pub(crate) fn begin(&mut self) {
        self.subscribers.clear();
        self.backlog = Some(Backlog::default());
    }

    /// Init is over: who has not subscribed by now does not any more.
    pub(crate) fn close(&mut self) {
        self.backlog = None;
    }

    /// Nothing is told any more.
    pub(crate) fn end(&mut self) {
        self.subscribers.clear();
        self.backlog = None;
    }

    /// Has everything delivered at once that there is. Says when that is done, or `deadline` is there.
    pub(crate) fn flush(&self, deadline: Instant) -> impl Future<Output = ()> + Send + use<> {
        let all: Vec<_> = self.subscribers.iter().map(Subscriber::flush).collect();
        async move {
            // What is not taken in time is lost, as it is on Lambda.
            let _ = tokio::time::timeout_at(deadline, join_all(all)).await;
        }
    }
}

fn tell_one(subscriber: &Subscriber, time: UtcDateTime, record: &Record, json_lines: bool) {
    if !subscriber.wants(record.category()) {
        return;
    }
    if let Some(document) = record.document(time, subscriber.schema(), json_lines) {
        subscriber.push(document);
    }
}

#[cfg(test)]
mod tests;
