//! Counts what the log says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// What the log says at a level or above, on this thread.
#[derive(Clone)]
pub(super) struct Said(Level, Arc<AtomicUsize>);

impl Said {
    pub(super) fn from(level: Level) -> (Self, DefaultGuard) {
        let said = Self(level, Arc::default());
        let guard = tracing::subscriber::set_default(said.clone());
        (said, guard)
    }

    pub(super) fn times(&self) -> usize {
        self.1.load(Ordering::Relaxed)
    }
}

impl Subscriber for Said {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("emulator_logs") && *metadata.level() <= self.0
    }

    fn event(&self, _: &Event<'_>) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
