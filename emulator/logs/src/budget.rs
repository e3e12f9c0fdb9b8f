//! How much memory events take, and what goes when that is too much.
//!
//! An emulator may run for weeks. Once the events of all streams take more than [`MAX_BYTES`], the
//! oldest ones go, whichever stream they are in, until there is room again for a while.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::event::Event;
use crate::stream::Stream;

/// Most memory that the events of one emulator take, in bytes. It is ours: some two million lines of a
/// hundred characters, more than anybody reads, on any machine that runs functions.
pub(crate) const MAX_BYTES: usize = 256 * 1024 * 1024;

/// What an event takes besides its message, in bytes: its place in the stream, and the allocator's part.
pub(crate) const EVENT_BYTES: usize = size_of::<Event>() + 24;

/// The memory of all events.
pub(crate) struct Budget {
    /// Bytes that are taken.
    used: AtomicUsize,
    /// Bytes that may be taken.
    most: usize,
    /// Whether the log has said that events had to go.
    is_told: AtomicBool,
}

impl Budget {
    pub(crate) fn of(most: usize) -> Self {
        Self { used: AtomicUsize::new(0), most, is_told: AtomicBool::new(false) }
    }

    pub(crate) fn take(&self, event: &Event) {
        self.used.fetch_add(bytes(event), Ordering::Relaxed);
    }

    pub(crate) fn give_back(&self, event: &Event) {
        self.used.fetch_sub(bytes(event), Ordering::Relaxed);
    }

    pub(crate) fn is_exceeded(&self) -> bool {
        self.used() > self.most
    }

    /// Makes room among these streams: a sixteenth of all of it, so that it is seldom done.
    pub(crate) fn make_room(&self, streams: Vec<Arc<Stream>>) {
        if !self.is_told.swap(true, Ordering::Relaxed) {
            let most_mib = self.most / 1024 / 1024;
            tracing::warn!(most_mib, "log events take all their memory: from now on the oldest go");
        }
        let enough = self.most - self.most / 16;
        let oldest_first = |stream: Arc<Stream>| Some(Reverse((stream.oldest_id()?, stream)));
        let mut streams: BinaryHeap<_> = streams.into_iter().filter_map(oldest_first).collect();
        while self.used() > enough {
            let Some(Reverse((_, stream))) = streams.pop() else { break };
            let next = streams.peek().map(|Reverse((oldest, _))| *oldest);
            stream.forget_oldest(|event| {
                self.used() > enough && next.is_none_or(|next| event.id <= next)
            });
            streams.extend(oldest_first(stream));
        }
    }

    fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

fn bytes(event: &Event) -> usize {
    event.message.len() + EVENT_BYTES
}
