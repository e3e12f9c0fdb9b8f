//! The sandbox that a driver holds, what it prints, and what it has used.

use crate::executor::{Exit, Sandbox, Started};
use crate::journal::Journal;
use crate::output::Output;

/// At most one sandbox at a time; one after the other in the life of an environment.
#[derive(Default)]
pub(super) struct Running {
    sandbox: Option<Box<dyn Sandbox>>,
    output: Option<Output>,
    /// The most that any of them was seen to use, in bytes.
    peak_memory: u64,
}

/// What a sandbox does by itself.
pub(super) enum News {
    Exited(Exit),
    Output,
}

impl Running {
    pub(super) fn take_over(&mut self, started: Started) {
        self.sandbox = Some(started.sandbox);
        self.output = Some(Output::new(started.output));
    }

    pub(super) fn is_there(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Waits for something to happen. Never comes back without a sandbox that could do something.
    pub(super) async fn news(&mut self) -> News {
        tokio::select! {
            biased;
            exit = exited(self.sandbox.as_mut()) => News::Exited(exit),
            () = readable(self.output.as_ref()) => News::Output,
        }
    }

    /// Writes down what has been printed by now.
    pub(super) fn read(&mut self, journal: &mut Journal) {
        read(&mut self.output, journal);
    }

    /// Writes down what was printed before now, also where that takes a while to arrive.
    pub(super) async fn settle(&mut self, journal: &mut Journal) {
        let Some(sandbox) = &mut self.sandbox else { return };
        let mut settled = sandbox.settle();
        loop {
            let done = tokio::select! {
                biased;
                () = &mut settled => true,
                () = readable(self.output.as_ref()) => false,
            };
            read(&mut self.output, journal);
            if done {
                return;
            }
        }
    }

    /// Ends the sandbox, if there is one, and writes down the last of its output.
    pub(super) async fn clear_away(&mut self, journal: &mut Journal) {
        self.look_at_memory();
        if let Some(mut sandbox) = self.sandbox.take() {
            sandbox.kill().await;
        }
        self.read(journal);
        if let Some(rest) = self.output.take().and_then(|mut output| output.rest()) {
            journal.put(rest);
        }
    }

    pub(super) fn look_at_memory(&mut self) {
        if let Some(peak) = self.sandbox.as_mut().and_then(|sandbox| sandbox.peak_memory()) {
            self.peak_memory = self.peak_memory.max(peak);
        }
    }

    pub(super) fn peak_memory(&self) -> u64 {
        self.peak_memory
    }
}

fn read(output: &mut Option<Output>, journal: &mut Journal) {
    let Some(open_output) = output else { return };
    let (lines, open) = open_output.take();
    for line in lines {
        journal.put(line);
    }
    if !open {
        if let Some(rest) = open_output.rest() {
            journal.put(rest);
        }
        *output = None;
    }
}

async fn exited(sandbox: Option<&mut Box<dyn Sandbox>>) -> Exit {
    match sandbox {
        Some(sandbox) => sandbox.exited().await,
        None => std::future::pending().await,
    }
}

async fn readable(output: Option<&Output>) {
    match output {
        Some(output) => output.readable().await,
        None => std::future::pending().await,
    }
}
