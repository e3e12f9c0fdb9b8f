//! Amazon `CloudWatch` metrics: what was measured, minute by minute, and the statistics of it.
//!
//! Two sides meet at [`Metrics`]. Inside the emulator, services [`record`](Metrics::record) what they
//! measure; over the wire, clients put measurements of their own and read the statistics of all of them.
//! Who records and who reads know nothing of each other.
//!
//! Measurements are summed up as they arrive: how many there were in a minute, their sum, the smallest
//! and the largest, and how often there was each value, for percentiles. Up to about a thousand different
//! values in a minute are kept as they are; beyond that, neighbouring values count as one (values that
//! differ by a factor of up to 16 are told apart to half a percent). What gets old is summed up more
//! coarsely, as on AWS: seconds after 3 hours, minutes after 15 days, five minutes after 63 days; hours
//! are dropped after 455 days. All of it takes at most some 128 MiB: beyond that, the metrics go in which
//! nothing was measured for longest.
//!
//! On a store, what clients put is durable before it is answered. What is recorded is written behind, a
//! second after it arrives, by [`Metrics::run`]: an emulator that is killed loses at most that second, and
//! what the store had not made durable by then. One that is shut down loses nothing, if
//! [`Metrics::flush`] has the last word.
//!
//! ```
//! use emulator_clock::Clock;
//! use emulator_front::Home;
//! use emulator_metrics::{Datum, Metrics, Unit};
//!
//! let clock = Clock::wall();
//! let metrics = Metrics::new(Home::default(), clock.clone());
//! metrics.record(Datum {
//!     namespace: "AWS/Lambda",
//!     name: "Duration",
//!     dimensions: &[("FunctionName", "thumbnails")],
//!     unit: Unit::Milliseconds,
//!     value: 12.5,
//!     at: clock.now(),
//! });
//! ```

mod datum;
mod unit;

mod aggregate;
mod distribution;
mod statistic;

mod metric;
mod resolution;
mod series;

mod metrics;
mod record;

mod api;

#[cfg(test)]
mod tests;

pub use api::api;
pub use datum::Datum;
pub use metrics::Metrics;
pub use unit::{NoSuchUnit, Unit};
