//! What an environment may do next. No IO, no clock, no lock: the whole policy is here.
//!
//! ```text
//!            ┌──────────── stop, from anywhere ───────────────▶ Gone
//!            │
//! Init ──next──▶ Idle ──invoke──▶ Busy ──answer──▶ Answered ──next──▶ Idle
//!   │              │                │                  │
//!   │ init error,  │ exit           │ exit, deadline   │ exit, deadline
//!   │ exit, limit  ▼                ▼                  ▼
//!   └───────────▶ Cold ◀──init error, exit, deadline── Reviving ──next──▶ Busy
//!                  └────────────────invoke───────────────▲
//! ```
//!
//! The process stands for all that run together. Where extensions live beside the runtime, `next` is said
//! once the last of them has asked for work, and `exit` when the first of them has ended.
//!
//! `Init` may have an invocation waiting. When init fails then, the process is started once more for it
//! (`Reviving`): AWS calls this suppressed init, and it counts against the function's timeout. `Cold` is
//! an environment whose process is gone; the next invocation starts one in the same way.

use emulator_front::RequestId;

/// Where an environment is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The process runs and has not asked for work yet. An invocation may wait for it.
    Init(Option<RequestId>),
    /// The process waits in `/next`.
    Idle,
    /// The process has been given an invocation.
    Busy(RequestId),
    /// It has answered and not asked for more work yet.
    Answered(RequestId),
    /// There is no process. The next invocation starts one.
    Cold,
    /// The process has been started again, inside an invocation.
    Reviving(RequestId),
    /// Stopped, for good.
    Gone,
}

/// What happens to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody wants the function called.
    Invoke(RequestId),
    /// The process asks for work.
    Next,
    /// The process has posted an answer or an error for an invocation.
    Answer(RequestId),
    /// The process says that it cannot start.
    InitError,
    /// The process has ended, or could not be started.
    Exited,
    /// The limit on init, or the function's deadline, has passed.
    Deadline,
    /// The environment is no longer wanted.
    Stop,
}

/// What the driver does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Init is over; nobody waits.
    Rest,
    /// Hands the invocation to the process.
    Deliver(RequestId),
    /// Hands it out once more, for the process has forgotten it.
    Redeliver(RequestId),
    /// Passes the answer on to the caller.
    Reply(RequestId),
    /// Closes the books on an invocation: the environment is free.
    Finish(RequestId),
    /// Closes the books and clears the process away; the caller has had its answer.
    FinishAndReset(RequestId, Cause),
    /// Starts a process for a waiting invocation, clearing away the one that failed, if any.
    Start(RequestId),
    /// Tells the caller why there is no answer, and clears the process away.
    Fail(RequestId, Cause),
    /// Clears the process away; nobody waits.
    Reset,
    /// Clears everything away, failing the invocation that is in flight, if any.
    Leave(Option<RequestId>),
}

/// Why an invocation has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The function's timeout passed.
    Deadline,
    /// The process ended.
    Exited,
    /// The process could not start and said so.
    InitError,
}

/// Something that is not possible now. A function can provoke it; the Runtime API has an answer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} is not possible while the environment is {state:?}")]
pub struct Refused {
    /// Where the environment was, and still is.
    pub state: State,
    /// What was asked of it.
    pub event: Event,
}

/// Decides what an event means.
///
/// # Errors
///
/// [`Refused`] if the event is not possible in this state.
pub fn step(state: State, event: Event) -> Result<(State, Action), Refused> {
    use {Action as A, Event as E, State as S};
    Ok(match (state, event) {
        (S::Init(None), E::Invoke(id)) => (S::Init(Some(id)), A::Nothing),
        (S::Cold, E::Invoke(id)) => (S::Reviving(id), A::Start(id)),
        (S::Idle, E::Invoke(id)) | (S::Init(Some(id)) | S::Reviving(id), E::Next) => {
            (S::Busy(id), A::Deliver(id))
        }

        (S::Init(None) | S::Idle, E::Next) => (S::Idle, A::Rest),
        (S::Busy(id), E::Next) => (S::Busy(id), A::Redeliver(id)),
        (S::Answered(id), E::Next) => (S::Idle, A::Finish(id)),

        (S::Busy(id), E::Answer(answered)) if answered == id => (S::Answered(id), A::Reply(id)),

        (S::Init(None), E::InitError | E::Exited | E::Deadline) | (S::Idle, E::Exited) => {
            (S::Cold, A::Reset)
        }
        (S::Init(Some(id)), E::InitError | E::Exited | E::Deadline) => {
            (S::Reviving(id), A::Start(id))
        }
        (S::Reviving(id), E::InitError) => (S::Cold, A::Fail(id, Cause::InitError)),
        (S::Reviving(id) | S::Busy(id), E::Exited) => (S::Cold, A::Fail(id, Cause::Exited)),
        (S::Reviving(id) | S::Busy(id), E::Deadline) => (S::Cold, A::Fail(id, Cause::Deadline)),
        (S::Answered(id), E::Exited) => (S::Cold, A::FinishAndReset(id, Cause::Exited)),
        (S::Answered(id), E::Deadline) => (S::Cold, A::FinishAndReset(id, Cause::Deadline)),

        (S::Init(waiting), E::Stop) => (S::Gone, A::Leave(waiting)),
        (S::Busy(id) | S::Reviving(id) | S::Answered(id), E::Stop) => (S::Gone, A::Leave(Some(id))),
        (S::Idle | S::Cold, E::Stop) => (S::Gone, A::Leave(None)),

        (state, event) => return Err(Refused { state, event }),
    })
}

#[cfg(test)]
mod tests;
