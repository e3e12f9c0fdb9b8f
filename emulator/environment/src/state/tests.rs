use proptest::prelude::*;

use super::*;
use Event::{Answer, Deadline, Exited, InitError, Invoke, Next, Stop};

fn id(number: u8) -> RequestId {
    RequestId::parse(&format!("00000000-0000-4000-8000-0000000000{number:02}")).unwrap()
}

/// A run of events as text, with each invocation named by its number.
fn run(events: &[Event]) -> String {
    let mut state = State::Init(None);
    let mut text = String::new();
    for &event in events {
        let line = match step(state, event) {
            Ok((next, action)) => {
                state = next;
                format!("{event:?} -> {next:?}, {action:?}\n")
            }
            Err(refused) => format!("{refused}\n"),
        };
        text += &line;
    }
    (0..10)
        .fold(text, |text, number| text.replace(&format!("{:?}", id(number)), &number.to_string()))
}

#[test]
fn an_invocation_waits_for_init_and_the_next_one_finds_a_warm_process() {
    insta::assert_snapshot!(run(&[Invoke(id(1)), Next, Answer(id(1)), Next, Invoke(id(2)), Answer(id(2))]), @r"
    Invoke(1) -> Init(Some(1)), Nothing
    Next -> Busy(1), Deliver(1)
    Answer(1) -> Answered(1), Reply(1)
    Next -> Idle, Finish(1)
    Invoke(2) -> Busy(2), Deliver(2)
    Answer(2) -> Answered(2), Reply(2)
    ");
}

#[test]
fn an_init_that_fails_is_tried_once_more_within_the_invocation() {
    insta::assert_snapshot!(run(&[Invoke(id(1)), InitError, InitError, Invoke(id(2)), Next, Answer(id(2)), Next]), @r"
    Invoke(1) -> Init(Some(1)), Nothing
    InitError -> Reviving(1), Start(1)
    InitError -> Cold, Fail(1, InitError)
    Invoke(2) -> Reviving(2), Start(2)
    Next -> Busy(2), Deliver(2)
    Answer(2) -> Answered(2), Reply(2)
    Next -> Idle, Finish(2)
    ");
}

#[test]
fn a_late_answer_is_refused_and_the_caller_hears_of_the_timeout() {
    insta::assert_snapshot!(run(&[Next, Invoke(id(7)), Deadline, Answer(id(7))]), @r"
    Next -> Idle, Rest
    Invoke(7) -> Busy(7), Deliver(7)
    Deadline -> Cold, Fail(7, Deadline)
    Answer(7) is not possible while the environment is Cold
    ");
}

#[test]
fn an_exit_after_the_answer_spoils_nothing_for_the_caller() {
    insta::assert_snapshot!(run(&[Next, Invoke(id(1)), Answer(id(1)), Exited, Invoke(id(2)), Next]), @r"
    Next -> Idle, Rest
    Invoke(1) -> Busy(1), Deliver(1)
    Answer(1) -> Answered(1), Reply(1)
    Exited -> Cold, FinishAndReset(1, Exited)
    Invoke(2) -> Reviving(2), Start(2)
    Next -> Busy(2), Deliver(2)
    ");
}

#[test]
fn a_process_that_calls_out_of_turn_is_refused_by_name() {
    insta::assert_snapshot!(run(&[Next, InitError, Answer(id(1)), Invoke(id(1)), Next, Answer(id(2)), Answer(id(1)), Answer(id(1))]), @r"
    Next -> Idle, Rest
    InitError is not possible while the environment is Idle
    Answer(1) is not possible while the environment is Idle
    Invoke(1) -> Busy(1), Deliver(1)
    Next -> Busy(1), Redeliver(1)
    Answer(2) is not possible while the environment is Busy(1)
    Answer(1) -> Answered(1), Reply(1)
    Answer(1) is not possible while the environment is Answered(1)
    ");
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Next),
        Just(InitError),
        Just(Exited),
        Just(Deadline),
        (0..4u8).prop_map(|number| Invoke(id(number))),
        (0..4u8).prop_map(|number| Answer(id(number))),
    ]
}

proptest! {
    #[test]
    fn every_accepted_invocation_is_closed_exactly_once(events in prop::collection::vec(any_event(), 0..60)) {
        let mut state = State::Init(None);
        let mut open = None;
        for event in events.into_iter().chain([Stop]) {
            let Ok((next, action)) = step(state, event) else { continue };
            state = next;
            if let Invoke(accepted) = event {
                prop_assert_eq!(open.replace(accepted), None);
            }
            match action {
                Action::Finish(id) | Action::FinishAndReset(id, _) | Action::Fail(id, _) => {
                    prop_assert_eq!(open.take(), Some(id));
                }
                Action::Leave(left) => prop_assert_eq!(open.take(), left),
                Action::Deliver(id) | Action::Redeliver(id) | Action::Reply(id) | Action::Start(id) => {
                    prop_assert_eq!(open, Some(id));
                }
                Action::Nothing | Action::Rest | Action::Reset => {}
            }
        }
        prop_assert_eq!(state, State::Gone);
        prop_assert_eq!(open, None);
    }
}
