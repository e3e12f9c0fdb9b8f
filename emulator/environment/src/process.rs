//! The process executor: a function is a child process, an image is an executable on this machine.
//!
//! Every image URI runs the bootstrap binary, or the file that was named for that URI. What a process
//! cannot have without a container (a root of its own, a network of its own, a `/tmp` of its own with a
//! size) it does not have here. It runs where the emulator was started unless its function names a
//! working directory, for there is no `/var/task`.
//!
//! **Memory.** Where cgroups may be made, each sandbox has one: all of its processes are counted, and the
//! kernel ends what wants more than `MemorySize`. Elsewhere each process has that much data (heap, stacks,
//! writable mappings) at most: what it starts is counted by itself, shared memory and files are not
//! counted, and an allocation past the limit fails. What a function makes of that is its own affair; Rust
//! aborts, which shows as `signal: aborted` and not as `Runtime.OutOfMemory`, for nothing tells it from an
//! abort for another reason. Which of the two is in force is said once in the log.
//!
//! **Limits.** Open files, locked memory and stack are Lambda's. That of processes is not set: the kernel
//! counts all of this user's together. Nor is that of core dumps: they would land on this machine's disk.
//!
//! **A killed emulator.** A function cannot be made to die with its emulator without unsafe code between
//! fork and exec. It ends by itself when it finds its Runtime API closed; what is left in a cgroup is ended
//! by the next emulator.

mod cgroup;
mod copies;
mod entry;
mod extension;
mod limits;
mod memory;
mod program;
mod sandbox;

use std::collections::HashMap;
use std::future::ready;
use std::io::{self, PipeWriter};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::unix::pipe;
use tokio::process::Command;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::executor::{
    Executor, Extension, Image, Obstacle, ResolveError, Route, RunsAs, StartError, Started,
};
use crate::launch::Launch;
use cgroup::Cgroups;
use copies::Copies;
use entry::Entry;
pub use extension::NoExtensions;
pub use program::NotRunnable;
use program::Program;
use sandbox::Process;

/// Runs functions as child processes.
pub struct ProcessExecutor {
    bootstrap: Program,
    images: HashMap<String, Program>,
    /// Where the extensions are that are started with every environment.
    extensions: Option<PathBuf>,
    /// What published versions run.
    copies: Copies,
    /// `None` where no cgroup can be made: then the data of each process is limited instead.
    cgroups: Option<Cgroups>,
    /// Where functions call back.
    endpoint: String,
}

impl ProcessExecutor {
    /// Runs `bootstrap` for every image, but for those that `images` names a file for; they call back at
    /// `endpoint`. Ends what an emulator that was killed has left running.
    ///
    /// # Errors
    ///
    /// [`NotRunnable`] if one of the files is not there or cannot run on this machine.
    pub fn new(
        bootstrap: &Path,
        images: impl IntoIterator<Item = (String, PathBuf)>,
        endpoint: String,
    ) -> Result<Self, NotRunnable> {
        let images = images
            .into_iter()
            .map(|(uri, path)| Ok((uri, Program::at(&path)?)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            bootstrap: Program::at(bootstrap)?,
            images,
            extensions: None,
            copies: Copies::in_memory(),
            cgroups: found_cgroups(),
            endpoint,
        })
    }

    /// Keeps the programs of published versions in a directory, where the next emulator finds them.
    #[must_use]
    pub fn keeping_in(self, directory: PathBuf) -> Self {
        Self { copies: Copies::kept_in(directory), ..self }
    }

    /// Whether a function is ended when all of its processes together want more than its memory, and is
    /// known to have been. Otherwise an allocation past it fails, in each process by itself.
    pub fn limits_memory_as_a_whole(&self) -> bool {
        self.cgroups.is_some()
    }

    fn program(&self, uri: &str) -> &Program {
        self.images.get(uri).unwrap_or(&self.bootstrap)
    }

    async fn run(
        &self,
        launch: &Launch,
        variables: Vec<(String, String)>,
    ) -> Result<Started, StartError> {
        let program = self.current_or_kept(launch);
        let path = program.as_deref().unwrap_or(self.program(&launch.image.uri).path());
        let entry = Entry::of(launch, path, &variables);
        let started = match program {
            Some(_) => self.start_process(&entry, launch, variables).await,
            None => Err(Obstacle::Machine(format!(
                "the program of version {} has changed, and is not kept (hint: publish another)",
                launch.version
            ))),
        };
        started.map_err(|obstacle| StartError {
            entry_point: entry.words,
            ..StartError::of(launch, obstacle)
        })
    }

    /// The file that has the image's bytes. `$LATEST` runs whatever the image is now; a version that cannot
    /// change runs what was kept for it, or nothing.
    fn current_or_kept(&self, launch: &Launch) -> Option<PathBuf> {
        let program = self.program(&launch.image.uri);
        let digest = &launch.image.digest;
        let is_current = program.digest().is_ok_and(|current| current == *digest);
        if is_current || launch.is_latest() {
            Some(program.path().to_owned())
        } else {
            self.copies.path(digest)
        }
    }

    async fn start_process(
        &self,
        entry: &Entry,
        launch: &Launch,
        variables: Vec<(String, String)>,
    ) -> Result<Started, Obstacle> {
        entry::look_at_directory(launch)?;
        let (reader, writer) = io::pipe().map_err(ours)?;
        let mut command = command(entry, launch, variables, writer).map_err(ours)?;
        let (spawned, began, cgroup) = if let Some(cgroups) = &self.cgroups {
            let cgroup = cgroups.make(launch.memory).map_err(ours)?;
            // The thread joins the cgroup for a moment, so it must not be this one.
            let spawning = spawn_blocking(move || {
                let (spawned, began) = cgroup.spawn(&mut command)?;
                Ok::<_, io::Error>((spawned, began, Some(cgroup)))
            });
            spawning.await.map_err(|panic| ours(panic.into()))?.map_err(ours)?
        } else {
            let began = Instant::now();
            (command.spawn(), began, None)
        };
        // No end of the pipe is left here: it closes with the last process that has it.
        let child = spawned.map_err(|error| entry.obstacle(&error))?;
        let output = pipe::Receiver::from_owned_fd(reader.into()).map_err(ours)?;
        let process = Process::new(child, launch.memory, cgroup).map_err(ours)?;
        Ok(Started {
            sandbox: Box::new(process),
            output,
            address: Ipv4Addr::LOCALHOST.into(),
            began,
        })
    }
}

impl Executor for ProcessExecutor {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        let program = self.program(uri);
        async move {
            let digest =
                program.digest().map_err(|error| ResolveError { reason: error.to_string() })?;
            Ok(Image { runs_as: RunsAs::Process, uri: uri.to_owned(), digest })
        }
        .boxed()
    }

    fn has_changed(&self, image: &Image) -> bool {
        if image.runs_as != RunsAs::Process {
            return true;
        }
        // A file that cannot be read now is a change too: the next resolve says what is wrong.
        self.program(&image.uri).digest().map_or(true, |digest| digest != image.digest)
    }

    fn keep<'a>(&'a self, image: &'a Image) -> BoxFuture<'a, Result<(), ResolveError>> {
        let kept = self.copies.keep(&image.digest, self.program(&image.uri).path());
        let kept = kept.map_err(|error| ResolveError {
            reason: format!("the program of {} cannot be kept: {error}", image.uri),
        });
        ready(kept).boxed()
    }

    fn route(&self, _image: &Image) -> Route {
        let listen = Ipv4Addr::LOCALHOST;
        Route { listen: listen.into(), host: listen.to_string(), endpoint: self.endpoint.clone() }
    }

    fn limits_storage(&self, _image: &Image) -> bool {
        // `/tmp` is this machine's.
        false
    }

    fn start_extensions<'a>(
        &'a self,
        launch: &'a Launch,
        variables: Vec<(String, String)>,
        _runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Vec<Extension>> {
        self.start_all_extensions(launch, variables)
    }

    fn start<'a>(
        &'a self,
        launch: &'a Arc<Launch>,
        variables: Vec<(String, String)>,
        _runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        self.run(launch, variables).boxed()
    }
}

fn found_cgroups() -> Option<Cgroups> {
    match Cgroups::find() {
        Ok(cgroups) => {
            cgroups.remove_leftovers();
            tracing::info!(
                "a cgroup limits the memory of each function, all its processes together"
            );
            Some(cgroups)
        }
        Err(reason) => {
            tracing::info!(
                %reason,
                "no cgroup can be made: the data of each process of a function is limited instead"
            );
            None
        }
    }
}

fn command(
    entry: &Entry,
    launch: &Launch,
    variables: Vec<(String, String)>,
    output: PipeWriter,
) -> io::Result<Command> {
    let mut command = Command::new(&entry.program);
    command
        .arg0(&entry.words[0])
        .args(&entry.words[1..])
        .args(&launch.command)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        // Of its own, so that whatever the function starts can be ended with it.
        .process_group(0)
        .kill_on_drop(true);
    if let Some(directory) = &launch.working_directory {
        command.current_dir(directory);
    }
    Ok(command)
}

/// Nothing that a function could be blamed for.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn ours(error: io::Error) -> Obstacle {
    Obstacle::Machine(error.to_string())
}

#[cfg(test)]
pub(crate) mod tests;
