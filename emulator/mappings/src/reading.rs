//! The task that reads one shard for one mapping: batch after batch, each dealt with before the next.
//!
//! It sleeps until something is unread. From then on it holds the guard that keeps virtual time from
//! passing, and lets the guard wait while it waits before another attempt. A batch counts as read when
//! its invocation has answered, or when it is given up: a task that is stopped loses nothing.

use std::sync::Arc;
use std::time::Duration;

use emulator_clock::{Clock, InFlight};
use emulator_front::RequestId;
use emulator_kinesis::{Record, SequenceNumber, Shard, ShardReader};
use emulator_lambda::{Cause, Invocation, Status};
use time::UtcDateTime;
use tokio_util::sync::CancellationToken;

use crate::answer;
use crate::event::{Event, Source, is_full};
use crate::invoke::Invoke;
use crate::mapping::Mapping;
use crate::mappings::Mappings;
use crate::retry::{Next, Progress, Verdict};

/// One shard's reading, and how far it has come.
pub(crate) struct Reading {
    mapping: Arc<Mapping>,
    region: String,
    functions: Arc<dyn Invoke>,
    clock: Clock,
    reader: ShardReader,
    progress: Progress<SequenceNumber>,
    /// The last attempt, until its batch is dealt with.
    tried: Option<Attempt>,
    /// Asked before each batch; an invocation in flight is let end.
    stop: CancellationToken,
}

/// A batch that was tried, and what the function knew the invocation by.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    first: SequenceNumber,
    last: SequenceNumber,
    request: RequestId,
}

impl Reading {
    /// Takes its place in the shard: what is put there from now on will be read.
    pub(crate) fn new(
        mappings: &Mappings,
        mapping: &Arc<Mapping>,
        shard: &Arc<Shard>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            mapping: mapping.clone(),
            region: mappings.home.region.clone(),
            functions: mappings.functions.clone(),
            clock: mappings.clock.clone(),
            reader: shard.reader(mapping.start.into()),
            progress: Progress::new(),
            tried: None,
            stop,
        }
    }

    /// Reads until it is stopped.
    pub(crate) async fn run(mut self) {
        while let Some(guard) = self.stop.run_until_cancelled(self.reader.arrival()).await {
            if self.read_all(guard).await.is_none() {
                return;
            }
        }
    }

    /// Deals with what is unread until nothing is; `None` if it is stopped before that.
    async fn read_all(&mut self, mut guard: InFlight) -> Option<()> {
        loop {
            guard = self.gather(guard).await?;
            let Some(batch) = self.next_batch() else { return Some(()) };
            if self.stop.is_cancelled() {
                return None;
            }
            let (batch, verdict) = self.attempt(batch).await;
            match self.progress.settle(&numbers(&batch), verdict, self.mapping.policy) {
                Next::Advance(past) => self.go_on(past),
                Next::GiveUp(past) => {
                    self.discard(
                        &batch,
                        "the function failed as often as MaximumRetryAttempts allows",
                    );
                    self.go_on(past);
                }
                Next::Retry(delay) => {
                    guard = self.stop.run_until_cancelled(guard.after(delay)).await?;
                }
            }
        }
    }

    /// Lets the batch at the head grow until it is full, or until the window that begins now is over.
    async fn gather(&mut self, mut guard: InFlight) -> Option<InFlight> {
        let Mapping { window, batch_size, .. } = *self.mapping;
        let over = self.clock.now() + window;
        while !window.is_zero() && self.progress.is_fresh() {
            let mut watch = self.reader.watch();
            let unread = watch.unread(batch_size);
            if unread.records == 0 || unread.records == batch_size || is_full(unread) {
                break;
            }
            tokio::select! {
                guard = guard.until(over) => return Some(guard),
                more = watch.arrival() => guard = more,
                () = self.stop.cancelled() => return None,
            }
        }
        Some(guard)
    }

    /// What the function is to get now; `None` if nothing is unread.
    fn next_batch(&mut self) -> Option<Vec<Record>> {
        loop {
            let mut unread = self.reader.next(self.mapping.batch_size);
            self.tell_of_expiry(unread.first());
            let old = self.too_old(&unread);
            if let Some(last) = unread[..old].last() {
                self.discard(&unread[..old], "it is older than MaximumRecordAgeInSeconds");
                self.go_on(last.sequence_number);
                continue;
            }
            let numbers = unread.iter().map(|record| record.sequence_number);
            unread.truncate(self.progress.batch(numbers));
            return Some(unread).filter(|batch| !batch.is_empty());
        }
    }

    /// Gives the function as much of the batch as fits into one event. Returns what was tried.
    async fn attempt(&mut self, mut batch: Vec<Record>) -> (Vec<Record>, Verdict) {
        let event = self.event(&batch);
        // A record that is too large for any event is a batch that fails.
        batch.truncate(event.as_ref().map_or(usize::MAX, |event| event.records.max(1)));
        let request = self.request(&batch);
        let verdict = match event {
            None => Verdict::Unreached,
            Some(Event { records: 0, .. }) => Verdict::Failed,
            Some(Event { payload, .. }) => {
                let target = self.mapping.target.clone();
                let last = &batch[batch.len() - 1];
                self.functions.iterates(&target, age(last, self.clock.now()));
                let invocation = Invocation::by(Cause::Mapping, target, payload);
                self.invoke(Invocation { id: request, ..invocation }, &batch).await
            }
        };
        match verdict {
            Verdict::Done | Verdict::FailedFrom(_) => self.mapping.last_result.is_ok(),
            Verdict::Failed | Verdict::Unreached => self.mapping.last_result.is_problem(),
        }
        (batch, verdict)
    }

    /// The event for a batch; `None` while there is no such function.
    fn event(&self, batch: &[Record]) -> Option<Event> {
        let Mapping { target, stream_arn, .. } = &*self.mapping;
        let Some(role) = self.functions.role(target) else {
            let Mapping { id, .. } = &*self.mapping;
            tracing::warn!(mapping = %id, function = %target.function, "the function is not there; its records wait");
            return None;
        };
        Some(Source { stream_arn, role: &role, region: &self.region }.event(batch))
    }

    async fn invoke(&self, invocation: Invocation, batch: &[Record]) -> Verdict {
        match self.functions.invoke(invocation).await {
            Ok(outcome) if outcome.status == Status::Failed => Verdict::Failed,
            Ok(outcome) if self.mapping.reports_failures => {
                answer::read(&outcome.payload, &numbers(batch))
            }
            Ok(_) => Verdict::Done,
            Err(error) => {
                let Mapping { id, target, .. } = &*self.mapping;
                tracing::debug!(mapping = %id, function = %target.function, %error, "the function was not reached");
                Verdict::Unreached
            }
        }
    }

    /// The id of this attempt. Lambda gives a batch that is tried again the same one.
    fn request(&mut self, batch: &[Record]) -> RequestId {
        let [first, last] = ends(batch);
        let same = self.tried.filter(|tried| tried.first == first && tried.last == last);
        let request = same.map_or_else(RequestId::fresh, |tried| tried.request);
        self.tried = Some(Attempt { first, last, request });
        request
    }

    fn go_on(&mut self, past: SequenceNumber) {
        self.tried = None;
        self.reader.advance(past);
    }

    /// How many records at the head may not be sent any more.
    fn too_old(&self, unread: &[Record]) -> usize {
        let Some(max_age) = self.mapping.max_age else { return 0 };
        let now = self.clock.now();
        unread.iter().take_while(|record| age(record, now) > max_age).count()
    }

    fn discard(&self, batch: &[Record], why: &'static str) {
        let [first, last] = ends(batch);
        tracing::warn!(
            mapping = %self.mapping.id,
            function = %self.mapping.target.function,
            shard = %self.reader.shard_id(),
            %first,
            %last,
            records = batch.len(),
            "a batch is discarded: {why}",
        );
    }

    /// Warns where a batch that was tried is not there any more, now that `first` is the oldest record.
    fn tell_of_expiry(&mut self, first: Option<&Record>) {
        let is_gone =
            |tried: &mut Attempt| first.is_none_or(|first| tried.first < first.sequence_number);
        if let Some(Attempt { first, last, .. }) = self.tried.take_if(is_gone) {
            tracing::warn!(
                mapping = %self.mapping.id,
                function = %self.mapping.target.function,
                shard = %self.reader.shard_id(),
                %first,
                %last,
                "records have expired from the stream before the function took their batch",
            );
        }
    }
}

fn numbers(batch: &[Record]) -> Vec<SequenceNumber> {
    batch.iter().map(|record| record.sequence_number).collect()
}

/// The first and the last number of a batch, which has one.
fn ends(batch: &[Record]) -> [SequenceNumber; 2] {
    let last = batch.len() - 1;
    [batch[0].sequence_number, batch[last].sequence_number]
}

/// A record that arrived before the clock was set back is new.
fn age(record: &Record, now: UtcDateTime) -> Duration {
    Duration::try_from(now - record.arrived).unwrap_or_default()
}
