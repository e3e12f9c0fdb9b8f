//! Virtual time, over `/_emulator/clock`.

use http::StatusCode;
use serde_json::json;
use tests::World;

const PAGE: &str = "/_emulator/clock";

#[tokio::test]
async fn virtual_time_stands_still_until_it_is_moved() {
    let world = World::start().await;
    let before = world.get(PAGE).await.json();
    assert_eq!(before, json!({"now": "2026-01-02T03:04:05Z", "unfinished": [], "waiting": []}));
    let moved = world.post(PAGE, json!({"advance": "90s"})).await.json();
    assert_eq!(moved, json!({"now": "2026-01-02T03:05:35Z", "settled": true}));
    assert_eq!(world.get(PAGE).await.json()["now"], "2026-01-02T03:05:35Z");
    world.close().await;
}

#[tokio::test]
async fn advancing_to_next_goes_nowhere_when_nothing_waits() {
    let world = World::start().await;
    let moved = world.post(PAGE, json!({"advance_to": "next"})).await.json();
    assert_eq!(moved, json!({"now": "2026-01-02T03:04:05Z", "settled": true}));
    world.close().await;
}

#[tokio::test]
async fn what_is_changed_later_says_so_in_virtual_time() {
    let world = World::start().await;
    world.deploy_probe("probe").await;
    world.post(PAGE, json!({"advance": "1d"})).await;
    let update = world.lambda().update_function_configuration().function_name("probe");
    let updated = update.timeout(4).send().await.unwrap();
    assert_eq!(updated.last_modified(), Some("2026-01-03T03:04:05.000+0000"));
    world.close().await;
}

#[tokio::test]
async fn a_move_that_makes_no_sense_is_refused_with_what_would() {
    let world = World::start().await;
    for (asked, message) in [
        (
            json!({"advance": "soon"}),
            "`soon` is not a length of time (hint: 500ms, 90s, 15m, 2h, 1d)",
        ),
        (
            json!({"rewind": "1s"}),
            r#"say how far (hint: {"advance":"90s"} or {"advance_to":"next"})"#,
        ),
    ] {
        let page = world.post(PAGE, asked).await;
        assert_eq!(
            (page.status, page.json()),
            (StatusCode::BAD_REQUEST, json!({"message": message}))
        );
    }
    world.close().await;
}

#[tokio::test]
async fn the_wall_clock_cannot_be_moved() {
    let world = World::on_the_wall_clock().await;
    let page = world.post(PAGE, json!({"advance": "1s"})).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let message =
        "the wall clock cannot be advanced (hint: start the emulator with `--clock virtual`)";
    assert_eq!(page.json(), json!({"message": message}));
    world.close().await;
}
