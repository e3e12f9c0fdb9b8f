//! What a container prints: from the engine into a pipe, as the driver reads it.

use std::time::Duration;

use bollard::container::LogOutput;
use bollard::errors::Error;
use futures_util::{Stream, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::init::Complaint;
use super::reason;
use super::tracer::{Strainer, Text};

/// For how long nothing may come for a pause. On two very busy processors output was seen to take longer.
const PAUSE: Duration = Duration::from_millis(20);

/// How long to wait for output that is on its way: for a function that never stops printing, or an engine
/// that stands still.
const PATIENCE: Duration = Duration::from_millis(500);

/// What has come of a container's output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// When something came last.
    last: Instant,
    /// How many tracers have come out.
    tracers: u64,
}

impl Heard {
    pub(super) fn nothing() -> Self {
        Self { last: Instant::now(), tracers: 0 }
    }
}

/// Copies until the container's output ends, or until nobody reads it any more. `heard` is told of every
/// piece. Says why the engine's init could not run the function, if that is what came instead of output.
pub(super) async fn relay(
    mut output: impl Stream<Item = Result<LogOutput, Error>> + Unpin,
    tracer: Text,
    mut pipe: pipe::Sender,
    heard: watch::Sender<Heard>,
) -> Option<String> {
    let mut complaint = Complaint::awaited();
    let (mut stdout, mut stderr) = (Strainer::new(tracer), Strainer::new(tracer));
    while let Some(piece) = output.next().await {
        let (printed, tracers) = match piece {
            Ok(LogOutput::StdErr { message }) => {
                let (printed, tracers) = stderr.strain(&message);
                (complaint.sift(printed), tracers)
            }
            Ok(piece) => stdout.strain(&piece.into_bytes()),
            Err(error) => {
                tracing::warn!(%error, "the rest of a container's output is lost");
                break;
            }
        };
        if pipe.write_all(&printed).await.is_err() {
            return None;
        }
        heard.send_modify(|heard| {
            *heard = Heard { last: Instant::now(), tracers: heard.tracers + tracers };
        });
    }
    let mut rest = stdout.rest();
    rest.append(&mut complaint.sift(stderr.rest()));
    let mut kept_back = complaint.rest();
    let reason = reason::of_init(&kept_back);
    if reason.is_none() {
        rest.append(&mut kept_back);
    }
    // Nobody has to be there to read it.
    let _ = pipe.write_all(&rest).await;
    reason
}

/// Waits until this many tracers have come out, and with them all that was printed before them.
pub(super) async fn passed(heard: &mut watch::Receiver<Heard>, tracers: u64) {
    // If the output has ended, all of it is here too.
    let _ = timeout(PATIENCE, heard.wait_for(|heard| heard.tracers >= tracers)).await;
}

/// Without a tracer: waits for a pause, after which what was printed before now has very likely come.
pub(super) async fn paused(heard: &mut watch::Receiver<Heard>) {
    let asked = Instant::now();
    loop {
        let last = asked.max(heard.borrow_and_update().last);
        tokio::select! {
            biased;
            () = sleep_until((last + PAUSE).min(asked + PATIENCE)) => return,
            more = heard.changed() => {
                if more.is_err() {
                    // The output has ended, and all of it is here.
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::container::tracer;

    #[tokio::test]
    async fn both_outputs_come_in_the_order_in_which_the_engine_tells_them() {
        let (sender, mut receiver) = pipe::pipe().unwrap();
        let (teller, heard) = watch::channel(Heard::nothing());
        let tracer = tracer::text();
        let (beginning, end) = tracer.split_at(5);
        let pieces = [
            LogOutput::StdOut { message: [b"one\ntw", beginning].concat().into() },
            LogOutput::StdErr { message: [b"err\n", &tracer[..]].concat().into() },
            LogOutput::StdOut { message: [end, b"o\n"].concat().into() },
        ];
        assert_eq!(relay(stream::iter(pieces.map(Ok)), tracer, sender, teller).await, None);
        let mut text = String::new();
        receiver.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "one\ntwerr\no\n");
        assert_eq!(heard.borrow().tracers, 2);
    }

    #[tokio::test]
    async fn what_only_looked_like_a_complaint_of_the_init_is_the_functions_last_word() {
        let check = async |printed: &'static str, expected: &str, reason: Option<&str>| {
            let (sender, mut receiver) = pipe::pipe().unwrap();
            let (teller, _heard) = watch::channel(Heard::nothing());
            let piece = LogOutput::StdErr { message: printed.into() };
            let told = relay(stream::iter([Ok(piece)]), tracer::text(), sender, teller).await;
            let mut text = String::new();
            receiver.read_to_string(&mut text).await.unwrap();
            assert_eq!((&*text, told.as_deref()), (expected, reason));
        };
        let complaint = "[FATAL tini (7)] exec /nope failed: No such file or directory\n";
        check(complaint, "", Some("no such file or directory")).await;
        check("[FATAL tini (7)] ex", "[FATAL tini (7)] ex", None).await;
    }

    #[tokio::test(start_paused = true)]
    async fn output_has_settled_once_nothing_more_comes() {
        let (teller, mut heard) = watch::channel(Heard::nothing());
        let asked = Instant::now();
        let piece = async {
            sleep_until(asked + PAUSE / 2).await;
            teller.send_modify(|heard| heard.last = Instant::now());
        };
        tokio::join!(paused(&mut heard), piece);
        assert_eq!(asked.elapsed(), PAUSE + PAUSE / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_function_that_never_stops_printing_is_not_waited_for_long() {
        let (teller, mut heard) = watch::channel(Heard::nothing());
        let asked = Instant::now();
        let chatter = async {
            loop {
                sleep_until(Instant::now() + PAUSE / 2).await;
                teller.send_modify(|heard| heard.last = Instant::now());
            }
        };
        tokio::select! {
            () = paused(&mut heard) => {}
            () = chatter => {}
        }
        assert_eq!(asked.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn output_that_has_ended_is_not_waited_for() {
        let (teller, mut heard) = watch::channel(Heard::nothing());
        drop(teller);
        let asked = Instant::now();
        paused(&mut heard).await;
        assert_eq!(asked.elapsed(), Duration::ZERO);
    }
}
