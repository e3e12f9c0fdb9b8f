//! What outlasts the emulator, and what becomes of it all when the store fails.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use emulator_store::{Change, Committed, Medium, MediumError};
use tokio::sync::{mpsc, oneshot};
use tracing::Level;

use super::said::Said;
use super::*;

type Verdict = oneshot::Sender<Result<(), MediumError>>;

/// A medium whose every commit waits for the test. A verdict that is dropped is a good one.
struct Slow(mpsc::UnboundedSender<(Vec<Change>, Verdict)>);

impl Medium for Slow {
    fn load(&self, _: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError> {
        Ok(Vec::new())
    }

    fn commit(&self, group: Vec<Change>) -> Committed {
        let (verdict, given) = oneshot::channel();
        self.0.send((group, verdict)).unwrap();
        Committed::when(async { given.await.unwrap_or(Ok(())) })
    }
}

/// A medium that is full while the flag says so.
struct Disk {
    rows: Mutex<Vec<Change>>,
    is_full: Arc<AtomicBool>,
}

impl Medium for Disk {
    fn load(&self, _: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError> {
        Ok(Vec::new())
    }

    fn commit(&self, group: Vec<Change>) -> Committed {
        if self.is_full.load(Ordering::Relaxed) {
            return Committed::already(Err(MediumError::because("the disk is full")));
        }
        self.rows.lock().unwrap().extend(group);
        Committed::already(Ok(()))
    }
}

fn group() -> Value {
    json!({ "logGroupName": GROUP })
}

fn stream() -> Value {
    json!({ "logGroupName": GROUP, "logStreamName": "a" })
}

async fn ids(world: &World) -> Vec<String> {
    let found = world.ask("FilterLogEvents", group()).await;
    column(&found, "events", "eventId").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_one_emulator_has_kept_the_next_one_finds() {
    let store = Store::in_memory();
    let first = World::on(&store);
    let input = json!({ "logGroupName": GROUP, "tags": { "team": "blue" }, "deletionProtectionEnabled": true });
    first.done("CreateLogGroup", input).await;
    let input = json!({ "logGroupName": GROUP, "retentionInDays": 30 });
    first.done("PutRetentionPolicy", input).await;
    first.done("CreateLogStream", with(stream(), "logStreamName", &json!("empty"))).await;
    first.write("a", [5, 3]);
    let events = json!([{ "timestamp": START_MS, "message": "put: \"\u{e9}\"" }]);
    first.ask("PutLogEvents", with(stream(), "logEvents", &events)).await;
    first.write("gone", [1]);
    first.done("DeleteLogStream", with(stream(), "logStreamName", &json!("gone"))).await;
    first.logs.stream("gone", "s").put(first.at(1), "x");
    first.done("DeleteLogGroup", json!({ "logGroupName": "gone" })).await;

    let second = World::on(&store);
    for (operation, input) in [
        ("DescribeLogGroups", json!({})),
        ("DescribeLogStreams", group()),
        ("FilterLogEvents", group()),
        ("ListTagsLogGroup", group()),
    ] {
        let expected = first.ask(operation, input.clone()).await;
        assert_eq!(second.ask(operation, input).await, expected, "{operation}");
    }
    assert_eq!(second.read("a").await, ["put: \"\u{e9}\"", "3", "5"]);
}

#[tokio::test]
async fn an_events_id_is_never_given_again() {
    let store = Store::in_memory();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let world = World::on(&store);
        world.write("a", [1]);
        seen.extend(ids(&world).await);
        world.done("DeleteLogStream", stream()).await;
    }
    let mut different = seen.clone();
    different.dedup();
    assert_eq!(different.len(), 3, "{seen:?}");
}

#[tokio::test]
async fn a_group_that_was_made_again_has_nothing_of_the_old_one() {
    let store = Store::in_memory();
    let first = World::on(&store);
    let writer = first.stream("a");
    writer.put(first.at(1), "before");
    first.done("DeleteLogGroup", group()).await;
    writer.put(first.at(2), "after");
    assert_eq!(World::on(&store).read("a").await, ["after"]);
}

#[tokio::test]
async fn what_is_expired_is_gone_from_the_store_too() {
    let store = Store::in_memory();
    let first = World::on(&store);
    first.write("a", [1]);
    let input = json!({ "logGroupName": GROUP, "retentionInDays": 1 });
    first.done("PutRetentionPolicy", input).await;
    first.pass(Duration::from_hours(48)).await;
    assert_eq!(first.read("a").await, [""; 0]);
    // The second emulator's clock stands where the first one's has started.
    assert_eq!(World::on(&store).read("a").await, [""; 0]);
}

fn slow_world() -> (World, mpsc::UnboundedReceiver<(Vec<Change>, Verdict)>) {
    let (sender, commits) = mpsc::unbounded_channel();
    let world = World::on(&Store::on(Slow(sender)));
    (world, commits)
}

#[tokio::test]
async fn lines_of_functions_do_not_wait_and_are_on_their_way_at_once() {
    let (world, mut commits) = slow_world();
    world.write("a", [1, 2]);
    assert_eq!(world.read("a").await, ["1", "2"]);
    let tables = std::iter::from_fn(|| commits.try_recv().ok())
        .map(|(group, _)| (group[0].table, group.len()));
    let expected = [("log_runs", 1), ("log_groups", 1), ("log_streams", 1), ("log_events", 2)];
    assert_eq!(tables.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_change_is_answered_and_seen_once_it_is_durable() {
    let (world, mut commits) = slow_world();
    let (_, run) = commits.recv().await.unwrap();
    run.send(Ok(())).unwrap();
    let make = world.done("CreateLogGroup", group());
    let look = async {
        let (changes, verdict) = commits.recv().await.unwrap();
        assert_eq!((changes[0].table, &*changes[0].key), ("log_groups", GROUP));
        assert_eq!(world.ask("DescribeLogGroups", json!({})).await["logGroups"], json!([]));
        verdict.send(Ok(())).unwrap();
    };
    tokio::join!(make, look);
    let groups = world.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(column(&groups, "logGroups", "logGroupName"), [GROUP]);
}

#[tokio::test]
async fn a_change_whose_caller_goes_away_is_made_all_the_same() {
    let (world, mut commits) = slow_world();
    let (_, run) = commits.recv().await.unwrap();
    run.send(Ok(())).unwrap();
    tokio::select! {
        () = world.done("CreateLogGroup", group()) => panic!("nothing has committed it"),
        commit = commits.recv() => drop(commit),
    }
    let groups = world.ask("DescribeLogGroups", json!({})).await;
    assert_eq!(column(&groups, "logGroups", "logGroupName"), [GROUP]);
}

#[tokio::test]
async fn a_function_may_make_the_group_that_somebody_is_making() {
    let (world, mut commits) = slow_world();
    let input = with(group(), "tags", &json!({ "team": "blue" }));
    let make = world.done("CreateLogGroup", input);
    let write = async {
        commits.recv().await.unwrap();
        let (_, verdict) = commits.recv().await.unwrap();
        world.write("a", [1]);
        verdict.send(Ok(())).unwrap();
    };
    tokio::join!(make, write);
    assert_eq!(world.read("a").await, ["1"]);
    let tags = world.ask("ListTagsLogGroup", group()).await;
    assert_eq!(tags, json!({ "tags": { "team": "blue" } }));
    let groups = std::iter::from_fn(|| commits.try_recv().ok())
        .flat_map(|(group, _)| group)
        .filter(|change| change.table == "log_groups");
    let last: Value = serde_json::from_slice(&groups.last().unwrap().row.unwrap()).unwrap();
    assert_eq!(last["tags"], json!({ "team": "blue" }), "the store knows it too");
}

#[tokio::test]
async fn a_full_disk_refuses_changes_and_keeps_lines_in_memory() {
    let is_full = Arc::new(AtomicBool::new(false));
    let disk = Disk { rows: Mutex::default(), is_full: is_full.clone() };
    let world = World::on(&Store::on(disk));
    world.done("CreateLogGroup", group()).await;
    world.done("CreateLogStream", stream()).await;

    let (errors, _guard) = Said::from(Level::ERROR);
    is_full.store(true, Ordering::Relaxed);
    world.write("a", [1]);
    world.write("a", [2]);
    assert_eq!(world.read("a").await, ["1", "2"]);
    let events = json!([{ "timestamp": START_MS, "message": "x" }]);
    for (operation, input) in [
        ("PutLogEvents", with(stream(), "logEvents", &events)),
        ("CreateLogGroup", json!({ "logGroupName": "other" })),
        ("CreateLogStream", with(stream(), "logStreamName", &json!("b"))),
        ("PutRetentionPolicy", with(group(), "retentionInDays", &json!(1))),
        ("TagLogGroup", with(group(), "tags", &json!({ "a": "b" }))),
        ("DeleteLogStream", stream()),
        ("DeleteLogGroup", group()),
    ] {
        let message = "the change could not be stored, so it was not made";
        let refusal = json!({ "__type": "ServiceUnavailableException", "message": message });
        assert_eq!(world.answer(operation, input).await, (500, refusal), "{operation}");
    }
    assert_eq!(world.read("a").await, ["1", "2"]);
    assert_eq!(errors.times(), 1, "the log says it once");

    is_full.store(false, Ordering::Relaxed);
    world.done("DeleteLogGroup", group()).await;
    is_full.store(true, Ordering::Relaxed);
    world.write("a", [1, 2]);
    assert_eq!(errors.times(), 2, "and once more when it fails anew");
}

#[tokio::test]
async fn rows_that_lead_nowhere_are_swept_out() {
    let store = Store::in_memory();
    World::on(&store).write("a", [1, 2]);
    store.table::<Value>("log_groups").remove(GROUP).await.unwrap();

    World::on(&store);
    for table in ["log_streams", "log_events"] {
        assert_eq!(store.table::<Value>(table).load().unwrap(), [], "{table}");
    }
}

#[tokio::test]
async fn keys_of_events_stand_in_the_order_of_the_events() {
    let store = Store::in_memory();
    let world = World::on(&store);
    world.write("a", [30, 4, 200]);
    let rows = store.table::<Value>("log_events").load().unwrap();
    let stored: Vec<_> = rows.iter().map(|(_, row)| row["message"].clone()).collect();
    assert_eq!(stored, ["4", "30", "200"]);
    for ((key, _), id) in rows.iter().zip(ids(&world).await) {
        assert!(key.ends_with(&id), "{key} ends with {id}");
    }
}

/// As it is where the disk was full when an emulator started, and was not any more a moment later.
#[tokio::test]
async fn a_start_that_was_not_counted_gives_no_number_a_second_time() {
    let store = Store::in_memory();
    let streams = |group: &str| json!({ "logGroupName": group });
    for name in ["one", "two"] {
        let world = World::on(&store);
        world.done("CreateLogGroup", streams(name)).await;
        let input = json!({ "logGroupName": name, "logStreamName": format!("of-{name}") });
        world.done("CreateLogStream", input).await;
        store.table::<Value>("log_runs").remove("last").await.unwrap();
    }
    let next = World::on(&store);
    for name in ["one", "two"] {
        let found = next.ask("DescribeLogStreams", streams(name)).await;
        assert_eq!(column(&found, "logStreams", "logStreamName"), [format!("of-{name}")]);
    }
}
