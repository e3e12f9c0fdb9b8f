//! How the process ends, and what happens after an answer.

use std::os::unix::process::ExitStatusExt;

use probe::{Signal, Step, event};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_exit_step_ends_the_process_before_it_answers() {
    let world = World::start().await;

    world.api.deliver(&event([Step::Stdout("no newline".into()), Step::Exit(3)]).to_string());
    let end = world.end().await;

    assert_eq!((end.status.code(), end.output.as_str()), (Some(3), "no newline"));
    assert!(end.last_post.is_none());
}

#[tokio::test]
async fn steps_after_an_answer_run_before_the_next_invocation() {
    let mut world = World::start().await;
    let lines = Step::LogLines { count: 2, text: "line".into() };
    let steps = [Step::Answer(json!(1)), Step::Log(vec!["late".into()]), lines, Step::Exit(4)];

    assert_eq!(world.run(steps).await.body, "1");
    let end = world.end().await;

    assert_eq!(end.status.code(), Some(4));
    assert_eq!(end.output, "late\nline 1\nline 2\n");
}

#[tokio::test]
async fn a_failure_after_the_answer_is_told_on_standard_error() {
    let mut world = World::start().await;
    let steps = [Step::Answer(json!(1)), Step::Read("/no/such/file".into())];

    world.run(steps).await;
    world.api.deliver(&event([Step::Stderr("raw".into()), Step::Exit(0)]).to_string());
    let errors = world.end().await.errors;

    assert!(errors.starts_with("the step `read` failed: cannot use `/no/such/file`"), "{errors}");
    assert!(errors.ends_with("\nraw"), "{errors}");
}

#[tokio::test]
async fn a_panic_an_abort_and_a_signal_end_the_process_each_in_its_way() {
    let end_of = async |step| {
        let world = World::start().await;
        world.api.deliver(&event([step]).to_string());
        world.end().await
    };

    let end = end_of(Step::Panic("on purpose".into())).await;
    assert_eq!(end.status.code(), Some(101));
    assert!(end.errors.contains("on purpose"), "{}", end.errors);
    assert_eq!(end_of(Step::Abort).await.status.signal(), Some(6));
    assert_eq!(end_of(Step::Kill(Signal::Kill)).await.status.signal(), Some(9));
    assert_eq!(end_of(Step::Kill(Signal::SegmentationFault)).await.status.signal(), Some(11));
    assert_eq!(end_of(Step::Kill(Signal::Terminate)).await.status.signal(), Some(15));
}
