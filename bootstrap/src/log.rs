//! Logs as Lambda asks for them: its variables say the format and the level, and every line of an
//! invocation carries the request id.

mod fields;
mod line;

use tracing::{level_filters::LevelFilter, subscriber};
use tracing_subscriber::layer::SubscriberExt as _;

use self::line::Lines;
use crate::Environment;

/// The name of the span field that is the request id.
pub(crate) const REQUEST_ID: &str = "requestId";

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// `INFO {request id} {message} {field}={value}`, for people.
    Text,
    /// An object per line, with the members by which Lambda filters: `timestamp`, `level`.
    Json,
}

/// Sends the log of this process to standard output. What it could not make sense of is the first
/// line.
pub(crate) fn install(environment: &Environment) {
    let format = choose(environment.log_format.as_deref(), format, Format::Text);
    let level = choose(environment.log_level.as_deref(), level, LevelFilter::INFO);
    let lines = tracing_subscriber::registry()
        .with(level.value)
        .with(Lines::to_standard_output(format.value));
    if subscriber::set_global_default(lines).is_err() {
        return tracing::debug!("the log is somebody else's already");
    }
    if let Some(value) = format.refused {
        tracing::warn!(value, "AWS_LAMBDA_LOG_FORMAT is neither `Text` nor `JSON`; lines are text");
    }
    if let Some(value) = level.refused {
        tracing::warn!(
            value,
            "the log level is not one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL; it is INFO"
        );
    }
}

/// A setting, and the text that was given for it if that means nothing.
#[derive(Debug, PartialEq, Eq)]
struct Choice<'a, T> {
    value: T,
    refused: Option<&'a str>,
}

fn choose<T>(given: Option<&str>, read: fn(&str) -> Option<T>, otherwise: T) -> Choice<'_, T> {
    match given.map(read) {
        None => Choice { value: otherwise, refused: None },
        Some(Some(value)) => Choice { value, refused: None },
        Some(None) => Choice { value: otherwise, refused: given },
    }
}

fn format(text: &str) -> Option<Format> {
    [("text", Format::Text), ("json", Format::Json)].into_iter().find_map(named(text))
}

/// Nothing here is logged as fatal, so at that level there is silence.
fn level(text: &str) -> Option<LevelFilter> {
    [
        ("trace", LevelFilter::TRACE),
        ("debug", LevelFilter::DEBUG),
        ("info", LevelFilter::INFO),
        ("warn", LevelFilter::WARN),
        ("error", LevelFilter::ERROR),
        ("fatal", LevelFilter::OFF),
    ]
    .into_iter()
    .find_map(named(text))
}

/// Lambda writes `JSON` and `INFO`, people write `json` and `info`.
fn named<T>(text: &str) -> impl Fn((&str, T)) -> Option<T> {
    move |(name, value)| name.eq_ignore_ascii_case(text).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_levels_are_read_in_any_case() {
        assert_eq!(format("Text"), Some(Format::Text));
        assert_eq!(format("JSON"), Some(Format::Json));
        assert_eq!(level("DEBUG"), Some(LevelFilter::DEBUG));
        assert_eq!(level("warn"), Some(LevelFilter::WARN));
        assert_eq!(level("FATAL"), Some(LevelFilter::OFF));
    }

    #[test]
    fn what_is_not_known_is_refused_and_the_default_is_used() {
        let loud = Choice { value: LevelFilter::INFO, refused: Some("LOUD") };
        assert_eq!(choose(Some("LOUD"), level, LevelFilter::INFO), loud);
        let xml = Choice { value: Format::Text, refused: Some("xml") };
        assert_eq!(choose(Some("xml"), format, Format::Text), xml);
        let absent = Choice { value: LevelFilter::INFO, refused: None };
        assert_eq!(choose(None, level, LevelFilter::INFO), absent);
    }
}
