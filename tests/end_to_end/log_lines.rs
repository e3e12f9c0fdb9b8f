//! What a process prints, in a function's log.

use probe::{Step, event};
use tests::World;

#[tokio::test]
async fn both_outputs_of_a_process_are_in_one_order() {
    let world = World::start().await;
    world.deploy_probe("talker").await;
    let steps = [
        Step::Stdout("to standard output\n".into()),
        Step::Stderr("to standard error\n".into()),
        Step::Stdout("without an end".into()),
    ];
    let id = world.invoke("talker", event(steps)).with_log().await.request_id;
    world.lambda().delete_function().function_name("talker").send().await.unwrap();

    let lines = world.logged("talker", "").await;
    assert_eq!(lines[0], format!("START RequestId: {id} Version: $LATEST"));
    assert_eq!(lines[1..3], ["to standard output", "to standard error"]);
    assert_eq!(lines[3], format!("END RequestId: {id}"));
    world.close().await;
}
