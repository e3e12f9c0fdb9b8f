//! The books of a clock: what time it is, what is in flight, what waits.
//!
//! ```text
//!        hold             finish
//!         └──▶ in flight ───┴──▶ gone
//!               │    ▲             ▲
//!             wait  fire           │
//!               ▼    │             │
//!              waiting ──cancel────┘
//! ```
//!
//! No lock and no waiting here; of IO, only the reading of the machine's time. Wakers and names are
//! handed out rather than woken or dropped: whoever holds the lock on the books lets go of it first.

use crate::Due;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;
use time::UtcDateTime;

/// Names an item in the books. Given in rising order, anew each time an item starts to wait, so that it
/// is the order of registration as well.
pub(crate) type Number = u64;

/// Where the time comes from.
#[derive(Debug)]
pub(crate) enum Time {
    /// From the machine.
    Wall,
    /// From whoever advances it. Changes only in [`Ledger::step`], when nothing is in flight.
    Virtual(UtcDateTime),
}

/// Where an advance goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    At(UtcDateTime),
    NextTimer,
}

/// What one step towards a goal came to.
#[derive(Debug)]
pub(crate) enum Step {
    /// Something is in flight; nothing was done.
    Unsettled,
    /// Time moved to the first timer, whose item is now in flight. If it waits already, wake it.
    Fired { at: UtcDateTime, waiter: Option<Waker> },
    /// Time is where it should be, and nothing is in flight.
    Arrived,
}

/// What a timer has to look forward to.
#[derive(Debug)]
pub(crate) enum Outlook {
    /// Its item is in flight.
    Fired,
    /// An advance will wake it. With its former waker, to be dropped.
    WillBeWoken(Option<Waker>),
    /// So much real time is left.
    Sleep(Duration),
}

/// An item that waits for a time.
#[derive(Debug)]
pub(crate) struct Waiting {
    what: Cow<'static, str>,
    /// `None` until the timer is polled.
    waiter: Option<Waker>,
}

#[derive(Debug)]
pub(crate) struct Ledger {
    time: Time,
    next_number: Number,
    in_flight: BTreeMap<Number, Cow<'static, str>>,
    /// In the order in which they fire. Where time is virtual, none is in the past.
    waiting: BTreeMap<(UtcDateTime, Number), Waiting>,
}

impl Ledger {
    pub(crate) fn new(time: Time) -> Self {
        Self { time, next_number: 0, in_flight: BTreeMap::new(), waiting: BTreeMap::new() }
    }

    pub(crate) fn now(&self) -> UtcDateTime {
        match self.time {
            Time::Wall => UtcDateTime::now(),
            Time::Virtual(now) => now,
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.time, Time::Virtual(_))
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.in_flight.is_empty()
    }

    pub(crate) fn unfinished(&self) -> Vec<String> {
        self.in_flight.values().map(|what| what.clone().into_owned()).collect()
    }

    pub(crate) fn waiting(&self) -> Vec<Due> {
        let due = |(&(when, _), waiting): (&(UtcDateTime, Number), &Waiting)| Due {
            when,
            what: waiting.what.clone().into_owned(),
        };
        self.waiting.iter().map(due).collect()
    }

    /// Puts an item in flight.
    pub(crate) fn hold(&mut self, what: Cow<'static, str>) -> Number {
        let number = self.number();
        self.in_flight.insert(number, what);
        number
    }

    /// Takes an item out of flight; `None` if it was not in flight.
    pub(crate) fn finish(&mut self, number: Number) -> Option<Cow<'static, str>> {
        self.in_flight.remove(&number)
    }

    /// Lets an item in flight wait, under a new number. If `when` has come already, it stays in flight.
    pub(crate) fn wait(&mut self, number: Number, when: UtcDateTime) -> Number {
        if when <= self.now() {
            return number;
        }
        let what =
            self.in_flight.remove(&number).expect("only an item in flight can start to wait");
        let number = self.number();
        self.waiting.insert((when, number), Waiting { what, waiter: None });
        number
    }

    /// Takes an item off the waiting list; `None` if it has fired.
    pub(crate) fn cancel(&mut self, number: Number, when: UtcDateTime) -> Option<Waiting> {
        self.waiting.remove(&(when, number))
    }

    /// Tells a timer how it stands. One that waits for an advance leaves its waker here; one whose real
    /// time has come fires.
    pub(crate) fn look(&mut self, number: Number, when: UtcDateTime, waker: &Waker) -> Outlook {
        let now = self.now();
        let Some(waiting) = self.waiting.get_mut(&(when, number)) else {
            return Outlook::Fired;
        };
        match self.time {
            Time::Virtual(_) => Outlook::WillBeWoken(waiting.waiter.replace(waker.clone())),
            Time::Wall if now < when => Outlook::Sleep((when - now).unsigned_abs()),
            Time::Wall => {
                self.fire((when, number));
                Outlook::Fired
            }
        }
    }

    /// Moves virtual time to the next timer, which fires, or to the goal, if that comes first.
    pub(crate) fn step(&mut self, goal: Goal) -> Step {
        if !self.is_quiet() {
            return Step::Unsettled;
        }
        match (self.waiting.first_key_value().map(|(&due, _)| due), goal) {
            (Some((when, _)), Goal::At(end)) if end < when => self.arrive(end),
            (Some(due), _) => {
                self.time = Time::Virtual(due.0);
                Step::Fired { at: due.0, waiter: self.fire(due) }
            }
            (None, Goal::At(end)) => self.arrive(end),
            (None, Goal::NextTimer) => Step::Arrived,
        }
    }

    fn arrive(&mut self, end: UtcDateTime) -> Step {
        self.time = Time::Virtual(end);
        Step::Arrived
    }

    /// Puts an item that waited back in flight.
    fn fire(&mut self, due: (UtcDateTime, Number)) -> Option<Waker> {
        let Waiting { what, waiter } = self.waiting.remove(&due).expect("only what waits can fire");
        self.in_flight.insert(due.1, what);
        waiter
    }

    fn number(&mut self) -> Number {
        self.next_number += 1;
        self.next_number
    }
}
