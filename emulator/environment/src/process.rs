//! The process executor: a function is a child process, an image is an executable on this machine.
//!
//! Every image URI runs the bootstrap binary, or the file that was named for that URI. What a process
//! cannot have without a container (a root of its own, a network of its own) it does not have here.

mod memory;
mod program;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::executor::{Executor, Exit, Image, ResolveError, Sandbox, StartError, Started};
use crate::launch::Launch;
pub use program::NotRunnable;
use program::Program;

/// Runs functions as child processes.
pub struct ProcessExecutor {
    bootstrap: Program,
    images: HashMap<String, Program>,
}

impl ProcessExecutor {
    /// Runs `bootstrap` for every image, but for those that `images` names a file for.
    ///
    /// # Errors
    ///
    /// [`NotRunnable`] if one of the files is not there or cannot run on this machine.
    pub fn new(
        bootstrap: &Path,
        images: impl IntoIterator<Item = (String, PathBuf)>,
    ) -> Result<Self, NotRunnable> {
        let images = images
            .into_iter()
            .map(|(uri, path)| Ok((uri, Program::at(&path)?)))
            .collect::<Result<_, _>>()?;
        Ok(Self { bootstrap: Program::at(bootstrap)?, images })
    }

    fn program(&self, uri: &str) -> &Program {
        self.images.get(uri).unwrap_or(&self.bootstrap)
    }
}

impl Executor for ProcessExecutor {
    fn resolve<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Image, ResolveError>> {
        let program = self.program(uri);
        async move {
            let digest =
                program.digest().map_err(|error| ResolveError { reason: error.to_string() })?;
            Ok(Image { uri: uri.to_owned(), digest })
        }
        .boxed()
    }

    fn has_changed(&self, image: &Image) -> bool {
        // A file that cannot be read now is a change too: the next resolve says what is wrong.
        self.program(&image.uri).digest().map_or(true, |digest| digest != image.digest)
    }

    fn host_address(&self) -> IpAddr {
        Ipv4Addr::LOCALHOST.into()
    }

    fn start<'a>(
        &'a self,
        launch: &'a Launch,
        variables: Vec<(String, String)>,
        _runtime_api: SocketAddr,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        let path = self.program(&launch.image.uri).path();
        async move {
            spawn(path, launch, variables).map_err(|error| StartError {
                entry_point: path.display().to_string(),
                reason: reason(&error),
            })
        }
        .boxed()
    }
}

fn spawn(path: &Path, launch: &Launch, variables: Vec<(String, String)>) -> io::Result<Started> {
    let (reader, writer) = io::pipe()?;
    let began = Instant::now();
    let child = Command::new(path)
        .args(&launch.command)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        // Of its own, so that whatever the function starts can be ended with it.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let output = pipe::Receiver::from_owned_fd(reader.into())?;
    let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
    if let Some(pid) = pid {
        memory::limit(pid, launch.memory)?;
    }
    let memory = pid.and_then(memory::Gauge::open);
    Ok(Started { sandbox: Box::new(Process { child, pid, memory }), output, began })
}

struct Process {
    child: Child,
    /// Also the id of its process group.
    pid: Option<Pid>,
    memory: Option<memory::Gauge>,
}

impl Sandbox for Process {
    fn exited(&mut self) -> BoxFuture<'_, Exit> {
        async move {
            match self.child.wait().await {
                Ok(status) => exit(status),
                Err(error) => {
                    tracing::error!(%error, "the end of a function's process could not be waited for");
                    Exit::Signal(Signal::KILL.as_raw())
                }
            }
        }
        .boxed()
    }

    fn settle(&mut self) -> BoxFuture<'_, ()> {
        // It writes into the pipe itself.
        std::future::ready(()).boxed()
    }

    fn peak_memory(&mut self) -> Option<u64> {
        self.memory.as_ref()?.peak()
    }

    fn kill(&mut self) -> BoxFuture<'_, ()> {
        async move {
            if let Some(pid) = self.pid.take() {
                // Fails only if all of the group have ended by themselves.
                let _ = kill_process_group(pid, Signal::KILL);
            }
            let _ = self.child.wait().await;
        }
        .boxed()
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}

/// An operating system error in Go's words, which are Lambda's: lower case, without the number.
fn reason(error: &io::Error) -> String {
    const ENOEXEC: i32 = 8;
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::NotFound, _) => "no such file or directory".to_owned(),
        (io::ErrorKind::PermissionDenied, _) => "permission denied".to_owned(),
        (_, Some(ENOEXEC)) => "exec format error".to_owned(),
        _ => error.to_string(),
    }
}
