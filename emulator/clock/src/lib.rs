//! The emulator's clock: everything that waits, waits on it.
//!
//! Retries, batch windows, idle environments, schedules: each asks the clock to wake it [`after`] a
//! delay or [`until`] a time. A [wall] clock keeps real time. A [virtual] one stands still until a
//! test moves it with [`advance`], and then an hour of retries passes in milliseconds, in order.
//!
//! For that, the clock has to know when the emulator is done with what has happened so far. So every
//! accepted item (an event in a queue, a record in a shard, an invocation) carries an [`InFlight`]
//! guard from the moment it is accepted until it is finished, and **virtual time stands still while
//! one exists**. A timer that fires hands its waiter such a guard, counted before the waiter is
//! woken, so that there is no moment at which the clock wrongly believes that all is quiet.
//!
//! ```
//! use emulator_clock::Clock;
//! use std::time::Duration;
//! use time::{UtcDateTime, ext::NumericalDuration};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), emulator_clock::NotVirtual> {
//! let clock = Clock::virtual_from(UtcDateTime::UNIX_EPOCH);
//!
//! // An item is accepted, fails, and is tried again a minute later.
//! let first_try = clock.hold("event 7 for thumbnails");
//! let retry = first_try.after(Duration::from_mins(1));
//!
//! // Half an hour passes. The clock stops on the way for the retry, and waits until it is finished.
//! let (advanced, finished_at) = tokio::join!(clock.advance(Duration::from_mins(30)), async {
//!     let second_try = retry.await;
//!     let finished_at = clock.now();
//!     drop(second_try);
//!     finished_at
//! });
//! assert_eq!(finished_at, UtcDateTime::UNIX_EPOCH + 1.minutes());
//! assert_eq!(advanced?.now, UtcDateTime::UNIX_EPOCH + 30.minutes());
//! # Ok(())
//! # }
//! ```
//!
//! # Rules for those who wait
//!
//! - Take a guard before the item is answered for, and drop it when the item has been dealt with.
//! - An item that waits for a time is not unfinished work: let its guard wait, with
//!   [`InFlight::until`] or [`InFlight::after`]. A guard that is held beside a timer stops the very
//!   time it waits for, until the [patience] of whoever advances runs out.
//! - What repeats goes on from the guard of the last time, `guard = guard.after(delay).await`. Between
//!   a dropped guard and a new timer the clock may move on.
//!
//! # The exception
//!
//! A function's deadline and the limit on its init do not use this clock. A function is a real process
//! that runs in real time, and a virtual second is no reason to kill it.
//!
//! [`after`]: Clock::after
//! [`until`]: Clock::until
//! [`advance`]: Clock::advance
//! [wall]: Clock::wall
//! [virtual]: Clock::virtual_from
//! [patience]: Clock::with_patience

mod clock;
mod in_flight;
mod timer;

mod advance;
mod ledger;

pub use advance::{Advanced, NotVirtual, PATIENCE};
pub use clock::{Clock, Due};
pub use in_flight::InFlight;
pub use timer::Timer;
