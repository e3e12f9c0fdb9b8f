//! Warm invocations: as many as there can be, by `wrk`, one thread of it.

use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// What wrk sends, and how it writes what it measured.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/emulator/invoke.lua");

/// Why there is no measurement.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("wrk is not installed, or cannot be run (hint: apt-get install wrk)")]
    NoWrk(#[source] io::Error),
    #[error("wrk failed ({status}): {said}")]
    Failed { status: ExitStatus, said: String },
    #[error("{errors} requests to {url} were answered with an error, or not at all")]
    Errors { errors: u64, url: String },
}

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Load {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p90: Duration,
    pub(crate) p99: Duration,
}

/// Holds that there is a load tool.
///
/// # Errors
///
/// [`LoadError::NoWrk`] if there is none.
pub(crate) fn check() -> Result<(), LoadError> {
    // It prints its version and fails: all that matters is that it runs.
    Command::new("wrk").arg("--version").output().map(drop).map_err(LoadError::NoWrk)
}

/// Invokes what is at `url` over some connections for a while.
///
/// # Errors
///
/// [`LoadError`] if one request failed, or if nothing was measured.
pub(crate) fn measure(url: &str, connections: u32, length: Duration) -> Result<Load, LoadError> {
    let ran = Command::new("wrk")
        .args(["--threads", "1", "--connections", &connections.to_string()])
        .args(["--duration", &format!("{}s", length.as_secs())])
        .args(["--script", SCRIPT, url])
        .output()
        .map_err(LoadError::NoWrk)?;
    let said = String::from_utf8_lossy(&ran.stdout);
    let Some((load, errors)) = said.lines().find_map(read) else {
        let said = format!("{said}{}", String::from_utf8_lossy(&ran.stderr));
        return Err(LoadError::Failed { status: ran.status, said });
    };
    if errors > 0 {
        return Err(LoadError::Errors { errors, url: url.to_owned() });
    }
    Ok(load)
}

/// Reads the line of the script: requests per second, three percentiles in microseconds, errors.
fn read(line: &str) -> Option<(Load, u64)> {
    let mut numbers = line.strip_prefix("measured ")?.split(' ');
    let per_second = numbers.next()?.parse().ok()?;
    let mut next = || numbers.next()?.parse::<u64>().ok();
    let (p50, p90, p99) = (next()?, next()?, next()?);
    let [p50, p90, p99] = [p50, p90, p99].map(Duration::from_micros);
    Some((Load { per_second, p50, p90, p99 }, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_script_is_read_number_by_number() {
        let [p50, p90, p99] = [83, 120, 900].map(Duration::from_micros);
        let load = Load { per_second: 8500.5, p50, p90, p99 };
        assert_eq!(read("measured 8500.5 83 120 900 2"), Some((load, 2)));
    }

    #[test]
    fn other_lines_are_not_taken_for_it() {
        assert_eq!(read("Requests/sec:   8500.50"), None);
        assert_eq!(read("measured 8500.5 83 120"), None);
    }
}
