//! The main job, told in order: one binary is built, a function is made of it per HANDLER, each one's
//! real trigger is fired, and what came of it is shown.

mod arguments;
mod aws;
mod failure;
mod function;
mod image;
mod log;
mod row;
mod scenes;
mod table;

use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use emulator::{Clock, Config, Emulator, Executor, Home, INIT_LIMIT, Processes};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use arguments::Arguments;
use aws::Aws;
use row::Row;
use scenes::SCENES;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    show_warnings();
    match tell(&arguments) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "demo: {}", failure::chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn tell(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let bootstrap = image::build(&arguments.build)?;
    let handlers = image::handlers(&bootstrap)?;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = runtime.block_on(play_all(&bootstrap, &handlers))?;

    write!(io::stdout(), "\n{}", row::all(&rows))?;
    for scene in &SCENES {
        if let Some(note) = scene.note {
            writeln!(io::stdout(), "\n{}: {note}", scene.handler)?;
        }
    }
    let failures: Vec<_> = rows.iter().filter_map(Row::failure).collect();
    failures.iter().try_for_each(|failure| writeln!(io::stderr(), "\n{failure}"))?;
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Starts an emulator, plays every scene on it, and stops it.
async fn play_all(bootstrap: &Path, handlers: &[String]) -> Result<Vec<Row>, Box<dyn Error>> {
    let home = Home::default();
    let emulator = Emulator::start(Config {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        executor: Executor::Process(Processes {
            bootstrap: bootstrap.to_owned(),
            images: Vec::new(),
            extensions: None,
        }),
        home: home.clone(),
        clock: Clock::wall(),
        init_limit: INIT_LIMIT,
        freeze: false,
        data_dir: None,
    })
    .await?;
    let (image, endpoint) = (bootstrap.display(), emulator.endpoint());
    writeln!(io::stdout(), "One image, {image}, on an embedded Lambda at {endpoint}")?;

    let aws = Aws::new(emulator.address(), home);
    let mut rows = Vec::new();
    for scene in &SCENES {
        rows.push(Row::of(scene, scene.play(&aws, emulator.logs(), handlers).await));
    }
    let without_scene =
        handlers.iter().filter(|name| SCENES.iter().all(|scene| scene.handler != **name));
    rows.extend(without_scene.map(|name| Row::without_scene(name)));

    emulator.shut_down().await;
    Ok(rows)
}

/// What the emulator warns of is the hint that a failed row may need. The S3 library under it calls every
/// refusal an error; the row tells those.
fn show_warnings() {
    let filter =
        Targets::new().with_default(LevelFilter::WARN).with_target("s3s", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
}
