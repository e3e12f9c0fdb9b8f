//! `GetEventSourceMapping`: one mapping, and how it went last.

use emulator_front::{Members, Operation, WireError, applied};
use serde::Deserialize;

use crate::mapping::{Document, Stage};
use crate::mappings::{Mappings, NoSuchMapping};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html>
pub(crate) struct GetEventSourceMapping;

/// What names one mapping; other operations read it too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "UUID")]
    pub(crate) uuid: String,
}

impl WireError for NoSuchMapping {
    fn shape(&self) -> (u16, &'static str) {
        (404, "ResourceNotFoundException")
    }
}

impl Operation for GetEventSourceMapping {
    const NAME: &'static str = "GetEventSourceMapping";
    const ROUTE: &'static str = "GET /2015-03-31/event-source-mappings/{UUID}";
    const MEMBERS: &'static [Members] =
        &[applied(&["UUID"], "mappings::get_event_source_mapping_shows_how_it_goes")];
    type Service = Mappings;
    type Input = Input;
    type Output = Document;
    type Error = NoSuchMapping;

    async fn call(mappings: &Mappings, input: Input) -> Result<Document, NoSuchMapping> {
        Ok(mappings.get(&input.uuid)?.document(Stage::Created, &mappings.home))
    }
}
