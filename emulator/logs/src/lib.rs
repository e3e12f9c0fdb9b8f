//! `CloudWatch` Logs: groups of streams of events, written by functions and read by people and tools.
//!
//! Writing lies on the way of every invocation, so a [`StreamWriter`] keeps its stream at hand: a line
//! costs one short lock and no look-up. Reading is the other way round: it may take its time, and
//! finds the events already in order.
//!
//! What is written is kept in memory, at most 256 MiB of it, and in a store besides, if
//! [there is one](Logs::open). Changes made over the API are durable before they are answered; functions
//! never wait for the store.
//!
//! ```
//! use emulator_clock::Clock;
//! use emulator_front::Home;
//! use emulator_logs::{Logs, Search};
//! use time::UtcDateTime;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let clock = Clock::virtual_from(UtcDateTime::UNIX_EPOCH);
//! let logs = Logs::new(Home::default(), clock.clone());
//!
//! let writer = logs.stream("/aws/lambda/greeter", "1970/01/01/[$LATEST]4f1a");
//! writer.put(clock.now(), "START RequestId: 7");
//! writer.put(clock.now(), "Hello lambda!");
//!
//! // Waits until there is such a line; here, there is.
//! let found = logs.first("/aws/lambda/greeter", &Search::phrase("Hello")).await;
//! assert_eq!(&*found.event.message, "Hello lambda!");
//! # }
//! ```

mod logs;
mod writer;

mod event;
mod group;
mod page;
mod retention;
mod search;
mod stream;

mod archive;
mod budget;

mod pattern;

mod api;
mod constraints;
mod token;

pub use api::api;
pub use event::{Event, EventId, NotAnEventId, Timestamp};
pub use group::{GroupFacts, Missing, Settings};
pub use logs::Logs;
pub use pattern::{Pattern, PatternError};
pub use retention::{Days, NotOffered};
pub use search::{Found, FoundPage, Search, Streams};
pub use stream::{ReadFrom, StreamFacts, StreamPage};
pub use writer::StreamWriter;
