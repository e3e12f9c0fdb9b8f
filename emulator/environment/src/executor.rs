//! How an image becomes something that runs. Shaped for containers; a process is the easy case.

use std::fmt;
use std::future::ready;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::unix::pipe;
use tokio::time::Instant;

use crate::Launch;

/// What an image URI stood for when it was resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Image {
    /// What it runs as.
    pub runs_as: RunsAs,
    /// As the function's owner wrote it.
    pub uri: String,
    /// SHA-256, lower-case hex: the engine's id of the image, or that of the binary that stands for it.
    pub digest: String,
}

/// What an image's sandboxes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunsAs {
    /// Processes of this machine.
    Process,
    /// Containers of an engine.
    Container,
}

/// How the sandboxes of an image reach this machine.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where whatever is for sandboxes listens.
    pub listen: IpAddr,
    /// What sandboxes call that address.
    pub host: String,
    /// Where they reach the emulator's AWS APIs: the URL in `AWS_ENDPOINT_URL`.
    pub endpoint: String,
}

/// An image that cannot be used. The text is for the function's owner.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct ResolveError {
    /// A sentence in AWS's words where AWS has them, with what was found here.
    pub reason: String,
}

/// A sandbox that could not be started.
#[derive(Debug, thiserror::Error)]
#[error("{obstacle}")]
pub struct StartError {
    /// What stood in the way.
    pub obstacle: Obstacle,
    /// What was to be run: the image's entry point, or what replaces it.
    pub entry_point: Vec<String>,
    /// Its further arguments: the image's command, or what replaces it.
    pub command: Vec<String>,
    /// Where it was to be run; empty if neither the image nor the function says so.
    pub working_directory: String,
}

/// What kept a sandbox from being started. The reasons are the operating system's, as Go words them:
/// `no such file or directory`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// What is to be run cannot be.
    #[error("fork/exec {program}: {reason}")]
    EntryPoint {
        /// The first word of the entry point.
        program: String,
        /// Why not.
        reason: String,
    },
    /// It cannot be run where it is to be.
    #[error("chdir {directory}: {reason}")]
    WorkingDirectory {
        /// As the image or the function names it.
        directory: String,
        /// Why not.
        reason: String,
    },
    /// Nothing is wrong with the function: this machine, or its container engine, could not start it
    /// now. Lambda's callers hear of such a thing as an error of the service.
    #[error("the sandbox could not be started: {0}")]
    Machine(String),
}

impl StartError {
    /// What stood in the way of a launch, with what its function says of what was to be run: for whoever
    /// knows no more of that.
    pub(crate) fn of(launch: &Launch, obstacle: Obstacle) -> Self {
        Self {
            obstacle,
            entry_point: launch.entry_point.clone(),
            command: launch.command.clone(),
            working_directory: launch.working_directory.clone().unwrap_or_default(),
        }
    }

    /// Whether this machine is to blame, and not the function.
    pub fn is_ours(&self) -> bool {
        matches!(self.obstacle, Obstacle::Machine(_))
    }

    /// What the function's log says of it.
    ///
    /// Source: `SupernovaLaunchErrorRepr` in aws/aws-lambda-runtime-interface-emulator, for the commas.
    pub(crate) fn log_line(&self) -> String {
        format!(
            "IMAGE\tLaunch error: {self}\tEntrypoint: [{}]\tCmd: [{}]\tWorkingDir: [{}]\n",
            self.entry_point.join(","),
            self.command.join(","),
            self.working_directory
        )
    }
}

/// How a sandbox ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It ended itself, with this code.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// It wanted more memory than it may have, and the kernel ended it.
    OutOfMemory,
}

impl fmt::Display for Exit {
    /// As Lambda words it, which is Go's wording.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(formatter, "exit status {code}"),
            Self::Signal(signal) => write!(formatter, "signal: {}", signal_name(*signal)),
            Self::OutOfMemory => formatter.write_str("signal: killed"),
        }
    }
}

/// Go's `syscall.Signal` names for the signals that end functions.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}

/// A sandbox that has just been started.
pub struct Started {
    /// To watch and to end it.
    pub sandbox: Box<dyn Sandbox>,
    /// What it prints, on both of its outputs, in the order it was printed.
    pub output: pipe::Receiver,
    /// Where its calls come from, and where what listens in it is reached.
    pub address: IpAddr,
    /// Right before it was told to run: what was made ready until then is not the function's init.
    pub began: Instant,
}

/// A program of an image's `/opt/extensions` that was to be started beside its runtime.
pub struct Extension {
    /// The name of its file, under which it registers.
    pub name: String,
    /// The process, or why there is none.
    pub started: Result<Started, StartError>,
}

/// One running copy of an image.
pub trait Sandbox: Send {
    /// Waits for the end. May be asked again afterwards.
    fn exited(&mut self) -> BoxFuture<'_, Exit>;

    /// Why nothing ran, where that shows only once it has ended: asked then, and told once.
    fn never_ran(&mut self) -> Option<StartError> {
        None
    }

    /// Waits until what it has printed before now is in its output, as far as that can be known, and not
    /// for long.
    fn settle(&mut self) -> BoxFuture<'_, ()>;

    /// The most memory that it has used so far, in bytes; `None` if that cannot be told any more.
    fn peak_memory(&mut self) -> Option<u64>;

    /// Asks its main process to end, with SIGTERM, and does not wait.
    fn terminate(&mut self) -> BoxFuture<'_, ()>;

    /// Stops everything in it where it stands: no CPU, no timers. Freezing twice is freezing once.
    fn freeze(&mut self) -> BoxFuture<'_, ()>;

    /// Lets it go on after [`freeze`](Self::freeze).
    fn thaw(&mut self) -> BoxFuture<'_, ()>;

    /// Ends it at once, with everything that it has started, and waits until it is gone. Its output has to
    /// be read meanwhile: a container is not gone before all that it has printed is in there.
    fn kill(&mut self) -> BoxFuture<'_, ()>;
}

/// Runs images.
pub trait Executor: Send + Sync + 'static {
    /// What `uri` stands for now.
    ///
    /// # Errors
    ///
    /// [`ResolveError`] if there is no such image, or if it cannot run here.
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>>;

    /// Whether the image's bytes are no longer those that were resolved. Asked before every invocation:
    /// it must be cheap.
    fn has_changed(&self, image: &Image) -> bool;

    /// Keeps the bytes of an image, for a version that is to stay what it is: sandboxes of a published
    /// version run just these, whatever its URI stands for later.
    ///
    /// # Errors
    ///
    /// [`ResolveError`] if they are not there any more, or cannot be kept.
    fn keep<'a>(&'a self, image: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>>;

    /// How sandboxes of an image reach this machine: an environment's Runtime API listens there.
    fn route(&self, image: &Image) -> Route;

    /// Whether sandboxes of an image get as much room in `/tmp` as their launch says, and no more.
    fn limits_storage(&self, image: &Image) -> bool;

    /// Starts the external extensions of an environment, before its runtime. None, unless an executor
    /// knows some.
    fn start_extensions<'a>(
        &'a self,
        _launch: &'a Launch,
        _variables: Vec<(String, String)>,
        _runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Vec<Extension>> {
        ready(Vec::new()).boxed()
    }

    /// Starts a sandbox whose Runtime API is at `runtime_api`. The launch is there for as long as the
    /// function is deployed so, or anything of it still runs.
    ///
    /// # Errors
    ///
    /// [`StartError`] if nothing was started.
    fn start<'a>(
        &'a self,
        launch: &'a Arc<Launch>,
        variables: Vec<(String, String)>,
        runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>>;

    /// Gives back what was had for all sandboxes together, once the last one is gone.
    fn close(&self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }
}
