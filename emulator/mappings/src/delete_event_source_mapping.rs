//! `DeleteEventSourceMapping`: no further batch; one that its function has got is let finish.

use emulator_front::{Members, Operation, applied};

use crate::get_event_source_mapping::Input;
use crate::mapping::{Document, Stage};
use crate::mappings::{Mappings, NoSuchMapping};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html>
pub(crate) struct DeleteEventSourceMapping;

impl Operation for DeleteEventSourceMapping {
    const NAME: &'static str = "DeleteEventSourceMapping";
    const ROUTE: &'static str = "DELETE /2015-03-31/event-source-mappings/{UUID}";
    const STATUS: u16 = 202;
    const MEMBERS: &'static [Members] =
        &[applied(&["UUID"], "mappings::delete_event_source_mapping_stops_the_reading")];
    type Service = Mappings;
    type Input = Input;
    type Output = Document;
    type Error = NoSuchMapping;

    async fn call(mappings: &Mappings, input: Input) -> Result<Document, NoSuchMapping> {
        Ok(mappings.remove(&input.uuid)?.document(Stage::Deleting, &mappings.home))
    }
}
