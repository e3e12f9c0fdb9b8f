//! What runs in an environment: the runtime's sandbox and the extensions beside it, what they print, and
//! what they have used.

use std::net::{IpAddr, Ipv4Addr};

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::Instant;

use super::companions::{self, Companions};
use crate::executor::{Exit, Sandbox, StartError, Started};
use crate::journal::Journal;
use crate::output::Output;

/// An address that no sandbox has.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// At most one sandbox at a time; one after the other in the life of an environment.
pub(super) struct Running {
    /// Where the sandbox is reached: nobody else may call the Runtime API.
    address: watch::Sender<Option<IpAddr>>,
    sandbox: Option<Box<dyn Sandbox>>,
    output: Option<Output>,
    pub(super) companions: Companions,
    /// Whether all of it stands still.
    frozen: bool,
    /// The most that any of them was seen to use, in bytes.
    peak_memory: u64,
}

/// What a sandbox or an extension does by itself.
pub(super) enum News {
    Exited(Exit),
    ExtensionExited(String, Exit),
    Output,
}

impl Running {
    /// Nothing yet. `address` is told where the sandbox is, whenever there is one.
    pub(super) fn reached_at(address: watch::Sender<Option<IpAddr>>) -> Self {
        Self {
            address,
            sandbox: None,
            output: None,
            companions: Companions::default(),
            frozen: false,
            peak_memory: 0,
        }
    }

    /// Where the sandbox is reached; nowhere, if there is none.
    pub(super) fn address(&self) -> IpAddr {
        self.address.borrow().unwrap_or(NOBODY)
    }

    /// One is about to be started: it may call before it is known where it is.
    pub(super) fn expect(&self) {
        self.address.send_replace(None);
    }

    /// Takes in an extension that has been started.
    pub(super) fn take_in(&mut self, name: String, started: Started) {
        self.address.send_replace(Some(started.address));
        self.companions.take_in(name, started);
    }

    /// Takes over what has been started. Says when it began to run.
    pub(super) fn take_over(&mut self, started: Started) -> Instant {
        self.address.send_replace(Some(started.address));
        self.sandbox = Some(started.sandbox);
        self.output = Some(Output::new(started.output));
        started.began
    }

    /// Whether the runtime is there.
    pub(super) fn has_runtime(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Whether anything is there.
    pub(super) fn is_there(&self) -> bool {
        self.has_runtime() || !self.companions.is_empty()
    }

    /// Waits for something to happen. Never comes back without a sandbox that could do something.
    pub(super) async fn news(&mut self) -> News {
        tokio::select! {
            biased;
            exit = exited(self.sandbox.as_mut()) => News::Exited(exit),
            news = self.companions.news() => match news {
                companions::News::Exited(name, exit) => News::ExtensionExited(name, exit),
                companions::News::Output => News::Output,
            },
            () = readable(self.output.as_ref()) => News::Output,
        }
    }

    /// Writes down what has been printed by now.
    pub(super) fn read(&mut self, journal: &mut Journal) {
        read(&mut self.output, |line| journal.put(line));
        self.companions.read(journal);
    }

    /// Writes down what was printed before now, also where that takes a while to arrive.
    pub(super) async fn settle(&mut self, journal: &mut Journal) {
        self.companions.read(journal);
        let Some(sandbox) = &mut self.sandbox else { return };
        read_during(sandbox.settle(), &mut self.output, |line| journal.put(line)).await;
    }

    /// Lets all of it stand still.
    pub(super) async fn freeze(&mut self) {
        if let Some(sandbox) = &mut self.sandbox {
            sandbox.freeze().await;
        }
        self.companions.freeze().await;
        self.frozen = true;
    }

    /// Lets it go on, if it stands still.
    pub(super) async fn thaw(&mut self) {
        if !std::mem::take(&mut self.frozen) {
            return;
        }
        if let Some(sandbox) = &mut self.sandbox {
            sandbox.thaw().await;
        }
        self.companions.thaw().await;
    }

    /// Why the runtime that has just ended never ran, if so.
    pub(super) fn runtime_never_ran(&mut self) -> Option<StartError> {
        self.sandbox.as_mut()?.never_ran()
    }

    /// Asks the runtime to end.
    pub(super) async fn terminate_runtime(&mut self) {
        if let Some(sandbox) = &mut self.sandbox {
            sandbox.terminate().await;
        }
    }

    /// Ends the runtime, if it is there, and writes down the last of its output.
    pub(super) async fn end_runtime(&mut self, journal: &mut Journal) {
        self.look_at_memory();
        if let Some(sandbox) = self.sandbox.take() {
            end(sandbox, &mut self.output, |line| journal.put(line)).await;
        }
    }

    /// Ends all that is there, and writes down the last of its output.
    pub(super) async fn clear_away(&mut self, journal: &mut Journal) {
        // What stands still cannot be ended everywhere.
        self.thaw().await;
        self.address.send_if_modified(|address| match address {
            // It will be given again, to a sandbox of another environment. This machine's own is everybody's.
            Some(gone) if !gone.is_loopback() => {
                *gone = NOBODY;
                true
            }
            _ => false,
        });
        self.end_runtime(journal).await;
        self.companions.end_all(journal).await;
    }

    pub(super) fn look_at_memory(&mut self) {
        if let Some(peak) = self.sandbox.as_mut().and_then(|sandbox| sandbox.peak_memory()) {
            self.peak_memory = self.peak_memory.max(peak + self.companions.peak_memory());
        }
    }

    pub(super) fn peak_memory(&self) -> u64 {
        self.peak_memory
    }
}

/// Takes the lines that have been printed by now.
pub(super) fn read(output: &mut Option<Output>, mut put: impl FnMut(Box<str>)) {
    let Some(open_output) = output else { return };
    let (lines, open) = open_output.take();
    lines.into_iter().for_each(&mut put);
    if !open {
        if let Some(rest) = open_output.rest() {
            put(rest);
        }
        *output = None;
    }
}

/// Ends a sandbox, and takes the last of its output.
pub(super) async fn end(
    mut sandbox: Box<dyn Sandbox>,
    output: &mut Option<Output>,
    mut put: impl FnMut(Box<str>),
) {
    // Not only afterwards: a container has not ended before somebody has taken what it printed.
    read_during(sandbox.kill(), output, &mut put).await;
    if let Some(rest) = output.take().and_then(|mut output| output.rest()) {
        put(rest);
    }
}

/// Takes the lines that are printed until something is done.
async fn read_during(
    mut done: BoxFuture<'_, ()>,
    output: &mut Option<Output>,
    mut put: impl FnMut(Box<str>),
) {
    loop {
        let is_done = tokio::select! {
            biased;
            () = &mut done => true,
            () = readable(output.as_ref()) => false,
        };
        read(output, &mut put);
        if is_done {
            return;
        }
    }
}

async fn exited(sandbox: Option<&mut Box<dyn Sandbox>>) -> Exit {
    match sandbox {
        Some(sandbox) => sandbox.exited().await,
        None => std::future::pending().await,
    }
}

/// Waits until there is something to [`read`].
pub(super) async fn readable(output: Option<&Output>) {
    match output {
        Some(output) => output.readable().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::time::Duration;

    use futures_util::FutureExt;
    use tokio::io::AsyncWriteExt;
    use tokio::net::unix::pipe;
    use tokio::time::timeout;

    use super::*;

    /// Has not ended before all that it prints has been taken, as it is with a container.
    struct Talkative(pipe::Sender);

    /// More than a pipe holds.
    const LAST_WORDS: usize = 256 * 1024;

    impl Sandbox for Talkative {
        fn exited(&mut self) -> BoxFuture<'_, Exit> {
            ready(Exit::Code(0)).boxed()
        }

        fn settle(&mut self) -> BoxFuture<'_, ()> {
            ready(()).boxed()
        }

        fn peak_memory(&mut self) -> Option<u64> {
            None
        }

        fn terminate(&mut self) -> BoxFuture<'_, ()> {
            ready(()).boxed()
        }

        fn freeze(&mut self) -> BoxFuture<'_, ()> {
            ready(()).boxed()
        }

        fn thaw(&mut self) -> BoxFuture<'_, ()> {
            ready(()).boxed()
        }

        fn kill(&mut self) -> BoxFuture<'_, ()> {
            async {
                self.0.write_all("x\n".repeat(LAST_WORDS / 2).as_bytes()).await.unwrap();
            }
            .boxed()
        }
    }

    #[tokio::test]
    async fn what_has_printed_more_than_a_pipe_holds_can_be_ended() {
        let (printing, printed) = pipe::pipe().unwrap();
        let mut output = Some(Output::new(printed));
        let mut lines = 0;
        let ended = end(Box::new(Talkative(printing)), &mut output, |_| lines += 1);
        timeout(Duration::from_secs(30), ended).await.expect("it ends in time");
        assert_eq!(lines, LAST_WORDS / 2);
    }
}
