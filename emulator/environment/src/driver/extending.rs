//! What a driver does with its extensions: starts them, hears them, hands events to them.

use std::collections::HashMap;

use emulator_front::Body;
use emulator_front::http::Response;
use uuid::Uuid;

use super::Driver;
use crate::executor::Exit;
use crate::extensions::api::Event;
use crate::extensions::participants::{Asker, Complaint, Interests, Participants, Stage};
use crate::extensions::refusal::{MAX_EXTENSIONS, Refusal};
use crate::extensions::{Registered, Reply, Request, Subscribed};
use crate::failure::Ending;
use crate::platform;
use crate::state::{self, Action};
use crate::telemetry::{self, Subscription};
use tokio::time::Instant;

/// The extensions' `/event/next`, while they wait.
pub(super) type Waiting = HashMap<Uuid, Reply<Response<Body>>>;

impl Driver {
    /// Starts the external extensions. Says when the first of them began to run, if there are any.
    pub(super) async fn start_extensions(
        &mut self,
        variables: Vec<(String, String)>,
    ) -> Option<Instant> {
        let launched =
            self.executor.start_extensions(&self.launch, variables, self.runtime_api).await;
        let names = launched.iter().map(|extension| extension.name.clone());
        self.participants = Participants::launched(names);
        if launched.len() > MAX_EXTENSIONS {
            self.ending =
                Some(Ending::extension("Extension.LaunchError", Refusal::TooMany.to_string()));
        }
        let mut began = None;
        for extension in launched {
            match extension.started {
                Ok(started) => {
                    began.get_or_insert(started.began);
                    self.running.take_in(extension.name, started);
                }
                Err(error) => {
                    let failed = Some(Stage::LaunchError);
                    let error = error.to_string();
                    self.participants.befallen(&extension.name, failed, &error);
                    self.ending = Some(Ending::extension("Extension.LaunchError", error));
                }
            }
        }
        began
    }

    pub(super) fn hear_extension(&mut self, request: Request) -> Option<Action> {
        match request {
            Request::Register { name, interests, reply } => {
                let _ = reply.send(self.register(&name, interests));
                None
            }
            Request::Next { id, reply } => self.hear_extension_next(id, reply),
            Request::Fail { id, complaint, kind, reply } => {
                self.hear_complaint(id, complaint, &kind, reply)
            }
            Request::Subscribe { id, api, body, reply } => {
                let _ = reply.send(self.subscribe(id, api, &body));
                None
            }
        }
    }

    pub(super) fn register(
        &mut self,
        name: &str,
        interests: Interests,
    ) -> Result<Registered, Refusal> {
        let id = self.participants.register(name, interests)?;
        Ok(Registered {
            id,
            function: self.launch.function.clone(),
            version: self.launch.version.clone(),
            handler: self.launch.command.first().cloned().unwrap_or_default(),
            account: self.account.clone(),
        })
    }

    fn hear_extension_next(&mut self, id: Uuid, reply: Reply<Response<Body>>) -> Option<Action> {
        if let Err(refusal) = self.participants.extension_asks(id) {
            let _ = reply.send(Err(refusal));
            return None;
        }
        self.waiting.insert(id, reply);
        let event = self.participants.event(self.state, Asker::Extension)?;
        self.go(event).ok()
    }

    fn hear_complaint(
        &mut self,
        id: Uuid,
        complaint: Complaint,
        kind: &str,
        reply: Reply<()>,
    ) -> Option<Action> {
        let news = self.participants.complain(id, complaint, kind);
        let is_news = *news.as_ref().unwrap_or(&false);
        let _ = reply.send(news.map(|_| ()));
        if !is_news {
            return None;
        }
        let failed = match complaint {
            Complaint::Init => "Extension.InitError",
            Complaint::Exit => "Extension.ExitError",
        };
        self.ending = Some(Ending::extension(failed, kind));
        self.go(state::Event::Exited).ok()
    }

    pub(super) fn subscribe(
        &mut self,
        id: Uuid,
        api: telemetry::Api,
        body: &[u8],
    ) -> Result<Subscribed, Refusal> {
        let name = self.participants.known(id)?.name.clone();
        if !self.journal.telemetry.is_open() {
            return Err(Refusal::SubscriptionClosed(api.name()));
        }
        Ok(Subscription::parse(api, body).map(|subscription| {
            let (schema, types) = (subscription.schema, subscription.types.clone());
            self.journal.telemetry.subscribe(id, subscription, self.running.address());
            self.journal.tell(platform::Event::Subscription { name, schema, types });
        }))
    }

    /// An extension's process has ended, which it may not before it is asked to.
    pub(super) fn extension_has_crashed(&mut self, name: &str, exit: Exit) {
        self.participants.befallen(name, None, "Extension.Crash");
        let how = match exit {
            Exit::Code(0) => "exit code 0".to_owned(),
            other => other.to_string(),
        };
        // What it has said itself counts for more.
        let said = self
            .participants
            .extensions()
            .iter()
            .any(|extension| matches!(extension.stage, Stage::InitError | Stage::ExitError));
        if !said || self.ending.is_none() {
            self.ending = Some(Ending::extension("Extension.Crash", how));
        }
    }

    /// Hands the invocation in flight to the extensions that want to know.
    pub(super) fn tell_extensions(&mut self) {
        let wanting = self.participants.delivered();
        let Some(flight) = &self.flight else { return };
        for id in wanting {
            if let Some(reply) = self.waiting.remove(&id) {
                // One that has gone meanwhile is noticed by its exit.
                let _ = reply.send(Ok(flight.event_for_extension(self.launch.timeout).response()));
            }
        }
    }

    /// Hands SHUTDOWN to an extension that waits for its next event and wants to know.
    pub(super) fn tell_of_shutdown(&mut self, id: Uuid, event: &Event<'_>) {
        if let Some(reply) = self.waiting.remove(&id) {
            let _ = reply.send(Ok(event.response()));
            self.participants.released(id);
        }
    }

    /// Says how the extensions stand, once init is over.
    pub(super) fn tell_of_extensions(&mut self) {
        for extension in self.participants.extensions() {
            self.journal.tell(platform::Event::Extension {
                name: extension.name.clone(),
                state: extension.stage.name(),
                events: extension.interests.names(),
                error: extension.error.clone(),
            });
        }
    }
}
