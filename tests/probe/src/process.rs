//! The life of the process: init, then one invocation after another until it is ended.

use std::convert::Infallible;
use std::{env, io};

use crate::answer::Failure;
use crate::chain::Chain;
use crate::memory::Ballast;
use crate::performance::Performance;
use crate::runtime_api::{CallError, RuntimeApi};
use crate::script::{self, BadScript};
use crate::step::Step;

/// Why the probe stopped without having been asked to.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RunError(#[from] Stopped);

#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("no place for its one task")]
    Start(#[source] io::Error),
    #[error(
        "AWS_LAMBDA_RUNTIME_API is not set (hint: the probe runs inside an execution environment)"
    )]
    NoRuntimeApi(#[source] env::VarError),
    #[error("init failed, as was reported to the Runtime API")]
    Init,
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Runs the probe in the execution environment that the environment variables describe.
///
/// # Errors
///
/// If the Runtime API is gone, or init has failed and that was reported.
pub fn run() -> Result<Infallible, RunError> {
    let executor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Stopped::Start)?;
    Ok(executor.block_on(live())?)
}

async fn live() -> Result<Infallible, Stopped> {
    let authority = env::var("AWS_LAMBDA_RUNTIME_API").map_err(Stopped::NoRuntimeApi)?;
    let mut process = Process::new(RuntimeApi::at(authority));
    process.init().await?;
    loop {
        process.serve().await?;
    }
}

/// What lives as long as the process.
pub(crate) struct Process {
    pub(crate) api: RuntimeApi,
    pub(crate) ballast: Ballast,
    /// How many invocations have come.
    pub(crate) invocations: u64,
    /// The script for events that are none.
    steps: Vec<Step>,
}

impl Process {
    fn new(api: RuntimeApi) -> Self {
        Self { api, ballast: Ballast::default(), invocations: 0, steps: Vec::new() }
    }

    async fn init(&mut self) -> Result<(), Stopped> {
        match Variables::read() {
            Ok(variables) => {
                self.steps = variables.steps;
                let reported = Performance::of_init(self).play(variables.init).await?;
                if reported { Err(Stopped::Init) } else { Ok(()) }
            }
            Err(bad) => {
                self.api.fail_init(&bad_script(&bad)).await?;
                Err(Stopped::Init)
            }
        }
    }

    async fn serve(&mut self) -> Result<(), CallError> {
        let invocation = self.api.next().await?;
        self.invocations += 1;
        match script::in_event(&invocation.event) {
            Ok(steps) => {
                let steps = steps.unwrap_or_else(|| self.steps.clone());
                Performance::of(self, invocation).play(steps).await?;
                Ok(())
            }
            Err(bad) => self.api.fail(&invocation.request_id, &bad_script(&bad)).await,
        }
    }
}

fn bad_script(bad: &BadScript) -> Failure {
    Failure::new("Function.BadScript", Chain(bad).to_string())
}

/// The scripts that the environment variables hold.
struct Variables {
    init: Vec<Step>,
    steps: Vec<Step>,
}

impl Variables {
    fn read() -> Result<Self, BadScript> {
        let error = env::var("PROBE_INIT_ERROR").unwrap_or_else(|_| "asked to fail".into());
        Ok(Self {
            init: variable("PROBE_INIT", |text| script::in_init(text, &error))?,
            steps: variable("PROBE_STEPS", script::in_text)?,
        })
    }
}

/// What `read` finds in a variable; nothing if it is not set.
fn variable(
    name: &'static str,
    read: impl FnOnce(&str) -> Result<Vec<Step>, BadScript>,
) -> Result<Vec<Step>, BadScript> {
    let Some(text) = env::var_os(name) else { return Ok(Vec::new()) };
    read(&text.to_string_lossy())
        .map_err(|source| BadScript::InVariable { name, source: Box::new(source) })
}
