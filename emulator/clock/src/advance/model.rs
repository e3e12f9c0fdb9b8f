//! A property: whatever is registered, cancelled and advanced, each timer fires once, in order, on time.
//!
//! Beside the clock runs a model that is small enough to be plainly right: a list, searched for its
//! smallest entry.

use crate::Clock;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::time::Duration;
use time::{SignedDuration, UtcDateTime};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// Seconds. Few of them, so that many timers fall on the same time.
type Seconds = u8;

#[derive(Clone, Debug)]
enum Move {
    /// An item that waits for each of these delays in turn.
    Register(Vec<Seconds>),
    Cancel(Index),
    Advance(Seconds),
    AdvanceToNext,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => vec(0..12_u8, 1..4).prop_map(Move::Register),
        1 => any::<Index>().prop_map(Move::Cancel),
        2 => (0..20_u8).prop_map(Move::Advance),
        1 => Just(Move::AdvanceToNext),
    ];
    vec(one, 1..40)
}

/// That an item fired, and when, in seconds since the start.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Firing {
    item: usize,
    at: i64,
}

#[derive(Default)]
struct Model {
    now: i64,
    items: usize,
    registrations: usize,
    waiting: Vec<Entry>,
    fired: Vec<Firing>,
}

struct Entry {
    due: i64,
    registration: usize,
    item: usize,
    then: Vec<Seconds>,
}

impl Model {
    fn register(&mut self, delays: &[Seconds]) {
        self.items += 1;
        self.wait(self.items - 1, delays);
    }

    fn wait(&mut self, item: usize, delays: &[Seconds]) {
        let Some((&first, then)) = delays.split_first() else { return };
        let due = self.now + i64::from(first);
        if due == self.now {
            self.fire(item, then);
        } else {
            self.registrations += 1;
            let (registration, then) = (self.registrations, then.to_vec());
            self.waiting.push(Entry { due, registration, item, then });
        }
    }

    fn fire(&mut self, item: usize, then: &[Seconds]) {
        self.fired.push(Firing { item, at: self.now });
        self.wait(item, then);
    }

    fn advance_to(&mut self, end: i64) {
        while let Some(due) = self.next_due().filter(|due| *due <= end) {
            let first = (0..self.waiting.len())
                .min_by_key(|&index| (self.waiting[index].due, self.waiting[index].registration))
                .unwrap();
            let Entry { item, then, .. } = self.waiting.remove(first);
            self.now = due;
            self.fire(item, &then);
        }
        self.now = end;
    }

    fn next_due(&self) -> Option<i64> {
        self.waiting.iter().map(|entry| entry.due).min()
    }
}

/// The real clock, with a task for each item.
struct Real {
    clock: Clock,
    tasks: JoinSet<()>,
    items: Vec<AbortHandle>,
    fired: (mpsc::UnboundedSender<Firing>, mpsc::UnboundedReceiver<Firing>),
}

impl Real {
    fn new() -> Self {
        let clock = Clock::virtual_from(UtcDateTime::UNIX_EPOCH);
        Self { clock, tasks: JoinSet::new(), items: Vec::new(), fired: mpsc::unbounded_channel() }
    }

    fn register(&mut self, delays: &[Seconds]) {
        let (clock, fired, item) = (self.clock.clone(), self.fired.0.clone(), self.items.len());
        let mut delays: Vec<_> =
            delays.iter().rev().map(|seconds| Duration::from_secs((*seconds).into())).collect();
        let mut timer = clock.after(delays.pop().unwrap(), "an item");
        self.items.push(self.tasks.spawn(async move {
            loop {
                let held = timer.await;
                fired.send(Firing { item, at: clock.now().unix_timestamp() }).unwrap();
                let Some(delay) = delays.pop() else { break };
                timer = held.after(delay);
            }
        }));
    }

    /// Lets every task go as far as it can without time moving.
    async fn settle(&self) {
        assert!(self.clock.advance(Duration::ZERO).await.unwrap().settled());
    }

    async fn cancel(&self, item: usize) {
        self.items[item].abort();
        while !self.items[item].is_finished() {
            tokio::task::yield_now().await;
        }
    }

    fn fired(&mut self) -> Vec<Firing> {
        std::iter::from_fn(|| self.fired.1.try_recv().ok()).collect()
    }
}

async fn play(moves: Vec<Move>) -> Result<(), TestCaseError> {
    let (mut model, mut real) = (Model::default(), Real::new());
    for next in moves {
        match next {
            Move::Register(delays) => {
                model.register(&delays);
                real.register(&delays);
                real.settle().await;
            }
            Move::Cancel(index) if !model.waiting.is_empty() => {
                let index = index.index(model.waiting.len());
                real.cancel(model.waiting.remove(index).item).await;
            }
            Move::Cancel(_) => {}
            Move::Advance(seconds) => {
                model.advance_to(model.now + i64::from(seconds));
                let advanced = real.clock.advance(Duration::from_secs(seconds.into())).await;
                prop_assert!(advanced.unwrap().settled());
            }
            Move::AdvanceToNext => {
                model.advance_to(model.next_due().unwrap_or(model.now));
                prop_assert!(real.clock.advance_to_next().await.unwrap().settled());
            }
        }
        prop_assert_eq!(
            real.clock.now(),
            UtcDateTime::UNIX_EPOCH + SignedDuration::seconds(model.now)
        );
        prop_assert_eq!(real.clock.waiting().len(), model.waiting.len());
        prop_assert_eq!(real.fired(), std::mem::take(&mut model.fired));
    }
    Ok(())
}

proptest! {
    #[test]
    fn each_timer_fires_once_in_order_and_on_time(moves in moves()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(play(moves))?;
    }
}
