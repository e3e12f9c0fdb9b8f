//! A log stream and a metric that one client writes to, and what may be there of it at any moment.

use std::collections::BTreeSet;
use std::time::SystemTime;

use aws_sdk_cloudwatch::types::{Datapoint, MetricDatum, Statistic};
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use tests::Served;
use tokio::sync::watch;

const GROUP: &str = "written";

/// What one client has written, as far as it was answered.
pub(super) struct Written {
    /// Of the stream and of the metric.
    name: String,
    is_made: bool,
    /// How many batches were asked for; each has two events, `<number>/first` and `<number>/second`.
    asked: u32,
    /// The batches that were answered.
    batches: BTreeSet<u32>,
    /// How many measurements were answered, and how many there may be besides.
    measured: f64,
    maybe: f64,
}

impl Written {
    pub(super) fn new(number: usize) -> Self {
        Self {
            name: format!("stream-{number}"),
            is_made: false,
            asked: 0,
            batches: BTreeSet::new(),
            measured: 0.0,
            maybe: 0.0,
        }
    }

    /// Looks at the stream and the metric. The stream is made when it is looked at first.
    pub(super) async fn is_as_it_may_be(&mut self, emulator: &Served) {
        let logs = emulator.logs();
        if !std::mem::replace(&mut self.is_made, true) {
            // The group is there already for all clients but the first.
            let _ = logs.create_log_group().log_group_name(GROUP).send().await;
            let make = logs.create_log_stream().log_group_name(GROUP);
            make.log_stream_name(&self.name).send().await.unwrap();
        }
        let read = logs.get_log_events().log_group_name(GROUP).log_stream_name(&self.name);
        let found = read.start_from_head(true).send().await.unwrap();
        let messages = found.events().iter().map(|event| event.message().unwrap().to_owned());
        let messages: BTreeSet<_> = messages.collect();
        assert_eq!(messages.len(), found.events().len(), "no event is there twice");
        for batch in 0..self.asked {
            let there = halves(batch).map(|half| messages.contains(&half));
            assert_eq!(there[0], there[1], "batch {batch} of {} is half there", self.name);
            assert!(there[0] || !self.batches.contains(&batch), "batch {batch} was answered");
        }

        let sum = self.sum(emulator).await;
        let (least, most) = (self.measured, self.measured + self.maybe);
        assert!((least..=most).contains(&sum), "{sum} of {} is not {least} to {most}", self.name);
        (self.measured, self.maybe) = (sum, 0.0);
    }

    async fn sum(&self, emulator: &Served) -> f64 {
        let (day, now) = (24 * 60 * 60, SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs());
        let now = i64::try_from(now).unwrap();
        let at = aws_sdk_cloudwatch::primitives::DateTime::from_secs;
        let asked = emulator.cloudwatch().get_metric_statistics().namespace(GROUP);
        let asked = asked.metric_name(&self.name).statistics(Statistic::Sum).period(day);
        let asked = asked.start_time(at(now - i64::from(day))).end_time(at(now + i64::from(day)));
        let found = asked.send().await.unwrap();
        found.datapoints().iter().filter_map(Datapoint::sum).sum()
    }

    /// Writes a batch and a measurement in turns, and counts answers in `answered`, until there is none.
    pub(super) async fn write_until_the_end(
        &mut self,
        logs: aws_sdk_cloudwatchlogs::Client,
        metrics: aws_sdk_cloudwatch::Client,
        answered: &watch::Sender<u64>,
    ) {
        loop {
            let batch = self.asked;
            self.asked += 1;
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
            let now = i64::try_from(now).unwrap();
            let events = halves(batch)
                .map(|half| InputLogEvent::builder().timestamp(now).message(half).build().unwrap());
            let write = logs.put_log_events().log_group_name(GROUP).log_stream_name(&self.name);
            if write.set_log_events(Some(events.into())).send().await.is_err() {
                return;
            }
            self.batches.insert(batch);
            answered.send_modify(|count| *count += 1);

            self.maybe = 1.0;
            let one = MetricDatum::builder().metric_name(&self.name).value(1.0).build();
            let put = metrics.put_metric_data().namespace(GROUP).metric_data(one);
            if put.send().await.is_err() {
                return;
            }
            (self.measured, self.maybe) = (self.measured + 1.0, 0.0);
            answered.send_modify(|count| *count += 1);
        }
    }
}

fn halves(batch: u32) -> [String; 2] {
    ["first", "second"].map(|half| format!("{batch}/{half}"))
}
