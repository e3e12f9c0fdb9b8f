//! The table: a column for each image, a row for each thing that was measured.

use std::fmt;

use time::UtcDateTime;
use time::macros::format_description;

use super::docker::{Docker, NoDocker};
use super::subject::{Calls, Containers, Subject};
use crate::chain;
use crate::machine::Machine;
use crate::times::Times;

/// How much slower than `docker run` a cold start may be.
const GOAL: f64 = 1.5;

/// The columns.
pub(crate) const IMAGES: [&str; 4] =
    ["1 handler", "all without an SDK", "all handlers", "12 handlers"];

type Figure = fn(&Subject) -> Option<String>;

/// The rows. A figure that is not there was not measured.
pub(crate) const ROWS: [(&str, Figure); 11] = [
    ("binary", |it| Some(megabytes(it.binary_bytes))),
    ("image on `scratch`", |it| of_containers(it, |its| megabytes(its.image.bytes))),
    ("exec to first `/next`", |it| Some(milliseconds(&it.exec))),
    ("`caller`: exec to first `/next`", |it| Some(of_calls(it, |calls| &calls.http.next))),
    ("`caller`: exec to first answer", |it| Some(of_calls(it, |calls| &calls.http.answer))),
    ("`caller`, HTTPS: exec to first `/next`", |it| Some(of_calls(it, |calls| &calls.https.next))),
    ("`caller`, HTTPS: exec to first answer", |it| Some(of_calls(it, |calls| &calls.https.answer))),
    ("cold start, process", |it| Some(milliseconds(&it.cold_process))),
    ("cold start, container", |it| of_containers(it, |its| milliseconds(&its.cold))),
    ("`docker run` to first `/next`", |it| of_containers(it, |its| milliseconds(&its.docker_run))),
    ("container ÷ `docker run`", |it| of_containers(it, ratio)),
];

/// Everything that was measured.
pub(crate) struct Report {
    pub(crate) figures: [Subject; IMAGES.len()],
    pub(crate) machine: Machine,
    pub(crate) rounds: u32,
    /// The engine, or why there is none.
    pub(crate) docker: Result<Docker, NoDocker>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", head())?;
        writeln!(f, "{}", rule())?;
        for (what, figure) in ROWS {
            write!(f, "| {what} |")?;
            for subject in &self.figures {
                let figure = figure(subject).unwrap_or_else(|| "not measured".to_owned());
                write!(f, " {figure} |")?;
            }
            writeln!(f)?;
        }
        write!(f, "\nMedian of {}; in parentheses what nine of ten do not exceed. ", self.rounds)?;
        write!(f, "{}, ", self.machine)?;
        match &self.docker {
            Ok(docker) => write!(f, "Docker {}; ", docker.version)?,
            Err(error) => write!(f, "no containers ({}); ", chain(error))?,
        }
        writeln!(f, "{}. `cargo bench-cost --write` makes it again.", today())
    }
}

/// The first line of the table.
pub(crate) fn head() -> String {
    format!("| | {} |", IMAGES.join(" | "))
}

/// The second one.
pub(crate) fn rule() -> String {
    format!("|{}", " --- |".repeat(1 + IMAGES.len()))
}

/// An image without the handler has nothing to measure.
fn of_calls(subject: &Subject, times: fn(&Calls) -> &Times) -> String {
    subject.calls.as_ref().map_or("–".to_owned(), |calls| milliseconds(times(calls)))
}

fn of_containers(subject: &Subject, figure: fn(&Containers) -> String) -> Option<String> {
    subject.containers.as_ref().map(figure)
}

fn ratio(containers: &Containers) -> String {
    goal(containers.cold.median().div_duration_f64(containers.docker_run.median()))
}

fn goal(ratio: f64) -> String {
    let verdict = if ratio <= GOAL { "met" } else { "MISSED" };
    format!("{ratio:.2} (at most {GOAL}: {verdict})")
}

/// Rounded up: nothing looks smaller than it is.
fn megabytes(bytes: u64) -> String {
    let hundredths = bytes.div_ceil(10_000);
    format!("{}.{:02} MB", hundredths / 100, hundredths % 100)
}

/// The median, and what nine of ten do not exceed. A whole number says enough of what is large.
fn milliseconds(times: &Times) -> String {
    let [median, p90] = [times.median(), times.p90()].map(|time| time.as_secs_f64() * 1e3);
    let digits = usize::from(median < 50.0);
    format!("{median:.digits$} ms ({p90:.digits$})")
}

fn today() -> String {
    let day = format_description!("[day padding:none] [month repr:long] [year]");
    UtcDateTime::now().format(day).expect("a date has a day, a month and a year")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_ratio_meets_its_goal_or_misses_it() {
        assert_eq!(goal(1.5), "1.50 (at most 1.5: met)");
        assert_eq!(goal(1.51), "1.51 (at most 1.5: MISSED)");
    }

    #[test]
    fn sizes_are_told_in_megabytes_and_rounded_up() {
        assert_eq!(megabytes(2_600_000), "2.60 MB");
        assert_eq!(megabytes(2_600_001), "2.61 MB");
        assert_eq!(megabytes(12_050_000), "12.05 MB");
    }

    #[test]
    fn times_are_told_with_what_nine_of_ten_do_not_exceed() {
        let times = |micros: &[u64]| micros.iter().copied().map(Duration::from_micros).collect();
        assert_eq!(milliseconds(&times(&[900, 1240, 3000])), "1.2 ms (3.0)");
        assert_eq!(milliseconds(&times(&[300_400, 512_000])), "512 ms (512)");
    }
}
