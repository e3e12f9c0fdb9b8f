//! One line of the table: a function, and what came of it.

use std::iter;
use std::time::Duration;

use crate::failure::Failed;
use crate::function;
use crate::scenes::{Played, Scene};
use crate::table;

/// Longest text of what came back or was logged, in characters. Ours: a table is to be read at a glance.
const MAX_SEEN: usize = 32;

/// A function, and what came of it.
pub(crate) struct Row {
    handler: String,
    trigger: &'static str,
    outcome: Outcome,
}

enum Outcome {
    AsExpected(Played),
    Failed(Failed),
    /// A handler that this program knows no trigger for.
    NoScene,
}

impl Row {
    pub(crate) fn of(scene: &Scene, played: Result<Played, Failed>) -> Self {
        Self {
            handler: scene.handler.to_owned(),
            trigger: scene.trigger,
            outcome: played.map_or_else(Outcome::Failed, Outcome::AsExpected),
        }
    }

    pub(crate) fn without_scene(handler: &str) -> Self {
        Self { handler: handler.to_owned(), trigger: "", outcome: Outcome::NoScene }
    }

    /// The row by name, and why it failed, if it did.
    pub(crate) fn failure(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Failed(failed) => Some(format!("{} failed: {failed}", self.handler)),
            Outcome::AsExpected(_) | Outcome::NoScene => None,
        }
    }

    fn cells(&self) -> [String; 7] {
        let nothing = || "-".to_owned();
        let [seen, init, duration, memory] = match &self.outcome {
            Outcome::AsExpected(Played { seen, report }) => [
                shortened(seen),
                report.init.map_or_else(nothing, milliseconds),
                milliseconds(report.duration),
                report.max_memory_mb.to_string(),
            ],
            Outcome::Failed(_) => ["FAILED, see below".to_owned(), nothing(), nothing(), nothing()],
            Outcome::NoScene => ["no demo".to_owned(), nothing(), nothing(), nothing()],
        };
        let function = match self.outcome {
            Outcome::NoScene => nothing(),
            _ => function::name(&self.handler),
        };
        let trigger = if self.trigger.is_empty() { nothing() } else { self.trigger.to_owned() };
        [function, self.handler.clone(), trigger, seen, init, duration, memory]
    }
}

/// All rows under their headings.
pub(crate) fn all(rows: &[Row]) -> String {
    let headings = [
        "FUNCTION",
        "HANDLER",
        "TRIGGER",
        "CAME BACK OR WAS LOGGED",
        "INIT ms",
        "DURATION ms",
        "MEMORY MB",
    ];
    let headings = headings.map(str::to_owned);
    table::text(&iter::once(headings).chain(rows.iter().map(Row::cells)).collect::<Vec<_>>())
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1000.0)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_SEEN) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::log::Report;

    #[test]
    fn every_handler_has_a_row_and_only_a_failed_one_is_a_failure() {
        let row =
            |handler: &str, trigger, outcome| Row { handler: handler.into(), trigger, outcome };
        let report = Report {
            init: Some(Duration::from_micros(2_520)),
            duration: Duration::from_micros(1_300),
            max_memory_mb: 7,
        };
        let seen = "S3 trigger Lambda event_name=ObjectCreated:Put".to_owned();
        let reason = Failure::NotInImage { handler: "kinesis", present: "rerun, s3".to_owned() };
        let rows = [
            row("s3", "PutObject", Outcome::AsExpected(Played { seen, report })),
            row("kinesis", "PutRecord", Outcome::Failed(Failed { reason, log: String::new() })),
            Row::without_scene("rerun"),
        ];
        assert_eq!(
            all(&rows),
            "\
FUNCTION          HANDLER  TRIGGER    CAME BACK OR WAS LOGGED            INIT ms  DURATION ms  MEMORY MB
manifold-s3       s3       PutObject  S3 trigger Lambda event_name=Obj…     2.52         1.30          7
manifold-kinesis  kinesis  PutRecord  FAILED, see below                        -            -          -
-                 rerun    -          no demo                                  -            -          -
"
        );
        let failures: Vec<_> = rows.iter().filter_map(Row::failure).collect();
        assert!(
            matches!(&failures[..], [only] if only.starts_with("kinesis failed: no handler")),
            "{failures:?}"
        );
    }
}
