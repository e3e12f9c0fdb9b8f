//! What is accepted is durable before it is answered or seen, and what runs functions does not wait for
//! that.

use emulator_store::{Change, Committed, Medium, MediumError};
use insta::assert_json_snapshot;
use tokio::sync::oneshot;

use super::*;

const LOOK: &str = "GET /2015-03-31/functions/greeter/configuration";
const CONFIGURE: &str = "PUT /2015-03-31/functions/greeter/configuration";

/// A medium whose every commit waits for the test.
struct Slow(mpsc::UnboundedSender<Commit>);

/// A change on its way to the medium.
struct Commit {
    change: Change,
    verdict: oneshot::Sender<Result<(), MediumError>>,
}

impl Commit {
    fn made(self) -> Change {
        self.verdict.send(Ok(())).unwrap();
        self.change
    }

    fn failed(self) {
        self.verdict.send(Err(MediumError::because("the disk is full"))).unwrap();
    }
}

impl Medium for Slow {
    fn load(&self, _: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError> {
        Ok(Vec::new())
    }

    fn commit(&self, group: Vec<Change>) -> Committed {
        let [change] = group.try_into().expect("a function is one row");
        let (verdict, given) = oneshot::channel();
        self.0.send(Commit { change, verdict }).unwrap();
        Committed::when(async { given.await.unwrap() })
    }
}

fn slow_world() -> (World, mpsc::UnboundedReceiver<Commit>) {
    let (sender, commits) = mpsc::unbounded_channel();
    (World::on(&Store::on(Slow(sender))), commits)
}

async fn slow_world_with_greeter() -> (World, mpsc::UnboundedReceiver<Commit>) {
    let (world, mut commits) = slow_world();
    let commit = async { commits.recv().await.unwrap().made() };
    tokio::join!(world.create(greeter()), commit);
    (world, commits)
}

#[tokio::test]
async fn what_one_emulator_has_accepted_the_next_one_finds() {
    let store = Store::in_memory();
    let first = World::on(&store);
    first.create(greeter()).await;
    first.create(plain("removed")).await;
    first.answers(200, CONFIGURE, json!({ "Timeout": 20 })).await;
    let permission = "POST /2015-03-31/functions/greeter/policy";
    first.answers(201, permission, permitting::s3()).await;
    first.answers(201, "POST /2015-03-31/functions/greeter/versions", json!({})).await;
    first
        .answers(
            200,
            CONFIGURE,
            json!({
                "LoggingConfig": { "LogFormat": "JSON", "SystemLogLevel": "WARN" },
                "ImageConfig": { "EntryPoint": ["/x"], "WorkingDirectory": "/tmp" },
            }),
        )
        .await;
    first.answers(201, "POST /2015-03-31/functions/greeter/versions", json!({})).await;
    first
        .answers(
            201,
            "POST /2015-03-31/functions/greeter/aliases",
            json!({
                "Name": "live", "FunctionVersion": "1", "Description": "d",
                "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.5 } },
            }),
        )
        .await;
    let reserved = json!({ "ReservedConcurrentExecutions": 7 });
    first.answers(200, "PUT /2017-10-31/functions/greeter/concurrency", reserved).await;
    let recursion = "PUT /2024-08-31/functions/greeter/recursion-config";
    first.answers(200, recursion, json!({ "RecursiveLoop": "Allow" })).await;
    let tags = "POST /2017-03-31/tags/arn:aws:lambda:us-east-1:000000000000:function:greeter";
    first.answers(204, tags, json!({ "Tags": { "team": "a" } })).await;
    first.call("DELETE /2015-03-31/functions/removed", "").await;

    let second = World::on(&store);
    for look in [
        "GET /2015-03-31/functions",
        "GET /2015-03-31/functions/greeter",
        "GET /2015-03-31/functions/greeter/policy",
        "GET /2015-03-31/functions/greeter/versions",
        "GET /2015-03-31/functions/greeter/aliases",
        "GET /2024-08-31/functions/greeter/recursion-config",
        "GET /2016-08-19/account-settings",
    ] {
        assert_eq!(second.finds(look).await, first.finds(look).await, "{look}");
    }
}

#[tokio::test]
async fn a_function_is_not_seen_before_it_is_stored() {
    let (world, mut commits) = slow_world();
    let look = async {
        let commit = commits.recv().await.unwrap();
        world.call(LOOK, "").await.is_refused("ResourceNotFoundException", NOT_FOUND);
        let Change { table, key, row } = commit.made();
        assert_eq!((table, &*key, row.is_some()), ("functions", "greeter", true));
    };
    tokio::join!(world.create(greeter()), look);
    world.finds(LOOK).await;
}

/// Another version of the emulator may have to read this.
#[tokio::test]
async fn a_function_is_stored_under_its_name_with_all_that_it_was_given() {
    let (world, mut commits) = slow_world();
    let commit = async { commits.recv().await.unwrap().made() };
    let (_, Change { row, .. }) = tokio::join!(world.create(greeter()), commit);
    let mut row: Value = serde_json::from_slice(&row.unwrap()).unwrap();
    row["latest"]["revision"] = json!("[revision]");
    assert_json_snapshot!(row, @r#"
    {
      "aliases": {},
      "last_version": 0,
      "latest": {
        "command": [
          "custom-event"
        ],
        "description": "greets",
        "entry_point": [],
        "image_digest": "0000000000000000000000000000000000000000000000000000000000000000",
        "image_uri": "manifold:latest",
        "log_group": "greetings",
        "log_levels": null,
        "memory_mb": 256,
        "modified": "2030-01-01 12:00:00.25",
        "revision": "[revision]",
        "role": "arn:aws:iam::000000000000:role/lambda",
        "runs_as": "process",
        "storage_mb": 512,
        "timeout_seconds": 10,
        "variables": {
          "HANDLER": "custom-event"
        },
        "working_directory": null
      },
      "policies": [],
      "recursive_loop": "Terminate",
      "reserved_concurrency": null,
      "tags": {},
      "unpublished": true,
      "versions": {}
    }
    "#);
}

#[tokio::test]
async fn a_change_is_not_seen_before_it_is_stored() {
    let (world, mut commits) = slow_world_with_greeter().await;
    let before = world.finds(LOOK).await;
    let look = async {
        let commit = commits.recv().await.unwrap();
        assert_eq!(world.finds(LOOK).await, before);
        commit.made();
    };
    tokio::join!(world.answers(200, CONFIGURE, json!({ "Timeout": 20 })), look);
    assert_eq!(world.finds(LOOK).await["Timeout"], 20);
}

#[tokio::test]
async fn an_image_that_is_built_while_a_change_is_stored_stays_seen() {
    let (world, mut commits) = slow_world_with_greeter().await;
    let tags = format!("POST /2017-03-31/tags/{ARN}");
    let publish = async {
        world.images.build("1");
        world.answers(201, "POST /2015-03-31/functions/greeter/versions", json!({})).await
    };
    let commit = async {
        commits.recv().await.unwrap().made();
        commits.recv().await.unwrap().made();
    };
    let tags = world.answers(204, &tags, json!({ "Tags": { "team": "a" } }));
    let (_, published, ()) = tokio::join!(tags, publish, commit);
    assert_eq!(published["CodeSha256"], "1".repeat(64));
    assert_eq!(world.finds(LOOK).await["CodeSha256"], "1".repeat(64));
}

#[tokio::test]
async fn a_function_can_be_called_until_its_removal_is_stored() {
    let (world, mut commits) = slow_world_with_greeter().await;
    let remove = world.call("DELETE /2015-03-31/functions/greeter", "");
    let look = async {
        let commit = commits.recv().await.unwrap();
        world.finds(LOOK).await;
        assert_eq!(commit.made().row, None);
    };
    assert_eq!(tokio::join!(remove, look).0.status, 204);
    world.call(LOOK, "").await.is_refused("ResourceNotFoundException", NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_done() {
    let (world, mut commits) = slow_world_with_greeter().await;
    let before = world.finds(LOOK).await;
    let change = json!({ "Timeout": 20 }).to_string();
    let fail = async { commits.recv().await.unwrap().failed() };
    let (answer, ()) = tokio::join!(world.call(CONFIGURE, change), fail);
    answer.is_refused("ServiceException", "the change could not be stored, so it was not made");
    assert_eq!(world.finds(LOOK).await, before);
}

#[tokio::test]
async fn two_changes_at_once_are_made_one_after_the_other_and_both_last() {
    let (world, mut commits) = slow_world_with_greeter().await;
    let commit = async {
        let first = commits.recv().await.unwrap();
        assert!(commits.try_recv().is_err(), "the second waits for the first");
        first.made();
        commits.recv().await.unwrap().made();
    };
    tokio::join!(
        world.answers(200, CONFIGURE, json!({ "Timeout": 20 })),
        world.answers(200, CONFIGURE, json!({ "MemorySize": 512 })),
        commit,
    );
    let found = world.finds(LOOK).await;
    assert_eq!((&found["Timeout"], &found["MemorySize"]), (&json!(20), &json!(512)));
}

#[tokio::test]
async fn a_name_is_taken_once_even_by_two_at_once() {
    let (world, mut commits) = slow_world();
    let commit = async { commits.recv().await.unwrap().made() };
    let create = "POST /2015-03-31/functions";
    let (first, second, _) = tokio::join!(
        world.call(create, greeter().to_string()),
        world.call(create, plain("greeter").to_string()),
        commit,
    );
    assert_eq!(first.status, 201);
    second.is_refused("ResourceConflictException", "Function already exist: greeter");
}

#[tokio::test]
async fn a_change_that_has_begun_is_finished_though_its_caller_has_gone() {
    let (world, mut commits) = slow_world();
    let commit = tokio::select! {
        _ = world.create(greeter()) => panic!("it is not stored yet"),
        commit = commits.recv() => commit.unwrap(),
    };
    commit.made();
    world.tasks.close();
    world.tasks.wait().await;
    world.finds(LOOK).await;
}

#[tokio::test]
async fn an_event_is_accepted_while_a_change_is_being_stored() {
    let (mut world, mut commits) = slow_world_with_greeter().await;
    let event = async {
        let commit = commits.recv().await.unwrap();
        let headers = [("x-amz-invocation-type", "Event")];
        let invoke = "POST /2015-03-31/functions/greeter/invocations";
        assert_eq!(world.call_with(invoke, &headers, "{}").await.status, 202);
        commit.made();
    };
    tokio::join!(world.answers(200, CONFIGURE, json!({ "Timeout": 20 })), event);
    assert_eq!(world.accepted.recv().await.unwrap().invocation.payload, "{}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_error_that_names_it() {
    let store = Store::in_memory();
    store.table("functions").put("greeter", &json!({ "role": ROLE })).await.unwrap();
    let world = World::new();
    let ground = ground(&world.images, &world.clock, &world.tasks);
    let metrics = Arc::new(Metrics::new(Home::default(), world.clock.clone()));
    let opened = Functions::open(Home::default(), ground, metrics, &store);
    let error = opened.err().unwrap().to_string();
    assert!(error.starts_with("row `greeter` of table `functions` cannot be read"), "{error}");
}
