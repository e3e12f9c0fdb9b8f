//! Who takes part in an environment's life, and when all of them are ready. No IO, no clock.
//!
//! The environment's own state machine, [`state`](crate::state), knows one party that asks for work. This
//! is where the runtime and its extensions become that one: what each of them does is told here, and
//! [`event`](Participants::event) says what of it the state machine has to hear.
//!
//! ```text
//! extension:  Started ──register──▶ Registered ──next──▶ Ready ──event──▶ Running ──next──▶ Ready
//!                                       │                              │
//!                                       ├──init/error──▶ InitError     └──exit/error──▶ ExitError
//!                                       └──exit/error──▶ ExitError
//!
//! runtime:    Absent ──all external ones registered──▶ Started ──next──▶ Ready ──event──▶ Running
//!                                                                    and  Running ──next──▶ Ready
//! ```
//!
//! An external extension is `Started` by Lambda and registers under its file's name; an internal one is a
//! part of the runtime and appears by registering. Registration is over when init is.

use uuid::Uuid;

use super::refusal::{MAX_EXTENSIONS, Refusal};
use crate::state::{Event, State};

/// Where an extension is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Started,
    Registered,
    Ready,
    Running,
    InitError,
    ExitError,
    LaunchError,
}

impl Stage {
    /// As Lambda calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Registered => "Registered",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::InitError => "InitError",
            Self::ExitError => "ExitError",
            Self::LaunchError => "LaunchError",
        }
    }
}

/// The events that an extension wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interests {
    pub(crate) invoke: bool,
    pub(crate) shutdown: bool,
}

impl Interests {
    /// As registrations and log lines spell them.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let invoke = self.invoke.then_some("INVOKE");
        let shutdown = self.shutdown.then_some("SHUTDOWN");
        invoke.into_iter().chain(shutdown).collect()
    }
}

/// How an extension says that it cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Complaint {
    Init,
    Exit,
}

/// Who asks for work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    Runtime,
    Extension,
}

/// One extension.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// Whether it is a process of its own.
    pub(crate) external: bool,
    pub(crate) interests: Interests,
    pub(crate) stage: Stage,
    /// What it has said went wrong, or what was seen to.
    pub(crate) error: Option<String>,
    /// Whether it has been given SHUTDOWN.
    released: bool,
}

/// Where the runtime is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runtime {
    Absent,
    Started,
    Ready,
    Running,
    /// From any of the others; everything has to be started anew.
    Failed,
}

/// The runtime of an environment, and its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Participants {
    runtime: Runtime,
    extensions: Vec<Extension>,
    /// Whether init is going on.
    open: bool,
}

impl Participants {
    /// The external extensions that were started. The runtime is not, yet.
    pub(crate) fn launched(names: impl IntoIterator<Item = String>) -> Self {
        let started = |name| Extension {
            id: Uuid::new_v4(),
            name,
            external: true,
            interests: Interests::default(),
            stage: Stage::Started,
            error: None,
            released: false,
        };
        let extensions = names.into_iter().map(started).collect();
        Self { runtime: Runtime::Absent, extensions, open: true }
    }

    /// Whether the runtime's turn to be started has come: all external extensions have registered.
    pub(crate) fn runtime_may_start(&self) -> bool {
        let started = self.extensions.iter().any(|extension| extension.stage == Stage::Started);
        self.runtime == Runtime::Absent && !started
    }

    pub(crate) fn runtime_started(&mut self) {
        self.runtime = Runtime::Started;
    }

    /// Takes an extension in.
    ///
    /// # Errors
    ///
    /// [`Refusal`], by which the extension learns why it is not.
    pub(crate) fn register(&mut self, name: &str, interests: Interests) -> Result<Uuid, Refusal> {
        let too_many = self.extensions.len() >= MAX_EXTENSIONS;
        let named = self.extensions.iter_mut().find(|extension| extension.name == name);
        match named {
            Some(external) if external.external => {
                if external.stage != Stage::Started {
                    let who = name.to_owned();
                    return Err(Refusal::State {
                        from: external.stage,
                        to: Stage::Registered,
                        who,
                    });
                }
                external.interests = interests;
                external.stage = Stage::Registered;
                Ok(external.id)
            }
            _ if interests.shutdown => Err(Refusal::EventType {
                event: "SHUTDOWN".to_owned(),
                reason: "ShutdownEventNotSupportedForInternalExtension",
            }),
            _ if !self.open => Err(Refusal::Closed),
            _ if too_many => Err(Refusal::TooMany),
            Some(_) => Err(Refusal::SameName),
            None => {
                let id = Uuid::new_v4();
                self.extensions.push(Extension {
                    id,
                    name: name.to_owned(),
                    external: false,
                    interests,
                    stage: Stage::Registered,
                    error: None,
                    released: false,
                });
                Ok(id)
            }
        }
    }

    /// The runtime waits for work.
    pub(crate) fn runtime_asks(&mut self) {
        self.runtime = Runtime::Ready;
    }

    /// An extension waits for its next event.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if it does so already, or has said that it cannot go on.
    pub(crate) fn extension_asks(&mut self, id: Uuid) -> Result<(), Refusal> {
        let extension = self.known(id)?;
        match extension.stage {
            Stage::Registered | Stage::Running => {
                extension.stage = Stage::Ready;
                Ok(())
            }
            from => Err(Refusal::State { from, to: Stage::Ready, who: id.to_string() }),
        }
    }

    /// An extension cannot go on. Says whether that is news.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if it may not say so now.
    pub(crate) fn complain(
        &mut self,
        id: Uuid,
        complaint: Complaint,
        kind: &str,
    ) -> Result<bool, Refusal> {
        let extension = self.known(id)?;
        let to = match complaint {
            Complaint::Init => Stage::InitError,
            Complaint::Exit => Stage::ExitError,
        };
        match (extension.stage, complaint) {
            (stage, _) if stage == to => Ok(false),
            (Stage::Registered, _) | (Stage::Ready | Stage::Running, Complaint::Exit) => {
                extension.stage = to;
                extension.error = Some(kind.to_owned());
                Ok(true)
            }
            (from, _) => Err(Refusal::State { from, to, who: id.to_string() }),
        }
    }

    /// Something has befallen an external extension of which it has not told itself.
    pub(crate) fn befallen(&mut self, name: &str, stage: Option<Stage>, error: &str) {
        let named = self.extensions.iter_mut().find(|extension| extension.name == name);
        if let Some(extension) = named {
            extension.stage = stage.unwrap_or(extension.stage);
            extension.error.get_or_insert_with(|| error.to_owned());
        }
    }

    /// Work has been given out: to the runtime, and to the extensions that are returned.
    pub(crate) fn delivered(&mut self) -> Vec<Uuid> {
        self.runtime = Runtime::Running;
        let wanting = self.extensions.iter_mut().filter(|extension| extension.interests.invoke);
        wanting
            .map(|extension| {
                extension.stage = Stage::Running;
                extension.id
            })
            .collect()
    }

    /// The extensions that are to be given SHUTDOWN.
    pub(crate) fn to_release(&self) -> Vec<Uuid> {
        let waiting = |each: &&Extension| each.interests.shutdown && !each.released;
        self.extensions.iter().filter(waiting).map(|each| each.id).collect()
    }

    /// An extension has been given SHUTDOWN.
    pub(crate) fn released(&mut self, id: Uuid) {
        if let Ok(extension) = self.known(id) {
            extension.stage = Stage::Running;
            extension.released = true;
        }
    }

    /// Init is over, one way or the other.
    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    /// What the environment's state machine hears when somebody asks for work.
    ///
    /// In the midst of an invocation it is the runtime alone that counts: it is given the same again.
    /// Otherwise the environment moves on when the last of all asks.
    pub(crate) fn event(&self, state: State, asker: Asker) -> Option<Event> {
        match (state, asker) {
            (State::Busy(_) | State::Idle | State::Cold | State::Gone, Asker::Runtime) => {
                Some(Event::Next)
            }
            (State::Busy(_) | State::Idle | State::Cold | State::Gone, Asker::Extension) => None,
            (State::Init(_) | State::Reviving(_) | State::Answered(_), _) => {
                self.all_ready().then_some(Event::Next)
            }
        }
    }

    /// Whether nobody is left who has work.
    fn all_ready(&self) -> bool {
        let ready = |extension: &Extension| extension.stage == Stage::Ready;
        self.runtime == Runtime::Ready && self.extensions.iter().all(ready)
    }

    /// Whether the runtime has not done its part yet, and may still do it.
    pub(crate) fn runtime_has_work(&self) -> bool {
        !matches!(self.runtime, Runtime::Ready | Runtime::Failed)
    }

    /// The runtime does not do its part any more.
    pub(crate) fn runtime_failed(&mut self) {
        self.runtime = Runtime::Failed;
    }

    pub(crate) fn has_external(&self) -> bool {
        self.extensions.iter().any(|extension| extension.external)
    }

    pub(crate) fn has_internal(&self) -> bool {
        self.extensions.iter().any(|extension| !extension.external)
    }

    pub(crate) fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// # Errors
    ///
    /// [`Refusal::Unknown`] if nobody has registered under it.
    pub(crate) fn known(&mut self, id: Uuid) -> Result<&mut Extension, Refusal> {
        let found = self.extensions.iter_mut().find(|extension| extension.id == id);
        found.ok_or(Refusal::Unknown(id))
    }
}

#[cfg(test)]
mod tests;
