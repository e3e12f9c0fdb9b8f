//! The ways in which a function starts, each measured once.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::pin::pin;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::docker::Image;
use super::lambda::Endpoint;
use super::recipe::{CALLER, HANDLER};
use super::runtime_api::{RuntimeApi, Waiting};
use crate::server::{Runs, Server, ServerError};

/// How long a start may take. Ours: long enough for a busy engine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a start was not measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("the bare Runtime API failed")]
    RuntimeApi(#[source] io::Error),
    #[error("Lambda's endpoint failed")]
    Lambda(#[source] io::Error),
    #[error("`{program}` cannot be run")]
    NotRun { program: String, source: io::Error },
    #[error("`{program}` did not do what was waited for in {} s", PATIENCE.as_secs())]
    Silent { program: String },
    #[error("`{program}` ended before it did what was waited for ({status}): {said}")]
    Ended { program: String, status: ExitStatus, said: String },
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// What a caller is told to do: `function` and `payload` are any.
const CALL: &str = r#"{"function":"greeter","payload":{"name":"lambda"}}"#;

/// From before the start of the process to its first request to a Runtime API.
pub(crate) async fn exec(bootstrap: &Path) -> Result<Duration, StartError> {
    let api = RuntimeApi::listen(Ipv4Addr::LOCALHOST).await.map_err(StartError::RuntimeApi)?;
    let mut command = Command::new(bootstrap);
    command.env_clear().envs(api.variables(HANDLER));
    until_next(command, &api).await
}

/// From before the start of the process of a caller to its first request, and to its first answer, for which it
/// has called Lambda at this endpoint.
pub(crate) async fn exec_caller(
    bootstrap: &Path,
    endpoint: &Endpoint,
) -> Result<[Duration; 2], StartError> {
    let api = RuntimeApi::listen(Ipv4Addr::LOCALHOST).await.map_err(StartError::RuntimeApi)?;
    let lambda = endpoint.listen().await.map_err(StartError::Lambda)?;
    let mut command = Command::new(bootstrap);
    command.env_clear().envs(api.variables(CALLER)).envs(lambda.variables());
    let call = async |waiting: Waiting| {
        let called = async { lambda.answers().await.map_err(StartError::Lambda) };
        let answered = async { waiting.answers(CALL).await.map_err(StartError::RuntimeApi) };
        tokio::try_join!(called, answered).map(drop)
    };
    measured(command, &api, call).await
}

/// From before the start of the client to the first request of what it runs, to this machine as `host`.
pub(crate) async fn docker_run(image: &Image, host: Ipv4Addr) -> Result<Duration, StartError> {
    let api = RuntimeApi::listen(host).await.map_err(StartError::RuntimeApi)?;
    let command = image.run(&api.variables(HANDLER));
    until_next(command, &api).await
}

/// An invocation of a function that no environment is there for, as its caller sees it.
pub(crate) async fn cold(
    emulator: &Path,
    runs: Runs<'_>,
    image: &str,
) -> Result<Duration, StartError> {
    // An emulator for each: what was started before is gone then, and nothing is being cleared away.
    let server = Server::emulator(emulator, runs).await?;
    // What an emulator does once for an image does not count.
    server.create_function("first", image).await?;
    server.invoke("first").await?;
    server.create_function("cold", image).await?;
    let asked = Instant::now();
    server.invoke("cold").await?;
    let took = asked.elapsed();
    server.stop().await?;
    Ok(took)
}

/// From before the start of the program to its first request.
async fn until_next(command: Command, api: &RuntimeApi) -> Result<Duration, StartError> {
    // Waiting no longer, it hangs up.
    let [next, _] = measured(command, api, async |_| Ok(())).await?;
    Ok(next)
}

/// From before the start of the program to its first request, and to the end of what is then done with it.
/// Returns when the program has ended, so that nothing of it is left for the next measurement.
async fn measured(
    command: Command,
    api: &RuntimeApi,
    then: impl AsyncFnOnce(Waiting) -> Result<(), StartError>,
) -> Result<[Duration; 2], StartError> {
    let program = command.get_program().display().to_string();
    let not_run = |source| StartError::NotRun { program: program.clone(), source };
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let silent = |_| StartError::Silent { program: program.clone() };

    let started = Instant::now();
    let mut ended = pin!(command.spawn().map_err(not_run)?.wait_with_output());
    let both = async {
        let waiting = api.next().await.map_err(StartError::RuntimeApi)?;
        let next = started.elapsed();
        then(waiting).await?;
        Ok::<_, StartError>([next, started.elapsed()])
    };
    let took = tokio::select! {
        took = timeout(PATIENCE, both) => took.map_err(silent)??,
        output = &mut ended => {
            let output = output.map_err(not_run)?;
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(StartError::Ended { program, status: output.status, said });
        }
    };
    // It has been hung up on, and ends by itself.
    timeout(PATIENCE, ended).await.map_err(silent)?.map_err(not_run)?;
    Ok(took)
}
