//! Waiting, holding and reading, on both kinds of clock.

use super::*;
use time::ext::NumericalDuration;
use time::macros::utc_datetime;

const NOON: UtcDateTime = utc_datetime!(2030-01-01 12:00);
const SECOND: Duration = Duration::from_secs(1);
const YEAR: Duration = Duration::from_hours(365 * 24);

#[test]
fn virtual_time_stands_still() {
    let clock = Clock::virtual_from(NOON);
    assert_eq!(clock.now(), NOON);
    assert_eq!(clock.now(), NOON);
}

#[test]
fn all_handles_show_one_clock() {
    let clock = Clock::virtual_from(NOON);
    let _item = clock.clone().hold("an event");
    assert_eq!(clock.unfinished(), ["an event"]);
}

#[test]
fn an_item_is_unfinished_until_its_guard_is_dropped() {
    for clock in [Clock::wall(), Clock::virtual_from(NOON)] {
        let first = clock.hold("first");
        let second = clock.hold(String::from("second"));
        assert_eq!(clock.unfinished(), ["first", "second"]);
        drop(first);
        assert_eq!(clock.unfinished(), ["second"]);
        drop(second);
        assert!(clock.unfinished().is_empty());
    }
}

#[test]
fn an_item_that_waits_is_due_and_not_unfinished() {
    for clock in [Clock::wall(), Clock::virtual_from(NOON)] {
        let item = clock.hold("retry");
        let timer = item.until(NOON + 1000.days());
        assert!(clock.unfinished().is_empty());
        assert_eq!(clock.waiting(), [Due { when: NOON + 1000.days(), what: "retry".into() }]);
        drop(timer);
        assert!(clock.waiting().is_empty());
        assert!(clock.unfinished().is_empty());
    }
}

#[test]
fn what_is_due_is_listed_in_the_order_in_which_it_fires() {
    let clock = Clock::virtual_from(NOON);
    let _timers = [(3, "third"), (1, "first"), (3, "fourth"), (2, "second")]
        .map(|(seconds, what)| clock.after(seconds * SECOND, what));
    let names: Vec<_> = clock.waiting().into_iter().map(|due| due.what).collect();
    assert_eq!(names, ["first", "second", "third", "fourth"]);
}

#[tokio::test]
async fn a_time_that_has_come_already_is_not_waited_for() {
    for clock in [Clock::wall(), Clock::virtual_from(NOON)] {
        let _past = clock.until(UtcDateTime::UNIX_EPOCH, "long ago").await;
        let _now = clock.after(Duration::ZERO, "at once").await;
        let _held = clock.hold("an event").after(Duration::ZERO).await;
        assert_eq!(clock.unfinished(), ["long ago", "at once", "an event"]);
    }
}

#[tokio::test]
async fn a_wall_timer_fires_when_its_time_has_come_and_not_before() {
    let clock = Clock::wall();
    let when = clock.now() + 5.milliseconds();
    let item = clock.until(when, "soon").await;
    assert!(clock.now() >= when);
    assert_eq!(clock.unfinished(), ["soon"]);
    let again = clock.now() + 5.milliseconds();
    drop(item.until(again).await);
    assert!(clock.now() >= again);
    assert!(clock.unfinished().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wall_timer_believes_the_date_and_not_how_long_it_slept() {
    // The runtime's time flies; the machine's date does not follow.
    let clock = Clock::wall();
    let mut timer = std::pin::pin!(clock.after(YEAR, "next year"));
    tokio::select! {
        biased;
        _ = &mut timer => panic!("fired a year early"),
        () = tokio::time::sleep(SECOND * 3600) => {}
    }
    assert_eq!(clock.waiting().len(), 1);
}

#[test]
fn a_delay_beyond_the_end_of_time_waits_until_the_end_of_time() {
    let clock = Clock::virtual_from(NOON);
    let _timer = clock.after(Duration::MAX, "never");
    assert_eq!(clock.waiting()[0].when, UtcDateTime::MAX);
}
