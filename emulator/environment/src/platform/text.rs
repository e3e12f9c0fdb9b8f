//! Platform events as lines of text.

use super::{Event, Phase, Schema};
use crate::report::{self, Status};

impl Event {
    /// The line in a log of text, with its newline; `None` if there is none for it.
    pub(crate) fn line(&self) -> Option<String> {
        match self {
            Self::Start { id, version, .. } => Some(report::start(*id, version)),
            Self::End(id) => Some(report::end(*id)),
            Self::Report { report, .. } => Some(report.line()),
            Self::InitReport { phase, status, duration } => match status {
                Status::Success => None,
                failed => Some(report::init_report(*duration, Phase::as_str(*phase), failed)),
            },
            Self::Extension { name, state, events, error } => {
                let events = events.join(", ");
                let error = error.iter().map(|error| format!("\tError Type: {error}"));
                let error: String = error.collect();
                Some(format!(
                    "EXTENSION\tName: {name}\tState: {state}\tEvents: [{events}]{error}\n"
                ))
            }
            Self::Subscription { name, schema, types } => {
                let api = if *schema == Schema::Logs { "LOGS" } else { "TELEMETRY" };
                let types: Vec<_> = types.iter().map(|kind| capitalized(kind)).collect();
                let types = types.join(", ");
                Some(format!("{api}\tName: {name}\tState: Subscribed\tTypes: [{types}]\n"))
            }
            Self::InitStart { .. }
            | Self::InitRuntimeDone { .. }
            | Self::RuntimeDone(_)
            | Self::LogsDropped { .. } => None,
        }
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}
