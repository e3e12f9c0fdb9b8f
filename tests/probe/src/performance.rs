//! Performs a script: each step in turn, within init or within one invocation.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, process, thread};

use rustix::process::{getpid, kill_process};

use crate::answer::{Answer, Failure};
use crate::call_counter::CallCounter;
use crate::chain::Chain;
use crate::echo::Echo;
use crate::fetch::{FetchError, fetch};
use crate::invoke::{InvokeError, invoke};
use crate::output;
use crate::process::Process;
use crate::rendezvous;
use crate::runtime_api::{CallError, Invocation};
use crate::step::{Signal, Step, StreamEnd};
use crate::streaming::Streaming;

/// Of a thread that does nothing, in bytes.
const STACK: usize = 16 * 1024;

/// Why a step could not be done.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error("it needs an invocation, and there is none during init")]
    NoInvocation,
    #[error("a JSON string has at least 2 bytes (hint: use `answer_text`)")]
    TooSmall,
    #[error("this has no JSON")]
    Json(#[from] serde_json::Error),
    #[error("there is no working directory")]
    WorkingDirectory(#[source] io::Error),
    #[error("the invocation has no deadline")]
    NoDeadline,
    #[error("nobody holds at `{place}`")]
    Hold { place: SocketAddr, source: io::Error },
    #[error("the output is closed")]
    Output(#[source] io::Error),
    #[error("cannot send `{signal:?}` to this process")]
    Kill { signal: Signal, source: io::Error },
    #[error("the process survived the signal (hint: process 1 of a container does; use `abort`)")]
    Survived,
    #[error("{mb} MiB are too much")]
    Memory { mb: usize, source: std::collections::TryReserveError },
    #[error("thread {number} cannot be started")]
    Thread { number: usize, source: io::Error },
    #[error("cannot use `{path}`", path = path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("no answer in pieces has been begun (hint: `stream` begins one)")]
    NoStream,
    #[error("the answer in pieces cannot be sent")]
    Stream(#[source] io::Error),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Invoke(#[from] InvokeError),
    #[error(transparent)]
    Call(#[from] CallError),
}

/// What comes after a step.
enum Then {
    GoOn,
    /// Other steps, and not the rest of the script.
    Instead(Vec<Step>),
}

/// A script being performed.
pub(crate) struct Performance<'p> {
    process: &'p mut Process,
    /// Absent during init.
    invocation: Option<Invocation>,
    /// Whether an answer or an error was posted for the invocation, or for init.
    answered: bool,
    /// An answer in pieces that has been begun.
    streaming: Option<Streaming>,
}

impl<'p> Performance<'p> {
    pub(crate) fn of_init(process: &'p mut Process) -> Self {
        Self { process, invocation: None, answered: false, streaming: None }
    }

    pub(crate) fn of(process: &'p mut Process, invocation: Invocation) -> Self {
        Self { process, invocation: Some(invocation), answered: false, streaming: None }
    }

    /// Performs the steps, with an echo at the end of an invocation that has no answer by then.
    /// Returns whether anything was posted.
    pub(crate) async fn play(mut self, steps: Vec<Step>) -> Result<bool, CallError> {
        let mut steps = VecDeque::from(steps);
        while let Some(step) = steps.pop_front().or_else(|| self.last_step()) {
            match self.perform(&step).await {
                Ok(Then::GoOn) => {}
                Ok(Then::Instead(others)) => steps = others.into(),
                Err(StepError::Call(error)) if error.is_final() => return Err(error),
                Err(error) => {
                    self.report(&step, &error).await?;
                    break;
                }
            }
        }
        Ok(self.answered)
    }

    fn last_step(&self) -> Option<Step> {
        (self.invocation.is_some() && !self.answered).then_some(Step::Echo)
    }

    async fn report(&mut self, step: &Step, error: &StepError) -> Result<(), CallError> {
        let message = format!("the step `{}` failed: {}", step.name(), Chain(error));
        if self.answered {
            // Where standard error is closed there is nobody left to tell.
            let _ = output::to_stderr(&output::lines([message]));
            return Ok(());
        }
        self.post_failure(&Failure::new("Function.StepFailed", message)).await
    }

    async fn perform(&mut self, step: &Step) -> Result<Then, StepError> {
        match step {
            Step::Echo => self.answer(Answer::json(&self.echo()?)?).await?,
            Step::Answer(value) => self.answer(Answer::json(value)?).await?,
            Step::AnswerText(text) => self.answer(Answer::text(text)).await?,
            Step::AnswerBytes(size) => {
                self.answer(Answer::of_size(*size).ok_or(StepError::TooSmall)?).await?;
            }
            Step::AnswerEvent => {
                self.answer(Answer::json_bytes(self.invocation()?.event.clone())).await?;
            }
            Step::Stream { content_type, mode } => self.begin_stream(content_type, mode).await?,
            Step::StreamText(text) => self.send_piece(text.as_bytes()).await?,
            Step::StreamBytes(size) => self.send_piece(&vec![b'x'; *size]).await?,
            Step::StreamEnd(end) => self.end_stream(end).await?,
            Step::Error { error_type, error_message, header } => {
                let mut failure = Failure::new(error_type, error_message);
                failure.header = header.clone().unwrap_or(failure.header);
                self.post_failure(&failure).await?;
            }
            Step::SleepMs(ms) => tokio::time::sleep(Duration::from_millis(*ms)).await,
            Step::PastDeadlineMs(ms) => self.outlive_deadline(*ms).await?,
            Step::Hold(place) => self.hold(*place).await?,
            Step::Log(lines) => on_output(output::to_stdout(&output::lines(lines)))?,
            Step::LogLines { count, text } => {
                let numbered = (1..=*count).map(|number| format!("{text} {number}"));
                on_output(output::to_stdout(&output::lines(numbered)))?;
            }
            Step::Stdout(text) => on_output(output::to_stdout(text))?,
            Step::Stderr(text) => on_output(output::to_stderr(text))?,
            Step::Panic(message) => panic!("{message}"),
            Step::Exit(code) => process::exit((*code).into()),
            Step::Abort => process::abort(),
            Step::Kill(signal) => return Err(kill(*signal)),
            Step::AllocateMb(mb) => {
                let taken = self.process.ballast.take(*mb);
                taken.map_err(|source| StepError::Memory { mb: *mb, source })?;
            }
            Step::Free => self.process.ballast.drop_all(),
            Step::Threads(count) => start_threads(*count)?,
            Step::FailFirst { calls, key, directory, by } => {
                return fail_first(*calls, key, directory, by);
            }
            Step::Write { path, text } => on_file(path, fs::write(path, text))?,
            Step::WriteMb { path, mb } => on_file(path, write_mb(path, *mb))?,
            Step::Read(path) => {
                let bytes = on_file(path, fs::read(path))?;
                self.answer(Answer::json(&String::from_utf8_lossy(&bytes))?).await?;
            }
            Step::Fetch(url) => self.answer(Answer::json(&fetch(url).await?)?).await?,
            Step::Invoke { function, event, invocation_type } => {
                let (trace, kind) = (self.invocation()?.trace(), invocation_type.as_deref());
                let invoked = invoke(function, event, kind, trace).await?;
                self.answer(Answer::json(&invoked)?).await?;
            }
            Step::Next => self.next_out_of_turn().await?,
            Step::AnswerAs { request_id, value } => {
                self.process.api.respond(request_id, Answer::json(value)?).await?;
            }
        }
        Ok(Then::GoOn)
    }

    fn invocation(&self) -> Result<&Invocation, StepError> {
        self.invocation.as_ref().ok_or(StepError::NoInvocation)
    }

    fn echo(&self) -> Result<Echo, StepError> {
        let invocation = self.invocation()?;
        let event = serde_json::from_slice(&invocation.event)?;
        let (number, notes) = (self.process.invocations, self.process.api.notes());
        Echo::of(event, invocation.headers(), number, notes).map_err(StepError::WorkingDirectory)
    }

    async fn answer(&mut self, answer: Answer) -> Result<(), StepError> {
        let invocation = self.invocation.as_ref().ok_or(StepError::NoInvocation)?;
        self.process.api.respond(&invocation.request_id, answer).await?;
        self.answered = true;
        Ok(())
    }

    async fn begin_stream(&mut self, content_type: &str, mode: &str) -> Result<(), StepError> {
        let request_id = &self.invocation()?.request_id;
        let begun = self.process.api.stream(request_id, content_type, mode).await;
        self.streaming = Some(begun.map_err(StepError::Stream)?);
        self.answered = true;
        Ok(())
    }

    async fn send_piece(&mut self, piece: &[u8]) -> Result<(), StepError> {
        let streaming = self.streaming.as_mut().ok_or(StepError::NoStream)?;
        streaming.send(piece).await.map_err(StepError::Stream)
    }

    async fn end_stream(&mut self, end: &StreamEnd) -> Result<(), StepError> {
        let streaming = self.streaming.take().ok_or(StepError::NoStream)?;
        let reply = streaming.end(end).await.map_err(StepError::Stream)?;
        self.process.api.note_reply(reply);
        Ok(())
    }

    async fn post_failure(&mut self, failure: &Failure) -> Result<(), CallError> {
        match &self.invocation {
            Some(invocation) => self.process.api.fail(&invocation.request_id, failure).await?,
            None => self.process.api.fail_init(failure).await?,
        }
        self.answered = true;
        Ok(())
    }

    async fn next_out_of_turn(&mut self) -> Result<(), StepError> {
        self.invocation()?;
        Ok(self.process.api.next_out_of_turn().await?)
    }

    async fn hold(&self, place: SocketAddr) -> Result<(), StepError> {
        let who = self.invocation.as_ref().map_or("init", |invocation| &invocation.request_id);
        rendezvous::hold(place, who).await.map_err(|source| StepError::Hold { place, source })
    }

    async fn outlive_deadline(&self, ms: u64) -> Result<(), StepError> {
        let deadline_ms = self.invocation()?.deadline_ms().ok_or(StepError::NoDeadline)?;
        let end = SystemTime::UNIX_EPOCH + Duration::from_millis(deadline_ms.saturating_add(ms));
        #[expect(
            clippy::disallowed_methods,
            reason = "a function has no emulator's clock: it meets its deadline on the machine's"
        )]
        let now = SystemTime::now();
        tokio::time::sleep(end.duration_since(now).unwrap_or_default()).await;
        Ok(())
    }
}

fn on_output(outcome: io::Result<()>) -> Result<(), StepError> {
    outcome.map_err(StepError::Output)
}

fn on_file<T>(path: &Path, outcome: io::Result<T>) -> Result<T, StepError> {
    outcome.map_err(|source| StepError::File { path: path.into(), source })
}

/// A piece at a time: no more memory is taken than that.
fn write_mb(path: &Path, mb: usize) -> io::Result<()> {
    let (mut file, piece) = (fs::File::create(path)?, vec![b'x'; 1024 * 1024]);
    (0..mb).try_for_each(|_| file.write_all(&piece))
}

fn start_threads(count: usize) -> Result<(), StepError> {
    for number in 1..=count {
        let started = thread::Builder::new().stack_size(STACK).spawn(stay);
        started.map_err(|source| StepError::Thread { number, source })?;
    }
    Ok(())
}

/// Until the process ends.
fn stay() {
    loop {
        thread::park();
    }
}

fn fail_first(calls: u64, key: &str, directory: &Path, by: &[Step]) -> Result<Then, StepError> {
    let call = on_file(directory, CallCounter::of(key, directory).count())?;
    Ok(match by {
        _ if call > calls => Then::GoOn,
        [] => Then::Instead(vec![Step::error(
            "Function.AskedToFail",
            format!("call {call} of `{key}`, whose first {calls} fail"),
        )]),
        by => Then::Instead(by.to_vec()),
    })
}

/// Ends the process, or says why it still runs.
fn kill(signal: Signal) -> StepError {
    let number = match signal {
        Signal::Kill => rustix::process::Signal::KILL,
        Signal::SegmentationFault => rustix::process::Signal::SEGV,
        Signal::Terminate => rustix::process::Signal::TERM,
    };
    // Rust's own handler takes the first SIGSEGV, sees that it is not about a stack, and steps aside.
    let sent = kill_process(getpid(), number).and_then(|()| kill_process(getpid(), number));
    match sent {
        Ok(()) => StepError::Survived,
        Err(source) => StepError::Kill { signal, source: source.into() },
    }
}
