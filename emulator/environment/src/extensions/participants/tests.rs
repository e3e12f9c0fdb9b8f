use emulator_front::RequestId;
use proptest::prelude::*;

use super::*;

const BOTH: Interests = Interests { invoke: true, shutdown: true };
const INVOKE: Interests = Interests { invoke: true, shutdown: false };
const NEITHER: Interests = Interests { invoke: false, shutdown: false };

fn launched(names: &[&str]) -> Participants {
    Participants::launched(names.iter().map(|&name| name.to_owned()))
}

/// A runtime that has started, and extensions that have registered for both events.
fn registered(names: &[&str]) -> (Participants, Vec<Uuid>) {
    let mut participants = launched(names);
    let ids = names.iter().map(|name| participants.register(name, BOTH).unwrap()).collect();
    participants.runtime_started();
    (participants, ids)
}

fn idle_after_init(names: &[&str]) -> (Participants, Vec<Uuid>) {
    let (mut participants, ids) = registered(names);
    participants.runtime_asks();
    for &id in &ids {
        participants.extension_asks(id).unwrap();
    }
    participants.close();
    (participants, ids)
}

#[test]
fn the_runtime_is_started_once_the_last_external_extension_has_registered() {
    let mut participants = launched(&["one", "two"]);
    assert!(!participants.runtime_may_start());
    participants.register("one", BOTH).unwrap();
    assert!(!participants.runtime_may_start());
    participants.register("two", NEITHER).unwrap();
    assert!(participants.runtime_may_start());
    participants.runtime_started();
    assert!(!participants.runtime_may_start());
    assert!(launched(&[]).runtime_may_start());
}

#[test]
fn init_is_over_when_the_last_of_all_asks_for_work() {
    let (mut participants, ids) = registered(&["one", "two"]);
    let init = State::Init(None);
    participants.extension_asks(ids[0]).unwrap();
    assert_eq!(participants.event(init, Asker::Extension), None);
    participants.runtime_asks();
    assert_eq!(participants.event(init, Asker::Runtime), None);
    participants.extension_asks(ids[1]).unwrap();
    assert_eq!(participants.event(init, Asker::Extension), Some(Event::Next));
}

#[test]
fn an_invocation_waits_only_for_the_extensions_that_were_told_of_it() {
    let (mut participants, told) = registered(&["told"]);
    let internal = participants.register("internal", INVOKE).unwrap();
    let deaf = participants.register("deaf", NEITHER).unwrap();
    participants.runtime_asks();
    for id in [told[0], internal, deaf] {
        participants.extension_asks(id).unwrap();
    }
    assert_eq!(participants.delivered(), [told[0], internal]);
    let answered = State::Answered(RequestId::fresh());
    participants.runtime_asks();
    assert_eq!(participants.event(answered, Asker::Runtime), None);
    participants.extension_asks(told[0]).unwrap();
    assert_eq!(participants.event(answered, Asker::Extension), None);
    participants.extension_asks(internal).unwrap();
    assert_eq!(participants.event(answered, Asker::Extension), Some(Event::Next));
}

#[test]
fn a_runtime_that_asks_in_the_midst_of_its_work_is_heard_and_an_extension_is_not() {
    let (participants, _) = idle_after_init(&["one"]);
    let busy = State::Busy(RequestId::fresh());
    assert_eq!(participants.event(busy, Asker::Runtime), Some(Event::Next));
    assert_eq!(participants.event(busy, Asker::Extension), None);
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Refusal>, kind: &str, text: &str) {
    let refusal = answer.unwrap_err();
    assert_eq!((refusal.kind().as_str(), refusal.to_string().as_str()), (kind, text));
}

#[test]
fn a_registration_that_is_not_possible_is_refused_by_name() {
    let (mut participants, _) = registered(&["one"]);
    refused(
        participants.register("one", BOTH),
        "Extension.InvalidExtensionState",
        "State transition from Registered to Registered failed for extension one. \
         Error: State transition is not allowed",
    );
    refused(
        participants.register("internal", BOTH),
        "Extension.InvalidEventType",
        "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension",
    );
    participants.register("internal", INVOKE).unwrap();
    refused(
        participants.register("internal", INVOKE),
        "Extension.InvalidExtensionState",
        "Extension with this name already registered",
    );
    for number in 2..10 {
        participants.register(&format!("internal {number}"), INVOKE).unwrap();
    }
    refused(
        participants.register("one too many", INVOKE),
        "Extension.TooManyExtensions",
        "Extension limit (10) reached",
    );
    participants.close();
    refused(
        participants.register("late", INVOKE),
        "Extension.RegistrationClosed",
        "Extension registration closed already",
    );
}

#[test]
fn an_extension_that_calls_out_of_turn_is_refused_by_name() {
    let (mut participants, ids) = idle_after_init(&["one"]);
    let stranger = Uuid::nil();
    refused(
        participants.extension_asks(stranger),
        "Extension.UnknownExtensionIdentifier",
        "Unknown extension 00000000-0000-0000-0000-000000000000",
    );
    let twice = participants.extension_asks(ids[0]).unwrap_err().to_string();
    assert!(twice.starts_with("State transition from Ready to Ready failed for extension "));
    let late = participants.complain(ids[0], Complaint::Init, "X").unwrap_err().to_string();
    assert!(late.starts_with("State transition from Ready to InitError failed for extension "));
}

#[test]
fn a_complaint_is_news_once() {
    let (mut participants, ids) = registered(&["one"]);
    assert_eq!(participants.complain(ids[0], Complaint::Init, "Extension.Broken"), Ok(true));
    assert_eq!(participants.complain(ids[0], Complaint::Init, "Extension.Again"), Ok(false));
    let one = &participants.extensions()[0];
    assert_eq!((one.stage, one.error.as_deref()), (Stage::InitError, Some("Extension.Broken")));
}

#[test]
fn shutdown_is_told_once_to_those_who_want_to_know() {
    let (mut participants, ids) = idle_after_init(&["one", "two"]);
    assert_eq!(participants.to_release(), ids);
    participants.released(ids[0]);
    assert_eq!(participants.to_release(), [ids[1]]);
    assert_eq!(participants.extension_asks(ids[0]), Ok(()));
}

/// What may happen in one invocation after the other, with two extensions.
#[derive(Clone, Copy, Debug)]
enum Step {
    Invoke,
    Answer,
    RuntimeAsks,
    Asks(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Invoke),
        Just(Step::Answer),
        Just(Step::RuntimeAsks),
        (0..2usize).prop_map(Step::Asks),
    ]
}

proptest! {
    /// The model: an invocation is over when it is answered and none of those it was given to owes anything.
    #[test]
    fn an_environment_is_free_when_everybody_has_asked_since_the_invocation(
        steps in prop::collection::vec(any_step(), 0..60),
    ) {
        let (mut participants, ids) = idle_after_init(&["one", "two"]);
        let mut state = State::Idle;
        let mut owing: Vec<usize> = Vec::new();
        let mut runtime_owes = false;
        for step in steps {
            let event = match (step, state) {
                (Step::Invoke, State::Idle) => {
                    state = State::Busy(RequestId::fresh());
                    participants.delivered();
                    (owing, runtime_owes) = (vec![0, 1], true);
                    None
                }
                (Step::Answer, State::Busy(id)) => {
                    state = State::Answered(id);
                    None
                }
                (Step::RuntimeAsks, State::Answered(_)) => {
                    participants.runtime_asks();
                    runtime_owes = false;
                    participants.event(state, Asker::Runtime)
                }
                (Step::Asks(who), _) => {
                    let owed = owing.contains(&who);
                    prop_assert_eq!(participants.extension_asks(ids[who]).is_ok(), owed);
                    owing.retain(|&owing| owing != who);
                    owed.then(|| participants.event(state, Asker::Extension)).flatten()
                }
                _ => continue,
            };
            let over = matches!(state, State::Answered(_)) && owing.is_empty() && !runtime_owes;
            let asked = matches!(step, Step::RuntimeAsks | Step::Asks(_));
            prop_assert_eq!(event.is_some(), over && asked);
            if event.is_some() {
                state = State::Idle;
            }
        }
    }
}
