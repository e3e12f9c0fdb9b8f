//! A scene per handler: its trigger, and what is to come of it. To add one, add its file and a line.

mod api_gateway;
mod caller;
mod custom_event;
mod kinesis;
mod s3;

use std::time::Duration;

use emulator_logs::Logs;
use futures_util::future::BoxFuture;

use crate::aws::{Aws, AwsError};
use crate::failure::{Failed, Failure};
use crate::function::{self, Function};
use crate::log::{self, Log, Report};

/// How long one scene may take. Ours: hundreds of times what it takes on a small machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every scene, in the order in which they are played.
pub(crate) const SCENES: [Scene; 5] =
    [api_gateway::SCENE, s3::SCENE, kinesis::SCENE, custom_event::SCENE, caller::SCENE];

/// One handler and its trigger.
pub(crate) struct Scene {
    /// The value of HANDLER.
    pub(crate) handler: &'static str,
    /// For a person.
    pub(crate) trigger: &'static str,
    /// What to know before doing the same elsewhere.
    pub(crate) note: Option<&'static str>,
    expected: Expected,
}

/// Sets a trigger up, and fires it.
type Fire<T> = for<'a> fn(&'a Aws, &'a Function) -> BoxFuture<'a, Result<T, AwsError>>;

enum Expected {
    /// Whoever fires the trigger gets the answer.
    Answer(&'static str, Fire<String>),
    /// The trigger hands an event over; what comes of it is in the function's log.
    LogLine(&'static str, Fire<()>),
}

/// A scene that was as expected.
pub(crate) struct Played {
    /// What came back, or was logged.
    pub(crate) seen: String,
    pub(crate) report: Report,
}

impl Scene {
    /// Creates the function, fires its trigger, and holds what came of it against what was expected.
    pub(crate) async fn play(
        &self,
        aws: &Aws,
        logs: &Logs,
        handlers: &[String],
    ) -> Result<Played, Failed> {
        let in_time = tokio::time::timeout(PATIENCE, self.perform(aws, logs, handlers)).await;
        in_time.unwrap_or(Err(Failure::Quiet(PATIENCE))).map_err(|reason| {
            let group = function::log_group(&function::name(self.handler));
            Failed { reason, log: log::so_far(logs, &group) }
        })
    }

    async fn perform(
        &self,
        aws: &Aws,
        logs: &Logs,
        handlers: &[String],
    ) -> Result<Played, Failure> {
        let handler = self.handler;
        if !handlers.iter().any(|present| present == handler) {
            return Err(Failure::NotInImage { handler, present: handlers.join(", ") });
        }
        let function = Function::create(aws, handler).await?;
        let (seen, log) = match self.expected {
            Expected::Answer(expected, fire) => {
                let found = fire(aws, &function).await?;
                if found != expected {
                    return Err(Failure::OtherAnswer { expected, found });
                }
                (found, Log::of(&function, aws, logs).await?)
            }
            Expected::LogLine(expected, fire) => {
                fire(aws, &function).await?;
                let log = Log::of(&function, aws, logs).await?;
                let line = log.from(expected).ok_or(Failure::NotLogged(expected))?;
                (line.to_owned(), log)
            }
        };
        let report = log.report().ok_or(Failure::NoReport)?;
        Ok(Played { seen, report })
    }
}
