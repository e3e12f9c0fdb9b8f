//! The command line: `emulator serve`.

use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use emulator_clock::Clock;
use emulator_front::Home;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use time::UtcDateTime;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{
    Config, Containers, Emulator, Executor, INIT_LIMIT, NoExecutor, OpenError, Processes,
    StartError,
};

/// How long what blocks a thread may take at the end. Ours.
const GRACE: Duration = Duration::from_secs(1);

/// What runs as every image, unless `--bootstrap` names another.
const BOOTSTRAP: &str = "target/release/bootstrap";

/// An AWS Lambda on this machine, with its triggers, spoken to by unchanged AWS tools.
#[derive(Parser)]
#[command(name = "emulator", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer AWS's APIs on one port until interrupted.
    Serve(Serve),
}

#[derive(clap::Args)]
struct Serve {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// What functions run as: processes of this machine, containers of the real image, or containers where
    /// the engine has the image and processes elsewhere.
    #[arg(long, value_enum, default_value_t = Runs::Process)]
    executor: Runs,
    // Whether it was given matters, which a default of clap's would hide.
    #[arg(
        long,
        value_name = "PATH",
        help = format!("The executable that every image runs as [default: {BOOTSTRAP}]")
    )]
    bootstrap: Option<PathBuf>,
    /// An executable for one image URI; may be given more than once.
    #[arg(long = "image", value_name = "URI=PATH", value_parser = image)]
    images: Vec<(String, PathBuf)>,
    /// Directory of executables that are started with every environment, as those in an image's
    /// /opt/extensions.
    #[arg(long, value_name = "DIR")]
    extensions: Option<PathBuf>,
    /// Have the engine pull images, as `docker pull` does, when functions are created or their code is updated;
    /// without it only images that the engine has are run.
    #[arg(long)]
    pull: bool,
    /// The time that everything waits on; `virtual` stands still until it is advanced.
    #[arg(long, value_enum, default_value_t = Time::Wall)]
    clock: Time,
    /// Stop functions between invocations, as on AWS: no CPU, no timers.
    #[arg(long)]
    freeze: bool,
    /// Directory to keep everything in that is accepted, so that the next emulator finds it; without it,
    /// nothing is kept.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Region in every ARN.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1", value_parser = region)]
    region: String,
    /// Account in every ARN: twelve digits.
    #[arg(long, default_value = "000000000000", value_parser = account)]
    account: String,
    /// What to log to stderr: a level, or `target=level,…`.
    #[arg(long, default_value = "info")]
    log: Targets,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Runs {
    Process,
    Container,
    Auto,
}

#[derive(Clone, Copy, ValueEnum)]
enum Time {
    Wall,
    Virtual,
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let Arguments { command: Command::Serve(serve) } = Arguments::parse();
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_target(false);
    // s3s logs every object that is not there as an error of its own.
    let log = serve.log.clone().with_target("s3s", LevelFilter::OFF);
    tracing_subscriber::registry().with(lines).with(log).init();
    match serve.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "emulator: {error}{}", hint(&*error));
            ExitCode::FAILURE
        }
    }
}

impl Serve {
    fn run(self) -> Result<(), Box<dyn Error>> {
        if self.executor == Runs::Container
            && let Some(option) = self.for_processes()
        {
            return Err(format!(
                "{option} names executables for processes, not for containers \
                 (hint: leave it out, or --executor auto)"
            )
            .into());
        }
        if self.executor == Runs::Process && self.pull {
            return Err("--pull is for images of containers (hint: --executor container)".into());
        }
        // One thread: everything here waits much and computes little, and functions need the others.
        allow_many_files();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = runtime.block_on(async {
            let mut interrupted = signal(SignalKind::interrupt())?;
            let mut terminated = signal(SignalKind::terminate())?;
            let emulator = Emulator::start(self.config()).await?;
            writeln!(stdout(), "The emulator is ready at {}", emulator.endpoint())?;
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            // A second signal is from somebody who does not want to wait.
            tokio::select! {
                () = emulator.shut_down() => {}
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            Ok(())
        });
        // For a program that was asked for a login and does not answer, nobody waits.
        runtime.shutdown_timeout(GRACE);
        served
    }

    /// An option that was given and says something of processes alone.
    fn for_processes(&self) -> Option<&'static str> {
        let options = [
            ("--bootstrap", self.bootstrap.is_some()),
            ("--image", !self.images.is_empty()),
            ("--extensions", self.extensions.is_some()),
        ];
        options.into_iter().find_map(|(option, given)| given.then_some(option))
    }

    fn config(self) -> Config {
        let processes = Processes {
            bootstrap: self.bootstrap.unwrap_or_else(|| BOOTSTRAP.into()),
            images: self.images,
            extensions: self.extensions,
        };
        let containers = Containers { pull: self.pull };
        Config {
            address: SocketAddr::new(self.host, self.port),
            executor: match self.executor {
                Runs::Process => Executor::Process(processes),
                Runs::Container => Executor::Container(containers),
                Runs::Auto => Executor::Auto(processes, containers),
            },
            home: Home { region: self.region, account: self.account },
            clock: match self.clock {
                Time::Wall => Clock::wall(),
                Time::Virtual => Clock::virtual_from(UtcDateTime::now()),
            },
            init_limit: INIT_LIMIT,
            freeze: self.freeze,
            data_dir: self.data_dir,
        }
    }
}

/// What a newcomer has most likely not done yet, or the way around what is in the way.
fn hint(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref() {
        Some(StartError::Executor(NoExecutor::Bootstrap(_) | NoExecutor::Neither(_))) => {
            " (hint: cargo build --release --package bootstrap, or --bootstrap PATH)".to_owned()
        }
        Some(StartError::Data(error)) => {
            format!(" (hint: {}--data-dir with another directory)", instead(error))
        }
        _ => String::new(),
    }
}

/// What could be done instead of taking another data directory.
fn instead(error: &OpenError) -> String {
    match error {
        OpenError::InUse { .. } => "stop the other one, or ".to_owned(),
        OpenError::Newer { .. } => "start the emulator that wrote it, or ".to_owned(),
        // What differs is called as its option is.
        OpenError::Another { what, found, .. } => format!("--{what} {found}, or "),
        OpenError::Directory { .. } | OpenError::Foreign { .. } | OpenError::Database { .. } => {
            String::new()
        }
    }
}

fn image(text: &str) -> Result<(String, PathBuf), String> {
    match text.rsplit_once('=') {
        Some((uri, path)) if !uri.is_empty() && !path.is_empty() => {
            Ok((uri.to_owned(), PathBuf::from(path)))
        }
        _ => {
            Err("say which executable (hint: --image my-image:latest=target/debug/mine)".to_owned())
        }
    }
}

/// As many open files as this user may have: each execution environment takes half a dozen.
fn allow_many_files() {
    let allowed = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed });
    if let Err(error) = raised {
        tracing::info!(%error, "the limit on open files stays as it is");
    }
}

/// Such as `eu-west-1`. An empty `AWS_REGION` is one that is not set.
fn region(text: &str) -> Result<String, String> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    match text {
        "" => Ok(Home::default().region),
        region if region.contains('-') && region.split('-').all(is_word) => Ok(region.to_owned()),
        _ => Err("a region is called like `eu-west-1`".to_owned()),
    }
}

fn account(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account has twelve digits".to_owned())
    }
}
