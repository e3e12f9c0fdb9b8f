//! The image, by how many handlers are in it: its size, and how fast it starts.

mod docker;
mod lambda;
mod readme;
mod recipe;
mod runtime_api;
mod start;
mod static_build;
mod subject;
mod table;
mod twelve;

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::Path;

use crate::builds;
use crate::machine::Machine;
use docker::{Docker, Image};
use lambda::Endpoint;
use recipe::Recipe;
use subject::{Calls, Containers, FirstCall, Subject};
use table::{IMAGES, Report};

/// Measures the image with one handler, with those that use no SDK, with all, and with twelve: sizes, and how fast
/// it starts.
#[derive(clap::Args)]
#[command(bin_name = "cargo bench-cost")]
pub(crate) struct Options {
    /// How often each start is measured
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The image that builds, where the one that the Dockerfile names cannot be had
    #[arg(long, value_name = "IMAGE", env = "BUILDER")]
    builder: Option<String>,
    /// Put the table into README.md as well
    #[arg(long)]
    write: bool,
}

/// In the table's order.
type Subjects = [Subject; IMAGES.len()];

/// Builds, measures, and prints a table in Markdown.
pub(crate) fn measure(options: &Options) -> Result<(), Box<dyn Error>> {
    let emulator = builds::release("emulator")?;
    let docker = Docker::find();
    let subjects = build(options, docker.as_ref().ok())?;
    let machine = Machine::read();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(rounds(options.rounds, subjects, &emulator))?;
    let report = Report { figures, machine, rounds: options.rounds, docker };
    write!(io::stdout(), "{report}")?;
    if options.write {
        readme::write(&report.to_string())?;
    }
    Ok(())
}

fn build(options: &Options, docker: Option<&Docker>) -> Result<Subjects, Box<dyn Error>> {
    let place = env::current_exe()?.with_file_name("cost");
    fs::create_dir_all(&place)?;
    let calls = Calls {
        http: FirstCall::to(Endpoint::Plain),
        https: FirstCall::to(Endpoint::secure(&place)?),
    };
    let build = |recipe: Recipe| {
        let calls = recipe.calls.then(|| calls.clone());
        match docker {
            Some(docker) => {
                by_docker(&recipe, calls, &place, options.builder.as_deref(), docker.host)
            }
            None => by_cargo(&recipe, calls, &place),
        }
    };
    let [one, no_sdk, all, twelve] = recipe::all(&place)?;
    Ok([build(one)?, build(no_sdk)?, build(all)?, build(twelve)?])
}

/// The binary that is measured is the one in the image.
fn by_docker(
    recipe: &Recipe,
    calls: Option<Calls>,
    place: &Path,
    builder: Option<&str>,
    host: Ipv4Addr,
) -> Result<Subject, Box<dyn Error>> {
    let binary = place.join(recipe.name);
    let image = Image::build(recipe, builder)?;
    image.copy_bootstrap(&binary)?;
    Ok(Subject::of(binary, calls, Some(Containers::of(image, host)))?)
}

fn by_cargo(
    recipe: &Recipe,
    calls: Option<Calls>,
    place: &Path,
) -> Result<Subject, Box<dyn Error>> {
    let binary = place.join(recipe.name);
    static_build::make(recipe, &place.join("target"), &binary)?;
    Ok(Subject::of(binary, calls, None)?)
}

/// In turn, so that all meet the same weather on a machine that does other things too.
async fn rounds(
    rounds: u32,
    mut subjects: Subjects,
    emulator: &Path,
) -> Result<Subjects, Box<dyn Error>> {
    // The first round also reads the programs from the disk, and does not count.
    for subject in &subjects {
        subject.clone().measure(emulator).await?;
    }
    for _ in 0..rounds {
        for subject in &mut subjects {
            subject.measure(emulator).await?;
        }
    }
    Ok(subjects)
}
