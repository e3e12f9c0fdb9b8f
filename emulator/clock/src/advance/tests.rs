//! Advancing, case by case. No test sleeps: where patience has to run out, tokio's own time is paused.

use super::*;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use time::ext::NumericalDuration;
use time::macros::utc_datetime;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

const NOON: UtcDateTime = utc_datetime!(2030-01-01 12:00);
const SECOND: Duration = Duration::from_secs(1);

/// A virtual clock with waiters that note what fired and when, and finish at once.
struct Scene {
    clock: Clock,
    waiters: JoinSet<()>,
    notes: (mpsc::UnboundedSender<String>, mpsc::UnboundedReceiver<String>),
}

impl Scene {
    fn at_noon() -> Self {
        let clock = Clock::virtual_from(NOON);
        Self { clock, waiters: JoinSet::new(), notes: mpsc::unbounded_channel() }
    }

    /// Waits for each delay in turn, as one item.
    fn waits(&mut self, what: &'static str, delays: &'static [u32]) {
        let clock = self.clock.clone();
        let notes = self.notes.0.clone();
        let mut delays = delays.iter().map(|seconds| *seconds * SECOND);
        let mut timer = clock.after(delays.next().unwrap(), what);
        self.waiters.spawn(async move {
            loop {
                let item = timer.await;
                notes.send(format!("{what} at {}", clock.now() - NOON)).unwrap();
                let Some(delay) = delays.next() else { break };
                timer = item.after(delay);
            }
        });
    }

    async fn advance(&self, seconds: u32) -> Advanced {
        self.clock.advance(seconds * SECOND).await.unwrap()
    }

    fn noted(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.notes.1.try_recv().ok()).collect()
    }
}

fn settled_at(now: UtcDateTime) -> Advanced {
    Advanced { now, unfinished: vec![] }
}

fn stopped_at(now: UtcDateTime, unfinished: &[&str]) -> Advanced {
    Advanced { now, unfinished: unfinished.iter().map(ToString::to_string).collect() }
}

/// Polls once, as a task that is not woken again.
fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn timers_fire_in_order_of_time_then_of_registration() {
    let mut scene = Scene::at_noon();
    scene.waits("c", &[3]);
    scene.waits("a", &[1]);
    scene.waits("d", &[3]);
    scene.waits("b", &[2]);
    assert_eq!(scene.advance(10).await, settled_at(NOON + 10.seconds()));
    assert_eq!(scene.noted(), ["a at 1s", "b at 2s", "c at 3s", "d at 3s"]);
}

#[tokio::test]
async fn a_timer_due_at_the_very_end_fires_and_one_after_it_does_not() {
    let mut scene = Scene::at_noon();
    scene.waits("at the end", &[5]);
    scene.waits("later", &[6]);
    scene.advance(5).await;
    assert_eq!(scene.noted(), ["at the end at 5s"]);
    assert_eq!(scene.clock.waiting().len(), 1);
}

#[tokio::test]
async fn a_timer_registered_on_the_way_takes_part() {
    let mut scene = Scene::at_noon();
    scene.waits("retry", &[1, 1, 2]);
    scene.waits("window", &[3]);
    scene.advance(10).await;
    assert_eq!(scene.noted(), ["retry at 1s", "retry at 2s", "window at 3s", "retry at 4s"]);
}

#[tokio::test]
async fn an_item_that_waits_again_goes_behind_those_that_were_there_before() {
    let mut scene = Scene::at_noon();
    scene.waits("twice", &[1, 1]);
    scene.waits("once", &[2]);
    scene.advance(2).await;
    assert_eq!(scene.noted(), ["twice at 1s", "once at 2s", "twice at 2s"]);
}

#[tokio::test]
async fn time_stands_still_while_an_item_is_in_flight() {
    let clock = Clock::virtual_from(NOON);
    let timer = clock.after(SECOND, "slow");
    let (advanced, ()) = tokio::join!(clock.advance(10 * SECOND), async {
        let item = timer.await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(clock.now(), NOON + 1.seconds());
        drop(item);
    });
    assert_eq!(advanced, Ok(settled_at(NOON + 10.seconds())));
}

#[tokio::test]
async fn a_fired_timer_is_in_flight_before_its_waiter_runs() {
    let clock = Clock::virtual_from(NOON);
    let mut timer = pin!(clock.after(SECOND, "a retry"));
    assert!(poll_once(timer.as_mut()).is_pending());
    let mut advance = pin!(clock.advance(SECOND));
    assert!(poll_once(advance.as_mut()).is_pending());
    assert_eq!(clock.unfinished(), ["a retry"]);
    drop(timer.await);
    assert_eq!(advance.await, Ok(settled_at(NOON + 1.seconds())));
}

#[tokio::test]
async fn a_waiter_dropped_before_its_time_is_forgotten() {
    let clock = Clock::virtual_from(NOON);
    drop(clock.after(SECOND, "cancelled"));
    assert!(clock.waiting().is_empty());
    assert_eq!(clock.advance(2 * SECOND).await, Ok(settled_at(NOON + 2.seconds())));
}

#[tokio::test]
async fn a_waiter_dropped_after_it_fired_releases_its_item() {
    let clock = Clock::virtual_from(NOON);
    let timer = clock.after(SECOND, "cancelled late");
    let mut advance = pin!(clock.advance(2 * SECOND));
    assert!(poll_once(advance.as_mut()).is_pending());
    assert_eq!(clock.unfinished(), ["cancelled late"]);
    drop(timer);
    assert_eq!(advance.await, Ok(settled_at(NOON + 2.seconds())));
}

#[tokio::test(start_paused = true)]
async fn when_patience_runs_out_time_stops_and_names_what_it_waits_on() {
    let mut scene = Scene::at_noon();
    let stuck = scene.clock.after(SECOND, "a stuck batch");
    scene.waits("at the same time", &[1]);
    scene.waits("later", &[2]);

    let asked_at = tokio::time::Instant::now();
    assert_eq!(scene.advance(10).await, stopped_at(NOON + 1.seconds(), &["a stuck batch"]));
    assert_eq!(asked_at.elapsed().as_secs(), PATIENCE.as_secs());
    assert_eq!(scene.clock.now(), NOON + 1.seconds());
    assert_eq!(scene.noted(), Vec::<String>::new());

    drop(stuck);
    assert_eq!(scene.clock.advance_to_next().await, Ok(settled_at(NOON + 1.seconds())));
    assert_eq!(scene.noted(), ["at the same time at 1s"]);
    assert_eq!(scene.advance(10).await, settled_at(NOON + 11.seconds()));
    assert_eq!(scene.noted(), ["later at 2s"]);
}

#[tokio::test(start_paused = true)]
async fn an_advance_does_not_begin_before_earlier_items_are_finished() {
    let clock = Clock::virtual_from(NOON).with_patience(5 * SECOND);
    let _item = clock.hold("an invocation");
    let _timer = clock.after(SECOND, "later");

    let asked_at = tokio::time::Instant::now();
    assert_eq!(clock.advance(SECOND).await, Ok(stopped_at(NOON, &["an invocation"])));
    assert_eq!(clock.advance_to_next().await, Ok(stopped_at(NOON, &["an invocation"])));
    assert_eq!(asked_at.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn without_patience_an_advance_still_goes_as_far_as_it_can() {
    let clock = Clock::virtual_from(NOON).with_patience(Duration::ZERO);
    assert_eq!(clock.advance(SECOND).await, Ok(settled_at(NOON + 1.seconds())));
    let _timer = clock.after(SECOND, "nobody looks");
    assert_eq!(
        clock.advance(5 * SECOND).await,
        Ok(stopped_at(NOON + 2.seconds(), &["nobody looks"]))
    );
}

#[tokio::test]
async fn the_next_timer_is_reached_with_all_that_are_due_then() {
    let mut scene = Scene::at_noon();
    scene.waits("a", &[5, 0, 1]);
    scene.waits("b", &[5]);
    assert_eq!(scene.clock.advance_to_next().await, Ok(settled_at(NOON + 5.seconds())));
    assert_eq!(scene.noted(), ["a at 5s", "a at 5s", "b at 5s"]);
    assert_eq!(scene.clock.advance_to_next().await, Ok(settled_at(NOON + 6.seconds())));
    assert_eq!(scene.noted(), ["a at 6s"]);
}

#[tokio::test]
async fn with_nothing_due_the_next_timer_is_now() {
    let clock = Clock::virtual_from(NOON);
    assert_eq!(clock.advance_to_next().await, Ok(settled_at(NOON)));
}

#[tokio::test]
async fn advances_take_turns() {
    let mut scene = Scene::at_noon();
    scene.waits("in the first", &[5]);
    scene.waits("in the second", &[15]);
    let (first, second) = tokio::join!(scene.advance(10), scene.advance(10));
    assert_eq!((first.now, second.now), (NOON + 10.seconds(), NOON + 20.seconds()));
    assert_eq!(scene.noted(), ["in the first at 5s", "in the second at 15s"]);
}

#[tokio::test]
async fn an_advance_that_is_dropped_leaves_time_where_it_has_come_to_and_gives_up_its_turn() {
    let clock = Clock::virtual_from(NOON);
    let timer = clock.after(SECOND, "a retry");
    {
        let mut dropped = pin!(clock.advance(10 * SECOND));
        assert!(poll_once(dropped.as_mut()).is_pending());
    }
    drop(timer.await);
    assert_eq!(clock.now(), NOON + 1.seconds());
    assert_eq!(clock.advance(SECOND).await, Ok(settled_at(NOON + 2.seconds())));
}

#[tokio::test]
async fn time_ends_and_does_not_overflow() {
    let clock = Clock::virtual_from(NOON);
    assert_eq!(clock.advance(Duration::MAX).await, Ok(settled_at(UtcDateTime::MAX)));
    assert_eq!(clock.advance(Duration::MAX).await, Ok(settled_at(UtcDateTime::MAX)));
}

#[tokio::test]
async fn the_wall_clock_refuses_to_be_advanced_and_says_what_to_do() {
    let clock = Clock::wall();
    assert_eq!(clock.advance_to_next().await, Err(NotVirtual));
    let refused = clock.advance(SECOND).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the wall clock cannot be advanced (hint: start the emulator with `--clock virtual`)"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_thread_sees_a_gap_between_firing_and_waiting_again() {
    const TIMES: u64 = 2000;
    let clock = Clock::virtual_from(NOON);
    let fired = std::sync::Arc::new(AtomicU64::new(0));
    let mut schedules = JoinSet::new();
    for _ in 0..4 {
        let (mut timer, clock) = (clock.after(SECOND, "schedule"), clock.clone());
        let fired = fired.clone();
        schedules.spawn(async move {
            for second in 1.. {
                let item = timer.await;
                assert_eq!(clock.now(), NOON + SECOND * second);
                fired.fetch_add(1, Ordering::Relaxed);
                timer = item.after(SECOND);
            }
        });
    }
    let advanced = clock.advance(Duration::from_secs(TIMES)).await.unwrap();
    assert!(advanced.settled());
    assert_eq!(fired.load(Ordering::Relaxed), 4 * TIMES);
    schedules.shutdown().await;
    assert!(clock.waiting().is_empty());
}
