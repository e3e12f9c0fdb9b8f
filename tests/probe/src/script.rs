//! Scripts: from events and environment variables to steps, and back. A typo is refused by name here.

use serde_json::{Map, Value, json};

use crate::step::Step;

/// The key of an event that holds a script.
const KEY: &str = "probe";

/// The event that asks for these steps.
pub fn event(steps: impl IntoIterator<Item = Step>) -> Value {
    json!({ KEY: steps.into_iter().collect::<Vec<_>>() })
}

/// The text of a script for the environment variables `PROBE_INIT` and `PROBE_STEPS`.
pub fn script(steps: impl IntoIterator<Item = Step>) -> String {
    json!(steps.into_iter().collect::<Vec<_>>()).to_string()
}

/// Why there is no script in a text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadScript {
    #[error("the event is not JSON")]
    EventNotJson(#[source] serde_json::Error),
    #[error("`{KEY}` must be the only key of an event; also found `{0}`")]
    OtherKey(String),
    #[error("a script is a list of steps, not `{0}`")]
    NotAList(Value),
    #[error("step {number}, `{step}`, is not one of the probe's")]
    BadStep { number: usize, step: Value, source: serde_json::Error },
    #[error("the environment variable {name} holds no script")]
    InVariable { name: &'static str, source: Box<BadScript> },
    #[error("`{0}` is not JSON")]
    NotJson(String, #[source] serde_json::Error),
    #[error("`{0}` is none of `error`, `exit:code`, `sleep:ms`, `log:line`, `panic`, `[step, …]`")]
    NoSuchInit(String),
}

/// The steps that an event holds, or none for an event that is no script.
pub(crate) fn in_event(event: &[u8]) -> Result<Option<Vec<Step>>, BadScript> {
    match serde_json::from_slice(event).map_err(BadScript::EventNotJson)? {
        Value::Object(mut fields) => match fields.remove(KEY) {
            Some(script) => alone(&fields).and_then(|()| steps(script)).map(Some),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The steps that a text of JSON holds.
pub(crate) fn in_text(text: &str) -> Result<Vec<Step>, BadScript> {
    steps(serde_json::from_str(text).map_err(|source| BadScript::NotJson(text.into(), source))?)
}

/// The steps that `PROBE_INIT` asks for; `error` is the text of `PROBE_INIT_ERROR`.
pub(crate) fn in_init(text: &str, error: &str) -> Result<Vec<Step>, BadScript> {
    let unknown = || BadScript::NoSuchInit(text.into());
    let step = match text.split_once(':') {
        _ if text.starts_with('[') => return in_text(text),
        None if text == "error" => init_error(error),
        None if text == "panic" => Step::Panic("asked to panic during init".into()),
        Some(("exit", code)) => Step::Exit(code.parse().map_err(|_| unknown())?),
        Some(("sleep", ms)) => Step::SleepMs(ms.parse().map_err(|_| unknown())?),
        Some(("log", line)) => Step::Log(vec![line.into()]),
        _ => return Err(unknown()),
    };
    Ok(vec![step])
}

fn init_error(text: &str) -> Step {
    match text.split_once(": ") {
        Some((error_type, message)) => Step::error(error_type, message),
        None => Step::error("Function.AskedToFail", text),
    }
}

fn alone(others: &Map<String, Value>) -> Result<(), BadScript> {
    others.keys().next().map_or(Ok(()), |other| Err(BadScript::OtherKey(other.clone())))
}

fn steps(script: Value) -> Result<Vec<Step>, BadScript> {
    let Value::Array(steps) = script else { return Err(BadScript::NotAList(script)) };
    let step = |(index, step): (usize, Value)| {
        serde_json::from_value(step.clone()).map_err(|source| BadScript::BadStep {
            number: index + 1,
            step,
            source,
        })
    };
    steps.into_iter().enumerate().map(step).collect()
}

#[cfg(test)]
mod tests;
