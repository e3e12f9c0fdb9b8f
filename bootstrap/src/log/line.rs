//! One line per event, in one write: Lambda takes each line of output for an event of its own.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;
use tracing::{Event, Level, Subscriber, span};
use tracing_subscriber::{
    Layer,
    fmt::{format::Writer, time::FormatTime as _, time::SystemTime},
    layer::Context,
    registry::{LookupSpan, Scope},
};

use super::{Format, REQUEST_ID, fields::Fields};

/// Writes what is logged, with the fields of the spans around it.
pub(super) struct Lines<W> {
    format: Format,
    output: fn() -> W,
}

impl Lines<io::Stdout> {
    pub(super) fn to_standard_output(format: Format) -> Self {
        Self { format, output: io::stdout }
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + 'static,
{
    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            span.extensions().get::<Fields>().into_iter().for_each(|outer| fields.extend(outer));
        }
        event.record(&mut fields);
        let mut line = Line::new(*event.metadata().level(), fields).written(self.format);
        line.push('\n');
        // A function does not fail because its log cannot be written.
        let _ = (self.output)().write_all(line.as_bytes());
    }
}

/// What every line says, and the fields that this one adds.
struct Line {
    level: Level,
    message: String,
    request_id: Option<String>,
    fields: Fields,
}

impl Line {
    fn new(level: Level, mut fields: Fields) -> Self {
        let message = fields.take("message").unwrap_or_default();
        Self { level, message, request_id: fields.take(REQUEST_ID), fields }
    }

    fn written(&self, format: Format) -> String {
        match format {
            Format::Text => self.text(),
            Format::Json => self.json(&now()),
        }
    }

    /// There is no time in it: each event of a log stream carries its own.
    fn text(&self) -> String {
        let mut line = self.level.to_string();
        if let Some(request_id) = &self.request_id {
            line += " ";
            line += request_id;
        }
        line += " ";
        self.message.chars().for_each(|character| push_visible(&mut line, character));
        for (name, value) in self.fields.iter() {
            line += " ";
            line += name;
            line += "=";
            push_value(&mut line, value);
        }
        line
    }

    /// Lambda filters by `level` if there is a `timestamp` in RFC 3339:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
    fn json(&self, timestamp: &str) -> String {
        let mut line = Vec::new();
        self.members(&mut serde_json::Serializer::new(&mut line), timestamp)
            .expect("text and JSON values can always be written to memory");
        String::from_utf8(line).expect("JSON is UTF-8")
    }

    fn members<S: Serializer>(&self, json: S, timestamp: &str) -> Result<S::Ok, S::Error> {
        let mut members = json.serialize_map(None)?;
        members.serialize_entry("timestamp", timestamp)?;
        members.serialize_entry("level", self.level.as_str())?;
        members.serialize_entry("message", &self.message)?;
        if let Some(request_id) = &self.request_id {
            members.serialize_entry(REQUEST_ID, request_id)?;
        }
        for (name, value) in self.fields.iter() {
            match name {
                // A member twice is not JSON that everybody reads alike.
                "timestamp" | "level" => members.serialize_entry(&format!("{name}_"), value)?,
                name => members.serialize_entry(name, value)?,
            }
        }
        members.end()
    }
}

/// In RFC 3339, UTC, with microseconds.
fn now() -> String {
    let mut now = String::new();
    SystemTime
        .format_time(&mut Writer::new(&mut now))
        .expect("a string takes all that is written to it");
    now
}

/// A line break in what a handler logs would begin a line of its own, without the request id.
fn push_visible(line: &mut String, character: char) {
    if character.is_control() {
        line.extend(character.escape_debug());
    } else {
        line.push(character);
    }
}

fn push_value(line: &mut String, value: &Value) {
    let bare = |character: char| {
        !character.is_control() && !character.is_whitespace() && !"\"=".contains(character)
    };
    let written = match value {
        Value::String(text) if !text.is_empty() && text.chars().all(bare) => line.write_str(text),
        Value::String(text) => write!(line, "{text:?}"),
        value => write!(line, "{value}"),
    };
    written.expect("a string takes all that is written to it");
}

#[cfg(test)]
mod tests;
