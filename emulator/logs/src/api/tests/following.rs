//! Waiting for events in the same process, and the writing end.

use futures_util::FutureExt;

use super::*;
use crate::Search;

#[tokio::test]
async fn a_reader_is_woken_by_the_line_it_waits_for() {
    let world = World::new();
    let search = Search::phrase("Data = test");
    let reader = world.logs.first(GROUP, &search);
    let writer = async {
        // Neither another group's line nor another line ends the wait.
        world.logs.stream("other", "s").put(world.at(0), "Data = test");
        world.stream("a").put(world.at(1), "START");
        tokio::task::yield_now().await;
        world.stream("b").put(world.at(2), "EVENT Data = test");
    };
    let (found, ()) = tokio::join!(reader, writer);
    assert_eq!((&*found.stream, &*found.event.message), ("b", "EVENT Data = test"));
}

#[tokio::test]
async fn a_line_between_the_look_and_the_wait_is_not_lost() {
    let world = World::new();
    let arrival = world.logs.arrival();
    world.write("a", [1]);
    assert_eq!(arrival.now_or_never(), Some(()));
    assert_eq!(world.logs.arrival().now_or_never(), None);
}

#[tokio::test]
async fn clones_and_second_writers_write_to_the_same_stream() {
    let world = World::new();
    let writer = world.stream("a");
    writer.clone().put(world.at(1), "one");
    writer.put(world.at(2), "two");
    world.stream("a").put(world.at(3), "three");
    writer.put_all(std::iter::empty::<(_, &str)>());
    let input = json!({ "logGroupName": GROUP, "logStreamName": "a" });
    assert_eq!(messages(&world.ask("GetLogEvents", input).await), ["one", "two", "three"]);
}
