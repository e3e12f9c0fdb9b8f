//! What can happen in a case, and cases made of it.

use proptest::collection::vec;
use proptest::prelude::*;

/// A function's story.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// How many of its invocations may run at once.
    pub(crate) reserved: Option<u32>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Somebody invokes it, and does not wait for that before the next step.
    Invoke { act: Act, how: How },
    /// It is set up otherwise; `starts` says whether it can start then.
    Update { starts: bool },
    /// One of its processes is killed.
    Kill(usize),
    /// Invocations that wait are let go.
    Release,
    /// Everybody gets to do something.
    Breathe,
}

/// What a function does with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Answer,
    Fail,
    /// Ends its process instead of answering.
    Exit,
    /// Answers, and ends its process then.
    AnswerAndExit,
    /// Answers once it is let go.
    Wait,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Synchronous,
    Asynchronous,
}

pub(crate) fn case(most: usize, kills: bool, updates: bool) -> impl Strategy<Value = Case> {
    let reserved = proptest::option::of(0_u32..4);
    (reserved, vec(step(kills, updates), 1..=most))
        .prop_map(|(reserved, steps)| Case { reserved, steps })
}

fn step(kills: bool, updates: bool) -> impl Strategy<Value = Step> {
    let act = prop_oneof![
        4 => Just(Act::Answer),
        1 => Just(Act::Fail),
        1 => Just(Act::Exit),
        1 => Just(Act::AnswerAndExit),
        2 => Just(Act::Wait),
    ];
    let how = prop_oneof![3 => Just(How::Synchronous), 1 => Just(How::Asynchronous)];
    prop_oneof![
        6 => (act, how).prop_map(|(act, how)| Step::Invoke { act, how }),
        u32::from(updates) * 2 => any::<bool>().prop_map(|starts| Step::Update { starts }),
        u32::from(kills) * 2 => any::<usize>().prop_map(Step::Kill),
        1 => Just(Step::Release),
        2 => Just(Step::Breathe),
    ]
}
