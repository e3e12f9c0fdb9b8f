//! Ways to fail, as a table: what a caller is told, what the log says of it, and what the next invocation finds,
//! all of it as on Lambda.

use aws_sdk_cloudwatchlogs::types::LogStream;
use probe::{Echo, Step, event};
use serde_json::json;

use crate::{Account, Answer};

/// What [`well`] posts.
pub const WELL: &str = r#"{"body":"well","statusCode":200}"#;

/// A way to fail.
#[derive(Clone, Debug)]
pub struct Way {
    /// What tells it from the others.
    pub name: &'static str,
    /// What the function does when it is called.
    pub steps: Vec<Step>,
    /// Of the function, in seconds.
    pub timeout: i32,
    /// The error document that the caller gets, or nothing if it gets an answer after all.
    pub told: Option<String>,
    /// How the REPORT line ends.
    report: String,
    /// Which invocation of its process the next one is.
    next: u64,
    /// What the Runtime API said to each post and to each call out of turn.
    notes: &'static [u16],
}

/// Those that a warm function has wherever it runs.
pub fn ways() -> Vec<Way> {
    let forever = Step::SleepMs(600_000);
    let (shop, sorry) = ("Function.Closed", "sorry");
    let large = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
    let too_large =
        format!(r#"{{"errorMessage":"{large}","errorType":"Function.ResponseSizeTooLarge"}}"#);
    vec![
        Way::of("answer", [well()]).noted(&[202]),
        Way::of("error", [Step::error(shop, sorry)]).told(shop, sorry).noted(&[202]),
        Way::of("panic", [Step::Panic("out of luck".into())])
            .exited("Runtime.ExitError", "with error: exit status 101"),
        Way::of("timeout", [forever]).timed_out(),
        Way::of("exit 0", [Step::Exit(0)])
            .exited("Runtime.ExitError", "without providing a reason"),
        Way::of("exit 1", [Step::Exit(1)]).exited("Runtime.ExitError", "with error: exit status 1"),
        Way::of("answer, then exit 1", [well(), Step::Exit(1)])
            .reported("Runtime.ExitError")
            .reset(),
        Way::of("answer too large", [Step::AnswerBytes(6_291_557)])
            .told_document(too_large)
            .reported("Function.ResponseSizeTooLarge")
            .noted(&[413]),
        Way::of("answer after the deadline", [Step::PastDeadlineMs(50), well()]).timed_out(),
        Way::of("/next twice", [Step::Next, well()]).noted(&[200, 202]),
        Way::of("wrong request id", [a_wrong_id(), well()]).noted(&[400, 202]),
    ]
}

/// An answer that an API passes on.
pub fn well() -> Step {
    Step::Answer(json!({"statusCode": 200, "body": "well"}))
}

fn a_wrong_id() -> Step {
    let request_id = "00000000-0000-4000-8000-000000000000".to_owned();
    Step::AnswerAs { request_id, value: json!("not mine") }
}

impl Way {
    /// A warm function that does this, and answers all the same.
    pub fn of(name: &'static str, steps: impl IntoIterator<Item = Step>) -> Self {
        let (steps, report) = (steps.into_iter().collect(), String::new());
        Self { name, steps, timeout: 30, told: None, report, next: 3, notes: &[] }
    }

    /// The caller is told of an error.
    #[must_use]
    pub fn told(self, kind: &str, message: &str) -> Self {
        self.told_document(format!(r#"{{"errorType":"{kind}","errorMessage":"{message}"}}"#))
    }

    fn told_document(self, document: String) -> Self {
        Self { told: Some(document), ..self }
    }

    /// The Runtime API says so to each call.
    #[must_use]
    pub fn noted(self, notes: &'static [u16]) -> Self {
        Self { notes, ..self }
    }

    /// The log has an error of this type.
    #[must_use]
    pub fn reported(self, kind: &str) -> Self {
        Self { report: format!("Status: error\tError Type: {kind}"), ..self }
    }

    /// The next invocation is so many invocations into its process.
    #[must_use]
    pub fn then(self, next: u64) -> Self {
        Self { next, ..self }
    }

    /// The process is gone: the next invocation is the first of another.
    #[must_use]
    pub fn reset(self) -> Self {
        self.noted(&[]).then(1)
    }

    /// The process ends so.
    #[must_use]
    pub fn exited(self, kind: &str, how: &str) -> Self {
        let message = format!("RequestId: ID Error: Runtime exited {how}");
        self.told(kind, &message).reported(kind).reset()
    }

    /// It takes longer than it may.
    #[must_use]
    pub fn timed_out(self) -> Self {
        let message = "RequestId: ID Error: Task timed out after 3.00 seconds";
        let told = self.told("Sandbox.Timedout", message).reset();
        Self { timeout: 3, report: "Status: timeout".to_owned(), ..told }
    }

    /// What a caller sees who waits: status, error and payload.
    pub fn answer(&self) -> String {
        match &self.told {
            None => format!("200 - {WELL}"),
            Some(document) => format!("200 Unhandled {document}"),
        }
    }

    /// Holds the last REPORT line of a function's log against how it should end.
    pub fn check_report(&self, lines: &[String], cell: &str) {
        let report = lines.iter().rfind(|line| line.starts_with("REPORT ")).expect("it has run");
        let expected = format!(
            "REPORT RequestId: ID\tDuration: _\tBilled Duration: _\tMemory Size: 128 MB\
             \tMax Memory Used: _\t{}",
            self.report
        );
        assert_eq!(masked(report), expected.trim_end(), "{cell}");
    }

    /// Sees that the next invocation is in the same environment: in the same process, or in another that has
    /// been started inside it.
    pub async fn check_next(&self, account: &Account, function: &str, cell: &str) {
        let next = account.invoke(function, event([Step::Echo])).with_log().await;
        let report = next.line("REPORT");
        assert!(
            !report.contains("Status") && !report.contains("Init Duration"),
            "{cell}: {report}"
        );
        let echo: Echo = serde_json::from_value(next.value()).expect("an echo is answered");
        assert_eq!(echo.invocation, self.next, "{cell}");
        let notes: Vec<_> = echo.notes.iter().map(|note| note.status).collect();
        assert_eq!(notes, self.notes, "{cell}");

        let streams = account.logs().describe_log_streams();
        let streams = streams.log_group_name(format!("/aws/lambda/{function}")).send().await;
        let streams = streams.expect("a function that has run has a log");
        let names: Vec<_> = streams.log_streams().iter().map(LogStream::log_stream_name).collect();
        let own = echo.environment.get("AWS_LAMBDA_LOG_STREAM_NAME").map(String::as_str);
        assert_eq!(names, [own], "{cell}: one environment has one log stream");
    }
}

/// What a caller has seen who waited: status, error and payload, with ID for the request id.
pub fn seen(answer: &Answer) -> String {
    let error = answer.function_error.as_deref().unwrap_or("-");
    format!("{} {error} {}", answer.status, answer.payload.replace(&answer.request_id, "ID"))
}

/// A line of Lambda's own without what differs every time.
pub fn masked(line: &str) -> String {
    let mask = |field: &str| match field.split_once(": ") {
        Some((name, _)) if name.ends_with("Duration") || name == "Max Memory Used" => {
            format!("{name}: _")
        }
        Some((name @ "REPORT RequestId", _)) => format!("{name}: ID"),
        _ => field.to_owned(),
    };
    line.split('\t').map(mask).collect::<Vec<_>>().join("\t")
}
