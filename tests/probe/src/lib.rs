//! A Lambda function for tests: it does what its event asks.
//!
//! It is never part of the shipped image. It speaks the Runtime API itself, without a runtime
//! between, so that it can misbehave and can show exactly what it was sent.
//!
//! # What to ask
//!
//! An event `{"probe": [step, …]}` is a script: its steps run in order, and `probe` must be its only
//! key. Steps after an answer still run, before the next invocation is asked for; a script without an
//! answer ends with an echo. What is misspelt is refused by name, through `/error`; an event without
//! the key `probe` is echoed.
//!
//! ```
//! use probe::Step;
//! use serde_json::json;
//!
//! assert_eq!(
//!     probe::event([Step::SleepMs(5), Step::Answer(json!(42))]),
//!     json!({"probe": [{"sleep_ms": 5}, {"answer": 42}]}),
//! );
//! ```
//!
//! | Step | What it does |
//! | --- | --- |
//! | `"echo"` | **answers** with an [`Echo`]: event, headers, environment, arguments, process and notes |
//! | `{"answer": value}` | **answers** with a JSON value |
//! | `{"answer_text": "…"}` | **answers** with text as it is, JSON or not, as `text/plain` |
//! | `{"answer_bytes": n}` | **answers** with a JSON string that is `n` bytes large, quotes included (`n` ≥ 2) |
//! | `"answer_event"` | **answers** with the bytes of the event, unchanged |
//! | `{"stream": {"content_type": "…"}}` | begins to **answer** in pieces, on a connection of its own; with `"mode": "…"` in another mode than `streaming` |
//! | `{"stream_text": "…"}`, `{"stream_bytes": n}` | sends a piece: text, or `n` times the letter x |
//! | `{"stream_end": "whole"}` | ends the answer in pieces and waits for what is said to it; `"broken_off"` stops sending in the midst, `{"error": {"error_type": "…", "body_base64": "…"}}` sends trailers that tell of an error |
//! | `{"error": {"error_type": "…", "error_message": "…"}}` | **answers** through `/error`; the header Lambda-Runtime-Function-Error-Type is the type, or `"header": "…"` |
//! | `{"sleep_ms": n}` | sleeps, in real time |
//! | `{"past_deadline_ms": n}` | sleeps until `n` ms after the time in Lambda-Runtime-Deadline-Ms, on the machine's clock |
//! | `{"hold": "127.0.0.1:4000"}` | connects, writes the request id as a line (`init` before the first invocation), and goes on when a byte or the end comes back: see [`Rendezvous`] |
//! | `{"log": ["…", …]}` | writes lines to standard output |
//! | `{"log_lines": {"count": n, "text": "…"}}` | writes `n` lines to standard output: the text and a number, from 1 |
//! | `{"stdout": "…"}`, `{"stderr": "…"}` | writes text as it is: without a final newline, unless it holds one |
//! | `{"panic": "…"}` | panics: the message goes to standard error, the process exits with 101 |
//! | `{"exit": code}` | exits; after an answer step, that is before the next invocation |
//! | `"abort"` | ends as a failed C program does, by SIGABRT (as process 1 of a container, by SIGSEGV) |
//! | `{"kill": "SIGKILL"}` | sends itself a signal: `SIGKILL`, `SIGSEGV` or `SIGTERM` (as process 1 of a container it survives them, and says so) |
//! | `{"allocate_mb": n}` | takes `n` MiB, touches every page, and keeps them, also for later invocations |
//! | `"free"` | gives back all that was allocated |
//! | `{"threads": n}` | starts `n` threads, which stay: the kernel counts them as it does processes |
//! | `{"fail_first": {"calls": n, "key": "…"}}` | **answers** the first `n` calls with an error of type `Function.AskedToFail` and skips the rest; with `"by": [step, …]` it runs those steps instead |
//! | `{"write": {"path": "…", "text": "…"}}` | writes a file |
//! | `{"write_mb": {"path": "…", "mb": n}}` | writes a file of `n` MiB |
//! | `{"read": "path"}` | **answers** with a file's text, a JSON string |
//! | `{"fetch": "http://…"}` | **answers** with `{"status": 200, "body": "…"}` |
//! | `{"invoke": {"function": "…", "event": …}}` | calls a function at the endpoint in `AWS_ENDPOINT_URL`, in the same trace, and **answers** with `{"status": 200, "error": null, "payload": …}`; `error` is the function error or the code of a refusal; with `"invocation_type": "Event"` the payload is null |
//! | `"next"` | asks for the next invocation out of turn; after an answer, the one it gets is lost |
//! | `{"answer_as": {"request_id": "…", "value": …}}` | posts an answer under another request id; the invocation still wants its own |
//!
//! An answer step may stand twice, which is one more way to misbehave. What the Runtime API said to
//! each post, and to each `next` out of turn, is in the `notes` of the next echo.
//!
//! A step that cannot be done (a file that is not there, an address that refuses) ends the script with
//! an error of type `Function.StepFailed`; its message has the step and the whole cause. After an answer
//! that message goes to standard error instead.
//!
//! `fail_first` counts across processes, since an environment may be replaced between two calls: each
//! call appends one byte to the file `probe-{key}` in `directory` (`/tmp` if not given), and the offset
//! at which its byte ends is the number of the call. Nothing is locked, and no two calls get one number.
//!
//! # Environment variables
//!
//! | Variable | What it does |
//! | --- | --- |
//! | `PROBE_INIT` | runs before the first invocation is asked for: `error`, `exit:3`, `sleep:500`, `log:a line`, `panic`, or a script `[step, …]` |
//! | `PROBE_INIT_ERROR` | what `PROBE_INIT=error` posts: `Type: message` |
//! | `PROBE_STEPS` | a script `[step, …]` for events without the key `probe`, such as a trigger's |
//!
//! During init an `error` step, or a step that fails, is posted to `/init/error` and the process exits
//! with 1; steps that need an invocation (`next` and those that answer otherwise) fail so. A variable
//! that cannot be read is such an error too, of type `Function.BadScript`.
//!
//! # Building it
//!
//! `cargo build --package probe`; with `RUSTFLAGS='-C target-feature=+crt-static'` and `--target` it
//! runs in a `scratch` image.

mod answer;
mod call_counter;
mod chain;
mod connection;
mod echo;
mod fetch;
mod invoke;
mod linked;
mod memory;
mod output;
mod performance;
mod process;
mod rendezvous;
mod runtime_api;
mod script;
mod step;
mod streaming;

#[cfg(test)]
mod tests;

pub use crate::chain::Chain;
pub use crate::echo::Echo;
pub use crate::linked::linked_statically;
pub use crate::process::{RunError, run};
pub use crate::rendezvous::{Held, Rendezvous};
pub use crate::runtime_api::Note;
pub use crate::script::{event, script};
pub use crate::step::{Signal, Step, StreamEnd};
