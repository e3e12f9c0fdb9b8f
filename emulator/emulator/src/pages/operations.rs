//! `/_emulator/operations`: every operation of every service, and what becomes of each of its input
//! members, as the operations themselves declare it.
//!
//! `docs/operations.md` is this page, rendered, after it was compared with AWS's service model.

use emulator_front::{Api, Handling, Members};
use serde_json::{Map, Value, json};

/// The page of these services, and of S3, whose operations are in no [`Api`].
pub(super) fn page(apis: &[Api]) -> Value {
    let mut page = Map::new();
    for api in apis {
        let operations = api.declared().map(|(name, members)| (name, handled(members)));
        page.insert(api.service().to_owned(), operations.collect());
    }
    let operations = emulator_s3::OPERATIONS.iter();
    let operations = operations.map(|(name, lists)| (*name, handled(&lists.concat())));
    page.insert("s3".to_owned(), operations.collect());
    Value::Object(page)
}

fn handled(members: &[Members]) -> Value {
    let single =
        members.iter().flat_map(|each| each.names.iter().map(|name| (name, each.handling)));
    single.map(|(name, handling)| ((*name).to_owned(), told(&handling))).collect()
}

fn told(handling: &Handling) -> Value {
    let word = handling.name();
    match handling {
        Handling::Applied { shown_by } => json!({ "handling": word, "shown_by": shown_by }),
        Handling::Only { values, shown_by } => {
            json!({ "handling": word, "values": values, "shown_by": shown_by })
        }
        Handling::Inert { because } => json!({ "handling": word, "because": because }),
        Handling::Refused => json!({ "handling": word }),
    }
}
