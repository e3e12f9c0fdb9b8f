//! What outlasts an emulator.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use emulator_store::{Change, Committed, Medium, MediumError};
use tokio_util::sync::CancellationToken;

use super::*;

/// How many metrics the next emulator lists.
async fn listed(store: &Store) -> usize {
    let listed = World::on(store, START).ask("ListMetrics", json!({})).await;
    listed["Metrics"].as_array().unwrap().len()
}

async fn sold(world: &World) -> Value {
    let found = world.datapoints("sold", json!({ "ExtendedStatistics": ["p50"] })).await;
    json!(found)
}

#[tokio::test]
async fn what_was_put_is_there_in_the_next_emulator() {
    let store = Store::in_memory();
    let world = World::on(&store, START);
    let dimensions = json!([{ "Name": "a|b", "Value": "\\" }]);
    let values = [0.1, 0.2, 0.3];
    world
        .put(json!([
            { "MetricName": "sold", "Values": values, "Unit": "Bytes/Second" },
            { "MetricName": "sold", "Value": 0.7, "Unit": "Bytes/Second" },
            { "MetricName": "sold", "Value": 7, "StorageResolution": 1 },
            { "MetricName": "lost", "Value": 1, "Dimensions": dimensions },
        ]))
        .await;
    let next = World::on(&store, START);
    assert_eq!(sold(&next).await, sold(&world).await);
    assert_eq!(sold(&next).await.as_array().unwrap().len(), 2);
    let listed = next.ask("ListMetrics", json!({})).await;
    assert_eq!(listed, world.ask("ListMetrics", json!({})).await);
    assert_eq!(listed["Metrics"][0]["Dimensions"], dimensions);
}

#[tokio::test]
async fn what_is_recorded_is_written_by_the_one_who_runs() {
    let store = Store::in_memory();
    let world = World::on(&store, START);
    let stop = CancellationToken::new();
    let running = world.metrics.clone().run(stop.clone());
    world.record("Errors", 1.0, START);
    world.record("Errors", 2.0, START);
    assert_eq!(listed(&store).await, 0, "nobody waits for the store");
    stop.cancel();
    running.await;
    assert_eq!(listed(&store).await, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_recorded_is_written_a_second_later() {
    let store = Store::in_memory();
    let world = World::on(&store, START);
    let stop = CancellationToken::new();
    let written = async {
        world.record("Errors", 1.0, START);
        tokio::time::sleep(Duration::from_millis(990)).await;
        let early = listed(&store).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let late = listed(&store).await;
        stop.cancel();
        [early, late]
    };
    let ((), written) = tokio::join!(world.metrics.clone().run(stop.clone()), written);
    assert_eq!(written, [0, 1]);
}

#[tokio::test]
async fn what_got_old_is_gone_from_the_store_too() {
    let store = Store::in_memory();
    let world = World::on(&store, START);
    world.put(json!([{ "MetricName": "sold", "Value": 2 }])).await;
    world.clock.advance(Duration::from_hours(24 * 16)).await.unwrap();
    assert_eq!(sold(&world).await, json!([]));
    world.metrics.flush().await;

    let five_minutes = json!({ "Period": 300 });
    let later = World::on(&store, world.clock.now());
    let found = later.datapoints("sold", five_minutes.clone()).await;
    assert_eq!(found[0]["Sum"], 2.0);
    later.clock.advance(Duration::from_hours(24 * 500)).await.unwrap();
    assert_eq!(later.datapoints("sold", five_minutes).await, Vec::<Value>::new());
    later.metrics.flush().await;
    assert_eq!(store.table::<Value>("metrics").load().unwrap(), []);
}

/// Fails while it is told to.
#[derive(Default)]
struct Failing {
    fails: AtomicBool,
    groups: Mutex<Vec<Vec<Change>>>,
}

struct OnFailing(Arc<Failing>);

impl Medium for OnFailing {
    fn load(&self, _: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError> {
        Ok(Vec::new())
    }

    fn commit(&self, group: Vec<Change>) -> Committed {
        if self.0.fails.load(Ordering::Relaxed) {
            return Committed::already(Err(MediumError::because("the disk is full")));
        }
        self.0.groups.lock().unwrap().push(group);
        Committed::already(Ok(()))
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_told_and_written_with_what_comes_next() {
    let failing = Arc::new(Failing::default());
    let world = World::on(&Store::on(OnFailing(failing.clone())), START);
    failing.fails.store(true, Ordering::Relaxed);
    let data = json!([{ "MetricName": "sold", "Value": 2 }]);
    let input = json!({ "Namespace": "shop", "MetricData": data });
    let (status, code, _) = world.answer("PutMetricData", &input).await;
    assert_eq!((status, code.as_deref()), (500, Some("InternalServiceError;Receiver")));

    failing.fails.store(false, Ordering::Relaxed);
    world.record("Errors", 1.0, START);
    world.metrics.flush().await;
    let groups = failing.groups.lock().unwrap();
    let keys: Vec<_> = groups.iter().flatten().map(|change| change.key.as_str()).collect();
    let minute = seconds(START) - 5.0;
    let expected = [
        format!("shop|sold|None|60|{minute}"),
        format!("AWS/Lambda|Errors|FunctionName|greeter|Count|60|{minute}"),
    ];
    assert_eq!(keys, expected);
}

/// A store with the changes of these groups, as a crash after the last of them leaves it.
async fn crashed_after(groups: &[Vec<Change>]) -> Store {
    let store = Store::in_memory();
    let table = store.table::<Value>("metrics");
    for change in groups.iter().flatten() {
        match &change.row {
            Some(row) => table.put(&change.key, &serde_json::from_slice(row).unwrap()).await,
            None => table.remove(&change.key).await,
        }
        .unwrap();
    }
    store
}

#[tokio::test]
async fn what_gets_coarser_is_counted_once_whenever_the_emulator_is_killed() {
    let recorded = Arc::new(Failing::default());
    let world = World::on(&Store::on(OnFailing(recorded.clone())), START);
    world.put(json!([{ "MetricName": "sold", "Value": 2 }])).await;
    let put = recorded.groups.lock().unwrap().len();
    world.clock.advance(Duration::from_hours(24 * 16)).await.unwrap();
    assert_eq!(sold(&world).await, json!([]), "the minute is summed up over five");
    world.metrics.flush().await;

    let groups = recorded.groups.lock().unwrap().clone();
    for killed in put..=groups.len() {
        let next = World::on(&crashed_after(&groups[..killed]).await, world.clock.now());
        let found = next.datapoints("sold", json!({ "Period": 300 })).await;
        assert_eq!(found[0]["Sum"], 2.0, "after {killed} of {} groups", groups.len());
    }
}

#[tokio::test]
async fn metrics_without_end_take_bounded_room_and_the_oldest_go_from_the_store_too() {
    let store = Store::in_memory();
    let world = World::within(100_000, &store);
    for number in 0..1000 {
        let at = seconds(START) + 60.0 * f64::from(number / 10);
        world
            .put(json!([{ "MetricName": format!("{number:03}"), "Value": 1, "Timestamp": at }]))
            .await;
    }
    let listed = world.ask("ListMetrics", json!({})).await;
    let listed = listed["Metrics"].as_array().unwrap().clone();
    let [first, last] =
        [listed.first(), listed.last()].map(|metric| &metric.unwrap()["MetricName"]);
    assert!((100..400).contains(&listed.len()), "{}", listed.len());
    assert_eq!((first, last), (&json!(format!("{:03}", 1000 - listed.len())), &json!("999")));
    assert_eq!(store.table::<Value>("metrics").load().unwrap().len(), listed.len());
}
