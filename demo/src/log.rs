//! What a function has logged, read once its invocation is over.

use std::time::Duration;

use emulator_logs::{Logs, Search};
use serde::Deserialize;
use serde_json::json;

use crate::aws::{Aws, AwsError};
use crate::function::Function;

/// The lines of one log stream.
pub(crate) struct Log(Vec<String>);

/// What Lambda reports of an invocation.
#[derive(Debug, PartialEq)]
pub(crate) struct Report {
    /// Only of the first one in an environment.
    pub(crate) init: Option<Duration>,
    pub(crate) duration: Duration,
    pub(crate) max_memory_mb: u32,
}

#[derive(Deserialize)]
struct Page {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    message: String,
}

impl Log {
    /// Waits for the first invocation of `function` to end, then reads its stream with `GetLogEvents`.
    pub(crate) async fn of(function: &Function, aws: &Aws, logs: &Logs) -> Result<Self, AwsError> {
        let report = logs.first(&function.log_group(), &Search::phrase("REPORT RequestId")).await;
        let input = json!({
            "logGroupName": function.log_group(),
            "logStreamName": &*report.stream,
            "startFromHead": true,
        });
        let page: Page = aws.json("Logs_20140328.GetLogEvents", input).await?;
        Ok(Self(page.events.into_iter().map(|event| event.message).collect()))
    }

    /// The part of a line from `phrase` on.
    pub(crate) fn from(&self, phrase: &str) -> Option<&str> {
        self.0.iter().find_map(|line| Some(line[line.find(phrase)?..].trim_end()))
    }

    pub(crate) fn report(&self) -> Option<Report> {
        Report::read(self.from("REPORT RequestId")?)
    }
}

/// All that has been logged in a group by now, for somebody who looks for what went wrong.
pub(crate) fn so_far(logs: &Logs, group: &str) -> String {
    let page = logs.events(group, &Search::everything()).unwrap_or_default();
    let lines = page.events.iter().map(|found| found.event.message.trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

impl Report {
    /// Reads `name: value unit` between tabs.
    fn read(line: &str) -> Option<Self> {
        let value = |name: &str| {
            let field =
                line.split('\t').find_map(|field| field.strip_prefix(name)?.strip_prefix(": "));
            field?.split(' ').next()
        };
        let milliseconds =
            |name| Some(Duration::from_secs_f64(value(name)?.parse::<f64>().ok()? / 1000.0));
        Some(Self {
            init: milliseconds("Init Duration"),
            duration: milliseconds("Duration")?,
            max_memory_mb: value("Max Memory Used")?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_line_is_read_field_by_field() {
        let line = "REPORT RequestId: 7\tDuration: 2.03 ms\tBilled Duration: 82 ms\tMemory Size: 128 MB\t\
                    Max Memory Used: 37 MB\tInit Duration: 79.22 ms\t";
        let report = Report {
            init: Some(Duration::from_micros(79_220)),
            duration: Duration::from_micros(2_030),
            max_memory_mb: 37,
        };
        assert_eq!(Report::read(line), Some(report));
    }

    #[test]
    fn a_warm_invocation_reports_no_init() {
        let line = "REPORT RequestId: 7\tDuration: 2.03 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t\
                    Max Memory Used: 37 MB\t";
        assert_eq!(Report::read(line).unwrap().init, None);
    }

    #[test]
    fn a_phrase_is_found_within_a_line() {
        let log = Log(vec!["START\n".to_owned(), "INFO Data = test key=1\n".to_owned()]);
        assert_eq!(log.from("Data = "), Some("Data = test key=1"));
        assert_eq!(log.from("Data = other"), None);
    }
}
