//! Event source mappings: what arrives in a stream, carried into a function batch by batch.
//!
//! A mapping names a Kinesis stream and a function. [`Mappings`] keeps them, and runs one task per
//! shard of each ([`reading`]): it waits until there is something unread, makes a batch of it
//! ([`event`]), invokes the function and waits, and says that it has read so far only when the
//! function has answered ([`answer`]). What happens when that fails is decided in [`retry`], which is
//! a pure policy. A mapping acts with the function's role, so nobody's policy is asked.

mod invoke;
mod mapping;
mod mappings;

mod answer;
mod event;
mod retry;

mod reading;

mod create_event_source_mapping;
mod delete_event_source_mapping;
mod get_event_source_mapping;
mod list_event_source_mappings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use emulator_front::Api;

use create_event_source_mapping::CreateEventSourceMapping;
use delete_event_source_mapping::DeleteEventSourceMapping;
use get_event_source_mapping::GetEventSourceMapping;
use list_event_source_mappings::ListEventSourceMappings;

pub use invoke::Invoke;
pub use mappings::Mappings;

/// Adds the operations on event source mappings to Lambda's.
pub fn operations(api: Api, mappings: &Arc<Mappings>) -> Api {
    api.on::<CreateEventSourceMapping>(mappings)
        .on::<DeleteEventSourceMapping>(mappings)
        .on::<GetEventSourceMapping>(mappings)
        .on::<ListEventSourceMappings>(mappings)
}
