//! The table: what was measured, beside the peer, beside the goal.

use std::fmt;
use std::time::Duration;

use super::figures::{CONNECTIONS, Figures};
use crate::server::Memory;

const PEER: &str = "cargo lambda watch";

/// Everything that was measured.
pub(crate) struct Report {
    /// From the start of the emulator's process to its first answer.
    pub(crate) ready: Duration,
    pub(crate) emulator: Figures,
    pub(crate) peer: Option<Figures>,
    /// Why there is no peer, if there is none.
    pub(crate) not_measured: Option<String>,
}

struct Row {
    what: String,
    emulator: Option<f64>,
    peer: Option<f64>,
    goal: Option<Goal>,
}

/// What the design wants of a number.
#[derive(Clone, Copy)]
enum Goal {
    AtMost(f64),
    /// The emulator's number divided by the peer's.
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

impl Report {
    fn rows(&self) -> Vec<Row> {
        let mut rows = vec![Row {
            what: "start to healthy, ms".to_owned(),
            emulator: Some(self.ready.as_secs_f64() * 1000.0),
            peer: None,
            goal: Some(Goal::AtMost(30.0)),
        }];
        let memory = |what: &str, of: fn(&Figures) -> Option<Memory>, goal| {
            self.row(format!("memory {what}, MB"), goal, |figures| of(figures).map(megabytes))
        };
        rows.push(memory("when idle", |figures| figures.idle, Some(Goal::AtMost(15.0))));
        rows.push(memory("after the first invoke", |it| Some(it.after_first_invoke), None));
        rows.push(memory("after all invokes", |it| Some(it.after_all), None));
        rows.extend(self.loads());
        rows
    }

    fn loads(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (place, connections) in CONNECTIONS.into_iter().enumerate() {
            let rate_goal = (connections == 16).then_some(Goal::RatioAtLeast(2.5));
            let p50_goal = (connections == 1).then_some(Goal::RatioAtMost(0.7));
            let mut row = |what: &str, goal, of: &dyn Fn(&Figures) -> f64| {
                let what = format!("{connections:>2} at once: {what}");
                rows.push(self.row(what, goal, |figures| Some(of(figures))));
            };
            row("invokes per second", rate_goal, &|it| it.loads[place].per_second);
            row("p50, µs", p50_goal, &|it| microseconds(it.loads[place].p50));
            row("p90, µs", None, &|it| microseconds(it.loads[place].p90));
            row("p99, µs", None, &|it| microseconds(it.loads[place].p99));
            row("CPU of the server, µs", None, &|it| microseconds(it.cpu[place]));
        }
        rows
    }

    fn row(&self, what: String, goal: Option<Goal>, of: impl Fn(&Figures) -> Option<f64>) -> Row {
        Row { what, emulator: of(&self.emulator), peer: self.peer.as_ref().and_then(of), goal }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<36}{:>10}{:>20}{:>8}  GOAL", "", "emulator", PEER, "ratio")?;
        self.rows().iter().try_for_each(|row| writeln!(f, "{row}"))?;
        match &self.not_measured {
            Some(reason) => writeln!(f, "\n{PEER}: not measured, {reason}"),
            None => Ok(()),
        }
    }
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        Some(self.emulator? / self.peer?)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
        };
        // A whole number says enough of what is large.
        let digits = usize::from(self.emulator.is_some_and(|value| value < 50.0));
        let (emulator, peer) = (figure(self.emulator, digits), figure(self.peer, digits));
        write!(f, "{:<36}{emulator:>10}{peer:>20}{:>8}", self.what, figure(self.ratio(), 2))?;
        match self.goal {
            Some(goal) => write!(f, "  {goal}: {}", goal.verdict(self)),
            None => Ok(()),
        }
    }
}

impl Goal {
    fn verdict(self, row: &Row) -> &'static str {
        let met = match self {
            Self::AtMost(most) => row.emulator.map(|value| value <= most),
            Self::RatioAtMost(most) => row.ratio().map(|ratio| ratio <= most),
            Self::RatioAtLeast(least) => row.ratio().map(|ratio| ratio >= least),
        };
        match met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not measured",
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "at most {most}"),
            Self::RatioAtMost(most) => write!(f, "ratio at most {most}"),
            Self::RatioAtLeast(least) => write!(f, "ratio at least {least}"),
        }
    }
}

fn megabytes(Memory(kib): Memory) -> f64 {
    f64::from(kib) * 1024.0 / 1e6
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(emulator: f64, peer: Option<f64>, goal: Goal, expected: &str) {
        let row = Row { what: String::new(), emulator: Some(emulator), peer, goal: Some(goal) };
        assert_eq!(row.to_string().trim_start(), expected);
    }

    #[test]
    fn a_goal_is_met_missed_or_not_measured() {
        check(4.0, None, Goal::AtMost(30.0), "4.0                   -       -  at most 30: met");
        check(
            31.0,
            None,
            Goal::AtMost(30.0),
            "31.0                   -       -  at most 30: MISSED",
        );
        check(
            70.0,
            Some(100.0),
            Goal::RatioAtMost(0.7),
            "70                 100    0.70  ratio at most 0.7: met",
        );
        check(
            100.0,
            Some(50.0),
            Goal::RatioAtLeast(2.5),
            "100                  50    2.00  ratio at least 2.5: MISSED",
        );
        check(
            100.0,
            None,
            Goal::RatioAtLeast(2.5),
            "100                   -       -  ratio at least 2.5: not measured",
        );
    }
}
