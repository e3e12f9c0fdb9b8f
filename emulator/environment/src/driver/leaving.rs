//! How a driver ends what runs: at once where nobody registered, else in the time that Lambda gives.
//!
//! While it waits for runtime and extensions to end, it still hears them. An invocation that comes
//! meanwhile is put aside; it finds the environment cold.

use std::time::Duration;

use emulator_front::Body;
use emulator_front::http::Response;
use time::UtcDateTime;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::running::{News, Running};
use super::{Driver, Message};
use crate::extensions::api::Event;
use crate::extensions::refusal::Refusal;
use crate::extensions::shutdown::{Plan, Reason};
use crate::extensions::{Reply, Request};

impl Driver {
    /// Ends what runs, if anything does, and writes down the last of its output.
    pub(super) async fn clear_away(&mut self, reason: Reason) {
        let plan = Plan::of(&self.participants);
        if let Some(time) = plan.runtime.filter(|_| self.running.is_there()) {
            self.running.thaw().await;
            self.let_go(time, plan.extensions, reason).await;
        }
        self.running.clear_away(&mut self.journal).await;
        self.participants.close();
        self.journal.telemetry.end();
        self.next = None;
        self.waiting.clear();
    }

    async fn let_go(&mut self, runtime: Duration, extensions: Option<Duration>, reason: Reason) {
        let began = Instant::now();
        let flushed = self.journal.telemetry.flush(began + runtime);
        // The runtime's own wait for work ends here; it has its signal.
        self.running.terminate_runtime().await;
        self.wait_until(began + runtime, None, |running| !running.has_runtime()).await;
        self.running.end_runtime(&mut self.journal).await;
        let Some(extensions) = extensions else { return };

        // Before they are told to end: what subscribers have not seen yet.
        flushed.await;
        let last_words = self.journal.telemetry.flush(began + extensions);
        let shutdown = Event::Shutdown {
            deadline_ms: deadline_ms(began + extensions),
            shutdown_reason: reason.as_str(),
        };
        self.end_those_not_interested().await;
        for id in self.participants.to_release() {
            self.tell_of_shutdown(id, &shutdown);
        }
        let deadline = began + extensions;
        self.wait_until(deadline, Some(&shutdown), |running| running.companions.is_empty()).await;
        drop(last_words);
    }

    /// Goes on hearing until `done` or `deadline`.
    async fn wait_until(
        &mut self,
        deadline: Instant,
        shutdown: Option<&Event<'_>>,
        done: impl Fn(&Running) -> bool,
    ) {
        while !done(&self.running) {
            tokio::select! {
                biased;
                () = sleep_until(deadline) => return,
                Some(message) = self.inbox.recv() => self.hear_late(message, shutdown),
                news = self.running.news() => match news {
                    News::Exited(_) => self.running.end_runtime(&mut self.journal).await,
                    News::ExtensionExited(name, _) => {
                        self.running.companions.end(&name, &mut self.journal).await;
                    }
                    News::Output => self.running.read(&mut self.journal),
                },
            }
        }
    }

    /// Hears somebody while everything ends.
    fn hear_late(&mut self, message: Message, shutdown: Option<&Event<'_>>) {
        match message {
            // There is one at most: whoever keeps the environment does not know it as free any more.
            Message::Invoke(call) => self.postponed = Some(call),
            Message::Extension(request) => self.hear_extension_late(request, shutdown),
            // To a runtime, an answer that does not come is the one error after which it must exit.
            _ => {}
        }
    }

    fn hear_extension_late(&mut self, request: Request, shutdown: Option<&Event<'_>>) {
        match request {
            Request::Register { reply, .. } => {
                let _ = reply.send(Err(Refusal::Closed));
            }
            Request::Next { id, reply } => self.hear_next_late(id, reply, shutdown),
            Request::Fail { id, complaint, kind, reply } => {
                let complained = self.participants.complain(id, complaint, &kind);
                let _ = reply.send(complained.map(|_| ()));
            }
            Request::Subscribe { api, reply, .. } => {
                let _ = reply.send(Err(Refusal::SubscriptionClosed(api.name())));
            }
        }
    }

    fn hear_next_late(
        &mut self,
        id: Uuid,
        reply: Reply<Response<Body>>,
        shutdown: Option<&Event<'_>>,
    ) {
        if let Err(refusal) = self.participants.extension_asks(id) {
            let _ = reply.send(Err(refusal));
            return;
        }
        self.waiting.insert(id, reply);
        if let Some(event) = shutdown.filter(|_| self.participants.to_release().contains(&id)) {
            self.tell_of_shutdown(id, event);
        }
    }

    async fn end_those_not_interested(&mut self) {
        let extensions = self.participants.extensions().iter();
        let others = extensions.filter(|each| !each.interests.shutdown);
        for name in others.map(|each| each.name.clone()).collect::<Vec<_>>() {
            self.running.companions.end(&name, &mut self.journal).await;
        }
    }
}

/// As the extension's own clock sees it.
fn deadline_ms(deadline: Instant) -> i128 {
    let left = deadline.saturating_duration_since(Instant::now());
    (UtcDateTime::now() + left).unix_timestamp_nanos() / 1_000_000
}
