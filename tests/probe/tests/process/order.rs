//! When the Runtime API is called: held, late, twice, and for somebody else.

use probe::{Echo, Rendezvous, Step, event};
use serde_json::json;

use crate::world::{PATIENCE, World};

#[tokio::test]
async fn a_held_invocation_answers_once_it_is_released() {
    let mut world = World::start().await;
    let rendezvous = Rendezvous::open().await.unwrap();

    world.api.deliver(&event([Step::Hold(rendezvous.address().unwrap())]).to_string());
    let held = tokio::time::timeout(PATIENCE, rendezvous.arrival()).await.unwrap().unwrap();
    assert_eq!(held.request_id, "request-1");
    assert!(world.api.try_posted().is_none(), "it answered while it was held");

    held.release().await.unwrap();
    assert!(world.posted().await.path.ends_with("request-1/response"));
}

#[tokio::test]
async fn a_test_sees_that_a_held_process_is_gone() {
    let mut world = World::start().await;
    let rendezvous = Rendezvous::open().await.unwrap();

    world.api.deliver(&event([Step::Hold(rendezvous.address().unwrap())]).to_string());
    let held = tokio::time::timeout(PATIENCE, rendezvous.arrival()).await.unwrap().unwrap();
    world.probe.start_kill().unwrap();

    tokio::time::timeout(PATIENCE, held.gone()).await.expect("the probe lives on");
}

#[tokio::test]
async fn misbehaviour_is_noted_in_the_next_echo() {
    let mut world = World::start().await;
    let wrong = Step::AnswerAs { request_id: "nobody".into(), value: json!(0) };

    let steps = [Step::Next, wrong, Step::Answer(json!(1)), Step::Answer(json!(2))];

    let posts = [world.run(steps).await, world.posted().await, world.posted().await];
    assert_eq!(posts.map(|posted| posted.body), ["0", "1", "2"]);
    let echo = world.run([Step::Echo]).await;
    let echo: Echo = serde_json::from_slice(&echo.body).unwrap();

    let statuses: Vec<_> = echo.notes.iter().map(|note| note.status).collect();
    assert_eq!(statuses, [200, 400, 202, 403]);
    assert_eq!(echo.notes[0].call, "GET /2018-06-01/runtime/invocation/next");
    assert_eq!(echo.notes[0].request_id.as_deref(), Some("request-1"));
    assert_eq!(echo.notes[2].body, "{\"status\":\"OK\"}\n");
}

#[tokio::test]
async fn an_answer_can_come_after_the_deadline() {
    let mut world = World::start().await;

    // The fake's deadline is long past, so nothing is waited for.
    let posted = world.run([Step::PastDeadlineMs(0), Step::Answer(json!("late"))]).await;

    assert_eq!(posted.body, r#""late""#);
}
