//! From a change of an object to the functions that hear of it.

use emulator_clock::InFlight;
use emulator_deliver::{Delivery, Source};
use time::UtcDateTime;

use crate::Buckets;
use crate::bucket;
use crate::buckets::State;
use crate::call::Call;
use crate::etag::Tag;
use crate::key::encode;
use crate::notification::event_name::Happening;
use crate::notification::record;
use crate::notification::sequencer::Sequence;
use crate::object::Object;
use crate::refusal::NoSuchBucket;

/// Service principal that policies know S3 by.
const PRINCIPAL: &str = "s3.amazonaws.com";

/// Something that has happened to an object, and whom it concerns.
pub(crate) struct Change {
    pub(super) bucket: String,
    pub(super) region: String,
    /// The key as events have it.
    pub(super) encoded_key: String,
    pub(super) happening: Happening,
    pub(super) time: UtcDateTime,
    pub(super) sequence: Sequence,
    /// The object that is there now; none if it is gone.
    pub(super) written: Option<Written>,
    listeners: Vec<Listener>,
}

/// What an event says of an object.
pub(super) struct Written {
    pub(super) size: i64,
    pub(super) tag: Tag,
}

struct Listener {
    configuration_id: String,
    function: String,
    /// Taken with the change: virtual time does not pass between it and its event.
    in_flight: InFlight,
}

impl Buckets {
    /// Notes a change while the lock is held, so that events have the order of the changes.
    pub(crate) fn change(
        &self,
        state: &mut State,
        bucket: &str,
        key: &str,
        happening: Happening,
        written: Option<&Object>,
    ) -> Result<Change, NoSuchBucket> {
        let time = self.clock.now();
        let sequence = state.sequencer.next(time);
        let encoded_key = encode(key);
        let holder = state.bucket(bucket)?;
        let listens = |it: &&super::Notification| {
            it.filter.fits(&encoded_key) && it.events.iter().any(|event| event.covers(happening))
        };
        let listeners = holder.notifications.iter().filter(listens).map(|notification| Listener {
            configuration_id: notification.id.clone(),
            function: notification.function.clone(),
            in_flight: self.clock.hold(format!("S3 event {} {bucket}/{key}", happening.name())),
        });
        Ok(Change {
            listeners: listeners.collect(),
            bucket: bucket.to_owned(),
            region: holder.region.clone(),
            encoded_key,
            happening,
            time,
            sequence,
            written: written.map(|it| Written { size: it.size(), tag: it.tag.clone() }),
        })
    }

    /// Hands the events of a change to those who take them; returns once they are accepted.
    ///
    /// A function that has gone or closed its door since the configuration was put does not fail the
    /// change: S3 tells nobody, and so only the log does.
    pub(crate) async fn announce(&self, call: &Call, mut change: Change) {
        for listener in std::mem::take(&mut change.listeners) {
            let Listener { configuration_id, function, in_flight } = listener;
            let event = record::event(call, &change, &configuration_id, &self.owner_id());
            let delivery = Delivery {
                target: function.clone(),
                source: self.as_source(&change.bucket),
                event: event.into(),
                in_flight,
            };
            if let Err(reason) = self.deliver.deliver(delivery).await {
                let (event, bucket) = (change.happening.name(), &change.bucket);
                tracing::warn!(event, bucket, function, %reason, "an S3 event found no taker");
            }
        }
    }

    /// A bucket as the sender of events.
    pub(super) fn as_source(&self, bucket: &str) -> Source {
        Source {
            principal: PRINCIPAL,
            arn: bucket::arn(bucket),
            account: self.home.account.clone(),
        }
    }
}
