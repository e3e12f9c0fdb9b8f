//! What a reader sees, when it is woken, and what virtual time waits for.

use super::*;
use crate::entry::Entry;
use crate::hash_key::{HashKey, HashKeyRange};
use emulator_clock::{Advanced, Clock};
use futures_util::FutureExt;
use proptest::collection::vec;
use proptest::prelude::*;
use std::time::Duration;
use time::UtcDateTime;
use time::macros::utc_datetime;

const NOON: UtcDateTime = utc_datetime!(2030-01-01 12:00);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);
const UNREAD: &str = "unread records in shardId-000000000000 of stream orders";

/// A stream's only shard, and the clock that it goes by.
struct Scene {
    clock: Clock,
    shard: Arc<Shard>,
}

impl Scene {
    fn at_noon() -> Self {
        let clock = Clock::virtual_from(NOON).with_patience(Duration::ZERO);
        let range = HashKeyRange::shares(1).next().unwrap();
        let shard = Arc::new(Shard::new(0, "orders".into(), range, clock.clone()));
        Self { clock, shard }
    }

    fn put(&self, data: &'static str) -> SequenceNumber {
        let hash_key = HashKey::of_partition_key("key");
        self.shard.put(Entry { data: data.into(), partition_key: "key".into(), hash_key })
    }

    async fn advance(&self, by: Duration) -> Advanced {
        self.clock.advance(by).await.unwrap()
    }

    async fn passes(&self, by: Duration) {
        assert_eq!(self.advance(by).await.unfinished, [""; 0]);
    }

    async fn stands_still_for_unread_records(&self) {
        assert_eq!(self.advance(SECOND).await.unfinished, [UNREAD]);
    }
}

#[track_caller]
fn check_unread(reader: &ShardReader, expected: &[&str]) {
    let unread = reader.next(100);
    let unread: Vec<_> =
        unread.iter().map(|record| str::from_utf8(&record.data).unwrap()).collect();
    assert_eq!(unread, expected);
}

fn advance_past_all(reader: &ShardReader) {
    reader.advance(reader.next(usize::MAX).last().unwrap().sequence_number);
}

#[tokio::test]
async fn reading_starts_where_the_position_says() {
    let scene = Scene::at_noon();
    let first = scene.put("first");
    scene.passes(SECOND).await;
    let second = scene.put("second");
    scene.passes(SECOND).await;
    let third = scene.put("third");

    let check = |position, expected: &[&str]| check_unread(&scene.shard.reader(position), expected);
    check(Position::TrimHorizon, &["first", "second", "third"]);
    check(Position::Latest, &[]);
    check(Position::AtTimestamp(NOON - HOUR), &["first", "second", "third"]);
    check(Position::AtTimestamp(NOON + SECOND), &["second", "third"]);
    check(Position::AtTimestamp(NOON + SECOND + Duration::from_millis(1)), &["third"]);
    check(Position::AtTimestamp(NOON + HOUR), &[]);
    check(Position::AfterSequenceNumber(scene.shard.start()), &["first", "second", "third"]);
    check(Position::AfterSequenceNumber(first), &["second", "third"]);
    check(Position::AfterSequenceNumber(second), &["third"]);
    check(Position::AfterSequenceNumber(third), &[]);
}

#[tokio::test]
async fn a_reader_from_latest_reads_what_is_put_from_now_on() {
    let scene = Scene::at_noon();
    scene.put("before");
    let reader = scene.shard.reader(Position::Latest);
    scene.put("after");
    check_unread(&reader, &["after"]);
}

#[tokio::test]
async fn a_record_tells_where_it_came_from() {
    let scene = Scene::at_noon();
    let sequence_number = scene.put("data");
    let expected = Record {
        sequence_number,
        partition_key: "key".into(),
        data: "data".into(),
        arrived: NOON,
        shard_id: ShardId(0),
    };
    assert_eq!(scene.shard.reader(Position::TrimHorizon).next(1), [expected]);
}

#[tokio::test]
async fn records_stay_unread_until_the_reader_advances_and_it_never_goes_back() {
    let scene = Scene::at_noon();
    let first = scene.put("first");
    let second = scene.put("second");
    scene.put("third");
    let reader = scene.shard.reader(Position::TrimHorizon);
    assert_eq!(reader.next(2).len(), 2);
    check_unread(&reader, &["first", "second", "third"]);
    reader.advance(second);
    check_unread(&reader, &["third"]);
    reader.advance(first);
    check_unread(&reader, &["third"]);
}

#[tokio::test]
async fn readers_of_one_shard_do_not_disturb_each_other() {
    let scene = Scene::at_noon();
    let mut fast = scene.shard.reader(Position::Latest);
    let mut slow = scene.shard.reader(Position::Latest);
    scene.put("record");
    let finished = fast.arrival().await;
    advance_past_all(&fast);
    drop(finished);
    assert!(fast.arrival().now_or_never().is_none());
    let _guard = slow.arrival().await;
    check_unread(&slow, &["record"]);
}

#[tokio::test(start_paused = true)]
async fn a_reader_is_woken_by_a_record() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    // Tokio's time is paused: the timeout is over as soon as everybody waits.
    let (guard, _) = tokio::join!(
        biased;
        tokio::time::timeout(SECOND, reader.arrival()),
        async { scene.put("record") },
    );
    check_unread(&reader, &["record"]);
    drop(guard.expect("it is woken"));
}

#[tokio::test]
async fn no_wake_up_is_lost_before_between_or_after_waits() {
    let scene = Scene::at_noon();
    scene.put("before it subscribes");
    let mut reader = scene.shard.reader(Position::TrimHorizon);
    drop(reader.arrival().now_or_never().expect("what was there is unread"));
    advance_past_all(&reader);

    assert!(reader.arrival().now_or_never().is_none(), "the wait is given up");
    scene.put("while nobody waits");
    drop(reader.arrival().now_or_never().expect("a permit was left"));
    assert_eq!(reader.next(100).len(), 1);
    scene.put("while the first is being read");
    advance_past_all(&reader);
    assert!(reader.arrival().now_or_never().is_none(), "nothing is unread");
}

#[tokio::test]
async fn time_stands_still_from_the_put_until_the_reader_has_caught_up() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.passes(SECOND).await;
    scene.put("record");
    scene.stands_still_for_unread_records().await;
    let guard = reader.arrival().await;
    scene.stands_still_for_unread_records().await;
    advance_past_all(&reader);
    drop(guard);
    scene.passes(SECOND).await;
}

#[tokio::test]
async fn time_stands_still_for_what_was_there_before_the_reader() {
    let scene = Scene::at_noon();
    scene.put("record");
    scene.passes(SECOND).await;
    let reader = scene.shard.reader(Position::TrimHorizon);
    scene.stands_still_for_unread_records().await;
    advance_past_all(&reader);
    scene.passes(SECOND).await;
}

#[tokio::test]
async fn a_record_that_arrives_after_the_last_look_is_covered() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.put("first");
    let guard = reader.arrival().await;
    advance_past_all(&reader);
    check_unread(&reader, &[]);
    scene.put("second");
    drop(guard);
    scene.stands_still_for_unread_records().await;
}

#[tokio::test]
async fn a_reader_that_waits_to_try_again_is_not_held_up_by_later_records() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.put("fails at first");
    let retry = reader.arrival().await.after(SECOND);
    scene.put("comes later");
    scene.advance(SECOND).await;
    let guard = retry.now_or_never().expect("a second has passed");
    check_unread(&reader, &["fails at first", "comes later"]);
    drop(guard);
}

#[tokio::test]
async fn a_reader_that_lets_go_too_early_gets_another_guard() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.put("record");
    drop(reader.arrival().await);
    let guard = reader.arrival().now_or_never().expect("it is still unread");
    scene.stands_still_for_unread_records().await;
    drop(guard);
}

#[tokio::test]
async fn a_reader_that_watches_lets_time_pass_until_another_record_arrives() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.put("first");
    let guard = reader.arrival().await;
    let mut watch = reader.watch();
    assert_eq!(watch.unread(100), Unread { records: 1, bytes: "key".len() + "first".len() });
    let window = guard.after(HOUR);
    scene.passes(SECOND).await;
    assert!(watch.arrival().now_or_never().is_none());

    scene.put("second");
    scene.stands_still_for_unread_records().await;
    drop(window);
    let guard = watch.arrival().now_or_never().expect("the second record has arrived");
    assert_eq!(watch.unread(100).records, 2);
    drop(watch);
    scene.stands_still_for_unread_records().await;
    drop(guard);
}

#[tokio::test]
async fn a_reader_that_has_watched_answers_for_later_records_again() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.put("first");
    let guard = reader.arrival().await;
    let watch = reader.watch();
    scene.put("second");
    drop(watch);
    let retry = guard.after(SECOND);
    scene.put("third");
    scene.advance(SECOND).await;
    let guard = retry.now_or_never().expect("a second has passed");
    check_unread(&reader, &["first", "second", "third"]);
    drop(guard);
}

#[tokio::test]
async fn a_reader_that_is_dropped_holds_nothing() {
    let scene = Scene::at_noon();
    let reader = scene.shard.reader(Position::Latest);
    scene.put("record");
    drop(reader);
    scene.passes(SECOND).await;
    scene.put("for nobody");
    scene.passes(SECOND).await;
}

#[tokio::test]
async fn a_record_can_be_read_for_24_hours() {
    let scene = Scene::at_noon();
    scene.put("first");
    scene.passes(HOUR).await;
    scene.put("second");
    scene.passes(23 * HOUR).await;
    check_unread(&scene.shard.reader(Position::TrimHorizon), &["first", "second"]);
    scene.passes(SECOND).await;
    check_unread(&scene.shard.reader(Position::TrimHorizon), &["second"]);
}

#[tokio::test]
async fn numbers_rise_even_when_everything_before_has_expired() {
    let scene = Scene::at_noon();
    let expired = scene.put("expired");
    scene.passes(25 * HOUR).await;
    assert!(scene.put("new") > expired);
    let reader = scene.shard.reader(Position::AfterSequenceNumber(expired));
    check_unread(&reader, &["new"]);
}

#[tokio::test]
async fn a_reader_whose_records_expire_while_it_waits_has_caught_up() {
    let scene = Scene::at_noon();
    let mut reader = scene.shard.reader(Position::Latest);
    scene.put("fails for a day");
    let retry = reader.arrival().await.after(25 * HOUR);
    scene.advance(25 * HOUR).await;
    let guard = retry.now_or_never().expect("25 hours have passed");
    check_unread(&reader, &[]);
    drop(guard);
    assert!(reader.arrival().now_or_never().is_none());
    scene.put("new");
    scene.stands_still_for_unread_records().await;
    check_unread(&reader, &["new"]);
}

/// What a reader and its producers may do, in any order.
#[derive(Clone, Copy, Debug)]
enum Act {
    Put,
    TakeArrival,
    ReadOne,
    LetGoIfCaughtUp,
}

proptest! {
    #[test]
    fn the_clock_is_quiet_exactly_while_nothing_is_unread_and_nothing_held(acts in vec(any_act(), 0..40)) {
        let scene = Scene::at_noon();
        let mut reader = scene.shard.reader(Position::Latest);
        let mut unread = 0;
        let mut held = None;
        for act in acts {
            match act {
                Act::Put => {
                    scene.put("record");
                    unread += 1;
                }
                Act::TakeArrival => {
                    let arrival = reader.arrival().now_or_never();
                    prop_assert_eq!(arrival.is_some(), unread > 0);
                    held = arrival.or(held);
                }
                Act::ReadOne => {
                    if let [record] = &reader.next(1)[..] {
                        reader.advance(record.sequence_number);
                        unread -= 1;
                    }
                }
                Act::LetGoIfCaughtUp => held = held.filter(|_| unread > 0),
            }
            prop_assert_eq!(reader.next(usize::MAX).len(), unread);
            prop_assert_eq!(scene.clock.unfinished().is_empty(), unread == 0 && held.is_none());
        }
    }
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Put),
        Just(Act::TakeArrival),
        Just(Act::ReadOne),
        Just(Act::LetGoIfCaughtUp)
    ]
}
