//! The emulator, beside `cargo lambda watch` if that is installed: start, memory, and warm invocations.

mod figures;
mod load;
mod report;

use std::error::Error;
use std::io::{self, Write};
use std::iter;
use std::path::Path;
use std::time::Duration;

use crate::builds;
use crate::chain;
use crate::machine::Machine;
use crate::server::{Runs, Server, ServerError};
use crate::times::Times;
use figures::{CONNECTIONS, Subject};
use report::Report;

/// Measures the emulator: start, memory and warm invocations, beside `cargo lambda watch`.
#[derive(clap::Args)]
#[command(bin_name = "cargo bench-all")]
pub(crate) struct Options {
    /// How often each thing is measured; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long invocations are measured each time, in seconds
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
}

/// Builds, measures, and prints a table.
pub(crate) fn measure(options: &Options) -> Result<(), Box<dyn Error>> {
    load::check()?;
    // One by one: together, cargo would give each the features that the other needs.
    let bootstrap = builds::release("bootstrap")?;
    let emulator = builds::release("emulator")?;
    let machine = Machine::read();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(rounds(options, &emulator, Runs::Processes(&bootstrap)))?;
    write!(io::stdout(), "{machine}\n\n{report}")?;
    Ok(())
}

async fn rounds(
    options: &Options,
    program: &Path,
    runs: Runs<'_>,
) -> Result<Report, Box<dyn Error>> {
    let starts = starts(options.rounds, program, runs).await?;
    let emulator = Subject::emulator(program, runs).await?;
    let (peer, not_measured) = match Subject::peer().await {
        Ok(peer) => (Some(peer), None),
        Err(error) => (None, Some(chain(&error))),
    };
    let mut subjects: Vec<_> = iter::once(emulator).chain(peer).collect();
    // In turn, so that both meet the same weather on a machine that does other things too.
    let length = Duration::from_secs(options.seconds.into());
    for _ in 0..options.rounds {
        for connections in CONNECTIONS {
            for subject in &mut subjects {
                subject.load(connections, length)?;
            }
        }
    }
    let mut figures = Vec::new();
    for subject in subjects {
        figures.push(subject.stop().await?);
    }
    let mut figures = figures.into_iter();
    let emulator = figures.next().expect("the emulator comes first");
    Ok(Report { ready: starts.median(), emulator, peer: figures.next(), not_measured })
}

/// From the start of a process to its first answer, several times.
async fn starts(rounds: u32, program: &Path, runs: Runs<'_>) -> Result<Times, ServerError> {
    let mut starts = Vec::new();
    // The first one also reads the program from the disk, and does not count.
    for _ in 0..=rounds {
        let server = Server::emulator(program, runs).await?;
        starts.push(server.ready_after);
        server.stop().await?;
    }
    Ok(starts.into_iter().skip(1).collect())
}
