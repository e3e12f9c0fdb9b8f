//! The external extensions that run beside a runtime: their ends, their output, their memory.

use futures_util::FutureExt;
use futures_util::future::select_all;

use super::running::{end, read, readable};
use crate::executor::{Exit, Sandbox, Started};
use crate::journal::Journal;
use crate::output::Output;

/// The extensions of one environment that have not ended.
#[derive(Default)]
pub(super) struct Companions(Vec<Companion>);

struct Companion {
    name: String,
    sandbox: Box<dyn Sandbox>,
    output: Option<Output>,
}

/// What an extension does by itself.
pub(super) enum News {
    Exited(String, Exit),
    Output,
}

impl Companions {
    pub(super) fn take_in(&mut self, name: String, started: Started) {
        let output = Some(Output::new(started.output));
        self.0.push(Companion { name, sandbox: started.sandbox, output });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits for something to happen; for ever if there is nobody.
    pub(super) async fn news(&mut self) -> News {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        let (news, ..) = select_all(self.0.iter_mut().map(|each| each.news().boxed())).await;
        news
    }

    pub(super) fn read(&mut self, journal: &mut Journal) {
        for each in &mut self.0 {
            read(&mut each.output, |line| journal.put_of_extension(line));
        }
    }

    pub(super) async fn freeze(&mut self) {
        for each in &mut self.0 {
            each.sandbox.freeze().await;
        }
    }

    pub(super) async fn thaw(&mut self) {
        for each in &mut self.0 {
            each.sandbox.thaw().await;
        }
    }

    /// Ends one of them, which may have ended already.
    pub(super) async fn end(&mut self, name: &str, journal: &mut Journal) {
        let place = self.0.iter().position(|each| each.name == name);
        if let Some(place) = place {
            self.0.swap_remove(place).end(journal).await;
        }
    }

    pub(super) async fn end_all(&mut self, journal: &mut Journal) {
        for each in std::mem::take(&mut self.0) {
            each.end(journal).await;
        }
    }

    /// The most that they have used so far, all together, in bytes.
    pub(super) fn peak_memory(&mut self) -> u64 {
        self.0.iter_mut().filter_map(|each| each.sandbox.peak_memory()).sum()
    }
}

impl Companion {
    async fn news(&mut self) -> News {
        tokio::select! {
            biased;
            exit = self.sandbox.exited() => News::Exited(self.name.clone(), exit),
            () = readable(self.output.as_ref()) => News::Output,
        }
    }

    async fn end(mut self, journal: &mut Journal) {
        end(self.sandbox, &mut self.output, |line| journal.put_of_extension(line)).await;
    }
}
